"""What research may have of a registry: no names, no words of anybody, days moved for each patient, small counts hidden.

Left out: names, numbers, telephone, birth dates (age at the referral instead, 90 and over as 90), every free text, who acted,
the time of day. Moved: all days of one patient by the same whole number of weeks, up to half a year either way, so that what
lies between two days stays true. Restricted patients are left out altogether. It is still data about people: it goes to those
whom an ethics board allowed it, not into the open.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from assuage.catalog import Catalog
from assuage.course import Course
from assuage.course.ledger import all_doses
from assuage.errors import Problem, RegistryError
from assuage.registry import patients, tables
from assuage.registry.keys import Erased
from assuage.registry.patients import PatientRecord
from assuage.registry.store import Registry
from assuage.registry.tabular import Format, Row, Shape, write
from assuage.response.responder import response
from assuage.response.small_cells import FEWEST, HIDDEN

# Half a year of whole weeks either way: seasons and days of the week of a clinic no longer tell a day.
WEEKS = 26
# From this age on, few enough people are left that the year tells who it is.
OLDEST = 90
ID_SIGNS = 12

COURSES = Shape("courses", (
    ("subject", "text"), ("course", "text"), ("age_years", "int"), ("sex", "text"), ("indication", "text"), ("regimen", "text"),
    ("referred", "day"), ("sessions_begun", "int"), ("verdict", "text"), ("fall_percent", "exact"), ("is_synthetic", "bool"),
))  # fmt: skip
DOSES = Shape("doses", (
    ("subject", "text"), ("course", "text"), ("session", "int"), ("day", "day"), ("drug", "text"), ("dose", "exact"), ("unit", "text"),
    ("is_certain", "bool"),
))  # fmt: skip
SCORES = Shape("scores", (
    ("subject", "text"), ("course", "text"), ("instrument", "text"), ("purpose", "text"), ("day", "day"), ("value", "exact"),
    ("is_missing", "bool"),
))  # fmt: skip
HARMS = Shape("harms", (
    ("subject", "text"), ("course", "text"), ("session", "int"), ("day", "day"), ("term", "text"), ("grade", "int"),
    ("is_serious", "bool"), ("related", "text"), ("expected", "text"), ("outcome", "text"),
))  # fmt: skip
SUMMARY = Shape("summary", (("regimen", "text"), ("verdict", "text"), ("courses", "text")))


class Setting(msgspec.Struct, frozen=True):
    """What reading a response needs: catalog, the clinic's zone, and today."""

    catalog: Catalog
    zone: dt.tzinfo
    now: dt.datetime


class Subject(msgspec.Struct, frozen=True):
    """A patient as research sees them: an id of its own, age, sex, and by how much the days are moved."""

    id: str
    course: str
    age_years: int
    sex: str
    moved: dt.timedelta
    is_synthetic: bool


def export(registry: Registry, folder: Path, form: Format, *, setting: Setting) -> Mapping[str, int]:
    """Write the tables. Get: how many rows each has.

    Errors    `RegistryError` for a folder that holds something
    """
    if folder.exists() and any(folder.iterdir()):
        raise RegistryError(
            Problem(f"{folder} holds something", "the folder to write", "an empty folder", "choose another one")
        )
    folder.mkdir(parents=True, exist_ok=True)
    return {shape.name: write(folder, shape, rows, form)[1] for shape, rows in tables_of(registry, setting)}


def tables_of(registry: Registry, setting: Setting) -> Iterator[tuple[Shape, Sequence[Row]]]:
    """Every table with its rows, in an order that says nothing."""
    found: dict[str, list[Row]] = {one.name: [] for one in (COURSES, DOSES, SCORES, HARMS)}
    with registry.reading() as connection:
        for subject, state in _subjects(connection, registry):
            found["courses"].append(_course(subject, state, setting))
            found["doses"] += _doses(subject, state, setting)
            found["scores"] += _scores(subject, state)
            found["harms"] += _harms(subject, state, setting)
    for shape in (COURSES, DOSES, SCORES, HARMS):
        yield shape, sorted(found[shape.name], key=lambda row: tuple(str(one) for one in row))
    yield SUMMARY, summary(Counter((row[5], row[8]) for row in found["courses"]))


def _subjects(connection: Connection, registry: Registry) -> Iterator[tuple[Subject, Course]]:
    rows = connection.execute(
        select(tables.course.c.id, tables.course.c.patient).where(tables.course.c.version > 0)
    ).all()
    for row in rows:
        try:
            record = patients.by_id(connection, registry.keys, row.patient)
            known = registry.known_within(connection, row.id)
        except Erased:
            continue
        if not record.is_restricted and known.state.referred is not None:
            yield _subject(registry, record, row.id, known.state.referred.at.date()), known.state


def _subject(registry: Registry, record: PatientRecord, course: str, referred: dt.date) -> Subject:
    """Ids and the move are keyed hashes: the same in every export of one registry, and told by nobody without its key."""
    marks = {of: registry.keys.mark(record.id, of=of) for of in ("research subject", "research days")}
    weeks = int(marks["research days"], 16) % (2 * WEEKS) - WEEKS
    born = record.identity.birth_date
    age = referred.year - born.year - ((referred.month, referred.day) < (born.month, born.day))
    return Subject(
        id=marks["research subject"][:ID_SIGNS],
        course=registry.keys.mark(course, of="research course")[:ID_SIGNS],
        age_years=min(age, OLDEST),
        sex=record.identity.sex,
        # Never by nothing: no day is the true one.
        moved=dt.timedelta(weeks=weeks if weeks < 0 else weeks + 1),
        is_synthetic=record.is_synthetic,
    )


def _course(subject: Subject, state: Course, setting: Setting) -> Row:
    assert state.referred is not None
    found = response(state, setting.catalog, zone=setting.zone, today=setting.now.astimezone(setting.zone).date())
    regimen = state.orders[-1].order.regimen if state.orders else None
    fall = None if found.fall_percent is None else _tenths(found.fall_percent)
    begun = sum(one.has_begun for one in state.sessions)
    return (subject.id, subject.course, subject.age_years, subject.sex, _listed(state.referred.indication, _indications(setting.catalog)),
            _listed(regimen, setting.catalog.regimens), _day(state.referred.at, subject, setting), begun, found.verdict, fall,
            subject.is_synthetic)  # fmt: skip


def _tenths(value: Fraction) -> Decimal:
    """A percent to one place, halves away from zero."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _doses(subject: Subject, state: Course, setting: Setting) -> Iterator[Row]:
    for one in all_doses(state):
        yield (subject.id, subject.course, one.session, _day(one.at, subject, setting), one.drug, one.dose.value, one.dose.unit,
               one.is_certain)  # fmt: skip


def _scores(subject: Subject, state: Course) -> Iterator[Row]:
    for _, one in state.scores:
        yield (subject.id, subject.course, one.instrument, one.purpose, one.day + subject.moved, one.value,
               one.value is None and one.word is None)  # fmt: skip


def _harms(subject: Subject, state: Course, setting: Setting) -> Iterator[Row]:
    for _, one in state.harms:
        yield (subject.id, subject.course, one.session, _day(one.began, subject, setting), _listed(one.term, setting.catalog.events), one.grade,
               one.is_serious, one.related, one.expected, one.outcome)  # fmt: skip


def _day(at: dt.datetime, subject: Subject, setting: Setting) -> dt.date:
    return at.astimezone(setting.zone).date() + subject.moved


def _listed(word: str | None, known: Any) -> str | None:
    """A word of the catalog; any other one may be somebody's own, and is left out."""
    return word if word is None or word in known else "other"


def _indications(catalog: Catalog) -> frozenset[str]:
    return frozenset(name for one in catalog.regimens.values() for name in one.indications)


def summary(counted: Mapping[tuple[str | None, str], int]) -> list[Row]:
    """Courses by regimen and verdict, with no total; a count below five is hidden.

    Where one alone is hidden in a regimen, the next smallest is hidden with it, as “not shown”: a total known from elsewhere would tell it.
    """
    rows: list[Row] = []
    for regimen in sorted({regimen or "" for regimen, _ in counted}):
        mine = {verdict: count for (name, verdict), count in counted.items() if (name or "") == regimen}
        small = {verdict for verdict, count in mine.items() if count < FEWEST}
        if len(small) == 1 and len(mine) > 1:
            small.add(min((one for one in mine if one not in small), key=lambda one: (mine[one], one)))
        rows += [
            (regimen or None, verdict, _shown(mine[verdict], is_hidden=verdict in small)) for verdict in sorted(mine)
        ]
    return rows


def _shown(count: int, *, is_hidden: bool) -> str:
    if not is_hidden:
        return str(count)
    return HIDDEN if count < FEWEST else "not shown"
