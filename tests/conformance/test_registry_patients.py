"""Whose record it is, on SQLite and on PostgreSQL: doubles, moves, restriction, erasure. Nothing is lost and nothing is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from msgspec.structs import replace
from sqlalchemy import select, text
from tests.browsed import ADMINISTRATOR, EVERYONE
from tests.conformance.test_registry import ERNA, NOW, around, filled, put, registered, unguarded, walk_record
from tests.courses import NURSE, PHYSICIAN, Walk, facts
from tests.registries import DATABASES, fresh_registry

from assuage.course import Command
from assuage.course.event import Cancelled, Corrected, FactsRecorded, Referred
from assuage.errors import RegistryError
from assuage.registry import accounts, audit, doubles, erasure, glass, patients, tables
from assuage.registry.doubles import Told
from assuage.registry.keys import Erased
from assuage.registry.patients import Identity
from assuage.registry.store import Registry


@pytest.fixture(params=DATABASES)
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Registry]:
    with fresh_registry(request.param, tmp_path) as made:
        with made.writing() as connection:
            for one in EVERYONE:
                accounts.create(connection, one, at=NOW)
        yield made


def told(because: str = "same birth date and number, asked at the desk", at: dt.datetime | None = None) -> Told:
    return Told(ADMINISTRATOR, because, around(at or NOW + dt.timedelta(days=1)))


def entered(registry: Registry, id: str, identity: Identity = ERNA) -> str:
    with registry.writing() as connection:
        patients.register(connection, registry.keys, id, identity, at=NOW, is_synthetic=True)
    return id


def whole(registry: Registry) -> bool:
    with registry.reading() as connection:
        return registry.verify() == () and audit.broken(connection) == ()


def lines(registry: Registry) -> list[tuple[Any, ...]]:
    with registry.reading() as connection:
        found = connection.execute(select(tables.audit.c.actor, tables.audit.c.what, tables.audit.c.subject))
        return [tuple(row) for row in found]


def test_entries_of_one_name_and_birth_date_or_of_one_number_are_possible_doubles(registry: Registry) -> None:
    entered(registry, "a")
    entered(registry, "b", replace(ERNA, number=None, given="E."))
    entered(registry, "c", replace(ERNA, family="Exemple"))
    entered(registry, "d", Identity("Other", "Otto", ERNA.birth_date, "male", "999"))
    entered(registry, "e", Identity("Other", "Otto", dt.date(1960, 1, 1), "male"))
    with registry.reading() as connection:
        found = doubles.possible(connection, registry)
    assert [{one.id for one in group} for group in found] == [{"a", "b", "c"}]


def test_a_merge_brings_every_course_and_says_so_in_each(registry: Registry) -> None:
    course, walk = filled(registry)
    entered(registry, "other")
    before = registry.course(course).records
    assert doubles.merge(registry, "demo-1", into="other", told=told()) == 1
    known = registry.course(course)
    assert (known.patient, known.state.patient) == ("other", "other")
    assert known.records[:-1] == before
    assert known.state.facts is not None
    assert known.state.sessions == walk.state.sessions
    with registry.reading() as connection:
        assert patients.by_id(connection, registry.keys, "demo-1").merged_into == "other"
        assert doubles.possible(connection, registry) == ()
        found = patients.look_up(connection, registry.keys, family="Example", birth_date=ERNA.birth_date, number=None)
    assert [one.id for one in found] == ["other"]
    assert ("ruth", "merged a patient", "demo-1") in lines(registry)
    with pytest.raises(RegistryError, match="double of other"):
        registry.begin_course("demo-1", at=NOW)
    assert whole(registry)


def test_a_merge_that_was_wrong_is_taken_apart_and_only_its_courses_go_back(registry: Registry) -> None:
    course, _ = filled(registry)
    own = registered(registry, "other")
    doubles.merge(registry, "demo-1", into="other", told=told())
    assert doubles.unmerge(registry, "demo-1", told=told("two sisters", NOW + dt.timedelta(days=2))) == 1
    assert registry.course(course).patient == "demo-1"
    assert registry.course(own).patient == "other"
    assert [one.why for _, one in registry.course(course).state.moves] == ["same person", "same person"]
    assert whole(registry)


def test_a_merge_is_whole_or_not_at_all(registry: Registry) -> None:
    course, _ = filled(registry)
    entered(registry, "other")
    with pytest.raises(RegistryError, match="without a reason"):
        doubles.merge(registry, "demo-1", into="other", told=told(" "))
    with registry.reading() as connection:
        assert patients.by_id(connection, registry.keys, "demo-1").merged_into is None
    assert registry.course(course).patient == "demo-1"
    assert whole(registry)


@pytest.mark.parametrize(("double", "into"), [("demo-1", "demo-1"), ("demo-1", "nobody"), ("nobody", "demo-1")])
def test_a_merge_of_what_is_not_two_is_refused(registry: Registry, double: str, into: str) -> None:
    filled(registry)
    with pytest.raises(RegistryError):
        doubles.merge(registry, double, into=into, told=told())


def test_an_entry_with_doubles_is_not_made_a_double(registry: Registry) -> None:
    for one in ("a", "b", "c"):
        entered(registry, one)
    doubles.merge(registry, "a", into="b", told=told())
    with pytest.raises(RegistryError, match="doubles of its own"):
        doubles.merge(registry, "b", into="c", told=told())
    with pytest.raises(RegistryError, match="double of b"):
        doubles.merge(registry, "a", into="c", told=told())


def test_a_course_of_the_wrong_patient_moves_and_its_facts_hold_for_nobody(registry: Registry) -> None:
    course, _ = filled(registry)
    entered(registry, "right", Identity("Right", "Rita", dt.date(1961, 5, 5), "female"))
    refused = doubles.move(registry, course, to="right", told=told("the page of another was open"), key="k")
    assert {one.rule for one in refused.findings} >= {"order-of-another"}
    assert registry.course(course).patient == "demo-1"
    order = registry.course(course).state.order
    assert order is not None
    at = NOW + dt.timedelta(hours=30)
    cancel = Cancelled(at=at, order=order.order.number, because="wrong patient")
    assert registry.act(course, Command(event=cancel, by=PHYSICIAN, key="c", surface="web"), around(at)).records
    assert doubles.move(registry, course, to="right", told=told("wrong page", at), key="k").records
    known = registry.course(course)
    assert (known.patient, known.state.patient, known.state.facts, known.state.screenings) == (
        "right",
        "right",
        None,
        (),
    )
    assert known.state.earlier_facts
    assert doubles.move(registry, course, to="right", told=told("wrong page", at), key="k").is_repeat
    assert whole(registry)
    for id, rules in (("demo-1", {"another-patient"}), ("right", set())):
        event = FactsRecorded(at=at, document=facts(id=id), source="form")
        decision = registry.act(course, Command(event=event, by=NURSE, key=f"f-{id}", surface="web"), around(at))
        assert {one.rule for one in decision.findings if one.severity == "refuse"} == rules


def test_nothing_moves_from_under_an_infusion(registry: Registry) -> None:
    course = registered(registry)
    walk = Walk().ready()
    walk.must(walk.start())
    for one in walk.records:
        put(registry, course, one)
    entered(registry, "right")
    refused = doubles.move(registry, course, to="right", told=told("wrong page", walk.at), key="k")
    assert {one.rule for one in refused.findings} >= {"delivery-not-settled", "order-of-another"}
    with pytest.raises(RegistryError, match="running"):
        erasure.erase(registry, "demo-1", by="ruth", at=walk.at, because="asked for")


def test_a_correction_does_not_change_whose_course_it_is(registry: Registry) -> None:
    course, walk = filled(registry)
    entered(registry, "other")
    doubles.merge(registry, "demo-1", into="other", told=told(at=walk.at))
    referral = registry.course(course).records[0].event
    assert isinstance(referral, Referred)
    for number, instead in ((registry.course(course).version, None), (1, replace(referral, patient="other"))):
        one = walk_record(walk, Corrected(at=walk.at, number=number, because="typed wrong", instead=instead))
        command = Command(event=one.event, by=PHYSICIAN, key=one.key, surface="web")
        decision = registry.act(course, command, around(walk.at))
        assert "moved-by-move" in {finding.rule for finding in decision.findings}
        assert not decision.records


def test_a_referral_of_another_patient_is_refused(registry: Registry) -> None:
    course = registered(registry)
    event = Referred(at=NOW, patient="somebody", reason="pain", indication="postherpetic-neuralgia")
    with pytest.raises(RegistryError, match="somebody"):
        registry.act(course, Command(event=event, by=NURSE, key="k", surface="web"), around(NOW))


def test_a_course_filed_under_another_patient_than_its_events_say_is_found(registry: Registry) -> None:
    filled(registry)
    entered(registry, "other")
    unguarded(registry, "UPDATE course SET patient = 'other'")
    assert any("filed under other" in one for one in registry.verify())


@pytest.mark.parametrize(
    "change",
    ["UPDATE course_view SET stage = 'closed'", "UPDATE due SET done = NOT done", "DELETE FROM due", "DELETE FROM course_view"],
)  # fmt: skip
def test_a_view_that_says_something_else_is_found_and_mended(registry: Registry, change: str) -> None:
    filled(registry)
    with registry.writing() as connection:
        connection.execute(text(change))
    assert any("rebuild" in one for one in registry.verify())
    registry.rebuild()
    assert registry.verify() == ()


def test_an_erased_person_is_gone_with_doubles_and_courses_and_the_chains_hold(registry: Registry) -> None:
    course, _ = filled(registry)
    entered(registry, "double")
    other = registered(registry, "stranger")
    doubles.merge(registry, "double", into="demo-1", told=told())
    with registry.reading() as connection:
        wrapped = connection.execute(
            select(tables.content_key.c.wrapped).where(tables.content_key.c.id.in_(("demo-1", "double", course)))
        ).scalars()
        keys = [bytes(one) for one in wrapped if one]
    assert erasure.erase(registry, "demo-1", by="ruth", at=NOW + dt.timedelta(days=400), because="asked for") == 1
    with registry.reading() as connection:
        for id in ("demo-1", "double"):
            with pytest.raises(Erased):
                patients.by_id(connection, registry.keys, id)
        with pytest.raises(Erased):
            registry.course(course)
        assert not connection.execute(select(tables.course_view).where(tables.course_view.c.course == course)).first()
        found = patients.look_up(connection, registry.keys, family="Example", birth_date=ERNA.birth_date, number=None)
        assert [one.id for one in found] == ["stranger"]
    assert registry.course(other).version == 0
    assert ("ruth", "erased a patient", "demo-1") in lines(registry)
    assert whole(registry)
    assert registry.rebuild() >= 1
    assert len(keys) == 3
    if registry.engine.dialect.name == "sqlite":
        file = Path(str(registry.engine.url.database))
        stored = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
        assert not any(one in stored for one in keys)


def test_whose_record_rests_is_told_by_id_alone(registry: Registry) -> None:
    _, walk = filled(registry)
    entered(registry, "old")
    with registry.reading() as connection:
        late = erasure.resting_since(connection, walk.at + dt.timedelta(seconds=1))
        early = erasure.resting_since(connection, NOW + dt.timedelta(seconds=1))
    assert [(one.patient, one.courses) for one in late] == [("old", 0), ("demo-1", 1)]
    assert [one.patient for one in early] == ["old"]


def test_a_restricted_patient_opens_with_a_reason_for_a_working_day(registry: Registry) -> None:
    course, _ = filled(registry)

    def is_open(account: str, at: dt.datetime = NOW) -> bool:
        with registry.reading() as connection:
            assert glass.patient_of_course(connection, course) == "demo-1"
            return glass.is_open(connection, "demo-1", account=account, at=at)

    assert is_open("cleo")
    with registry.writing() as connection:
        glass.restrict(connection, "demo-1", is_restricted=True, by="ruth", at=NOW)
    assert not is_open("cleo")
    glass.break_glass(registry, "demo-1", account="cleo", because="chest pain at the bedside", at=NOW)
    assert (is_open("cleo"), is_open("dora")) == (True, False)
    assert is_open("cleo", NOW + glass.HOLDS - dt.timedelta(seconds=1))
    assert not is_open("cleo", NOW + glass.HOLDS)
    with registry.reading() as connection:
        assert [(one.account, one.because) for one in glass.openings(connection, registry)] == [
            ("cleo", "chest pain at the bedside")
        ]
    erasure.erase(registry, "demo-1", by="ruth", at=NOW + dt.timedelta(days=9), because="asked for")
    with registry.reading() as connection:
        assert [one.because for one in glass.openings(connection, registry)] == [None]
    assert ("cleo", "broke the glass", "demo-1") in lines(registry)


def test_the_steps_lead_to_the_tables_that_the_program_uses(registry: Registry) -> None:
    with registry.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.METADATA) == []
