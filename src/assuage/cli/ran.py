"""A file of how pumps really ran, read strictly: rates, volumes, pauses, each session's own start. Every problem at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from assuage.cli.asked import Asked
from assuage.cli.moment import read_start
from assuage.cli.reading import read_text
from assuage.document import Node, read
from assuage.document.shape import Shaper
from assuage.errors import AssuageError, DocumentError, PlanError, Problem
from assuage.plan.model import Plan, Session
from assuage.plan.pumped import Flow, Ran, flows_of
from assuage.quantity import Quantity

# A pump counts what it moved to about this share; what was made and flushed is not exceeded by more.
TRUE_TO = 1.05


class Stretch(msgspec.Struct, frozen=True):
    """The pump for a while as it is written: at a rate until it has moved a volume, or a pause."""

    rate: Quantity | None = None
    volume: Quantity | None = None
    pause: Quantity | None = None


class RanSession(msgspec.Struct, frozen=True):
    """One session as it is written: its number in the plan, when it really began, and what the pump did, in order."""

    session: int
    start: str
    pump: tuple[Stretch, ...]


def read_ran_file(place: str, plan: Plan, asked: Asked) -> Mapping[int, Ran]:
    """The sessions of a file by their numbers. Errors: `PlanError`, `DocumentError` with every problem."""
    node = _listed(place, asked)
    found: dict[int, Ran] = {}
    problems: list[Problem] = []
    for child in node.value:
        shaper = Shaper(("ran",))
        entry = shaper.convert(child, RanSession)
        problems += shaper.problems
        if shaper.problems or not isinstance(entry, RanSession):
            continue
        if entry.session in found:
            problems.append(
                Problem(
                    f"session {entry.session} twice",
                    child.where,
                    "each session once",
                    "put its stretches into one list",
                )
            )
        one, wrong = _ran(entry, child, plan, asked)
        problems += wrong
        if one is not None:
            found[entry.session] = one
    if not problems:
        problems += _out_of_order(found, plan, asked, node)
    if problems:
        raise DocumentError(*problems)
    return found


def _listed(place: str, asked: Asked) -> Node:
    """The list of sessions in a file."""
    if asked.start is None:
        raise PlanError(
            Problem(
                "how a pump ran without a start",
                "--ran",
                "--start: the first session, as it was planned",
                "add --start",
            )
        )
    node = read(read_text(Path(place), "file of how the pump ran"), place)
    if node.kind != "sequence" or not node.value:
        raise DocumentError(
            Problem("this is no list of sessions", node.where, "a list of one session or more",
                    "begin each with a dash: - {session: 1, start: 2026-11-30T09:05, pump: [{rate: 100 mL/h, volume: 50 mL}]}")
        )  # fmt: skip
    return node


def _ran(entry: RanSession, node: Node, plan: Plan, asked: Asked) -> tuple[Ran | None, list[Problem]]:
    sessions = plan.preparation.sessions if plan.preparation else ()
    session = next((one for one in sessions if one.number == entry.session), None)
    if session is None:
        return None, [Problem(f"session {entry.session}, and the plan has {len(sessions)}", node.where, f"a session from 1 to {len(sessions)}", "correct the number")]  # fmt: skip
    if session.vehicle is None:
        return None, [Problem(f"session {entry.session} is injected: no pump runs", node.where, "a session with an infusion", "leave it out")]  # fmt: skip
    problems = [problem for number, one in enumerate(entry.pump, 1) for problem in _stretch_problems(one, number, node)]
    if not entry.pump:
        problems.append(Problem("no stretch of the pump", node.where, "one stretch or more", "write one pause for a session that was not given, or leave the session out"))  # fmt: skip
    start_h = None
    try:
        at, _ = read_start(entry.start, tz=str(asked.start.tzinfo) if asked.start else None, clinic=asked.clinic)
        start_h = (at - asked.start) / dt.timedelta(hours=1) if asked.start else None
    except AssuageError as error:
        problems += [Problem(one.what, node.where, one.expected, one.do) for one in error.problems]
    if problems or start_h is None:
        return None, problems
    flows = tuple(_flow(one) for one in entry.pump)
    problems = list(_too_much(flows, session, node))
    return (None if problems else Ran(start_h, flows)), problems


def _flow(one: Stretch) -> Flow:
    if one.pause is not None:
        return Flow(0.0, 0.0, float(one.pause.to("h").value))
    assert one.rate is not None
    assert one.volume is not None
    return Flow(float(one.volume.to("mL").value), float(one.rate.to("mL/h").value))


def _stretch_problems(one: Stretch, number: int, node: Node) -> Iterator[Problem]:
    where = f"{node.where}, stretch {number}"
    is_pause = one.pause is not None and one.rate is None and one.volume is None
    is_run = one.pause is None and one.rate is not None and one.volume is not None
    if not (is_pause or is_run):
        yield Problem("neither a rate with its volume nor a pause alone", where, "{rate: 100 mL/h, volume: 50 mL} or {pause: 20 min}",
                      "write one of the two")  # fmt: skip
        return
    for name, value, unit in (("rate", one.rate, "mL/h"), ("volume", one.volume, "mL"), ("pause", one.pause, "h")):
        if value is None:
            continue
        try:
            is_above = value.to(unit).value > 0
        except AssuageError:
            yield Problem(
                f"{value.unit} is no unit of a {name}", where, f"a {name}, such as in {unit}", "correct the unit"
            )
            continue
        if not is_above:
            yield Problem(f"the {name} is {value.value:f} {value.unit}", where, f"a {name} above 0", "write a pause where the pump stood; leave out what was not moved")  # fmt: skip


def _too_much(flows: tuple[Flow, ...], session: Session, node: Node) -> Iterator[Problem]:
    moved, made = (sum(flow.volume_ml for flow in each) for each in (flows, flows_of(session)))
    if moved > made * TRUE_TO:
        yield Problem(f"the pump moved {moved:,.4g} mL, and bag and flush hold {made:,.4g} mL", node.where,
                      "what was moved of this bag and its flush", "correct the volumes; another bag is another plan")  # fmt: skip


def _out_of_order(found: Mapping[int, Ran], plan: Plan, asked: Asked, node: Node) -> Iterator[Problem]:
    """A session that begins while the one before still runs: nobody knows which was meant."""
    from assuage.plan.pumped import hours_since

    sessions = plan.preparation.sessions if plan.preparation else ()
    end_h, before = float("-inf"), 0
    for session in sessions:
        planned = Ran(hours_since(session, sessions[0]), flows_of(session) if session.vehicle is not None else ())
        ran = found.get(session.number, planned)
        if ran.start_h < end_h:
            yield Problem(f"session {session.number} begins before session {before} has ended", node.where, "sessions one after another",
                          "correct the start, or how the pump ran")  # fmt: skip
        end_h, before = ran.start_h + sum(_hours(flow) for flow in ran.flows), session.number


def _hours(flow: Flow) -> float:
    return flow.volume_ml / flow.rate_ml_per_h if flow.rate_ml_per_h > 0 else flow.pause_h
