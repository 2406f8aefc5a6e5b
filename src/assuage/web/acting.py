"""From a form to an event on record: one way for every page, with what the decision said."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from assuage.course import Command, Decision, Surroundings
from assuage.course.event import Event
from assuage.registry.patients import PatientRecord, by_id
from assuage.registry.store import Known
from assuage.web.asked import Asked


def new_key() -> str:
    """A key for one form: it makes a second press, a retry and a replay harmless."""
    return secrets.token_urlsafe(16)


def act(
    asked: Asked,
    course: str,
    event: Event,
    *,
    key: str,
    version: int | None = None,
    acknowledged: Mapping[str, str] | None = None,
) -> Decision:
    """Judge and record an event of a signed-in person; the surroundings are those of this moment."""
    around = surroundings(asked)
    command = Command(
        event=event,
        by=asked.person,
        key=f"{course}/{key}",
        surface="web",
        version=version,
        acknowledged=dict(acknowledged or {}),
    )
    return asked.settings.registry.act(course, command, around)


def surroundings(asked: Asked) -> Surroundings:
    """Instant, catalog and clinic of this moment."""
    return Surroundings(now=asked.now, catalog=asked.settings.catalog, clinic=asked.settings.clinic)


def open_course(asked: Asked) -> tuple[Known, PatientRecord]:
    """The course in the address, and whose it is."""
    known = asked.settings.registry.course(asked.path["course"])
    with asked.settings.registry.reading() as connection:
        return known, by_id(connection, asked.settings.registry.keys, known.patient)


def acknowledgements(asked: Asked) -> dict[str, str]:
    """Reasons for going on in spite of a warning, by rule: fields named `because:RULE`."""
    return {
        name.removeprefix("because:"): values[-1].strip()
        for name, values in asked.form.items()
        if name.startswith("because:") and values[-1].strip()
    }
