"""What the nurse reads: complete, sourced, in plain words, and never a dose that nobody vouches for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

import msgspec
import pytest

from assuage.catalog import read_catalog
from assuage.patient import Unknown, Value
from assuage.quantity import Quantity, parse
from assuage.rule import Condition, Watch
from assuage.screening.truth import Truth, judge
from assuage.sourced import Claim, Fact

DRUGS = ("magnesium-sulfate", "ketamine", "lidocaine", "midazolam")
NEEDED = ("prepare", "kit", "baseline", "during", "stop", "antidote", "after", "discharge")
ONE_PAGE, LONGEST = 100, 120
# Lines of the one-page sheet: more than these push the doses off the page.
ROOM = {"prepare": 4, "kit": 2, "baseline": 6, "during": 6, "stop": 10, "rescue": 7, "antidote": 5, "after": 2,
        "discharge": 5, "site": 2}  # fmt: skip
NOT_VALUES = re.compile(r"SpO2")
MASS_OR_VOLUME = re.compile(r"^(g|mg|ug|ng|L|mL|mmol|meq)(/|$)")
# Read as something else, or not plain: magnesium sulfate and its levels are written out.
AVOIDED = re.compile(
    r"MgSO4|\bMg\b|µ|μ|\bug\b|QOD|EOD|\bqd\b|\bcc\b|\bIU\b|≤|≥|<|>|\d\.0\b|(?<![\d])\.\d|\d{4}|\bplease\b|\n"
)


@cache
def every() -> tuple[Watch, ...]:
    return tuple(read_catalog().watch.values())


def record(name: str) -> Watch:
    return read_catalog_once()[name]


@cache
def read_catalog_once() -> dict[str, Watch]:
    return {one.id: one for one in every()}


def of(drug: str, kind: str) -> list[Watch]:
    return [one for one in every() if drug in one.drugs and one.kind == kind]


def bounds(condition: Condition | None) -> Iterator[Fact]:
    if condition is not None:
        for part in (*(condition.any or ()), *(condition.all or ()), condition.not_):
            yield from bounds(part)
        named = (condition.below, condition.at_most, condition.above, condition.at_least)
        yield from (fact for fact in named if fact is not None)


def claims(one: Watch) -> list[Claim]:
    facts = (*one.values, *bounds(one.only_if))
    return [*one.authority, *one.conflicts, *(claim for fact in facts for claim in fact.claims)]


def unfilled(one: Watch) -> list[str]:
    """What is wrong between a sentence and its values: a place without a value, a value without a place, a bare number."""
    places = [int(number) for number in re.findall(r"\{(\d+)\}", one.sentence)]
    found = [f"{{{place}}} has no value" for place in places if place >= len(one.values)]
    found += [f"value {at} is not in the sentence" for at in range(len(one.values)) if at not in places]
    if re.search(r"\d", NOT_VALUES.sub("", re.sub(r"\{\d+\}", "", one.sentence))):
        found.append("a number that is not a value")
    return found


def licences(one: Watch) -> list[str]:
    """Amounts of a drug or of a fluid that rest on memory alone."""
    return [
        f"{claim.value} rests on memory"
        for fact in one.values
        for claim in fact.claims
        if claim.source == "memory" and MASS_OR_VOLUME.match(parse(claim.value).unit)
    ]


@pytest.mark.parametrize("one", every(), ids=lambda one: one.id)
def test_every_source_is_in_the_catalog(one: Watch) -> None:
    sources = read_catalog().sources
    assert [claim.source for claim in claims(one) if claim.source not in sources] == []


@pytest.mark.parametrize("one", every(), ids=lambda one: one.id)
def test_every_place_in_a_sentence_has_a_value_and_no_other_number_stands_there(one: Watch) -> None:
    assert unfilled(one) == []
    assert "{" not in one.said


@pytest.mark.parametrize("one", every(), ids=lambda one: one.id)
def test_a_sentence_is_plain_and_fits_a_line(one: Watch) -> None:
    assert AVOIDED.findall(one.said) == []
    assert one.said.endswith(".")
    assert one.said[0].isupper()
    assert len(one.said) <= LONGEST


@pytest.mark.parametrize("one", every(), ids=lambda one: one.id)
def test_its_authority_names_whoever_its_numbers_come_from(one: Watch) -> None:
    """The sheet prints the sources of the authority only, so none may be missing there."""
    named = {claim.source for claim in (*one.authority, *one.conflicts)} | {"arithmetic"}
    assert one.authority
    assert {claim.source for fact in one.values for claim in fact.claims} <= named


@pytest.mark.parametrize("one", every(), ids=lambda one: one.id)
def test_no_dose_rests_on_memory_and_what_does_says_so(one: Watch) -> None:
    assert licences(one) == []
    recalled = [claim for claim in claims(one) if claim.source == "memory"]
    assert [c for c in recalled if c.kind != "assumed" or "UNVERIFIED (memory)" not in (c.note or "")] == []


def test_the_respiratory_rate_before_magnesium_is_told_as_the_rules_judge_it() -> None:
    """Below 12 stops, 12 to 15 is a note: the sheet and the rules must not say two things about one count."""
    first, second = (value.quantity for value in record("magnesium-baseline-reflex").values)
    rules = read_catalog().rules
    stops = rules["respiratory-rate-below-12"].when
    notes = rules["respiratory-rate-12-to-15"].when
    assert stops is not None
    assert notes is not None
    assert stops.below is not None
    assert (str(first), str(stops.below.quantity)) == ("12/min", "12/min")
    assert [str(bound.quantity) for bound in bounds(notes)] == ["12/min", "16/min"]
    assert str(second) == "16/min"


def test_calcium_is_hazardous_with_every_digitalis_glycoside() -> None:
    line = record("magnesium-antidote-digoxin").only_if
    assert line is not None
    assert line.medication == read_catalog().rules["digoxin"].when.medication == ("digitalis",)  # type: ignore[union-attr]


@pytest.mark.parametrize("drug", DRUGS)
@pytest.mark.parametrize("kind", NEEDED)
def test_every_drug_has_every_kind_of_line(drug: str, kind: str) -> None:
    """A line of its own; that of all drugs together does not count."""
    assert [one for one in of(drug, kind) if len(one.drugs) < len(DRUGS)] != []


@pytest.mark.parametrize("drug", DRUGS)
def test_one_page_holds_what_prints_on_it(drug: str) -> None:
    counts = Counter(one.kind for one in every() if drug in one.drugs and one.order <= ONE_PAGE)
    assert {kind: n for kind, n in counts.items() if n > ROOM[kind]} == {}


@pytest.mark.parametrize(
    ("drug", "minutes"),
    [("ketamine", "60"), ("magnesium-sulfate", "30"), ("lidocaine", "30")],
)
def test_least_recovery(drug: str, minutes: str) -> None:
    """Ketamine: the emergency-department protocol (k14). Lidocaine: hospital policies (l6, l8). Magnesium: the editors."""
    first = [one.values[0].quantity for one in of(drug, "after") if one.values]
    assert max(time.to("min").value for time in first) == Decimal(minutes)


def test_no_time_is_made_up_for_midazolam() -> None:
    assert [one.values for one in of("midazolam", "after")] == [()]


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("magnesium-stop-level", ["2 mmol/L"]),
        ("ketamine-during-recheck", ["160 mm[Hg]", "100 mm[Hg]"]),
        ("ketamine-stop-pressure", ["180 mm[Hg]", "100 mm[Hg]"]),
        ("stop-breathing", ["10 /min", "15 s"]),
        ("stop-oxygen", ["90 %", "30 s"]),
        ("stop-low-pressure", ["90 mm[Hg]", "30 %"]),
        ("stop-heart-rate", ["50 /min", "130 /min"]),
    ],
)
def test_stop_numbers_are_those_of_the_design(name: str, numbers: list[str]) -> None:
    assert [fact.quantity for fact in record(name).values][: len(numbers)] == [parse(text) for text in numbers]


def test_three_ways_to_write_the_level_that_stops_are_one_level() -> None:
    """By hand: 4 mEq/L ÷ 2 = 2 mmol/L; 2 mmol/L × 24.305 g/mol = 48.61 mg/L, shown as 4.86 mg/dL, never above it."""
    molar, equivalents, mass = (fact.quantity for fact in record("magnesium-stop-level").values)
    assert equivalents.value / 2 == molar.value
    exact = molar.value * Decimal("24.305") / 10
    assert Decimal(0) <= exact - mass.value < Decimal("0.01")


def test_calcium_is_not_faster_than_its_label_allows() -> None:
    """Label of calcium gluconate: at most 200 mg/min in adults. 10 % is 100 mg/mL."""
    dose, volume, strength, minutes, _ = (fact.quantity for fact in record("magnesium-antidote-calcium").values)
    assert dose.over(minutes, "mg/min") == Quantity(Decimal(200), "mg/min")
    assert dose.over(volume, "mg/mL") == Quantity(strength.value * 10, "mg/mL")
    assert {claim.source for claim in record("magnesium-antidote-calcium").conflicts} == {"m18", "m28", "m14"}


def test_the_most_lipid_in_millilitres_is_that_per_kilogram() -> None:
    most, _, volume, weight = (fact.quantity for fact in record("lidocaine-antidote-most").values)
    assert most.times(weight, "mL") == volume


def test_midazolam_for_distress_is_in_milligrams_and_never_by_weight() -> None:
    units = {fact.quantity.unit for one in of("ketamine", "rescue") for fact in one.values}
    assert {unit for unit in units if "kg" in unit} == set()
    doses = [f.quantity.value for one in of("ketamine", "rescue") for f in one.values if f.quantity.unit == "mg"]
    assert max(doses) == Decimal(5)  # the usual total of a healthy adult, label as quoted (z3)


def test_what_is_kept_ready() -> None:
    kept = {drug: {name for one in every() if drug in one.drugs for name in one.keeps} for drug in DRUGS}
    assert kept == {
        "magnesium-sulfate": {"calcium"},
        "ketamine": {"midazolam", "flumazenil"},
        "lidocaine": {"lipid-emulsion"},
        "midazolam": {"flumazenil"},
    }


class Known(msgspec.Struct, frozen=True):
    """A patient of whom one thing is known, or nothing."""

    facts: dict[str, Quantity] = {}
    medication: Truth = "unknown"

    def get(self, name: str) -> Value | Unknown:
        return self.facts.get(name, Unknown("not written"))

    def among(self, which: str, wanted: tuple[str, ...]) -> Truth:
        return self.medication


def printed(prefix: str, known: Known) -> set[str]:
    mine = [one for one in every() if one.id.startswith(prefix) and one.only_if is not None]
    return {one.id.removeprefix(prefix) for one in mine if judge(one.only_if or Condition(), known) != "false"}


@pytest.mark.parametrize(
    ("age", "lines"),
    [
        ("59 a", {"under-60", "under-60-frail"}),
        ("60 a", {"from-60-us", "from-60-uk"}),
        ("61 a", {"from-60-us", "from-60-uk"}),
        (None, {"under-60", "under-60-frail", "from-60-us", "from-60-uk"}),
    ],
)
def test_midazolam_by_age(age: str | None, lines: set[str]) -> None:
    """Sixty itself belongs to the lower doses; with an age not known every line prints."""
    known = Known({"age": parse(age)} if age else {}, "false")
    assert printed("ketamine-rescue-", known) == lines


@pytest.mark.parametrize(("taken", "shown"), [("true", True), ("unknown", True), ("false", False)])
def test_less_midazolam_with_an_opioid(taken: Truth, shown: bool) -> None:
    assert ("opioid" in printed("ketamine-rescue-", Known(medication=taken))) is shown


@pytest.mark.parametrize(
    ("weight", "lines"),
    [
        ("39.9 kg", {"asra-below-70", "light"}),
        ("69.9 kg", {"asra-below-70"}),
        ("70 kg", {"asra-below-70", "asra-above-70", "exactly-70"}),
        ("70.1 kg", {"asra-above-70"}),
    ],
)
def test_lipid_by_weight_shows_both_readings_at_exactly_70(weight: str, lines: set[str]) -> None:
    """ASRA gives volumes above and below 70 kg and says nothing of 70 kg itself. AAGBI, by weight, always prints."""
    assert printed("lidocaine-antidote-", Known({"weight": parse(weight)})) == lines
    assert record("lidocaine-antidote-aagbi").only_if is None


def altered(name: str, **changes: object) -> Watch:
    return msgspec.structs.replace(record(name), **changes)


def test_the_checks_find_what_they_look_for() -> None:
    name = "stop-oxygen"
    assert unfilled(altered(name, sentence="SpO2 below {0} for {2}: stop.")) == [
        "{2} has no value", "value 1 is not in the sentence",
    ]  # fmt: skip
    assert unfilled(altered(name, sentence="SpO2 below {0} for {1} or 2 min: stop.")) == [
        "a number that is not a value"
    ]
    recalled = Fact("a", (Claim("5 mg", "memory", "recalled", "assumed"),))
    assert licences(altered(name, values=(recalled,))) == ["5 mg rests on memory"]
    assert AVOIDED.findall("Give MgSO4 2.0 g, 50 µg and .5 mg") == ["MgSO4", "2.0", "µ", ".5"]
