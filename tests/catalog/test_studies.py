"""Are the study records fit to use? Expected numbers are typed here from the review and the abstracts, not copied."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from math import comb

import pytest

from assuage.catalog import read_catalog
from assuage.study import Arm, Design, Harm, Outcome, Population, Responders, Study

CATALOG = read_catalog()
STUDIES = CATALOG.studies
Row = Arm | Responders | Outcome | Harm


@pytest.fixture(params=sorted(STUDIES))
def study(request: pytest.FixtureRequest) -> Study:
    return STUDIES[request.param]


def rows(study: Study) -> Iterator[Row]:
    yield from (*study.arms, *study.responders, *study.outcomes, *study.harms)


def test_eighty_eight_records_of_twelve_types() -> None:
    assert Counter(record.record_type for record in STUDIES.values()) == {
        "primary_study": 59, "systematic_review": 11, "registry": 4, "blog_post": 3, "narrative_review": 3,
        "regimen": 2, "mechanism": 1, "guideline": 1, "review": 1, "health_technology_review": 1, "instrument": 1,
        "label": 1,
    }  # fmt: skip


def test_how_much_was_read() -> None:
    assert Counter(record.access for record in STUDIES.values()) == {
        "abstract": 67, "secondary": 8, "registry": 4, "full-text-partial": 3, "not-found": 2, "seed": 1, "memory": 1,
        "title-only": 1, "full-text": 1,
    }  # fmt: skip


def test_every_record_is_a_source_that_says_how_much_was_read(study: Study) -> None:
    source = CATALOG.sources[study.id]
    assert (source.access, source.doi, source.pmid) == (study.access, study.citation.doi, study.citation.pmid)
    assert source.aliases == study.aliases
    assert source.citation == str(study.citation)


def test_no_name_is_used_twice() -> None:
    names = Counter(name for record in STUDIES.values() for name in (record.id, *record.aliases))
    assert [name for name, times in names.items() if times > 1] == []


def test_counts_do_not_exceed_their_totals(study: Study) -> None:
    for responders in study.responders:
        assert responders.n > 0
        assert responders.events is None or 0 <= responders.events <= responders.n
        assert responders.events is not None or responders.note, "a missing count needs its reason"
    for harm in study.harms:
        assert harm.count is None or (harm.total is not None and 0 <= harm.count <= harm.total)


def test_printed_percentages_follow_from_the_counts(study: Study) -> None:
    for harm in study.harms:
        if harm.count is None or harm.total is None or harm.percent is None:
            continue
        exponent = harm.percent.as_tuple().exponent
        assert isinstance(exponent, int)
        half_a_digit = Decimal(1).scaleb(exponent) / 2
        assert abs(Decimal(100 * harm.count) / harm.total - harm.percent) <= half_a_digit, harm.event


def test_every_number_names_a_reading_of_its_record(study: Study) -> None:
    known = {reading.id for reading in study.readings}
    for row in rows(study):
        assert row.reading, row
        assert set(row.reading) <= known, row
    sections: tuple[Design | Population | None, ...] = (study.design, study.population)
    for section in sections:
        assert section is None or set(section.reading) <= known


def test_a_larger_improvement_never_has_more_responders(study: Study) -> None:
    at: dict[tuple[str, str, str], dict[int, int]] = {}
    for row in study.responders:
        if (match := re.match(r">=?(\d+)% (.*)", row.threshold)) and row.events is not None:
            at.setdefault((row.arm, row.time, match.group(2)), {})[int(match.group(1))] = row.events
    for counts in at.values():
        in_order = [counts[threshold] for threshold in sorted(counts)]
        assert in_order == sorted(in_order, reverse=True)


def test_intervals_enclose_their_estimates(study: Study) -> None:
    for outcome in study.outcomes:
        if outcome.interval_95 is not None:
            assert outcome.interval_95.lower <= outcome.interval_95.upper
            assert outcome.value is not None
            assert outcome.interval_95.lower <= outcome.value <= outcome.interval_95.upper


def test_an_outcome_holds_a_number_or_words_but_not_both(study: Study) -> None:
    for outcome in study.outcomes:
        assert (outcome.value is None) != (outcome.text is None)


def test_what_could_not_be_read_has_no_numbers(study: Study) -> None:
    if study.access in ("memory", "title-only", "not-found"):
        assert not study.has_numbers
        assert study.arms == ()
        assert study.design is None


def test_the_remembered_is_used_nowhere(study: Study) -> None:
    """The recalled words stand under `remembered` and in no other value of the record."""
    values = {text.casefold() for text in _values(study)}
    for recalled in study.remembered:
        assert recalled.status == "UNVERIFIED (memory)"
        assert recalled.value.casefold() not in values
        assert recalled.value.split(" ")[0] not in (study.citation.pmid, study.citation.doi)


def test_nothing_recalled_has_crept_into_a_citation() -> None:
    kim = STUDIES["kim-2015"].citation
    assert (kim.volume, kim.issue, kim.pages, kim.pmid) == (None, None, None, None)
    assert STUDIES["schwartzman-2009"].citation.volume is None
    assert STUDIES["max-1995"].citation.journal is None
    assert STUDIES["fischer-2013"].citation.journal is None
    assert STUDIES["tn-china-2019"].citation.journal is None
    assert STUDIES["stavropoulou-2014"].citation.journal is None
    assert STUDIES["felsby-1996"].arms == ()


def _values(part: object) -> Iterator[str]:
    """Every text and number of a record but what stands under `remembered`."""
    if isinstance(part, str | int | Decimal):
        yield str(part)
    elif isinstance(part, tuple):
        for member in part:
            yield from _values(member)
    elif isinstance(part, dict):
        for member in part.values():
            yield from _values(member)
    elif (fields := getattr(part, "__struct_fields__", None)) is not None:
        for field in fields:
            if field != "remembered":
                yield from _values(getattr(part, field))


def _events(study: str, arm: str, threshold: str) -> tuple[int | None, int]:
    (row,) = [r for r in STUDIES[study].responders if (r.arm, r.threshold) == (arm, threshold)]
    return row.events, row.n


def test_kim_2015_as_the_review_reports_it() -> None:
    assert _events("kim-2015", "K", ">=50% pain reduction") == (10, 15)
    assert _events("kim-2015", "M", ">=50% pain reduction") == (7, 15)
    assert _events("kim-2015", "K", ">=30% pain reduction") == (12, 15)
    assert _events("kim-2015", "M", ">=30% pain reduction") == (11, 15)
    assert {row.time for row in STUDIES["kim-2015"].responders} == {"2 weeks after the last infusion"}
    means = {outcome.arm: outcome.value for outcome in STUDIES["kim-2015"].outcomes}
    assert means == {"K": Decimal("51"), "M": Decimal("39.6")}
    doses = {arm.id: [(drug.drug, drug.dose, drug.unit) for drug in arm.drugs] for arm in STUDIES["kim-2015"].arms}
    assert doses == {
        "K": [("ketamine", Decimal("1"), "mg/kg"), ("midazolam", Decimal("0.1"), "mg/kg")],
        "M": [("magnesium sulfate", Decimal("30"), "mg/kg"), ("midazolam", Decimal("0.1"), "mg/kg")],
    }


def test_kim_2015_cannot_rank_the_drugs() -> None:
    # Two-sided Fisher: the tables with 17 responders of 30 that are no likelier than 10 of 15 against 7 of 15.
    likelihood = [comb(15, k) * comb(15, 17 - k) for k in range(2, 16)]
    p = sum(one for one in likelihood if one <= comb(15, 10) * comb(15, 7)) / comb(30, 17)
    assert round(p, 2) == 0.46
    assert any("0.46" in sentence for sentence in STUDIES["kim-2015"].against_seed)


def test_mauskop_strata_add_up_to_the_whole() -> None:
    whole = _events("mauskop-1995", "M", ">=50% reduction or complete relief lasting >=24 h")
    low = _events("mauskop-1995", "M ionised Mg <0.54 mmol/L", "relief >=24 h")
    high = _events("mauskop-1995", "M ionised Mg >=0.54 mmol/L", "relief >=24 h")
    assert (low, high, whole) == ((18, 21), (3, 19), (21, 40))
    assert (low[0] + high[0], low[1] + high[1]) == whole  # type: ignore[operator]


def test_crosby_doses_show_no_dose_response() -> None:
    assert _events("crosby-2000", "L", "complete relief") == (3, 6)
    assert _events("crosby-2000", "H", "complete relief") == (1, 6)
    assert _events("crosby-2000", "L+H", "any relief (complete or partial)") == (10, 12)


def test_sessions_are_not_counted_as_people() -> None:
    record = STUDIES["stavropoulou-2014"]
    assert {row.denominator for row in (*record.responders, *record.harms)} == {"sessions"}
    assert record.design is not None
    assert (record.design.n_analysed, record.design.sessions_per_arm) == (20, 40)


def test_derived_counts_say_so() -> None:
    for harm in STUDIES["pickering-2020"].harms:
        assert harm.kind == "derived"
    assert [row.kind for row in STUDIES["mauskop-1996"].responders] == ["derived", "stated"]


def test_the_middle_of_a_printed_range_is_not_called_stated() -> None:
    (ketamine,) = STUDIES["anodyne-im-ketamine"].arms[0].drugs
    assert (ketamine.dose, ketamine.kind, ketamine.text) == (
        Decimal("0.35"), "derived", "0.3-0.4 mg/kg total per session",
    )  # fmt: skip


def test_derived_doses_recompute() -> None:
    """The millimoles stand on 246.47 g/mol, the heptahydrate; the other form is named where it is used."""
    molar_mass = Decimal("246.47")
    for record in STUDIES.values():
        for arm in record.arms:
            per_kg = arm.derived.get("mmol_per_kg_if_heptahydrate")
            (dose, *_) = [drug.dose for drug in arm.drugs if drug.drug.startswith("magnesium")] or [None]
            if per_kg is not None and dose is not None:
                digits = Decimal(1).scaleb(-len(per_kg.partition(".")[2]))
                assert (dose / molar_mass).quantize(digits) == Decimal(per_kg), (record.id, arm.id)


def test_the_animal_study_is_no_evidence_in_people() -> None:
    begon = STUDIES["begon-2002"]
    assert begon.design is not None
    assert begon.design.species == "rat"
    assert begon.directness == "mechanism (animal)"
