"""A whole registry as tables that other programs read, and back into an empty one: every event, every zone, every digit.

What is written is readable to whoever has the files: names, facts, events in the clear. Passwords, second factors and keys
are not written. What was erased cannot be read and is told as erased.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from assuage.course.chain import encoded
from assuage.course.event import kind_of
from assuage.course.evolve import actor
from assuage.errors import Problem, RegistryError
from assuage.registry import glass, patients, tables
from assuage.registry.keys import Erased
from assuage.registry.store import Registry
from assuage.registry.tabular import Format, Row, Shape, fingerprint, write

VERSION = 1
MANIFEST = "registry.json"
PEOPLE = Shape(
    "people", (("id", "text"), ("name", "text"), ("role", "text"), ("disabled", "instant"), ("created", "instant"))
)
PATIENTS = Shape("patients", (
    ("id", "text"), ("family", "text"), ("given", "text"), ("birth_date", "day"), ("sex", "text"), ("number", "text"),
    ("phone", "text"), ("is_synthetic", "bool"), ("is_restricted", "bool"), ("merged_into", "text"), ("created", "instant"),
))  # fmt: skip
COURSES = Shape("courses", (("id", "text"), ("patient", "text"), ("version", "int"), ("created", "instant")))
EVENTS = Shape("events", (
    ("course", "text"), ("number", "int"), ("kind", "text"), ("at", "instant"), ("recorded", "instant"), ("actor", "text"),
    ("key", "text"), ("record", "text"),
))  # fmt: skip
CLINIC = Shape("clinic_events", (
    ("number", "int"), ("kind", "text"), ("recorded", "instant"), ("actor", "text"), ("key", "text"), ("content", "text"), ("seal", "text"),
))  # fmt: skip
AUDIT = Shape("audit", (
    ("number", "int"), ("at", "instant"), ("actor", "text"), ("what", "text"), ("subject", "text"), ("because", "text"),
    ("detail", "text"), ("seal", "text"),
))  # fmt: skip
OPENINGS = Shape(
    "openings", (("account", "text"), ("patient", "text"), ("at", "instant"), ("until", "instant"), ("because", "text"))
)
SHAPES = (PEOPLE, PATIENTS, COURSES, EVENTS, CLINIC, AUDIT, OPENINGS)


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an export holds: each file with its rows and its SHA-256; which ids were erased and are not in it."""

    version: int
    form: Format
    written: dt.datetime
    files: dict[str, tuple[int, str]]
    erased_patients: tuple[str, ...]
    erased_courses: tuple[str, ...]


def export(registry: Registry, folder: Path, form: Format, *, at: dt.datetime) -> Manifest:
    """Write everything that can be read, of one state of the registry.

    Give      an empty folder, or one that is not there yet
    Get       the manifest, which is written last: a folder without it is no export
    Errors    `RegistryError` for a folder that holds something, or a text with a NUL sign
    """
    if folder.exists() and any(folder.iterdir()):
        raise RegistryError(
            Problem(f"{folder} holds something", "the folder to write", "an empty folder", "choose another one")
        )
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, tuple[int, str]] = {}
    with registry.reading() as connection:
        erased = Lost()
        rows = _everything(connection, registry, erased)
        for shape in SHAPES:
            path, count = write(folder, shape, rows[shape.name], form)
            files[path.name] = (count, fingerprint(path))
    manifest = Manifest(VERSION, form, at, files, tuple(erased.patients), tuple(erased.courses))
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    return manifest


class Lost:
    """Ids of what was erased."""

    def __init__(self) -> None:
        self.patients: list[str] = []
        self.courses: list[str] = []


def _everything(connection: Connection, registry: Registry, lost: Lost) -> dict[str, Iterator[Row]]:
    return {
        "people": _plain(connection, PEOPLE, tables.account, "id"),
        "patients": _patients(connection, registry, lost),
        "courses": _courses(connection, registry, lost),
        "events": _events(connection, registry),
        "clinic_events": _plain(connection, CLINIC, tables.clinic_event, "number"),
        "audit": _plain(connection, AUDIT, tables.audit, "number"),
        "openings": (
            (one.account, one.patient, one.at, one.until, one.because)
            for one in reversed(glass.openings(connection, registry))
            if one.because is not None
        ),
    }


def _plain(connection: Connection, shape: Shape, table: Any, order: str) -> Iterator[Row]:
    """Rows whose columns are readable as they stand."""
    for row in connection.execute(select(*(table.c[name] for name, _ in shape.columns)).order_by(table.c[order])):
        yield tuple(one.decode() if isinstance(one, bytes) else one for one in row)


def _patients(connection: Connection, registry: Registry, lost: Lost) -> Iterator[Row]:
    for id in connection.execute(select(tables.patient.c.id).order_by(tables.patient.c.id)).scalars().all():
        try:
            one = patients.by_id(connection, registry.keys, id)
        except Erased:
            lost.patients.append(id)
            continue
        who = one.identity
        yield (id, who.family, who.given, who.birth_date, who.sex, who.number, who.phone, one.is_synthetic, one.is_restricted,
               one.merged_into, one.created)  # fmt: skip


def _courses(connection: Connection, registry: Registry, lost: Lost) -> Iterator[Row]:
    for row in connection.execute(select(tables.course).order_by(tables.course.c.id)).all():
        if registry.keys.is_destroyed(connection, row.key_of):
            lost.courses.append(row.id)
            continue
        yield row.id, row.patient, row.version, row.created


def _events(connection: Connection, registry: Registry) -> Iterator[Row]:
    """Each record whole, as it is sealed; the columns before it are for who reads the table."""
    for row in connection.execute(
        select(tables.course.c.id, tables.course.c.key_of).order_by(tables.course.c.id)
    ).all():
        if registry.keys.is_destroyed(connection, row.key_of):
            continue
        for one in registry.records_within(connection, row.id):
            yield (
                row.id,
                one.number,
                kind_of(one.event),
                one.event.at,
                one.recorded,
                actor(one),
                one.key,
                encoded(one).decode(),
            )


def manifest_of(folder: Path) -> Manifest:
    """The manifest of an export. Errors: `RegistryError` where there is none, or it is of a version not known here."""
    path = folder / MANIFEST
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError, json.JSONDecodeError) as error:
        raise RegistryError(Problem(f"no manifest that can be read: {error}", str(path), "a folder that was exported whole",
                                    "export it again")) from None  # fmt: skip
    if found.version != VERSION:
        raise RegistryError(Problem(f"an export of version {found.version}", str(path), f"version {VERSION}",
                                    "use the program that wrote it, or a newer one"))  # fmt: skip
    for name, (_, expected) in found.files.items():
        if not (folder / name).is_file() or fingerprint(folder / name) != expected:
            raise RegistryError(Problem(f"{name} is not what was exported", str(folder), "files as they were written",
                                        "export it again and leave the files as they are"))  # fmt: skip
    return found
