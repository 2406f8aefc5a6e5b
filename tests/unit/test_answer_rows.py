"""Rows that cannot be read are refused with their place; rows that hide something say so."""

from __future__ import annotations

import pytest
from tests.questions import (
    arm_study,
    arms_body,
    body,
    claim,
    coded,
    harm,
    outcome,
    pool,
    responders,
    study,
    trial,
)
from tests.questions import catalog as small

from assuage.catalog import Catalog
from assuage.errors import EvidenceError, UnknownName
from assuage.evidence.answer import body_found
from assuage.evidence.answered import ForestRow
from assuage.evidence.stated import matters_of, number_of
from assuage.question import Body, Measured, Row
from assuage.study import Conflict, ConflictValue


def refusal(one: Body, known: Catalog) -> str:
    with pytest.raises(EvidenceError) as refused:
        body_found(one, known)
    problem = refused.value.problems[0]
    assert problem.where
    assert problem.expected
    assert problem.do
    return problem.what


def only(measure: Measured, row: Row, known: Catalog, **other: object) -> ForestRow:
    return body_found(body(measure, [row], **other), known).rows[0]


def test_a_row_that_is_not_coded_is_refused_with_its_place() -> None:
    known = small(study("a-2020", [responders("M", 7, 15, code=None)]))
    with pytest.raises(EvidenceError) as refused:
        body_found(body("PLO", [Row("a-2020", "m")]), known)
    assert "body relief, row a-2020.m" in refused.value.problems[0].where
    assert "an uncoded row is never used" in refused.value.problems[0].do


def test_a_study_that_nobody_knows_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="a-2020"):
        body_found(body("PLO", [Row("a-2021", "m")]), small(arm_study("a-2020", 7, 15)))


@pytest.mark.parametrize(
    ("other", "part"),
    [
        ({"outcome": "relief-30"}, "outcome “relief-50” against “relief-30”"),
        ({"window": "4-weeks"}, "window “2-weeks” against “4-weeks”"),
        ({"condition": "migraine"}, "condition"),
    ],
)
def test_two_arms_that_counted_different_things_are_no_contrast(other: dict[str, str], part: str) -> None:
    rows = [responders("K", 10, 15, code=coded("k")), responders("M", 7, 15, code=coded("m", **other))]
    assert part in refusal(body("RD", [Row("a-2020", "k", "m")]), small(study("a-2020", rows)))


def test_people_against_sessions_and_a_row_against_itself_are_refused() -> None:
    rows = [
        responders("K", 10, 15, code=coded("k")),
        responders("M", 7, 15, code=coded("m"), denominator="sessions"),
    ]
    known = small(study("a-2020", rows))
    assert "a count of patients against one of sessions" in refusal(body("RD", [Row("a-2020", "k", "m")]), known)
    assert "a row against itself" in refusal(body("RD", [Row("a-2020", "k", "k")]), known)


PRINTED = study("p-2020", [
    outcome("K v M", code=coded("or", comparator="placebo"), statistic="odds ratio", value=2, interval=("1", "4")),
    outcome("K v M", code=coded("rr", comparator="placebo"), statistic="risk ratio", value=2, interval=("1", "4")),
    outcome("K v M", code=coded("g", comparator="placebo"), statistic="Hedges g", value=-1, interval=("-2", "0")),
    outcome("K v M", code=coded("turned", comparator="placebo"), statistic="odds ratio", value=5, interval=("1", "4")),
    outcome("K v M", code=coded("md", comparator="placebo"), statistic="mean difference", value=-1, unit="0-10", interval=("-2", "0")),
    outcome("K v M", code=coded("wide", comparator="placebo"), statistic="mean difference", value=-9, unit="0-100", interval=("-20", "0")),
    outcome("K v M", code=coded("less", comparator="placebo"), statistic="reduction", value=2, unit="0-10", interval=("1", "3")),
], arms={"K": 30, "M": 30})  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "row"),
    [("MD", "less"), ("OR", "rr"), ("RR", "or"), ("MD", "g"), ("SMD", "md"), ("RD", "md"), ("PLO", "or")],
)
def test_a_result_printed_on_another_measure_is_refused(measure: Measured, row: str) -> None:
    assert "printed as" in refusal(body(measure, [Row("p-2020", row)]), small(PRINTED))


def test_a_value_outside_its_own_interval_is_refused() -> None:
    assert "5 with the interval 1 to 4" in refusal(body("OR", [Row("p-2020", "turned")]), small(PRINTED))


def test_points_of_ten_and_points_of_a_hundred_are_never_one_mean() -> None:
    rows = [Row("p-2020", "md"), Row("p-2020", "wide")]
    named = pool("differences", mixed_on_purpose=("outcome", "repeated studies"))
    one = body("MD", rows, pool=named, better="lower")
    assert "several units: 0-10 in p-2020; 0-100 in p-2020" in refusal(one, small(PRINTED))


@pytest.mark.parametrize(("measure", "model"), [("PLO", "contrasts"), ("OR", "arms"), ("RD", "differences")])
def test_a_model_of_another_measure_is_refused(measure: Measured, model: str) -> None:
    known = small(trial("a-2020", (10, 20), (5, 20)), trial("b-2020", (6, 10), (3, 10)))
    rows = [Row(name, "m") if measure == "PLO" else Row(name, "k", "m") for name in ("a-2020", "b-2020")]
    assert f"the model “{model}” for the measure {measure}" in refusal(body(measure, rows, pool=pool(model)), known)


def test_counts_are_no_scores_and_scores_are_no_counts() -> None:
    known = small(trial("a-2020", (10, 15), (7, 15)))
    assert "counts in a body of the measure MD" in refusal(body("MD", [Row("a-2020", "k", "m")]), known)
    assert "set against another in a body of shares" in refusal(body("PLO", [Row("a-2020", "k", "m")]), known)


def test_a_mean_without_a_spread_says_why_it_has_no_interval() -> None:
    rows = [
        outcome("K", code=coded("k"), statistic="mean", value=4, unit="0-10", dispersion=2, dispersion_type="SD"),
        outcome("M", code=coded("m"), statistic="mean", value=5, unit="0-10"),
    ]
    found = only("MD", Row("a-2020", "k", "m"), small(study("a-2020", rows, arms={"K": 30, "M": 30})))
    assert found.span is None
    assert found.why_not == "arm M: the mean 5 was printed without a spread: no interval follows"


def test_a_percentage_that_is_no_count_says_so() -> None:
    found = only("PLO", Row("a-2020", "m"), small(study("a-2020", [responders("M", None, 15, code=coded("m"))])))
    assert (found.span, found.why_not) == (None, "the printed percentage is no whole count of the people")


@pytest.mark.parametrize(
    ("first", "second", "measure", "part"),
    [
        ((0, 15), (0, 15), "OR", "no ratio follows"),
        ((15, 15), (15, 15), "OR", "no ratio follows"),
        ((0, 15), (0, 15), "RR", "no ratio follows"),
        ((5, 15), (0, 15), "RR", "no upper end"),
        ((5, 15), (0, 15), "OR", "no upper end"),
    ],
)
def test_an_empty_arm_gives_a_reason_and_no_infinite_number(
    first: tuple[int, int], second: tuple[int, int], measure: Measured, part: str
) -> None:
    found = only(measure, Row("a-2020", "k", "m"), small(trial("a-2020", first, second)))
    assert found.span is None
    assert part in found.why_not


def test_an_empty_first_arm_has_the_exact_interval() -> None:
    found = only("OR", Row("a-2020", "k", "m"), small(trial("a-2020", (0, 15), (5, 15))))
    assert found.span is not None
    assert (found.span.value, found.span.lower) == (0.0, 0.0)
    assert found.span.method == "exact, conditional on the margins"


def test_what_speaks_against_a_row_stands_on_it() -> None:
    row = responders(
        "M", 7, 15, code=coded("m", because="a reader's word"), kind="derived", confidence="low", note="blog only"
    )
    one = study("a-2020", [row], design="uncontrolled series", conflicts=(
        Conflict("dose", (ConflictValue("1 mg/kg", "one"), ConflictValue("30 mg/kg", "other")), "30 mg/kg", "it fits"),
    ))  # fmt: skip
    found = only("PLO", Row("a-2020", "m", note="Six, not seven."), small(one))
    assert found.is_derived
    assert found.disputes == ("dose: 1 mg/kg or 30 mg/kg; used: 30 mg/kg",)
    told = " | ".join(found.cautions)
    for part in ("Six, not seven.", "regression to the mean", "read with low confidence", "blog only", "a reader's word",
                 "computed from a printed percentage"):  # fmt: skip
        assert part in told


def test_an_arm_of_a_trial_is_not_called_uncontrolled_pain() -> None:
    found = only("PLO", Row("a-2020", "m"), small(trial("a-2020", (10, 15), (7, 15))))
    assert any("one arm of a comparison" in caution for caution in found.cautions)


def test_harms_are_counted_as_responders_are() -> None:
    one = study("a-2020", [harm("M", 1, 15, code=coded("h", outcome="nausea"))], arms={"M": 15})
    found = only("PLO", Row("a-2020", "h"), small(one), better="lower")
    assert found.span is not None
    assert found.span.value == pytest.approx(1 / 15)


def test_animals_are_no_people() -> None:
    rats = arm_study("r-2020", 7, 15, species="rat")
    people = arm_study("a-2020", 7, 15)
    assert "“rat” and “people”" in refusal(arms_body(rats, people), small(rats, people))


def test_a_review_is_shown_and_not_pooled() -> None:
    review = study("v-2020", PRINTED.outcomes[:1], record_type="systematic_review")
    one = trial("a-2020", (10, 20), (5, 20))
    rows = [Row("v-2020", "or"), Row("a-2020", "k", "m")]
    named = pool("contrasts", mixed_on_purpose=("drug", "comparator"))
    found = body_found(body("OR", rows, pool=named), small(review, one))
    assert found.pool is None
    assert found.not_pooled is not None
    assert "a pool of other authors" in found.not_pooled
    assert found.rows[0].span is not None


@pytest.mark.parametrize("text", ["about 2", "1,5", "", "2-3"])
def test_a_claim_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError):
        number_of(claim(text), where="here")


def test_what_matters_is_read_on_the_scale_of_the_measure() -> None:
    assert matters_of(claim("10 %"), "RD", where="here") == pytest.approx(0.1)
    assert matters_of(claim("2 points"), "MD", where="here") == 2
    assert matters_of(None, "MD", where="here") is None
    for text, measure in (("10 points", "RD"), ("0 1", "OR"), ("-2 1", "RR")):
        with pytest.raises(EvidenceError):
            matters_of(claim(text), measure, where="here")  # type: ignore[arg-type]


def test_a_retracted_study_is_shown_with_its_words_and_never_pooled() -> None:
    kept = [arm_study(f"{name}-2020", 7, 15) for name in ("a", "b")]
    taken = study(
        "c-2020", [responders("M", 15, 15, code=coded("m"))], arms={"M": 15}, retracted="withdrawn by the journal"
    )
    found = body_found(arms_body(*kept, taken), small(*kept, taken))
    assert found.pool is not None
    assert (found.pool.k, found.pool.people) == (2, 30)
    assert found.rows[2].weight is None
    assert found.rows[2].cautions[0] == "retracted: withdrawn by the journal"
    assert "C 2020, arm M (m) is not in the pool: it was retracted: withdrawn by the journal" in found.pool.notes


def test_people_of_one_study_are_counted_once() -> None:
    """Two arms of 15 and 20 are 35 people; one arm at two times is one arm; the same people twice are themselves."""
    rows = [responders("K", 10, 20, code=coded("k")), responders("M", 7, 15, code=coded("m")),
            responders("M", 6, 15, code=coded("late"))]  # fmt: skip
    named = pool("arms", mixed_on_purpose=("repeated studies",))

    def people(design: str, *names: str) -> int:
        one = study("a-2020", rows, design=design, arms={"K": 20, "M": 15})
        found = body_found(body("PLO", [Row("a-2020", name) for name in names], pool=named), small(one))
        assert found.pool is not None
        return found.pool.people

    assert people("randomised parallel", "k", "m") == 35
    assert people("randomised parallel", "m", "late") == 15
    assert people("randomised crossover", "k", "m") == 20
