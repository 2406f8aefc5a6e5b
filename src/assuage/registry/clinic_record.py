"""What the clinic decided for itself, on record: regimens put up, agreed to and withdrawn. Chained like a course."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection, func, insert, select

from assuage.course.adoption import AdoptionEvent
from assuage.course.chain import BEGINNING, ENCODER, seal
from assuage.registry.tables import clinic_event

CHAIN = "clinic"
DECODER: msgspec.json.Decoder[AdoptionEvent] = msgspec.json.Decoder(AdoptionEvent)


def adoptions(connection: Connection) -> tuple[AdoptionEvent, ...]:
    """Every step of every adoption, in order."""
    rows = connection.execute(select(clinic_event.c.content).order_by(clinic_event.c.number))
    return tuple(DECODER.decode(content) for content in rows.scalars())


def add(connection: Connection, one: AdoptionEvent, *, key: str, recorded: dt.datetime) -> bool:
    """Add a step, in a transaction that is open. Get: false where the key is on record already, and nothing was added."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(CHAIN))))
    if connection.execute(select(clinic_event.c.number).where(clinic_event.c.key == key)).first() is not None:
        return False
    last = connection.execute(
        select(clinic_event.c.number, clinic_event.c.seal).order_by(clinic_event.c.number.desc()).limit(1)
    ).first()
    number, before = (last.number + 1, last.seal) if last else (1, BEGINNING)
    content = ENCODER.encode(one)
    kind = type(one).__struct_config__.tag
    connection.execute(insert(clinic_event).values(
        number=number, kind=str(kind), recorded=recorded, actor=one.by.id, key=key, content=content,
        seal=seal(before, course=CHAIN, number=number, content=content),
    ))  # fmt: skip
    return True


def broken(connection: Connection) -> tuple[str, ...]:
    """Every place where the chain of the clinic's own record does not hold."""
    found = []
    before, expected = BEGINNING, 1
    for row in connection.execute(select(clinic_event).order_by(clinic_event.c.number)):
        if row.number != expected:
            found.append(f"clinic: record {row.number} where {expected} was expected")
        if seal(before, course=CHAIN, number=row.number, content=row.content) != row.seal:
            found.append(f"clinic: the seal of record {row.number} does not fit")
        before, expected = row.seal, row.number + 1
    return tuple(found)
