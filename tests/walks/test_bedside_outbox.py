"""The queue of a device as it is sent: in order, once, with its times, in the name of who made it; and forms with nasty times."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.browsed import PASSWORD, Browser, Clinic
from tests.courses import NURSE, NURSE_2, PHARMACIST, Walk
from tests.registries import DATABASES, fresh_registry

from assuage.course.event import Observed, Started
from assuage.course.ledger import by_clock
from assuage.course.state import SessionState


class Bedside:
    """A session that runs, a nurse who is signed in, and a queue."""

    def __init__(self, clinic: Clinic, *, is_started: bool = True) -> None:
        self.clinic = clinic
        walk = Walk().ready()
        if is_started:
            walk.started()
        self.course = clinic.course(walk.records)
        clinic.clock.at = walk.at
        self.began = walk.at
        self.nurse = clinic.signed_in(NURSE)
        self.at = f"/courses/{self.course}/bedside"

    @property
    def session(self) -> SessionState:
        found = self.clinic.registry.course(self.course).state.session(1)
        assert found is not None
        return found

    @property
    def version(self) -> int:
        return self.clinic.registry.course(self.course).version

    def entry(self, sequence: int, kind: str = "observe", **changed: Any) -> dict[str, Any]:
        """An entry as a device keeps it; fields are given in `fields`."""
        made = {"sequence": sequence, "key": f"device-{sequence}", "kind": kind, "at": self.clinic.clock.at.isoformat(), "session": 1,
                "account": NURSE.id, "fields": {"vitals.hr": ["71"]} if kind == "observe" else {}}  # fmt: skip
        return {**made, **changed}

    def send(self, *entries: dict[str, Any], by: Browser | None = None) -> list[dict[str, Any]]:
        answer = (by or self.nurse).ask("POST", f"{self.at}/outbox", json={"entries": list(entries)})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["answers"])

    def heart_rates(self) -> list[str]:
        return [str(one.value.value) for _, each in self.session.observed for one in each.found if one.what == "vitals.hr" and one.value]  # fmt: skip


@pytest.fixture(params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry(request.param, tmp_path) as registry:
        made = Clinic(registry).with_people()
        made.patient()
        yield made
        assert registry.verify() == ()


def test_a_queue_is_recorded_in_the_order_it_was_made_and_once(clinic: Clinic) -> None:
    here = Bedside(clinic)
    entries = [here.entry(3, fields={"vitals.hr": ["73"]}), here.entry(1), here.entry(2, fields={"vitals.hr": ["72"]})]
    assert [one["status"] for one in here.send(*entries)] == ["recorded"] * 3
    assert here.heart_rates() == ["72", "71", "72", "73"]
    assert [one["status"] for one in here.send(*entries)] == ["repeat"] * 3
    assert here.heart_rates() == ["72", "71", "72", "73"]


def test_an_entry_says_when_it_happened_and_that_it_came_late(clinic: Clinic) -> None:
    here = Bedside(clinic)
    made = clinic.clock.at
    clinic.clock.wait(minutes=12)
    here.send(here.entry(1, at=made.isoformat()))
    last = clinic.registry.course(here.course).records[-1]
    assert (last.event.at, last.recorded, last.is_late) == (made, clinic.clock.at, True)


def test_what_is_refused_is_told_and_what_follows_is_judged_for_itself(clinic: Clinic) -> None:
    here = Bedside(clinic)
    answers = here.send(here.entry(1, "resume", fields={"rate": ["104.2"]}), here.entry(2, "stop"), here.entry(3, "pause"))  # fmt: skip
    assert [one["status"] for one in answers] == ["refused", "recorded", "refused"]
    assert "it cannot be resumed" in answers[0]["told"][0]["what"]
    assert here.session.status == "stopped"


def test_a_stop_line_is_told_with_the_answer_and_is_no_refusal(clinic: Clinic) -> None:
    here = Bedside(clinic)
    (answer,) = here.send(here.entry(1, fields={"vitals.rr": ["8"]}))
    assert answer["status"] == "recorded"
    assert "Respiratory rate below 10/min" in answer["told"][0]["what"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"at": "2026-11-30T08:05:00"}, "no instant with its zone"),
        ({"at": "five past eight"}, "no instant with its zone"),
        ({"at": "2026-12-24T12:00:00+00:00"}, "lies ahead of the clock"),
        ({"key": ""}, "has no key"),
        ({"kind": "start"}, "is not taken from a queue"),
        ({"kind": "reconcile"}, "is not taken from a queue"),
        ({"kind": "nonsense"}, "is not taken from a queue"),
        ({"session": 9}, "there is no such session"),
        ({"fields": {}}, "nothing was entered"),
        ({"fields": {"nrs": ["11"]}}, "11"),
        ({"fields": {"vitals.hr": ["-1"]}}, "heart rate: “-1"),
        ({"fields": {"vitals.hr": ["NaN"]}}, "NaN"),
        ({"fields": {"vitals.hr": ["７２"]}}, "heart rate"),
        ({"fields": {"knee-jerk": ["brisk"]}}, "brisk"),
        ({"fields": {"symptom": ["<script>"]}}, "<script>"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_with_the_reason(clinic: Clinic, changed: dict[str, Any], said: str) -> None:
    here = Bedside(clinic)
    before = here.version
    (answer,) = here.send(here.entry(1, **changed))
    assert answer["status"] == "refused"
    assert said.casefold() in " ".join(one["what"] for one in answer["told"]).casefold()
    assert here.version == before


def test_nobodys_entry_goes_on_record_in_anothers_name(clinic: Clinic) -> None:
    here = Bedside(clinic)
    other = clinic.signed_in(NURSE_2)
    assert [one["status"] for one in here.send(here.entry(1), by=other)] == ["waits"]
    assert [one["status"] for one in here.send(here.entry(1))] == ["recorded"]
    assert [one["status"] for one in here.send(here.entry(1), by=other)] == ["repeat"]


def test_a_queue_needs_a_sign_in_a_role_and_its_own_shape(clinic: Clinic) -> None:
    here = Bedside(clinic)
    sent = {"json": {"entries": [here.entry(1)]}}
    assert clinic.browser().ask("POST", f"{here.at}/outbox", **sent).status_code == 401
    assert clinic.signed_in(PHARMACIST).ask("POST", f"{here.at}/outbox", **sent).status_code == 403
    assert here.nurse.ask("POST", f"{here.at}/outbox", json={"entries": "none"}).status_code == 422
    assert here.nurse.ask("POST", f"{here.at}/outbox", json={"entries": [here.entry(n) for n in range(201)]}).status_code == 413  # fmt: skip
    elsewhere = {"sec-fetch-site": "cross-site"}
    assert here.nurse.ask("POST", f"{here.at}/outbox", headers=elsewhere, **sent).status_code == 403
    assert here.heart_rates() == ["72"]


def test_the_clock_is_asked_without_a_sign_in_and_keeps_nobody_signed_in(clinic: Clinic) -> None:
    here = Bedside(clinic)
    assert clinic.browser().get("/clock").json() == {"now": clinic.clock.at.isoformat()}
    for _ in range(5):
        clinic.clock.wait(minutes=5)
        clinic.browser().get("/clock")
    assert here.nurse.ask("POST", f"{here.at}/outbox", json={"entries": []}).status_code == 401


def start_form(here: Bedside, key: str, second: str = NURSE_2.id) -> dict[str, Any]:
    return {"key": key, "session": "1", "identity": ["name", "date of birth"], "ready": ["kit", "monitoring", "airway", "escort", "urine"],
            "weight": "70", "rate": "104.2", "site": "arm", "second": second, "second_password": PASSWORD}  # fmt: skip


def test_two_browsers_start_one_session_once(clinic: Clinic) -> None:
    """Different keys from different people: the second finds it running."""
    here = Bedside(clinic, is_started=False)
    other = clinic.signed_in(NURSE_2)
    first = here.nurse.post(f"{here.at}/start", data=start_form(here, "one"))
    second = other.post(f"{here.at}/start", data=start_form(here, "two", second=NURSE.id))
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Session 1 is running" in html.unescape(second.text)
    started = [one for one in clinic.registry.course(here.course).records if isinstance(one.event, Started)]
    assert len(started) == 1


def test_nobody_starts_alone(clinic: Clinic) -> None:
    here = Bedside(clinic, is_started=False)
    answer = here.nurse.post(f"{here.at}/start", data=start_form(here, "one", second=NURSE.id))
    assert answer.status_code == 422
    assert here.session.status == "prepared"


def test_a_form_without_its_key_is_not_taken(clinic: Clinic) -> None:
    here = Bedside(clinic)
    assert here.nurse.post(f"{here.at}/observe", data={"session": "1", "vitals.hr": "70"}).status_code == 422
    assert here.heart_rates() == ["72"]


@pytest.mark.parametrize("at", ["2026-11-01T01:30", "2026-03-08T02:30"])
def test_an_hour_that_is_there_twice_or_never_is_asked_about(clinic: Clinic, at: str) -> None:
    """Clocks of the clinic in Winnipeg go back on 01-Nov-2026 and forward on 08-Mar-2026."""
    here = Bedside(clinic)
    answer = here.nurse.post(f"{here.at}/observe", data={"key": "one", "session": "1", "vitals.hr": "70", "at": at})
    assert answer.status_code == 422
    assert "is not one instant" in html.unescape(answer.text)
    instant = f"{at}:00-06:00"
    assert here.nurse.post(f"{here.at}/observe", data={"key": "two", "session": "1", "vitals.hr": "70", "at": instant}).status_code == 303  # fmt: skip


def test_what_was_delivered_follows_the_pump_through_rates_pauses_and_late_entries(clinic: Clinic) -> None:
    """By hand: read 20 mL at 10 min, 52.1 mL/h until 20 min, a pause until 30 min, 104.2 mL/h until 40 min."""
    here = Bedside(clinic)

    def at(minutes: int) -> str:
        return (here.began + dt.timedelta(minutes=minutes)).isoformat()

    clinic.clock.wait(minutes=40)
    here.nurse = clinic.signed_in(NURSE)
    answers = here.send(
        here.entry(1, "rate", at=at(10), fields={"rate": ["52.1"], "because": ["burns"], "volume": ["20"]}),
        here.entry(2, "pause", at=at(20), fields={"because": ["burns still"]}),
        here.entry(3, "resume", at=at(30), fields={"rate": ["104.2"]}),
    )
    assert [one["status"] for one in answers] == ["recorded"] * 3
    expected = by_clock(here.session, clinic.clock.at).volume.value
    # 20 + 52.1 × 10/60 + 0 + 104.2 × 10/60 = 46.05
    assert abs(expected - Decimal("46.05")) < Decimal("0.001")
    (refused,) = here.send(here.entry(4, "rate", fields={"rate": ["310"], "because": ["volume typed as a rate"]}))
    assert refused["status"] == "refused"
    assert "far above the ordered" in refused["told"][0]["what"]


def test_every_gate_of_going_home_is_answered(clinic: Clinic) -> None:
    """A form that leaves a gate out does not open it."""
    here = Bedside(clinic)
    here.send(here.entry(1, "end", fields={"volume": ["104.2"]}))
    clinic.clock.wait(minutes=19)
    form = {"key": "one", "session": "1", "escort": "a friend", "score.variant": "padss", "score.total": "10"}
    answer = here.nurse.post(f"{here.at}/discharge", data=form)
    assert answer.status_code == 422
    assert "not answered" in html.unescape(answer.text)
    assert here.session.discharged is None


def test_an_observation_before_the_start_that_is_typed_late_is_a_baseline(clinic: Clinic) -> None:
    here = Bedside(clinic)
    early = (here.began - dt.timedelta(minutes=3)).isoformat()
    here.send(here.entry(1, at=early))
    last = clinic.registry.course(here.course).records[-1].event
    assert isinstance(last, Observed)
    assert last.phase == "baseline"
