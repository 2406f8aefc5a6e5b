"""The clinic: how far its courses got, who was better, what was missing, what did harm; each number with how many it is of."""

from __future__ import annotations

import csv
import datetime as dt
import io
import statistics
from functools import lru_cache

from starlette.responses import PlainTextResponse, Response

from assuage.catalog import Catalog
from assuage.course.people import Role
from assuage.registry import figures
from assuage.registry.figures import Left
from assuage.registry.follow_ups import Answers, answers, overdue_days
from assuage.response import clinic as counting
from assuage.response import harms
from assuage.response.believed import believed
from assuage.response.responder import thresholds
from assuage.response.survival import Between
from assuage.screening.same import Same
from assuage.web import counted
from assuage.web.asked import Asked
from assuage.web.counted import Table
from assuage.web.rendering import page
from assuage.web.route import CLINICIANS, Route

MAY: tuple[Role, ...] = (*CLINICIANS, "researcher")
# Who sees counts of a few people: those whom research was allowed to.
SEES_ALL: tuple[Role, ...] = ("researcher",)
# Tables kept while nothing is recorded: for each role's view, of some days and catalogs.
KEPT = 8
# So long one request counts courses; the next goes on from there.
PATIENCE_S = 0.5
LATER = ("follow-up-primary", "follow-up-4-weeks", "follow-up-8-weeks", "follow-up-12-weeks")


def tables(asked: Asked) -> tuple[Table, ...] | Left:
    """Every table of the page, with small counts hidden from who may not see them; or how far counting came."""
    settings = asked.settings
    zone = settings.profile.zone
    every = figures.every(settings.registry, settings.catalog, zone=zone, within_s=PATIENCE_S)
    if isinstance(every, Left):
        return every
    today = asked.now.astimezone(zone).date()
    return _tables(Same(every), Same(settings.catalog), today, asked.person.role in SEES_ALL)


@lru_cache(maxsize=KEPT)
def _tables(
    counts: Same[tuple[counting.Figures, ...]], key: Same[Catalog], today: dt.date, sees_all: bool
) -> tuple[Table, ...]:
    every, catalog = counts.it, key.it
    found = counting.responders(every, today=today)
    pairs = [(one, believed(one.regimen, catalog, events=one.substantial.events, n=one.due)) for one in found]
    days = [int(catalog.practice[one].fact.quantity.to("d").value) for one in LATER]
    moderate, substantial = (f"{one:f}" for one in thresholds(catalog))
    return (
        counted.funnel_table(counting.funnel(every), sees_all=sees_all),
        counted.responder_table(found, limits=(moderate, substantial), sees_all=sees_all),
        counted.believed_table(pairs, sees_all=sees_all),
        counted.relief_table(_lasted(every), days, sees_all=sees_all),
        counted.harm_table(harms.by_drug(every), harms.apart(every), sees_all=sees_all),
        counted.month_table(counting.by_month(every, today=today), sees_all=sees_all),
        counted.override_table(counting.overrides(every), sees_all=sees_all),
    )


def _lasted(every: tuple[counting.Figures, ...]) -> list[tuple[str, tuple[Between, ...]]]:
    regimens = sorted({one.regimen for one in every if one.regimen is not None})
    return [(one, counting.lasted(every, one)) for one in regimens]


def show(asked: Asked) -> Response:
    """The page."""
    registry = asked.settings.registry
    found = tables(asked)
    if isinstance(found, Left):
        answer = page(asked, "clinic_counting.html", left=found)
        # The page asks again by itself, without script, and goes on from where this came to.
        answer.headers["refresh"] = "1"
        return answer
    with registry.reading() as connection:
        open, overdue = answers(connection, now=asked.now), overdue_days(connection, now=asked.now)
    asked.note("read the clinic's figures")
    return page(asked, "clinic.html", tables=found, said=_said(open, overdue), sees_all=asked.person.role in SEES_ALL)


def _said(found: Answers, overdue: tuple[int, ...]) -> str:
    """Follow-up in a sentence."""
    if not found.due:
        return "No two-week score has been due yet."
    said = f"Two-week scores not answered yet: {found.open} of {found.due}."
    if overdue:
        said += f" Days overdue: median {statistics.median(overdue):g}, longest {max(overdue)}."
    return said


def download(asked: Asked) -> Response:
    """The same tables as one file of comma-separated values."""
    found = tables(asked)
    if isinstance(found, Left):
        return PlainTextResponse(
            "Courses are still being counted. Open the clinic's page first.",
            status_code=503,
            headers={"retry-after": "1"},
        )
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("table", "row", "column", "value"))
    for one in found:
        for row in one.rows:
            writer.writerows(
                (one.id, row[0], name, value) for name, value in zip(one.columns[1:], row[1:], strict=True)
            )
    asked.note("downloaded the clinic's figures")
    named = {"content-disposition": f'attachment; filename="clinic-{asked.now:%Y-%m-%d}.csv"'}
    return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


ROUTES = (
    Route("/clinic", "clinic", show, MAY),
    Route("/clinic/figures.csv", "clinic's figures", download, MAY),
)
