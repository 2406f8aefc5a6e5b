"""Today: who is treated, what is missing, what is due next; below it, the follow-ups that are due, day 14 first."""

from __future__ import annotations

import datetime as dt

from starlette.responses import Response

from assuage.registry.lists import Line, follow_ups_due, open_courses
from assuage.web.asked import Asked
from assuage.web.rendering import page
from assuage.web.route import CLINICIANS, Route

# Clinical need first: what runs, what must be settled, what waits for somebody, what comes.
ORDER = (
    "running", "to reconcile", "prepared", "waiting for a check", "waiting for a signature", "ready", "between infusions", "ordering",
    "screening", "referred", "not eligible", "follow-up", "scored",
)  # fmt: skip
FOLLOW_UPS = ("day 14", "call", "week 4", "week 8", "week 12")


def show(asked: Asked) -> Response:
    """The list, and the follow-ups."""
    registry = asked.settings.registry
    wanted = asked.asks("stage")
    with registry.reading() as connection:
        lines = sorted(open_courses(connection, registry), key=_need)
        follow_ups = sorted(
            follow_ups_due(connection, registry, now=asked.now), key=lambda one: (FOLLOW_UPS.index(one.what), one.at)
        )
    counts = {stage: sum(one.stage == stage for one in lines) for stage in ORDER}
    shown = [one for one in lines if not wanted or one.stage == wanted]
    asked.note("read today")
    return page(asked, "today.html", lines=shown, counts=counts, wanted=wanted, follow_ups=follow_ups, all=len(lines))


def _need(one: Line) -> tuple[int, dt.datetime]:
    stage = ORDER.index(one.stage) if one.stage in ORDER else len(ORDER)
    return stage, one.next_at or dt.datetime.max.replace(tzinfo=dt.UTC)


ROUTES = (Route("/", "today", show, CLINICIANS),)
