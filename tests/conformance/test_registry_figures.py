"""What is counted and kept says the same as reading every course anew: after each change, by another catalog, after erasing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select
from tests.browsed import ADMINISTRATOR, Clinic
from tests.courses import PHYSICIAN, Walk, catalog
from tests.registries import DATABASES, fresh_registry
from tests.spec.test_response import after, treated

from assuage.course.event import Event, FactsRecorded, Referred
from assuage.registry import figures, tables
from assuage.registry.erasure import erase
from assuage.registry.store import Registry
from assuage.response.clinic import Figures, figures_of

ZONE = dt.UTC


@pytest.fixture(params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry(request.param, tmp_path) as registry:
        made = Clinic(registry).with_people()
        for number, walk in enumerate((Walk().ready(), after(treated(), "4"), treated())):
            patient = made.patient(f"demo-{number}")
            records = [replace(one, event=of_patient(one.event, patient)) for one in walk.records]
            made.course(records, patient=patient, id=f"course-{number}")
            made.clock.at = max(made.clock.at, walk.at)
        yield made


def of_patient(event: Event, patient: str) -> Event:
    if isinstance(event, Referred):
        return replace(event, patient=patient)
    if isinstance(event, FactsRecorded):
        return replace(event, document=json.dumps({**json.loads(event.document), "id": patient}))
    return event


def anew(registry: Registry, ids: tuple[str, ...]) -> list[Figures]:
    return [figures_of(registry.course(one).state, catalog(), zone=ZONE) for one in ids]


def kept(registry: Registry) -> list[Figures]:
    found = figures.every(registry, catalog(), zone=ZONE)
    assert isinstance(found, tuple)
    return list(found)


def stored(registry: Registry) -> int:
    with registry.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.counted)).scalar_one())


def test_the_same_as_reading_every_course(clinic: Clinic) -> None:
    registry = clinic.registry
    ids = ("course-0", "course-1", "course-2")
    assert kept(registry) == anew(registry, ids)
    assert stored(registry) == 3
    assert kept(registry) == anew(registry, ids)


def test_a_course_that_moved_on_is_counted_again(clinic: Clinic) -> None:
    registry = clinic.registry
    kept(registry)
    browser = clinic.signed_in(PHYSICIAN)
    form = {"day": "2026-12-14", "purpose": "day 14", "value": "2", "key": "k"}
    assert browser.post("/courses/course-2/response/score", data=form).status_code == 303
    assert kept(registry) == anew(registry, ("course-0", "course-1", "course-2"))
    assert kept(registry)[2].verdict == "substantial"


def test_what_is_stored_is_read_by_another_server(clinic: Clinic) -> None:
    registry = clinic.registry
    first = kept(registry)
    figures.forget(registry)
    assert kept(registry) == first


def test_what_is_stored_names_nothing(clinic: Clinic) -> None:
    kept(clinic.registry)
    with clinic.registry.reading() as connection:
        contents = connection.execute(select(tables.counted.c.content)).scalars().all()
    assert not [one for one in contents if b"magnesium" in one or b"started" in one]


def test_who_was_erased_is_in_no_count(clinic: Clinic) -> None:
    registry = clinic.registry
    kept(registry)
    erase(registry, "demo-1", by=ADMINISTRATOR.id, at=clinic.clock.at, because="asked for by the person")
    assert kept(registry) == anew(registry, ("course-0", "course-2"))
    assert stored(registry) == 2


def test_another_zone_counts_anew(clinic: Clinic) -> None:
    registry = clinic.registry
    kept(registry)
    other = dt.timezone(dt.timedelta(hours=14))
    found = figures.every(registry, catalog(), zone=other)
    assert found == tuple(figures_of(registry.course(f"course-{one}").state, catalog(), zone=other) for one in range(3))


def test_counting_goes_on_from_where_it_came_to(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = clinic.registry
    monkeypatch.setattr(figures, "TOGETHER", 1)
    steps = [figures.every(registry, catalog(), zone=ZONE, within_s=0) for _ in range(2)]
    assert steps == [figures.Left(1, 3), figures.Left(2, 3)]
    found = figures.every(registry, catalog(), zone=ZONE, within_s=0)
    assert found == tuple(anew(registry, ("course-0", "course-1", "course-2")))


def test_the_same_object_while_nothing_is_recorded(clinic: Clinic) -> None:
    first = figures.every(clinic.registry, catalog(), zone=ZONE)
    assert figures.every(clinic.registry, catalog(), zone=ZONE) is first
