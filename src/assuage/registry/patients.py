"""People who are treated: registered once, found by two identifiers, their names under their own key."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from assuage.course.chain import ENCODER
from assuage.errors import Problem, RegistryError
from assuage.registry.keys import Keys
from assuage.registry.tables import patient

SEXES = ("female", "male", "other", "unknown")


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who a patient is: what stands in the banner. `number` is that of the hospital or the health service."""

    family: str
    given: str
    birth_date: dt.date
    sex: str
    number: str | None = None
    phone: str | None = None


class PatientRecord(msgspec.Struct, frozen=True):
    """A patient on record. `merged_into` is set for an entry that turned out to be another one's double."""

    id: str
    identity: Identity
    is_synthetic: bool
    is_restricted: bool
    merged_into: str | None
    created: dt.datetime


DECODER = msgspec.json.Decoder(Identity)


def register(
    connection: Connection, keys: Keys, id: str, identity: Identity, *, at: dt.datetime, is_synthetic: bool
) -> None:
    """A new patient with a key of their own. Doubles are for `alike` to find first.

    Errors    `RegistryError` for an empty name, a sex that is no word of ours, or a birth date after today
    """
    problems = []
    if not identity.family.strip() or not identity.given.strip():
        problems.append(Problem("a name is empty", "the patient", "family name and given name", "write both"))
    if identity.sex not in SEXES:
        problems.append(Problem(f"the sex “{identity.sex}”", "the patient", f"one of {', '.join(SEXES)}", "choose one"))
    if identity.birth_date > at.date():
        problems.append(Problem("a birth date after today", "the patient", "a day that has been", "correct it"))
    if problems:
        raise RegistryError(*problems)
    # The row first: a key belongs to a patient.
    connection.execute(
        insert(patient).values(id=id, content=None, is_synthetic=is_synthetic, is_restricted=False, created=at)
    )
    key = keys.make(connection, id, at=at)
    connection.execute(patient.update().where(patient.c.id == id).values(
        content=keys.closed(key, ENCODER.encode(identity), place=f"patient/{id}"), **marks(keys, identity),
    ))  # fmt: skip


def marks(keys: Keys, identity: Identity) -> dict[str, str | None]:
    """What a patient is found by: keyed hashes of family name, birth date and number."""
    return {
        "family_mark": keys.mark(identity.family, of="family"),
        "birth_mark": keys.mark(identity.birth_date.isoformat(), of="birth"),
        "number_mark": keys.mark(identity.number, of="number") if identity.number else None,
    }


def by_id(connection: Connection, keys: Keys, id: str) -> PatientRecord:
    """A patient by id. Errors: `RegistryError` where there is none; `Erased` where the key was destroyed."""
    row = connection.execute(select(patient).where(patient.c.id == id)).first()
    if row is None:
        raise RegistryError(
            Problem(f"no patient {id}", "the registry", "a patient on record", "look for them by name and birth date")
        )
    return _record(connection, keys, row)


def standing(connection: Connection, keys: Keys, id: str) -> None:
    """Refuse an entry that nothing may be added to: unknown, erased, or another's double."""
    found = by_id(connection, keys, id)
    if found.merged_into is not None:
        raise RegistryError(Problem(f"patient {id} is a double of {found.merged_into}", "the registry",
                                    "the entry that stands", f"use {found.merged_into}"))  # fmt: skip


def _record(connection: Connection, keys: Keys, row: Any) -> PatientRecord:
    content = keys.opened(keys.of(connection, row.id), row.content, place=f"patient/{row.id}")
    return PatientRecord(
        row.id, DECODER.decode(content), row.is_synthetic, row.is_restricted, row.merged_into, row.created
    )


def look_up(
    connection: Connection, keys: Keys, *, family: str, birth_date: dt.date | None, number: str | None
) -> tuple[PatientRecord, ...]:
    """Patients by two identifiers: family name with birth date, or with number, or birth date with number.

    Errors    `RegistryError` for fewer than two: a list of everybody of one name is nobody's business
    """
    wanted = {"family_mark": keys.mark(family, of="family") if family.strip() else None,
              "birth_mark": keys.mark(birth_date.isoformat(), of="birth") if birth_date else None,
              "number_mark": keys.mark(number, of="number") if number and number.strip() else None}  # fmt: skip
    given = {name: value for name, value in wanted.items() if value is not None}
    if len(given) < 2:
        raise RegistryError(
            Problem("one identifier", "the search", "two of family name, birth date and number", "give another one")
        )
    rows = connection.execute(
        select(patient).where(
            *(patient.c[name] == value for name, value in given.items()), patient.c.merged_into.is_(None)
        )
    )
    return tuple(_record(connection, keys, row) for row in rows.all() if row.content is not None)


def alike(connection: Connection, keys: Keys, identity: Identity) -> tuple[PatientRecord, ...]:
    """Patients who may be the same person: same family name and birth date, or same number."""
    mine = marks(keys, identity)
    same_name = (patient.c.family_mark == mine["family_mark"]) & (patient.c.birth_mark == mine["birth_mark"])
    wanted = same_name | (patient.c.number_mark == mine["number_mark"]) if mine["number_mark"] else same_name
    rows = connection.execute(
        select(patient).where(wanted, patient.c.content.is_not(None), patient.c.merged_into.is_(None))
    )
    return tuple(_record(connection, keys, row) for row in rows.all())
