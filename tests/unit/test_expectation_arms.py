"""Which arms tell what to expect of a regimen, and every reason why another does not."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from tests.examples import the_catalog

from assuage.catalog import Catalog
from assuage.catalog.model import Recall
from assuage.errors import EvidenceError, UnknownName
from assuage.evidence.alike import NO_COUNT
from assuage.evidence.asked import Asked, ask, asked_of
from assuage.evidence.expectation import Prospect, own_arm, prospect
from assuage.study import Conflict, Responders, Study

KIM = "kim-2015-magnesium"
HALF = ask("relief-50", "2-weeks")


def of(regimen: str = KIM, asked: Asked = HALF, *, catalog: Catalog | None = None, **options: object) -> Prospect:
    known = catalog or the_catalog()
    return prospect(known.regimen(regimen), asked, known, **options)  # type: ignore[arg-type]


def arms(found: Prospect) -> list[tuple[str, int, int]]:
    return [(one.study, one.events, one.n) for one in found.arms]


def reasons(found: Prospect, study: str) -> str:
    return "; ".join(reason for one in found.left_out if one.study == study for reason in one.reasons)


def catalog_with(study: Study) -> Catalog:
    known = the_catalog()
    return msgspec.structs.replace(known, studies={**known.studies, study.id: study})


def kim(**changes: object) -> Study:
    """Kim's study with every count of its magnesium arm changed."""
    study = the_catalog().study("kim-2015")
    rows = tuple(msgspec.structs.replace(row, **changes) if row.arm == "M" else row for row in study.responders)
    return msgspec.structs.replace(study, responders=rows)


def coded(**changes: object) -> Study:
    study = the_catalog().study("kim-2015")

    def changed(row: Responders) -> Responders:
        assert row.coded is not None
        return msgspec.structs.replace(row, coded=msgspec.structs.replace(row.coded, **changes))

    return msgspec.structs.replace(
        study, responders=tuple(changed(row) if row.arm == "M" else row for row in study.responders)
    )


def test_one_arm_tells_what_to_expect_of_magnesium_and_everybody_in_it_was_sedated() -> None:
    found = of()
    assert arms(found) == [("kim-2015", 7, 15)]
    assert found.arms[0].also_had == found.not_given == ("midazolam",)
    assert not found.arms[0].has_placebo


@pytest.mark.parametrize(
    ("study", "reason"),
    [
        ("mauskop-1995", "another condition (migraine)"),
        ("crosby-2000", "another condition (cancer neuropathic pain)"),
        ("crosby-2000", "another time (within four hours of the infusion)"),
        ("brill-2002", "another outcome"),
        ("brill-2002", "another time (during the infusion)"),
        ("brill-2002", "another series (1 infusion)"),
        ("brill-2002", "how many there were is disputed"),
        ("arai-2013", "given together with lidocaine"),
        ("fischer-2013", NO_COUNT),
        ("ulugol-2002", "animals (Wistar rat)"),
    ],
)
def test_an_arm_of_magnesium_is_left_out_with_its_reason(study: str, reason: str) -> None:
    assert reason in reasons(of(), study)


@pytest.mark.parametrize("reason", ["another condition (headache)", "another time", "another series", "disputed"])
def test_the_largest_series_of_ketamine_answers_another_question(reason: str) -> None:
    assert reason in reasons(of("kim-2015-ketamine"), "krusz-2010")


def test_no_arm_counts_twice_and_none_is_lost() -> None:
    for regimen in the_catalog().regimens.values():
        for asked in asked_of(regimen, the_catalog()):
            found = of(regimen.id, asked)
            left = [(one.study, one.arm) for one in found.left_out]
            counted = [(one.study, one.arm) for one in found.arms]
            assert len({*left, *counted}) == len(left) + len(counted)
            assert all(one.reasons for one in found.left_out)
            known = {(study.id, arm.label) for study in the_catalog().studies.values() for arm in study.arms}
            assert {*left, *counted} <= known


def test_parts_of_an_arm_and_arms_together_never_count() -> None:
    # Two arms of six, and twelve of both; forty, and its halves by ionised magnesium.
    found = of("crosby-2000-magnesium-1g", ask("relief-any", "within-4-hours"))
    assert arms(found) == []
    migraine = the_catalog().regimen("mauskop-1995-magnesium")
    assert [arms(of(migraine.id, asked)) for asked in asked_of(migraine, the_catalog())] == [
        [("mauskop-1995", 35, 40)],
        [("mauskop-1995", 21, 40)],
    ]


@pytest.mark.parametrize(
    ("study", "reason"),
    [
        (coded(condition="migraine"), "another condition (migraine)"),
        (coded(outcome="relief-30"), "another outcome (at least 30 % of their pain gone)"),
        (coded(days=Decimal(22), window="4-weeks"), "another time (four weeks after the last infusion)"),
        (coded(days=None, window="not-stated"), "another time (at a time that is not stated)"),
        (kim(denominator="sessions"), "counts sessions, not people"),
        (kim(events=None), "no whole count"),
        (kim(confidence="unverified"), "UNVERIFIED"),
        (msgspec.structs.replace(kim(), retracted="by the journal"), "retracted: by the journal"),
        (msgspec.structs.replace(kim(), conflicts=(Conflict("number of patients", (), "a", "b"),)), "disputed"),
    ],
)
def test_what_makes_an_arm_unlike_takes_it_out(study: Study, reason: str) -> None:
    found = of(catalog=catalog_with(study))
    assert arms(found) == []
    assert reason in reasons(found, "kim-2015")
    assert found.predicted is None


def test_a_day_within_the_week_of_the_prior_still_counts() -> None:
    assert arms(of(catalog=catalog_with(coded(days=Decimal(21), window="not-stated")))) == [("kim-2015", 7, 15)]


def test_within_the_first_week_only_the_same_window_counts() -> None:
    # A week's width about the day of the infusion would take what was seen during it for what was seen a week later.
    assert arms(of(asked=ask("relief-50", "24-hours"), catalog=catalog_with(coded(days=Decimal(1))))) == []


def test_a_recalled_study_tells_nothing() -> None:
    known = the_catalog()
    recall = Recall("kim-2015", "numbers withdrawn", "editors", known.questions["harms"].read_on)  # type: ignore[arg-type]
    found = of(catalog=msgspec.structs.replace(known, recalls={"kim-2015": recall}))
    assert arms(found) == []
    assert "recalled: numbers withdrawn" in reasons(found, "kim-2015")


def test_another_series_counts_only_when_asked() -> None:
    assert arms(of("brill-2002-magnesium")) == []
    assert reasons(of("brill-2002-magnesium"), "kim-2015") == "another series (3 infusions, 2 days apart)"
    assert arms(of("brill-2002-magnesium", any_series=True)) == [("kim-2015", 7, 15)]


def test_another_dose_counts_only_when_asked() -> None:
    assert reasons(of("cheong-2006-magnesium"), "kim-2015") == "another dose (30 mg/kg)"
    assert arms(of("cheong-2006-magnesium", any_dose=True)) == [("kim-2015", 7, 15)]


def test_an_own_count_stands_beside_the_published_ones_under_its_label_and_narrows_what_is_believed() -> None:
    ours = own_arm("our clinic, 2026", events=9, n=20)
    alone, both = of(), of(ours=[ours])
    assert [(one.arm, one.is_ours) for one in both.arms] == [("Magnesium sulfate", False), ("our clinic, 2026", True)]
    assert alone.predicted is not None
    assert both.predicted is not None
    assert (
        both.predicted.mean.upper - both.predicted.mean.lower < alone.predicted.mean.upper - alone.predicted.mean.lower
    )
    assert (ours.lower, ours.upper) == pytest.approx((0.258, 0.658), abs=0.001)  # Wilson by hand: 9 of 20


def test_an_own_count_alone_is_enough() -> None:
    found = of("collins-2009-magnesium", ours=[own_arm("ours", events=3, n=8)])
    assert found.predicted is not None
    assert [one.is_ours for one in found.arms] == [True]


def test_an_own_count_that_cannot_be_is_refused() -> None:
    with pytest.raises(EvidenceError):
        own_arm("ours", events=9, n=8)


def test_without_the_prior_nothing_is_predicted_silently() -> None:
    with pytest.raises(UnknownName, match="responder-share"):
        of(catalog=msgspec.structs.replace(the_catalog(), priors={}))


def test_what_is_asked_is_what_the_study_counted_as_relief_and_else_half_at_two_weeks() -> None:
    known = the_catalog()
    assert [one.outcome for one in asked_of(known.regimen(KIM), known)] == ["relief-50", "relief-30"]
    assert asked_of(known.regimen("collins-2009-magnesium"), known) == (HALF,)
    assert "none" not in [one.outcome for one in asked_of(known.regimen("crosby-2000-magnesium-1g"), known)]
    assert HALF.days == 14


def test_a_grade_is_that_of_a_body_that_holds_the_arm_by_itself() -> None:
    assert (of().certainty or "").startswith("very low (magnesium-in-neuralgia")
    # The comparison of both drugs is graded, too; it says nothing of one arm alone.
    known = the_catalog()
    compared = {"ketamine-or-magnesium": known.questions["ketamine-or-magnesium"]}
    assert of("kim-2015-ketamine", catalog=msgspec.structs.replace(known, questions=compared)).certainty is None
