"""The queue of a device: entries that were kept without network, recorded in their order, each answered for itself.

An entry says when it happened, by the clock of this server as the device knew it, and who entered it. Its key makes a second
sending harmless. What is refused is told with its findings and stays on the device until a person has seen it.
"""

from __future__ import annotations

import datetime as dt

import msgspec
from starlette.responses import JSONResponse, Response

from assuage.course.event import Event
from assuage.finding import Finding
from assuage.registry.store import Known
from assuage.web.acting import open_course
from assuage.web.asked import Asked
from assuage.web.bedside_steps import QUEUED
from assuage.web.form import FieldError
from assuage.web.pages.bedside import NURSES, event_of, put, with_fields
from assuage.web.route import Route

MOST_ENTRIES = 200


class Entry(msgspec.Struct, frozen=True):
    """One entry as a device kept it. `account` is who was signed in when it was made."""

    sequence: int
    key: str
    kind: str
    at: str
    session: int
    account: str
    fields: dict[str, list[str]] = {}


class Outbox(msgspec.Struct, frozen=True):
    """What a device sends: its entries in the order they were made."""

    entries: list[Entry]


class Answer(msgspec.Struct, frozen=True):
    """What became of an entry: recorded, on record already, refused and why, or waiting for who made it."""

    sequence: int
    status: str
    told: tuple[dict[str, str], ...] = ()


def take(asked: Asked) -> Response:
    """Record a queue in order. A refusal of one entry does not stop the next: each is judged on what stands by then.

    An empty queue asks only how far the record has come: another device may have written to it.
    """
    try:
        sent = msgspec.convert(asked.json, Outbox)
    except msgspec.ValidationError as error:
        return JSONResponse({"what": f"This is no queue of a device: {error}"}, status_code=422)
    if len(sent.entries) > MOST_ENTRIES:
        return JSONResponse({"what": f"Send at most {MOST_ENTRIES} entries at once."}, status_code=413)
    open_course(asked)
    answers = [_taken(asked, one) for one in sorted(sent.entries, key=lambda each: each.sequence)]
    version = asked.settings.registry.course(asked.path["course"]).version
    return JSONResponse(
        {"now": asked.now.isoformat(), "version": version, "answers": [msgspec.to_builtins(one) for one in answers]}
    )


def _taken(asked: Asked, one: Entry) -> Answer:
    known = asked.settings.registry.course(asked.path["course"])
    if f"{known.id}/{one.key}" in known.state.keys:
        return Answer(one.sequence, "repeat")
    if one.account != asked.person.id:
        return _waits(one)
    wrong = _unfit(one)
    if wrong:
        return Answer(one.sequence, "refused", (wrong,))
    event, errors = _event(asked, known, one)
    if event is None or errors:
        return Answer(one.sequence, "refused", tuple(_problem(each) for each in errors))
    mine = with_fields(asked, {"key": [one.key]})
    decision = put(mine, known.id, event, surface="web")
    told = tuple(_finding(each) for each in decision.findings if each.severity != "note")
    if decision.is_repeat:
        return Answer(one.sequence, "repeat")
    return Answer(one.sequence, "refused" if decision.is_refused else "recorded", told)


def _waits(one: Entry) -> Answer:
    """Nobody's entry goes on record in another's name."""
    told = {
        "what": f"It was entered by {one.account}.",
        "do": f"It is recorded when {one.account} signs in on this device.",
    }
    return Answer(one.sequence, "waits", ({"severity": "hold", **told},))


def _unfit(one: Entry) -> dict[str, str] | None:
    if not one.key:
        return {"severity": "refuse", "what": "The entry has no key.", "do": "Enter it again on the page."}
    if one.kind not in QUEUED:
        return {"severity": "refuse", "what": f"“{one.kind}” is not taken from a queue.", "do": "Use the page itself."}
    try:
        is_instant = dt.datetime.fromisoformat(one.at).tzinfo is not None
    except ValueError:
        is_instant = False
    if not is_instant:
        return {
            "severity": "refuse",
            "what": f"The time “{one.at}” is no instant with its zone.",
            "do": "Enter it again.",
        }
    return None


def _event(asked: Asked, known: Known, one: Entry) -> tuple[Event | None, tuple[FieldError, ...]]:
    fields = {**one.fields, "key": [one.key], "session": [str(one.session)]}
    fields["at"] = one.fields.get("at") or [one.at]
    _, event, errors = event_of(with_fields(asked, fields), known, one.kind)
    return event, errors


def _finding(one: Finding) -> dict[str, str]:
    return {"severity": one.severity, "rule": one.rule, "what": one.message, "do": f"{one.reason} {one.resolve}"}


def _problem(one: FieldError) -> dict[str, str]:
    return {"severity": "refuse", "field": one.field, "what": f"{one.label}: {one.what}.", "do": one.do}


def clock(asked: Asked) -> Response:
    """What this server's clock says: a device compares its own. Asked without a cookie, so that asking keeps nobody signed in."""
    return JSONResponse({"now": asked.now.isoformat()})


ROUTES = (
    Route("/clock", "clock", clock, None),
    Route("/courses/{course}/bedside/outbox", "bedside outbox", take, NURSES, ("POST",)),
)
