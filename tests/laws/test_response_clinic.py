"""Laws of counting a clinic: counts sum, a missing score never helps, limits hold the rate, more responders raise belief."""

from __future__ import annotations

import datetime as dt

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from assuage.response.believed import updated
from assuage.response.clinic import ANSWERED, STEPS, Figures, by_month, funnel, responders
from assuage.response.harms import rate
from assuage.response.responder import Verdict

TODAY = dt.date(2026, 12, 1)
VERDICTS: tuple[Verdict, ...] = (*ANSWERED, "missing", "undefined", "not due")
PRIOR = (1.0, 0.0, 1.5)


@st.composite
def courses(draw: st.DrawFn) -> Figures:
    day = draw(st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
    return Figures(
        regimen=draw(st.sampled_from(("a", "b", None))), steps=STEPS[: draw(st.integers(0, len(STEPS)))], sessions=(), harms=(),
        is_ordered=True, overridden=(), day_14=day, over=day + dt.timedelta(days=3), verdict=draw(st.sampled_from(VERDICTS)),
        is_answered_for=draw(st.booleans()), relief=None,
    )  # fmt: skip


@given(st.lists(courses(), max_size=30))
def test_every_due_course_is_in_one_count(every: list[Figures]) -> None:
    found = responders(every, today=TODAY)
    for one in found:
        assert one.due == one.answered + one.missing + one.undefined
        assert one.substantial.events <= one.moderate.events <= one.answered
    months = by_month([one for one in every if one.regimen is not None], today=TODAY)
    assert sum(one.due for one in months) == sum(one.due for one in found)
    assert sum(one.missing for one in months) == sum(one.missing for one in found)


@given(st.lists(courses(), min_size=1, max_size=30), courses())
def test_a_missing_score_never_raises_the_headline(every: list[Figures], extra: Figures) -> None:
    regimen = every[0].regimen or "a"
    lost = msgspec.structs.replace(extra, regimen=regimen, verdict="missing", is_answered_for=True)
    before = {one.regimen: one.moderate.mean for one in responders(every, today=TODAY)}
    after = {one.regimen: one.moderate.mean for one in responders([*every, lost], today=TODAY)}
    assert after[regimen] <= before.get(regimen, 0.0)


@given(st.lists(courses(), max_size=30))
def test_no_step_has_more_than_the_step_before(every: list[Figures]) -> None:
    assert all(one.courses <= one.of for one in funnel(every))


@given(st.integers(0, 500), st.integers(1, 2000))
def test_limits_hold_the_rate_and_rise_with_events(events: int, infusions: int) -> None:
    one, more = rate(events, infusions), rate(events + 1, infusions)
    assert one.lower <= one.per_100 <= one.upper
    assert more.lower > one.lower
    assert more.upper > one.upper


@given(st.integers(0, 29))
def test_another_responder_raises_what_is_believed(events: int) -> None:
    fewer, more = (updated(((7, 15),), PRIOR, events=one, n=30) for one in (events, events + 1))
    assert fewer.lower < more.lower
    assert fewer.mean < more.mean
    assert fewer.upper < more.upper
