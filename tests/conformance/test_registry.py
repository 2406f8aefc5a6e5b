"""The registry on SQLite and on PostgreSQL: the same suite on both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import DateTime, Float, Numeric, exc, insert, select, text, update
from tests.courses import NURSE, PHYSICIAN, Walk, catalog, clinic
from tests.registries import DATABASES, KEY, at_once, fresh_address, fresh_registry

from assuage.course import Command, Surroundings
from assuage.course.event import Corrected, Recorded, Scored
from assuage.errors import RegistryError
from assuage.registry import audit, migrate, patients, projection, tables
from assuage.registry.keys import Erased
from assuage.registry.opening import engine_of
from assuage.registry.patients import Identity
from assuage.registry.store import Registry

ERNA = Identity("Example", "Erna", dt.date(1957, 4, 2), "female", "123")
NOW = dt.datetime(2026, 11, 30, 14, 0, tzinfo=dt.UTC)


@pytest.fixture(params=DATABASES)
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Registry]:
    with fresh_registry(request.param, tmp_path) as made:
        yield made


def registered(registry: Registry, id: str = "demo-1") -> str:
    with registry.writing() as connection:
        patients.register(connection, registry.keys, id, ERNA, at=NOW, is_synthetic=True)
    return registry.begin_course(id, at=NOW)


def around(at: dt.datetime) -> Surroundings:
    return Surroundings(now=at, catalog=catalog(), clinic=clinic())


def put(registry: Registry, course: str, one: Recorded) -> None:
    command = Command(event=one.event, by=one.by, key=one.key, surface=one.surface)
    decision = registry.act(course, command, around(one.recorded))
    assert decision.records, [finding.message for finding in decision.findings]


def treated() -> Walk:
    walk = Walk().ready()
    walk.must(walk.start())
    return walk.ended()


def filled(registry: Registry) -> tuple[str, Walk]:
    course, walk = registered(registry), treated()
    for one in walk.records:
        put(registry, course, one)
    return course, walk


def score(value: str, at: dt.datetime = NOW) -> Scored:
    return Scored(at=at, instrument="nrs", day=at.date(), purpose="diary", reported_by="patient", value=Decimal(value))


def test_what_is_read_is_what_was_written(registry: Registry) -> None:
    course, walk = filled(registry)
    known = registry.course(course)
    assert known.records == tuple(walk.records)
    assert known.state == walk.state
    registry.forget()
    assert registry.course(course).state == walk.state
    assert registry.verify() == ()


def test_the_same_key_records_once_whatever_course_it_is_sent_to(registry: Registry) -> None:
    course, walk = filled(registry)
    one = walk.records[-1]
    again = registry.act(course, Command(event=one.event, by=one.by, key=one.key, surface="web"), around(walk.at))
    assert again.is_repeat
    other = registered(registry, "demo-2")
    assert registry.act(
        other, Command(event=one.event, by=one.by, key=one.key, surface="web"), around(walk.at)
    ).is_repeat
    assert registry.course(other).version == 0


def test_eight_writers_at_once_lose_nothing_and_double_nothing(registry: Registry) -> None:
    course, walk = filled(registry)
    before = registry.course(course).version

    def write(number: int) -> None:
        for turn in range(6):
            # Two threads share each key: only one of them may record it.
            event = score(str(turn), walk.at)
            registry.act(
                course, Command(event=event, by=NURSE, key=f"k{number // 2}-{turn}", surface="web"), around(walk.at)
            )

    at_once(8, write)
    known = registry.course(course)
    assert known.version == before + 4 * 6
    assert [one.number for one in known.records] == list(range(1, known.version + 1))
    assert registry.verify() == ()


def test_a_stale_version_is_refused(registry: Registry) -> None:
    course, walk = filled(registry)
    command = Command(event=score("3", walk.at), by=NURSE, key="late", surface="web", version=2)
    decision = registry.act(course, command, around(walk.at))
    assert decision.is_refused
    assert {one.rule for one in decision.findings} == {"course-changed"}


@pytest.mark.parametrize("table", tables.ADDED_TO)
@pytest.mark.parametrize("verb", ["UPDATE {} SET seal = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses_change(registry: Registry, table: str, verb: str) -> None:
    filled(registry)
    with registry.writing() as connection:
        audit.note(connection, audit.Note(NOW, "cleo", "read course"))
    if table == "clinic_event":
        with registry.writing() as connection:
            connection.execute(insert(tables.clinic_event).values(
                number=1, kind="k", recorded=NOW, actor="a", key="k", content=b"c", seal="s",
            ))  # fmt: skip
    with pytest.raises(exc.DBAPIError, match="never changed"), registry.writing() as connection:
        connection.execute(text(verb.format(table)))


def unguarded(registry: Registry, *statements: str) -> None:
    """What somebody with the whole database in their hands can do: take the triggers away and write."""
    from assuage.registry import guard

    with registry.writing() as connection:
        for statement in (*guard.dropped(connection.dialect.name), *statements):
            connection.execute(text(statement))
    registry.forget()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE event SET seal = 'x' WHERE number = 3",
        "UPDATE event SET content = (SELECT content FROM event WHERE number = 4) WHERE number = 3",
        "DELETE FROM event WHERE number = 3",
        "DELETE FROM event WHERE number = (SELECT max(number) FROM event)",
        "UPDATE course SET head = 'x'",
        "UPDATE course SET version = version - 1",
        "INSERT INTO event SELECT course, number + 100, kind, at, recorded, actor, 'new', content, seal FROM event WHERE number = 2",
    ],
)  # fmt: skip
def test_tampering_shows(registry: Registry, tampering: str) -> None:
    filled(registry)
    unguarded(registry, tampering)
    assert registry.verify()


def test_what_is_worked_out_is_worked_out_again_the_same(registry: Registry) -> None:
    course, _ = filled(registry)
    wanted = select(tables.course_view.c.stage, tables.course_view.c.next_at, tables.course_view.c.version)
    dues = select(tables.due).order_by(tables.due.c.what, tables.due.c.number)
    with registry.reading() as connection:
        before = (connection.execute(wanted).all(), connection.execute(dues).all())
    with registry.writing() as connection:
        projection.clear(connection)
    assert registry.rebuild() == 1
    with registry.reading() as connection:
        assert (connection.execute(wanted).all(), connection.execute(dues).all()) == before
    assert before[0]
    assert course


def test_a_correction_is_read_as_it_should_have_been_said_and_the_old_one_stays(registry: Registry) -> None:
    course, walk = filled(registry)
    put(registry, course, walk_record(walk, score("9", walk.at)))
    number = registry.course(course).version
    put(
        registry,
        course,
        walk_record(walk, Corrected(at=walk.at, number=number, because="typed wrong", instead=score("6", walk.at))),
    )
    known = registry.course(course)
    assert [one.value for _, one in known.state.scores] == [Decimal(6)]
    assert known.records[number - 1].event == score("9", walk.at)


def walk_record(walk: Walk, event: Scored | Corrected) -> Recorded:
    walk.keys += 1
    return Recorded(number=1, event=event, by=NURSE, recorded=walk.at, surface="web", key=f"more{walk.keys}")


def test_names_and_facts_are_not_readable_in_the_database(registry: Registry) -> None:
    filled(registry)
    with registry.reading() as connection:
        for table in (tables.patient, tables.event, tables.course_view, tables.course):
            for row in connection.execute(select(table)):
                everything = b" ".join(one if isinstance(one, bytes) else str(one).encode() for one in row)
                assert b"Erna" not in everything
                assert b"Example" not in everything
                assert b"1957" not in everything


def test_what_was_erased_cannot_be_read_and_the_chain_still_holds(registry: Registry) -> None:
    course, _ = filled(registry)
    with registry.writing() as connection:
        registry.keys.destroy(connection, course, at=NOW, by="ruth")
    registry.forget()
    with pytest.raises(Erased):
        registry.course(course)
    assert registry.verify() == ()


def test_a_registry_does_not_open_under_another_key(tmp_path: Path) -> None:
    for database in DATABASES:
        with fresh_address(database, tmp_path) as url:
            Registry.open(url, key=KEY).close()
            with pytest.raises(RegistryError, match="does not open"):
                Registry.open(url, key=bytes(32))


@pytest.mark.parametrize("database", DATABASES)
def test_migrations_go_up_and_down_and_up(database: str, tmp_path: Path) -> None:
    with fresh_address(database, tmp_path) as url:
        engine = engine_of(url)
        migrate.upgrade(engine)
        migrate.downgrade(engine)
        with engine.begin() as connection:
            assert migrate.version_of(connection) is None
        migrate.upgrade(engine)
        with engine.begin() as connection:
            assert migrate.version_of(connection) == migrate.newest()
        engine.dispose()


def test_tables_of_a_newer_program_are_not_touched(tmp_path: Path) -> None:
    with fresh_address("sqlite", tmp_path) as url:
        Registry.open(url, key=KEY).close()
        engine = engine_of(url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(RegistryError, match="9999"):
            migrate.upgrade(engine)
        engine.dispose()


def test_no_column_loses_a_zone_or_a_digit() -> None:
    """The stock types hand back instants without a zone, and decimals through a float."""
    for table in tables.METADATA.tables.values():
        for column in table.columns:
            assert not isinstance(column.type, DateTime | Numeric | Float), f"{table.name}.{column.name}"


def test_an_instant_without_a_zone_is_refused(registry: Registry) -> None:
    with pytest.raises(exc.StatementError, match="without a zone"), registry.writing() as connection:
        connection.execute(update(tables.course).values(created=dt.datetime(2026, 1, 1)))


def test_two_identifiers_find_and_one_does_not(registry: Registry) -> None:
    registered(registry)
    with registry.reading() as connection:
        found = patients.look_up(connection, registry.keys, family="éxample ", birth_date=ERNA.birth_date, number=None)
        assert [one.identity for one in found] == [ERNA]
        with pytest.raises(RegistryError, match="one identifier"):
            patients.look_up(connection, registry.keys, family="Example", birth_date=None, number=None)


def test_the_audit_is_chained(registry: Registry) -> None:
    with registry.writing() as connection:
        for number in range(3):
            audit.note(connection, audit.Note(NOW, "cleo", f"read {number}", "c1"))
    with registry.reading() as connection:
        assert audit.broken(connection) == ()
    unguarded(registry, "UPDATE audit SET what = 'nothing' WHERE number = 2")
    with registry.reading() as connection:
        assert audit.broken(connection)


def test_a_physician_is_a_physician_on_both(registry: Registry) -> None:
    course, _ = filled(registry)
    assert PHYSICIAN in {one.by for one in registry.course(course).records}
