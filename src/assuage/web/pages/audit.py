"""Audit: who opened a restricted patient and why, then who read or did what. Ids only; nobody's name is looked up here."""

from __future__ import annotations

import datetime as dt

from starlette.responses import Response

from assuage.registry import audit, glass, readers
from assuage.registry.readers import Wanted
from assuage.web.asked import Asked
from assuage.web.form import Form, typed
from assuage.web.rendering import page
from assuage.web.route import Route

A_DAY = dt.timedelta(days=1)


def show(asked: Asked) -> Response:
    """The newest lines."""
    return _page(asked, Wanted(), Form(asked))


def narrowed(asked: Asked) -> Response:
    """The same, by what was entered: it stands in no address."""
    form = Form(asked)
    first, last = form.day("since", "from day", optional=True), form.day("until", "to day", optional=True)
    before = form.number("before", "line", low=1, high=10**9, optional=True)
    if form.errors:
        return _page(asked, Wanted(), form)
    zone = asked.settings.profile.zone
    return _page(asked, Wanted(
        actor=asked.text("actor"), subject=asked.text("subject"),
        since=dt.datetime.combine(first, dt.time(), zone) if first else None,
        until=dt.datetime.combine(last, dt.time(), zone) + A_DAY if last else None,
        before=int(before) if before is not None else None,
    ), form)  # fmt: skip


def _page(asked: Asked, wanted: Wanted, form: Form) -> Response:
    registry = asked.settings.registry
    with registry.reading() as connection:
        found = readers.lines(connection, wanted)
        openings = [one for one in glass.openings(connection, registry) if _fits(one, wanted)]
    asked.note("read the audit", wanted.subject or None)
    return page(
        asked, "audit.html", status=422 if form.errors else 200, lines=found, openings=openings[: readers.MOST], typed=typed(asked),
        errors=form.errors, more=found[-1].number if len(found) == readers.MOST else None,
    )  # fmt: skip


def _fits(one: glass.Opening, wanted: Wanted) -> bool:
    return (
        (not wanted.actor or one.account == wanted.actor)
        and (not wanted.subject or one.patient == wanted.subject)
        and (wanted.since is None or one.at >= wanted.since)
        and (wanted.until is None or one.at < wanted.until)
    )


def verified(asked: Asked) -> Response:
    """Check the chain of the audit, now."""
    with asked.settings.registry.reading() as connection:
        broken = audit.broken(connection)
    asked.note("verified the audit")
    return page(asked, "audit_verified.html", broken=broken)


ROUTES = (
    Route("/audit", "audit", show, ("auditor", "administrator")),
    Route("/audit", "audit", narrowed, ("auditor", "administrator"), ("POST",)),
    Route("/audit/verified", "audit verified", verified, ("auditor", "administrator"), ("POST",)),
)
