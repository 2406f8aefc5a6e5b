"""From events to the state of a course: a pure fold. `evolve` never judges; what may happen is judged by `decide`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, TypeVar

from msgspec.structs import replace

from assuage.course.event import (
    Called,
    Cancelled,
    Checked,
    Closed,
    Contacted,
    Corrected,
    Decided,
    Discharged,
    Ended,
    FactsRecorded,
    Flushed,
    Happening,
    Harmed,
    MeasureBegun,
    MeasureEnded,
    Moved,
    Observed,
    Ordered,
    Overridden,
    Paused,
    PortionGiven,
    Prepared,
    RateChanged,
    Reconciled,
    Recorded,
    Referred,
    Resumed,
    Scored,
    Screened,
    Signed,
    Started,
    Stopped,
)
from assuage.course.people import Person
from assuage.course.state import NOTHING, Course, Measure, OrderState, Segment, SessionState

E = TypeVar("E")
Step = Callable[[Course, Any, Recorded], Course]
STEPS: dict[type, Step] = {}


def fold(records: Iterable[Recorded]) -> Course:
    """The state after these events, with corrections applied: what a correction replaced is read as it should have been.

    Holds     a function of the events alone; folding a prefix and then the rest is folding all of it, unless the rest
              corrects the prefix
    Checked   tests/laws/test_course_machine.py
    """
    kept = list(records)
    instead: dict[int, Happening | None] = {}
    for one in kept:
        if isinstance(one.event, Corrected):
            instead[one.event.number] = one.event.instead
    state = reduce(evolve, (mended for one in kept if (mended := _mended(one, instead)) is not None), Course())
    return replace(
        state,
        version=len(kept),
        corrected=frozenset(instead),
        keys=frozenset(one.key for one in kept),
    )


def _mended(one: Recorded, instead: dict[int, Happening | None]) -> Recorded | None:
    """The record as it should have been; none where it was taken back."""
    if isinstance(one.event, Corrected) or one.number not in instead:
        return one
    event = instead[one.number]
    return None if event is None else replace(one, event=event)


def evolve(state: Course, one: Recorded) -> Course:
    """The state after one more event. An event that cannot apply (a session that is not there) changes only the version."""
    step = STEPS.get(type(one.event))
    after = step(state, one.event, one) if step else state
    return replace(after, version=one.number, keys=state.keys | {one.key})


def _on(kind: type[E]) -> Callable[[Callable[[Course, E, Recorded], Course]], Callable[[Course, E, Recorded], Course]]:
    def register(step: Callable[[Course, E, Recorded], Course]) -> Callable[[Course, E, Recorded], Course]:
        STEPS[kind] = step
        return step

    return register


def actor(one: Recorded) -> str:
    """The id of the person who put it on record; the word for what did where it was no person."""
    return one.by.id if isinstance(one.by, Person) else one.by.what


@_on(Referred)
def _referred(state: Course, event: Referred, _: Recorded) -> Course:
    return replace(state, referred=event)


@_on(FactsRecorded)
def _facts(state: Course, event: FactsRecorded, one: Recorded) -> Course:
    before = (*state.earlier_facts, (state.facts_number, state.facts)) if state.facts else state.earlier_facts
    return replace(state, facts=event, facts_number=one.number, earlier_facts=before)


@_on(Screened)
def _screened(state: Course, event: Screened, one: Recorded) -> Course:
    return replace(state, screenings=(*state.screenings, (one.number, event)))


@_on(Overridden)
def _overridden(state: Course, event: Overridden, _: Recorded) -> Course:
    return replace(state, overrides=(*state.overrides, event))


@_on(Ordered)
def _ordered(state: Course, event: Ordered, one: Recorded) -> Course:
    """A new order: the one before is replaced; sessions not begun are those of the new one."""
    orders = tuple(
        replace(each, standing="replaced") if each.standing not in ("replaced", "cancelled") else each
        for each in state.orders
    )
    begun = [each for each in state.sessions if each.has_begun]
    taken = {each.number for each in begun}
    fresh = [
        SessionState(planned=each, order=event.order.number)
        for each in event.order.sessions
        if each.number not in taken
    ]
    both = tuple(sorted([*begun, *fresh], key=lambda each: each.number))
    return replace(state, orders=(*orders, OrderState(order=event.order, by=actor(one))), sessions=both)


def _with_order(state: Course, number: int, change: Callable[[OrderState], OrderState]) -> Course:
    orders = tuple(change(each) if each.order.number == number else each for each in state.orders)
    return replace(state, orders=orders)


@_on(Checked)
def _checked(state: Course, event: Checked, one: Recorded) -> Course:
    def change(order: OrderState) -> OrderState:
        standing = "checked" if not event.differences and order.standing == "draft" else order.standing
        return replace(order, checks=(*order.checks, (actor(one), event)), standing=standing)

    return _with_order(state, event.order, change)


@_on(Signed)
def _signed(state: Course, event: Signed, one: Recorded) -> Course:
    return _with_order(
        state, event.order, lambda order: replace(order, standing="signed", signed=event, signed_by=actor(one))
    )


@_on(Cancelled)
def _cancelled(state: Course, event: Cancelled, _: Recorded) -> Course:
    if event.session is not None:
        return _with_session(state, event.session, lambda each: replace(each, status="cancelled"))
    sessions = tuple(
        replace(each, status="cancelled") if each.order == event.order and not each.has_begun else each
        for each in state.sessions
    )
    cancelled = _with_order(state, event.order, lambda order: replace(order, standing="cancelled"))
    return replace(cancelled, sessions=sessions)


def _with_session(state: Course, number: int, change: Callable[[SessionState], SessionState]) -> Course:
    sessions = tuple(change(each) if each.number == number else each for each in state.sessions)
    return replace(state, sessions=sessions)


@_on(Prepared)
def _prepared(state: Course, event: Prepared, one: Recorded) -> Course:
    return _with_session(
        state,
        event.session,
        lambda each: replace(each, status="prepared", prepared=event, prepared_by=actor(one)),
    )


@_on(Started)
def _started(state: Course, event: Started, _: Recorded) -> Course:
    segments = (Segment(event.at, event.rate),) if event.rate is not None else ()
    return _with_session(
        state, event.session, lambda each: replace(each, status="running", started=event, segments=segments)
    )


@_on(Observed)
def _observed(state: Course, event: Observed, one: Recorded) -> Course:
    return _with_session(
        state, event.session, lambda each: replace(each, observed=(*each.observed, (one.number, event)))
    )


@_on(RateChanged)
def _rate_changed(state: Course, event: RateChanged, _: Recorded) -> Course:
    return _segment(state, event.session, Segment(event.at, event.rate, event.volume))


@_on(Paused)
def _paused(state: Course, event: Paused, _: Recorded) -> Course:
    stood = _segment(state, event.session, Segment(event.at, NOTHING, event.volume))
    return _with_session(stood, event.session, lambda each: replace(each, status="paused"))


@_on(Resumed)
def _resumed(state: Course, event: Resumed, _: Recorded) -> Course:
    ran = state
    if event.rate is not None:
        ran = _segment(state, event.session, Segment(event.at, event.rate, event.volume))
    return _with_session(ran, event.session, lambda each: replace(each, status="running"))


def _segment(state: Course, session: int, segment: Segment) -> Course:
    return _with_session(state, session, lambda each: replace(each, segments=(*each.segments, segment)))


@_on(Stopped)
def _stopped(state: Course, event: Stopped, _: Recorded) -> Course:
    stood = _segment(state, event.session, Segment(event.at, NOTHING, event.volume))
    return _with_session(
        stood,
        event.session,
        lambda each: replace(each, status="stopped", ended_at=event.at, stopped_because=event.because),
    )


@_on(Ended)
def _ended(state: Course, event: Ended, _: Recorded) -> Course:
    stood = _segment(state, event.session, Segment(event.at, NOTHING, event.volume))
    return _with_session(stood, event.session, lambda each: replace(each, status="ended", ended_at=event.at))


@_on(PortionGiven)
def _portion(state: Course, event: PortionGiven, _: Recorded) -> Course:
    return _with_session(state, event.session, lambda each: replace(each, portions=(*each.portions, event)))


@_on(Flushed)
def _flushed(state: Course, event: Flushed, _: Recorded) -> Course:
    return _with_session(state, event.session, lambda each: replace(each, flushed=(*each.flushed, event)))


@_on(Reconciled)
def _reconciled(state: Course, event: Reconciled, _: Recorded) -> Course:
    return _with_session(state, event.session, lambda each: replace(each, reconciled=event))


@_on(Discharged)
def _discharged(state: Course, event: Discharged, _: Recorded) -> Course:
    return _with_session(state, event.session, lambda each: replace(each, discharged=event))


@_on(Harmed)
def _harmed(state: Course, event: Harmed, one: Recorded) -> Course:
    found = replace(state, harms=(*state.harms, (one.number, event)))
    if event.session is None:
        return found
    return _with_session(found, event.session, lambda each: replace(each, harms=(*each.harms, one.number)))


@_on(Called)
def _called(state: Course, event: Called, _: Recorded) -> Course:
    return _with_session(state, event.session, lambda each: replace(each, called=(*each.called, event)))


@_on(Scored)
def _scored(state: Course, event: Scored, one: Recorded) -> Course:
    return replace(state, scores=(*state.scores, (one.number, event)))


@_on(Contacted)
def _contacted(state: Course, event: Contacted, one: Recorded) -> Course:
    return replace(state, contacts=(*state.contacts, (one.number, event)))


@_on(MeasureBegun)
def _measure_begun(state: Course, event: MeasureBegun, _: Recorded) -> Course:
    return replace(state, measures=(*state.measures, Measure(event)))


@_on(MeasureEnded)
def _measure_ended(state: Course, event: MeasureEnded, _: Recorded) -> Course:
    measures = tuple(
        replace(each, ended=event) if each.begun.measure == event.measure else each for each in state.measures
    )
    return replace(state, measures=measures)


@_on(Decided)
def _decided(state: Course, _: Decided, __: Recorded) -> Course:
    return state


@_on(Moved)
def _moved(state: Course, event: Moved, one: Recorded) -> Course:
    """What was entered on the wrong patient keeps its events; facts and screening of that entry hold for nobody."""
    after = replace(state, moves=(*state.moves, (one.number, event)))
    if event.why == "same person":
        return after
    before = (*state.earlier_facts, (state.facts_number, state.facts)) if state.facts else state.earlier_facts
    return replace(after, facts=None, facts_number=0, earlier_facts=before, screenings=(), overrides=())


@_on(Closed)
def _closed(state: Course, event: Closed, _: Recorded) -> Course:
    return replace(state, closed=event.because)


# Every kind of event has a step, so that none is silently without effect.
_ALL: tuple[type, ...] = (*Happening.__args__, Corrected)
assert set(_ALL) - {Corrected} == set(STEPS), "an event without a step"
