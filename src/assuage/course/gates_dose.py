"""Would this session, on top of what was given, cross a limit? The same limits as for a plan, on delivered volumes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from assuage.catalog import Catalog
from assuage.course.command import Surroundings, told
from assuage.course.event import Started
from assuage.course.ledger import GivenDose, all_doses, planned_doses
from assuage.course.order import Order, OrderedDrug
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


def beyond_ceiling(order: Order, catalog: Catalog) -> Iterator[Finding]:
    """A finding for each session of an order that alone crosses a ceiling nobody may override: a digit too many.

    Give      the order with its own numbers, wherever they came from; the catalog
    Holds     a plan refuses the same dose; here it is refused again where an order did not come from a plan
    """
    for session in order.sessions:
        for one in session.drugs:
            for limit in catalog.limits.values():
                if (
                    limit.drug != one.drug
                    or limit.severity != "refuse"
                    or limit.above is None
                    or limit.route not in (None, session.route)
                ):
                    continue
                found = _of_one_session(limit, one, order.weight)
                if found is not None and found.compare(limit.bound_quantity) > 0:
                    sources = tuple(dict.fromkeys(claim.source for claim in limit.bound.claims))
                    said = limit.sentence.format(found=show(found.to_places(1)), bound=show(limit.bound_quantity))
                    yield told(f"ceiling-{limit.id}", f"Session {session.number}: {said}", reason=limit.reason, resolve=limit.resolve,
                               severity="refuse", sources=sources)  # fmt: skip


def _of_one_session(limit: Limit, one: OrderedDrug, weight: Quantity | None) -> Quantity | None:
    """What one session has of a measure; none for a measure of rates, or one that needs a weight nobody has."""
    dose = one.dose.to("mg")
    if limit.measure in ("dose", *TIMED):
        return dose
    if limit.measure == "dose-per-kg" and limit.weight == "actual" and weight is not None:
        return dose.over(weight.to("kg"), "mg/kg")
    return None


def _beside(limit: Limit, doses: list[GivenDose]) -> Iterator[Finding]:
    whole = Quantity(sum((one.dose.to("mg").value for one in doses), Decimal(0)), "mg")
    if whole.compare(limit.bound_quantity) <= 0:
        return
    unknown = "" if all(one.is_certain for one in doses) else " A delivery that is not known counts whole."
    sources = tuple(dict.fromkeys(claim.source for claim in limit.bound.claims))
    said = limit.sentence.format(found=show(whole), bound=show(limit.bound_quantity))
    yield told(f"total-{limit.id}", f"With this session: {said}{unknown}", reason=limit.reason, resolve=limit.resolve,
               severity=limit.severity, sources=sources)  # fmt: skip
