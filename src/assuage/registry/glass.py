"""Opening a restricted patient: anybody who treats may, with a reason that is kept and listed for the auditor."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection, insert, select, update

from assuage.registry import audit
from assuage.registry.keys import Erased
from assuage.registry.store import Registry, new_id
from assuage.registry.tables import course, glass, patient

# A reason holds for a working day, so that nobody at a bedside is asked for it twice.
HOLDS = dt.timedelta(hours=12)


class Opening(msgspec.Struct, frozen=True):
    """Who opened whom, when and why. `because` is none once the patient was erased."""

    account: str
    patient: str
    at: dt.datetime
    until: dt.datetime
    because: str | None


def restrict(connection: Connection, id: str, *, is_restricted: bool, by: str, at: dt.datetime) -> None:
    """Set or lift the restriction of a patient, in a transaction that is open."""
    connection.execute(update(patient).where(patient.c.id == id).values(is_restricted=is_restricted))
    what = "restricted a patient" if is_restricted else "lifted a restriction"
    audit.note(connection, audit.Note(at, by, what, id))


def break_glass(registry: Registry, id: str, *, account: str, because: str, at: dt.datetime) -> None:
    """Open a restricted patient. The reason lies under the patient's own key; that it was given stands on the audit."""
    with registry.writing() as connection:
        opening = new_id()
        key = registry.keys.of(connection, id)
        connection.execute(insert(glass).values(
            id=opening, account=account, patient=id, at=at, until=at + HOLDS,
            because=registry.keys.closed(key, because.encode(), place=f"glass/{opening}"),
        ))  # fmt: skip
        audit.note(connection, audit.Note(at, account, "broke the glass", id))


def is_open(connection: Connection, id: str, *, account: str, at: dt.datetime) -> bool:
    """Whether an account may open a patient now: not restricted, or a reason was given that still holds."""
    row = connection.execute(select(patient.c.is_restricted).where(patient.c.id == id)).first()
    if row is None or not row.is_restricted:
        return True
    wanted = select(glass.c.id).where(glass.c.patient == id, glass.c.account == account, glass.c.until > at)
    return connection.execute(wanted).first() is not None


def patient_of_course(connection: Connection, id: str) -> str | None:
    """Whose course it is; none for a course nobody knows."""
    return connection.execute(select(course.c.patient).where(course.c.id == id)).scalar()


def openings(connection: Connection, registry: Registry) -> tuple[Opening, ...]:
    """Every time somebody gave a reason, newest first: what an auditor looks at before anything else."""
    rows = connection.execute(select(glass).order_by(glass.c.at.desc())).all()
    return tuple(
        Opening(row.account, row.patient, row.at, row.until, _reason(connection, registry, row.id)) for row in rows
    )


def _reason(connection: Connection, registry: Registry, id: str) -> str | None:
    row = connection.execute(select(glass.c.patient, glass.c.because).where(glass.c.id == id)).one()
    try:
        key = registry.keys.of(connection, row.patient)
    except Erased:
        return None
    return registry.keys.opened(key, row.because, place=f"glass/{id}").decode()
