"""What must hold of any answer: order, mirrors, more people, and that what is not known never becomes known."""

from __future__ import annotations

from math import isfinite

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.questions import (
    arm_study,
    arms_body,
    body,
    coded,
    grade,
    pool,
    question,
    responders,
    study,
    trial,
    trials_body,
)
from tests.questions import catalog as small

from assuage.errors import EvidenceError
from assuage.evidence.answer import answer, body_found
from assuage.evidence.answered import BodyFound, PoolFound, Span
from assuage.evidence.difference import newcombe
from assuage.evidence.effect import Count
from assuage.evidence.paired import PairedCount, newcombe_paired
from assuage.evidence.risk import GRAVE, ORDER, overall
from assuage.question import Body, Risk, Row

# Quantiles are found to 1e-10 on the scale of analysis, over nodes that move with the order of the studies.
CLOSE = 1e-6
SLOW = settings(max_examples=6, deadline=None)
FEW = st.integers(2, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
TRIAL = st.tuples(FEW, FEW)


def pool_of(found: BodyFound) -> PoolFound:
    assert found.pool is not None
    return found.pool


def ends(span: Span) -> tuple[float, float, float]:
    return span.value, span.lower, span.upper


def arms(counts: list[tuple[int, int]]) -> tuple[Body, object]:
    studies = [arm_study(f"s{at}-2020", *one) for at, one in enumerate(counts)]
    return arms_body(*studies), small(*studies)


@SLOW
@given(counts=st.lists(FEW, min_size=2, max_size=4))
def test_the_order_of_rows_changes_no_number(counts: list[tuple[int, int]]) -> None:
    one, known = arms(counts)
    turned = msgspec.structs.replace(one, rows=one.rows[::-1])
    first, second = pool_of(body_found(one, known)), pool_of(body_found(turned, known))  # type: ignore[arg-type]
    assert ends(first.lead.span) == pytest.approx(ends(second.lead.span), abs=CLOSE)
    assert {one.study: one.span.value for one in first.without} == pytest.approx(
        {one.study: one.span.value for one in second.without}, abs=CLOSE
    )


@SLOW
@given(counts=st.lists(FEW, min_size=2, max_size=4))
def test_counting_the_others_mirrors_the_answer(counts: list[tuple[int, int]]) -> None:
    found = pool_of(body_found(*arms(counts)))  # type: ignore[arg-type]
    others = pool_of(body_found(*arms([(n - events, n) for events, n in counts])))  # type: ignore[arg-type]
    value, lower, upper = ends(others.lead.span)
    assert ends(found.lead.span) == pytest.approx((1 - value, 1 - upper, 1 - lower), abs=1e-5)


@SLOW
@given(events=st.integers(2, 18), k=st.integers(2, 4))
def test_one_more_study_with_the_same_share_narrows_the_interval(events: int, k: int) -> None:
    spans = [pool_of(body_found(*arms([(events, 20)] * many))).lead.span for many in (k, k + 1)]  # type: ignore[arg-type]
    assert spans[1].upper - spans[1].lower < spans[0].upper - spans[0].lower


@SLOW
@given(pairs=st.lists(TRIAL, min_size=2, max_size=3))
def test_swapping_the_arms_of_trials_turns_the_difference(pairs: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    there = [trial(f"s{at}-2020", *one) for at, one in enumerate(pairs)]
    back = trials_body("RD", *there)
    turned = msgspec.structs.replace(back, rows=tuple(Row(one.id, "m", "k") for one in there))
    flat = pool("contrasts", mean=None, mean_sd=None)
    found, other = (
        pool_of(body_found(msgspec.structs.replace(one, pool=flat), small(*there))) for one in (back, turned)
    )
    value, lower, upper = ends(other.lead.span)
    assert ends(found.lead.span) == pytest.approx((-value, -upper, -lower), abs=CLOSE)
    assert found.chance_better is not None
    assert other.chance_better is not None
    assert found.chance_better + other.chance_better == pytest.approx(1, abs=CLOSE)


@SLOW
@given(pairs=st.lists(TRIAL, min_size=2, max_size=3), measure=st.sampled_from(["OR", "RR", "RD"]))
def test_nothing_is_nan_and_weights_are_whole(
    pairs: list[tuple[tuple[int, int], tuple[int, int]]], measure: str
) -> None:
    there = [trial(f"s{at}-2020", *one) for at, one in enumerate(pairs)]
    found = body_found(trials_body(measure, *there), small(*there))
    for row in found.rows:
        assert (row.span is None) == bool(row.why_not)
        if row.span is not None:
            assert isfinite(row.span.value)
            assert row.span.lower <= row.span.value <= row.span.upper
    if found.pool is None:
        assert found.not_pooled
        return
    assert sum(row.weight or 0 for row in found.rows) == pytest.approx(1)
    for one in found.pool.summaries:
        assert all(isfinite(end) for end in ends(one.span))
        assert one.span.lower <= one.span.value <= one.span.upper
    assert 0 <= (found.pool.chance_better or 0) <= 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("condition", "migraine"),
        ("outcome", "relief-30"),
        ("window", "4-weeks"),
        ("drugs", ("ketamine",)),
        ("species", "rat"),
    ],
)
def test_what_differs_is_pooled_only_where_it_is_named(field: str, value: object) -> None:
    names = {"outcome": "outcome", "window": "time", "drugs": "drug"}
    name = names.get(field, field)
    there = arm_study("a-2020", 7, 15), arm_study("b-2020", 8, 15, **{field: value})
    with pytest.raises(EvidenceError, match="differ in"):
        body_found(arms_body(*there), small(*there))
    named = (name, "counted") if name == "species" else (name,)
    found = body_found(arms_body(*there, pool=pool("arms", mixed_on_purpose=named)), small(*there))
    assert len(pool_of(found).mixed) == len(named)
    assert "Mixed on purpose" in found.sentence


def test_two_things_not_stated_are_not_alike() -> None:
    there = [arm_study(f"{name}-2020", 7, 15, window="not-stated") for name in ("a", "b")]
    with pytest.raises(EvidenceError, match="not stated in a-2020, b-2020"):
        body_found(arms_body(*there), small(*there))


def test_one_study_is_never_a_pool() -> None:
    one = arm_study("a-2020", 7, 15)
    with pytest.raises(EvidenceError, match="1 study to pool"):
        body_found(arms_body(one), small(one))


def test_rows_that_no_pool_can_use_leave_a_reason_and_no_pool() -> None:
    counted, not_counted = arm_study("a-2020", 7, 15), study("b-2020", [responders("M", None, 15, code=coded("m"))])
    found = body_found(arms_body(counted, not_counted), small(counted, not_counted))
    assert found.pool is None
    assert found.not_pooled is not None
    assert "one study is not a pool" in found.not_pooled
    assert "B 2020, M (m)" in found.not_pooled
    assert [row.weight for row in found.rows] == [None, None]


def test_sessions_are_shown_and_never_pooled_as_people() -> None:
    there = [
        study(f"{name}-2020", [responders("M", 7, 15, code=coded("m"), denominator="sessions")]) for name in ("a", "b")
    ]
    found = body_found(arms_body(*there), small(*there))
    assert found.pool is None
    assert all("sessions are counted" in row.cautions[0] for row in found.rows)


@given(known=st.sampled_from(["answered", "partly", "nobody knows"]))
def test_what_nobody_knows_stays_so(known: str) -> None:
    empty = body("PLO", [], not_pooled="Nobody has tried it.")
    found = answer(question(empty, known=known, answer=["Nobody knows."]), small())
    assert found.known == known
    assert found.bodies[0].pool is None
    assert found.bodies[0].certainty is None
    assert "no study gives a number" in found.bodies[0].sentence


@given(risks=st.lists(st.sampled_from(["low", "some concerns", "high"]), min_size=1, max_size=7))
def test_the_overall_risk_is_never_better_than_the_worst_domain(risks: list[Risk]) -> None:
    assert ORDER.index(overall("RoB 2", risks)) >= max(map(ORDER.index, risks))


@given(risks=st.lists(st.sampled_from(["low", "moderate", "serious", "critical"]), min_size=1, max_size=6))
def test_a_domain_without_information_never_clears_a_study(risks: list[Risk]) -> None:
    found = overall("ROBINS-I", [*risks, "no information"])
    assert found == "no information" or found in GRAVE


CELLS = st.tuples(*[st.integers(0, 20)] * 4).filter(lambda cells: sum(cells) > 0)


@given(cells=CELLS)
def test_the_paired_interval_holds_the_difference_and_mirrors(cells: tuple[int, int, int, int]) -> None:
    both, first, second, neither = cells
    one = newcombe_paired(PairedCount(both=both, first_only=first, second_only=second, neither=neither))
    other = newcombe_paired(PairedCount(both=both, first_only=second, second_only=first, neither=neither))
    assert one.lower - 1e-12 <= (first - second) / sum(cells) <= one.upper + 1e-12
    assert (one.lower, one.upper) == pytest.approx((-other.upper, -other.lower), abs=1e-12)
    assert -1 <= one.lower <= one.upper <= 1


@given(first=st.integers(1, 10), n=st.integers(11, 20))
def test_without_correlation_the_paired_interval_is_the_unpaired_one(first: int, n: int) -> None:
    one = newcombe_paired(PairedCount(both=0, first_only=first, second_only=0, neither=n - first))
    other = newcombe(Count(first, n), Count(0, n))
    assert (one.lower, one.upper) == pytest.approx((other.lower, other.upper), abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.integers(-3, 0), min_size=5, max_size=5), starts=st.sampled_from(["high", "low"]))
def test_more_steps_down_never_raise_certainty(steps: list[int], starts: str) -> None:
    names = ("risk of bias", "inconsistency", "indirectness", "imprecision", "publication bias")
    one = body("PLO", [Row("a-2020", "m")], grade=grade(starts, dict(zip(names, steps, strict=True))))
    sure = body_found(one, small(arm_study("a-2020", 7, 15))).certainty
    assert sure is not None
    order = ("very low", "low", "moderate", "high")
    assert order.index(sure.level) == max(0, order.index(starts) + sum(steps))
