"""Would this session, on top of what was given, cross a limit? The same limits as for a plan, on delivered volumes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from assuage.course.command import Surroundings, told
from assuage.course.event import Started
from assuage.course.ledger import GivenDose, all_doses, planned_doses
from assuage.course.state import Course, SessionState
from assuage.drug import Limit
from assuage.finding import Finding
from assuage.quantity import Quantity, show

TIMED = ("dose-per-24h", "dose-per-48h")
SERIES = "dose-per-series"


def crossed(state: Course, session: SessionState, started: Started, around: Surroundings) -> Iterator[Finding]:
    """A finding for each limit over a stretch of time that what was given and this session together would cross.

    Holds     a delivery that is not known counts whole; a limit is crossed on the numbers that were delivered
    Checked   tests/spec/test_course_gates.py
    """
    coming = planned_doses(session, started.at)
    before = [one for one in (*all_doses(state), *around.elsewhere) if one.at <= started.at]
    here = [one for one in before if not one.course]
    for limit in around.catalog.limits.values():
        mine = [one for one in coming if one.drug == limit.drug]
        if not mine or limit.above is None or limit.route not in (None, session.planned.route):
            continue
        if limit.measure in TIMED:
            hours = int(limit.measure.removeprefix("dose-per-").removesuffix("h"))
            since = started.at - dt.timedelta(hours=hours)
            counted = [one for one in before if one.at > since]
        elif limit.measure == SERIES:
            counted = here
        else:
            continue
        yield from _beside(limit, [*(one for one in counted if one.drug == limit.drug), *mine])


def _beside(limit: Limit, doses: list[GivenDose]) -> Iterator[Finding]:
    whole = Quantity(sum((one.dose.to("mg").value for one in doses), Decimal(0)), "mg")
    if whole.compare(limit.bound_quantity) <= 0:
        return
    unknown = "" if all(one.is_certain for one in doses) else " A delivery that is not known counts whole."
    sources = tuple(dict.fromkeys(claim.source for claim in limit.bound.claims))
    said = limit.sentence.format(found=show(whole), bound=show(limit.bound_quantity))
    yield told(f"total-{limit.id}", f"With this session: {said}{unknown}", reason=limit.reason, resolve=limit.resolve,
               severity=limit.severity, sources=sources)  # fmt: skip
