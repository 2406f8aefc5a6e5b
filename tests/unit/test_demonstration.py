"""The made-up clinic: sixty people over a year, each stage that is shown, every event through the decisions of a course."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache

import pytest
from tests.browsed import Browser
from tests.courses import catalog
from tests.papers import printed
from tests.registries import DATABASES, fresh_registry

from assuage.catalog.clinic import Clinic
from assuage.cli.reading import read_clinic_file
from assuage.course import Command, Surroundings, decide, fold
from assuage.course.adoption import adopting
from assuage.demonstration.clinic_of import adoptions, demonstration_clinic
from assuage.demonstration.made import fill, new_password
from assuage.demonstration.people import STAFF
from assuage.demonstration.year import STAGES, Told, year
from assuage.paper.clinic import Filed, Named, order_paper
from assuage.registry import patients
from assuage.registry.store import Registry
from assuage.response import response
from assuage.web.app import make_app
from assuage.web.settings import Settings, ShownSignIn

NOW = dt.datetime(2026, 11, 25, 14, 0, tzinfo=dt.UTC)
PASSWORD = "demonstration abc123"


def profile() -> Clinic:
    return demonstration_clinic(read_clinic_file(None))


@cache
def told(now: dt.datetime = NOW) -> tuple[Told, ...]:
    steps = adoptions(catalog(), now - dt.timedelta(days=420))
    return tuple(year(catalog(), adopting(profile(), steps), now=now))


def at_stage(stage: str) -> Told:
    return next(one for one in told() if one.stage == stage)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Registry, dict[str, str]]]:
    with fresh_registry(DATABASES[0], tmp_path_factory.mktemp("demonstration")) as registry:
        yield registry, fill(registry, catalog(), profile(), now=NOW, password=PASSWORD)


def test_sixty_people_over_a_year_have_sixty_names() -> None:
    assert len(told()) == 60
    assert len({(one.who.identity.family, one.who.identity.given) for one in told()}) == 60
    began = [one.story.records[0].recorded for one in told()]
    assert dt.timedelta(days=330) <= max(began) - min(began) <= dt.timedelta(days=400)


def test_every_stage_that_is_asked_for_is_there() -> None:
    asked = {"screened out", "waiting for a check", "running now", "due for day 14", "responder", "non-responder", "stopped for chest tightness"}  # fmt: skip
    assert set(STAGES) == asked == {one.stage for one in told() if one.stage}


def test_each_stage_is_what_it_is_called() -> None:
    screening = at_stage("screened out").story.state.screening
    assert screening is not None
    assert screening[1].verdict == "not eligible"
    waiting = at_stage("waiting for a check").story.state.order
    assert waiting is not None
    assert (waiting.standing, waiting.checks) == ("draft", ())
    running = at_stage("running now").story.state.running
    assert running is not None
    assert running.status == "running"
    due = at_stage("due for day 14").story.state
    assert due.day_14 is not None
    assert dt.timedelta(days=13) <= NOW - due.day_14
    assert not any(one.purpose == "day 14" for _, one in due.scores)
    stopped = at_stage("stopped for chest tightness").story.state
    assert stopped.sessions[1].stopped_because == "tightness in the chest"
    assert [one.term for _, one in stopped.harms] == ["chest-tightness"]


def test_the_responder_responds_and_the_non_responder_does_not() -> None:
    zone = profile().zone
    better, same = (
        response(at_stage(stage).story.state, catalog(), zone=zone, today=NOW.date()) for stage in ("responder", "non-responder")
    )  # fmt: skip
    assert better.fall_percent is not None
    assert better.fall_percent >= 50
    assert same.fall_percent is not None
    assert same.fall_percent < 30


def test_every_event_passes_the_decisions_of_a_course_again() -> None:
    clinic = adopting(profile(), adoptions(catalog(), NOW - dt.timedelta(days=420)))
    for one in told()[: len(STAGES)]:
        records = one.story.records
        for place, record in enumerate(records):
            around = Surroundings(now=record.recorded, catalog=catalog(), clinic=clinic)
            command = Command(event=record.event, by=record.by, key=record.key, surface=record.surface)
            assert decide(fold(records[:place]), command, around).records == (record,)


@pytest.mark.parametrize(
    "now",
    [
        dt.datetime(2026, 12, 28, 3, 0, tzinfo=dt.UTC), dt.datetime(2027, 11, 1, 6, 27, tzinfo=dt.UTC), dt.datetime(2028, 2, 29, 23, 30, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 8, 8, 1, tzinfo=dt.UTC), dt.datetime(2026, 12, 25, 0, 10, tzinfo=dt.UTC), dt.datetime(2026, 11, 29, 12, 0, tzinfo=dt.UTC),
    ],
)  # fmt: skip
def test_it_is_made_on_any_day_and_nothing_in_it_lies_ahead(now: dt.datetime) -> None:
    """A Monday, a holiday, a weekend, a leap day, the day the clocks change: a demonstration begins whenever it is begun."""
    made = told(now)
    assert {one.stage for one in made if one.stage} == set(STAGES)
    assert all(record.recorded <= now for one in made for record in one.story.records)


def test_the_same_instant_gives_the_same_year() -> None:
    again = tuple(year(catalog(), adopting(profile(), adoptions(catalog(), NOW - dt.timedelta(days=420))), now=NOW))
    assert [one.story.records for one in again] == [one.story.records for one in told()]


def test_the_registry_holds_sixty_made_up_patients_and_every_chain_verifies(
    filled: tuple[Registry, dict[str, str]],
) -> None:
    registry, shown = filled
    assert registry.verify() == ()
    assert set(shown) == set(STAGES)
    with registry.reading() as connection:
        known = [patients.by_id(connection, registry.keys, one.who.id) for one in told()]
    assert len(known) == 60
    assert all(one is not None and one.is_synthetic for one in known)


def test_the_sign_ins_that_are_shown_work_and_each_stage_opens(filled: tuple[Registry, dict[str, str]]) -> None:
    registry, shown = filled
    sign_ins = tuple(ShownSignIn(one.id, one.name, one.role, PASSWORD) for one in STAFF)
    settings = Settings(registry, catalog(), profile(), is_demonstration=True, shown=sign_ins, now=lambda: NOW)
    browser = Browser(make_app(settings))
    page = browser.get("/sign-in").text
    assert page.count(PASSWORD) == len(STAFF)
    for one in sign_ins:
        assert one.account in page
        assert (
            Browser(browser.app).post("/sign-in", data={"account": one.account, "password": one.password}).status_code
            == 303
        )
    browser.post("/sign-in", data={"account": "physician", "password": PASSWORD})
    for course in shown.values():
        opened = browser.get(f"/courses/{course}")
        assert opened.status_code == 200
        assert "synthetic patient" in opened.text
        assert "every patient here is made up" in opened.text


def test_what_is_printed_from_it_says_that_it_is_made_up() -> None:
    one = at_stage("responder")
    who = one.who.identity
    filed = Filed(Named(who.family, who.given, who.birth_date, who.sex, who.number, True), "c", one.story.state, tuple(one.story.records), "AB",
                  catalog(), "demonstration-clinic", profile().zone, NOW, True)  # fmt: skip
    text = printed(order_paper(filed))
    assert "Made-up patient" in text
    assert "Demonstration: never use a number from this for a person" in text


def test_a_password_is_made_for_each_demonstration() -> None:
    assert len({new_password() for _ in range(20)}) == 20
