"""The registry: courses on record, appended to and never changed.

One method writes to a course, `act`: it reads where the course stands, asks `decide`, and appends what was decided, all in
one transaction that is on the disk before it answers. Two writers to one course wait for one another; the same key written
twice is recorded once.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, insert, select

from assuage.course import Command, Course, Decision, Earlier, Surroundings, decide, fold
from assuage.course.chain import BEGINNING, Sealed, broken, decoded, encoded, seal
from assuage.course.event import Corrected, Moved, Recorded, Referred, kind_of
from assuage.course.evolve import actor, evolve
from assuage.course.ledger import GivenDose, all_doses
from assuage.errors import AssuageError, Problem, RegistryError
from assuage.registry import migrate, patients, projection, tables
from assuage.registry.asked_often import APPENDED, BESIDE, COURSE, COURSE_HELD, MOVED_ON, RECORDS
from assuage.registry.keys import Keys
from assuage.registry.opening import engine_of, key_of, turns_at

# Letters and digits that are not taken for one another when read aloud.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
ID_LENGTH = 12
# Courses kept in memory as they were last read.
MOST_KEPT = 4096


def new_id() -> str:
    """A random id that says nothing and can be read aloud: twelve of 31 signs, 59 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))


class Known(msgspec.Struct, frozen=True):
    """A course as it stands on record."""

    id: str
    patient: str
    version: int
    head: str
    records: tuple[Recorded, ...]
    state: Course


class Registry:
    """A registry that is open. Safe to share between threads; each call is a transaction of its own."""

    def __init__(self, engine: Engine, keys: Keys) -> None:
        self.engine, self.keys = engine, keys
        self._kept: dict[str, Known] = {}
        self._turns = turns_at(engine)

    @classmethod
    def open(cls, url: str, *, key: bytes | None = None) -> Registry:
        """The registry at an address, made where there is none, its tables brought to the newest version.

        Errors    `RegistryError` for another database, a missing or wrong key, or tables newer than this program
        """
        key = key or key_of(url)
        engine, keys = engine_of(url), Keys(key)
        try:
            migrate.upgrade(engine)
            with engine.begin() as connection:
                keys.prove(connection)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, keys)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; on the disk when it ends without an error."""
        with self._turns, self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads one state of everything."""
        options: dict[str, Any] = {"is_reading": True}
        if self.engine.dialect.name == "postgresql":
            # Without this each question would see the state of its own instant.
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    # Courses

    def begin_course(self, patient: str, *, at: dt.datetime, id: str | None = None) -> str:
        """A course of a patient, empty: its first event is the referral. The same id twice begins it once.

        Errors    `RegistryError` for a patient who is not on record or whose entry is another's double; `Erased`
        """
        course = id or new_id()
        with self.writing() as connection:
            if self._row(connection, course) is None:
                patients.standing(connection, self.keys, patient)
                self.begin_within(connection, patient, at=at, id=course)
        return course

    def begin_within(self, connection: Connection, patient: str, *, at: dt.datetime, id: str) -> None:
        """As `begin_course`, in a transaction that is open, for an id that is new."""
        self.keys.make(connection, id, at=at)
        connection.execute(insert(tables.course).values(
            id=id, patient=patient, key_of=id, version=0, head=BEGINNING, created=at,
        ))  # fmt: skip

    def records_within(self, connection: Connection, id: str) -> Iterator[Recorded]:
        """The records of a course one by one, read anew from the database and kept nowhere."""
        yield from self._records(connection, id, self.keys.of(connection, self._key_of(connection, id)))

    def course(self, id: str) -> Known:
        """A course with all its records. Errors: `RegistryError` for an id nobody knows, or a record that does not open."""
        with self.reading() as connection:
            return self._known(connection, id)

    def known_within(self, connection: Connection, id: str) -> Known:
        """As `course`, in a transaction that is open."""
        return self._known(connection, id)

    def act(self, id: str, command: Command, around: Surroundings) -> Decision:
        """Judge a command and record what comes of it.

        Give      the id of the course; the command; surroundings, to which other courses of the patient are added here
        Get       the decision, after it is on the disk
        Holds     nothing is half recorded; a key that is on record anywhere records nothing again
        """
        with self.writing() as connection:
            return self.act_within(connection, id, command, around)

    def act_within(self, connection: Connection, id: str, command: Command, around: Surroundings) -> Decision:
        """As `act`, in a transaction that is open: for what is recorded together or not at all."""
        known, key = self._found(connection, id, is_held=True)
        beside = connection.execute(BESIDE, {"id": id, "patient": known.patient, "key": command.key}).one()
        if beside.on_record is not None:
            return Decision(is_repeat=True)
        self._whose(connection, known, command)
        if beside.others:
            around = self._with_elsewhere(connection, known, around)
        decision = decide(known.state, command, around)
        if decision.records:
            self.append(connection, known, decision.records, key=key)
        return decision

    def append(
        self, connection: Connection, known: Known, records: Sequence[Recorded], *, key: bytes | None = None
    ) -> Known:
        """Append records that were decided on this state, in a transaction that is open; and work out what is due anew."""
        key = key or self._found(connection, known.id)[1]
        head = self._appended(connection, known, records=records, key=key)
        every = (*known.records, *records)
        mends = any(isinstance(one.event, Corrected) for one in records)
        state = fold(every) if mends or known.state.corrected else reduce(evolve, records, known.state)
        after = self._keep(Known(known.id, _owner(known, records), records[-1].number, head, every, state))
        projection.follow(
            connection, after.id, before=(known.state, known.version), after=(state, after.version),
            seal_content=lambda text: self.keys.closed(key, text, place=f"{known.id}/view"),
        )  # fmt: skip
        return after

    def _appended(self, connection: Connection, known: Known, *, records: Sequence[Recorded], key: bytes) -> str:
        """The rows, and the course moved on; refused where somebody else moved it. Get: the new head."""
        head, rows = known.head, []
        for one in records:
            content = self.keys.closed(key, encoded(one), place=f"{known.id}/{one.number}")
            head = seal(head, course=known.id, number=one.number, content=content)
            rows.append({"course": known.id, "number": one.number, "kind": kind_of(one.event), "at": one.event.at,
                         "recorded": one.recorded, "actor": actor(one), "key": one.key, "content": content, "seal": head})  # fmt: skip
        connection.execute(APPENDED, rows if len(rows) > 1 else rows[0])
        moved = connection.execute(MOVED_ON, {"of_id": known.id, "of_version": known.version, "version": records[-1].number,
                                              "head": head, "patient": _owner(known, records)})  # fmt: skip
        if moved.rowcount != 1:
            raise RegistryError(Problem(f"course {known.id} moved on while it was written to", "the registry",
                                        f"version {known.version}", "read it again and decide again"))  # fmt: skip
        return head

    def _whose(self, connection: Connection, known: Known, command: Command) -> None:
        """A referral names the patient whose course it is; a move goes to an entry that stands."""
        event = command.event
        if isinstance(event, Referred) and event.patient != known.patient:
            raise RegistryError(Problem(f"a referral of {event.patient} for a course of {known.patient}", "the registry",
                                        "the patient whose course it is", "begin the course from that patient's page"))  # fmt: skip
        if isinstance(event, Moved):
            patients.standing(connection, self.keys, event.patient)

    def _row(self, connection: Connection, id: str) -> Any:
        return connection.execute(select(tables.course).where(tables.course.c.id == id)).first()

    def _key_of(self, connection: Connection, id: str) -> str:
        return str(connection.execute(select(tables.course.c.key_of).where(tables.course.c.id == id)).scalar_one())

    def _known(self, connection: Connection, id: str) -> Known:
        return self._found(connection, id)[0]

    def _found(self, connection: Connection, id: str, *, is_held: bool = False) -> tuple[Known, bytes]:
        """A course with its key. Held, no other writer comes to it: one at a time on PostgreSQL; SQLite has one at all."""
        asked = COURSE_HELD if is_held and connection.dialect.name == "postgresql" else COURSE
        row = connection.execute(asked, {"id": id}).first()
        if row is None:
            raise _unknown(id)
        key = self.keys.unwrapped(row.key_of, row.wrapped, is_destroyed=row.destroyed is not None)
        kept = self._kept.get(row.head)
        if kept is not None and kept.id == id:
            known = kept if kept.patient == row.patient else msgspec.structs.replace(kept, patient=row.patient)
            return known, key
        records = tuple(self._records(connection, id, key))
        return self._keep(Known(id, row.patient, row.version, row.head, records, fold(records))), key

    def _keep(self, known: Known) -> Known:
        """Keep what was read under its head: another head is another state, and nobody can make one twice."""
        if len(self._kept) >= MOST_KEPT:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[known.head] = known
        return known

    def forget(self) -> None:
        """Drop everything that was read and kept: after an erasure."""
        self._kept.clear()

    def _records(self, connection: Connection, id: str, key: bytes) -> Iterator[Recorded]:
        for number, content in connection.execute(RECORDS, {"id": id}):
            yield decoded(self.keys.opened(key, content, place=f"{id}/{number}"))

    def courses_of(self, connection: Connection, patient: str) -> tuple[str, ...]:
        """The courses of a patient, oldest first."""
        found = connection.execute(
            select(tables.course.c.id)
            .where(tables.course.c.patient == patient)
            .order_by(tables.course.c.created, tables.course.c.id)
        )
        return tuple(found.scalars())

    def _with_elsewhere(self, connection: Connection, known: Known, around: Surroundings) -> Surroundings:
        others = [self._known(connection, one) for one in self.courses_of(connection, known.patient) if one != known.id]
        doses = [dose for one in others for dose in all_doses(one.state, course=one.id)]
        earlier = [each for one in others for each in _harms(one.state)]
        return msgspec.structs.replace(
            around, elsewhere=(*around.elsewhere, *doses), earlier=(*around.earlier, *earlier)
        )

    def doses_elsewhere(self, known: Known) -> tuple[GivenDose, ...]:
        """What the patient's other courses gave: for a page that shows totals."""
        with self.reading() as connection:
            others = [
                self._known(connection, one) for one in self.courses_of(connection, known.patient) if one != known.id
            ]
        return tuple(dose for one in others for dose in all_doses(one.state, course=one.id))

    # Verifying and working out anew

    def verify(self, *, told: Callable[[int], None] | None = None) -> tuple[str, ...]:
        """Every place where a chain does not hold, a count does not fit, or a view says something else than its events.

        Records of a patient whose key was destroyed are verified by their seals alone.
        """
        found: list[str] = []
        with self.reading() as connection:
            rows = connection.execute(select(tables.course).order_by(tables.course.c.id)).all()
            for count, row in enumerate(rows, 1):
                found += self._verified(connection, row)
                if told is not None:
                    told(count)
            found += self._orphans(connection)
        return tuple(found)

    def verify_course(self, id: str) -> tuple[str, ...]:
        """As `verify`, for one course. Errors: `RegistryError` for an id nobody knows."""
        with self.reading() as connection:
            row = self._row(connection, id)
            if row is not None:
                return tuple(self._verified(connection, row))
            lost = tuple(one for one in self._orphans(connection) if one == _orphan(id))
        if not lost:
            raise _unknown(id)
        return lost

    def _verified(self, connection: Connection, row: Any) -> list[str]:
        events = connection.execute(
            select(tables.event.c.number, tables.event.c.content, tables.event.c.seal)
            .where(tables.event.c.course == row.id).order_by(tables.event.c.number)
        ).all()  # fmt: skip
        sealed = [Sealed(number, content, one) for number, content, one in events]
        found = list(broken(row.id, sealed))
        last = sealed[-1].seal if sealed else BEGINNING
        if len(sealed) != row.version:
            found.append(f"course {row.id}: {len(sealed)} records where {row.version} were written")
        if last != row.head:
            found.append(f"course {row.id}: the head is not the seal of the last record")
        if sealed and not found and not self.keys.is_destroyed(connection, row.key_of):
            found += self._views(connection, row, sealed)
        return found

    def _views(self, connection: Connection, row: Any, sealed: Sequence[Sealed]) -> Iterator[str]:
        """Where a view says something else than the events, which are read anew from the database."""
        key = self.keys.of(connection, row.key_of)
        place = f"{row.id}/view"
        try:
            state = fold(decoded(self.keys.opened(key, one.content, place=f"{row.id}/{one.number}")) for one in sealed)
            seen = projection.read(connection, row.id, opened=lambda text: self.keys.opened(key, text, place=place))
        except AssuageError as error:
            yield f"course {row.id}: {error.problems[0].what}"
            return
        if state.patient != row.patient:
            yield f"course {row.id}: filed under {row.patient}, its events say {state.patient}"
        if seen != projection.expected(state, row.version):
            yield f"course {row.id}: what is worked out says something else than its events; rebuild it"

    def _orphans(self, connection: Connection) -> list[str]:
        known = select(tables.course.c.id)
        lost = connection.execute(select(tables.event.c.course).where(tables.event.c.course.not_in(known)).distinct())
        return [_orphan(one) for one in lost.scalars()]

    def rebuild(self) -> int:
        """Throw away what is worked out and work it out from the events again. Get: how many courses."""
        with self.writing() as connection:
            projection.clear(connection)
            ids = tuple(connection.execute(select(tables.course.c.id)).scalars())
            for one in ids:
                self._rebuilt(connection, one)
        return len(ids)

    def _rebuilt(self, connection: Connection, id: str) -> None:
        key_of = self._key_of(connection, id)
        if self.keys.is_destroyed(connection, key_of):
            return
        known = self._known(connection, id)
        if not known.records:
            return
        key = self.keys.of(connection, key_of)
        projection.write(
            connection,
            id,
            known.state,
            known.version,
            seal_content=lambda text: self.keys.closed(key, text, place=f"{id}/view"),
        )


def _unknown(id: str) -> RegistryError:
    return RegistryError(Problem(f"no course {id}", "the registry", "a course on record", "look for it by the patient"))


def _orphan(id: str) -> str:
    return f"course {id}: records without a course"


def _owner(known: Known, records: Sequence[Recorded]) -> str:
    """Whose course it is after these records: a move is the only thing that changes it."""
    moves = [one.event.patient for one in records if isinstance(one.event, Moved)]
    return moves[-1] if moves else known.patient


def _harms(state: Course) -> Iterator[Earlier]:
    by_session = {one.number: tuple(drug.drug for drug in one.planned.drugs) for one in state.sessions}
    for _, event in state.harms:
        yield Earlier(by_session.get(event.session or 0, ()), event)
