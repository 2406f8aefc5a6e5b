"""A whole course over the web, as three people send the forms of the pages: from referral to the day-14 score."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from tests.browsed import PASSWORD, Browser, Clinic
from tests.courses import NURSE, NURSE_2, PHARMACIST, PHYSICIAN, facts
from tests.forms import fields, send
from tests.registries import DATABASES, fresh_registry

from assuage.course.state import Course


@pytest.fixture(params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry(request.param, tmp_path) as registry:
        made = Clinic(registry).with_people()
        made.patient()
        yield made


class People:
    """Three signed-in people and the course they work on."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.physician, self.pharmacist, self.nurse = (clinic.signed_in(one) for one in (PHYSICIAN, PHARMACIST, NURSE))
        self.course = ""

    @property
    def at(self) -> str:
        return f"/courses/{self.course}"

    @property
    def state(self) -> Course:
        return self.clinic.registry.course(self.course).state

    def again(self) -> None:
        """Everybody signs in anew: days have passed."""
        self.physician, self.pharmacist, self.nurse = (
            self.clinic.signed_in(one) for one in (PHYSICIAN, PHARMACIST, NURSE)
        )

    def begin(self) -> None:
        answer = send(
            self.physician,
            "/patients/demo-1/courses/new",
            indication="postherpetic-neuralgia",
            reason="Nothing helped.",
        )
        assert answer.status_code == 303, answer.text
        self.course = answer.headers["location"].split("/")[-1]

    def facts(self) -> None:
        answer = self.nurse.post(f"{self.at}/facts/upload", files={"file": ("patient.json", facts().encode())})
        assert answer.status_code == 200, answer.text
        form = fields(answer.text)
        answer = self.nurse.post(f"{self.at}/facts", data={**form, "same": ["yes"]})
        assert answer.status_code == 303, told(answer.text)

    def order(self, start: str) -> None:
        query = f"?regimen=kim-2015-magnesium&start={start}"
        shown = self.physician.get(f"{self.at}/eligibility{query}")
        assert "Eligible" in shown.text
        answer = self.physician.post(f"{self.at}/eligibility", data=fields(shown.text))
        assert answer.status_code == 303, told(answer.text)
        shown = self.physician.get(answer.headers["location"])
        form = {
            **fields(shown.text),
            **{name: ["read and weighed"] for name in re.findall(r'name="(because:[^"]+)"', shown.text)},
        }
        answer = self.physician.post(f"{self.at}/plan", data=form)
        assert answer.status_code == 303, told(answer.text)

    def check(self, **changed: str) -> str:
        at = "infusion.magnesium-sulfate"
        values = {"weight": "70", f"{at}.strength": "500", f"{at}.dose": "2100", f"{at}.draw_up": "4.2", "infusion.total_volume": "104.2", "infusion.rate": "104.2"}  # fmt: skip
        answer = send(
            self.pharmacist,
            f"{self.at}/check",
            **{name.replace(".", "__"): value for name, value in {**values, **changed}.items()},
        )
        assert answer.status_code == 303, told(answer.text)
        return self.pharmacist.get(answer.headers["location"]).text

    def sign(self, **changed: str) -> None:
        answer = send(self.physician, f"{self.at}/sign", **{"password": PASSWORD, **changed})
        assert answer.status_code == 303, told(answer.text)

    def prepare(self) -> None:
        discard = (self.clinic.clock.at + dt.timedelta(hours=4)).isoformat()
        answer = send(self.pharmacist, f"{self.at}/prepare", **{"magnesium-sulfate__presentation": "magnesium-sulfate-500-mg-per-ml-10-ml", "magnesium-sulfate__lot": "L7", "magnesium-sulfate__expires": "2027-06-30",
                      "magnesium-sulfate__opened": "1", "discard_at": discard})  # fmt: skip
        assert answer.status_code == 303, told(answer.text)

    def step(self, name: str, by: Browser | None = None, **values: str | list[str]) -> int:
        page = (by or self.nurse).get(f"{self.at}/bedside").text
        key = re.findall(r'name="key" value="([^"]+)"', page)[0]
        session = re.findall(r'name="session" value="([^"]+)"', page)[0]
        answer = (by or self.nurse).post(f"{self.at}/bedside/{name}", data={"key": key, "session": session, **values})
        self.answer = answer.text
        return answer.status_code

    def baseline(self) -> int:
        return self.step("observe", **{"vitals.sbp": "132", "vitals.dbp": "78", "vitals.hr": "72", "vitals.rr": "16", "vitals.spo2": "97",
                                       "urine-4h": "300", "knee-jerk": "present"})  # fmt: skip

    def start(self, **changed: str | list[str]) -> int:
        said: dict[str, str | list[str]] = {
            "identity": ["name", "date of birth"], "ready": ["kit", "monitoring", "airway", "escort", "urine"], "weight": "70",
            "rate": "104.2", "site": "left forearm", "second": NURSE_2.id, "second_password": PASSWORD,
        }  # fmt: skip
        return self.step("start", **{**said, **changed})


def told(text: str) -> str:
    """What a page says went wrong."""
    plain = re.sub(r"<[^>]+>", " ", text.split("<main", 1)[-1])
    return " ".join(html.unescape(plain).split())[:1500]


def until_prepared(clinic: Clinic) -> People:
    people = People(clinic)
    people.begin()
    people.facts()
    people.order("2026-11-30T09:00")
    assert "It agrees" in people.check()
    people.sign()
    people.prepare()
    return people


def test_a_course_from_referral_to_the_day_after(clinic: Clinic) -> None:
    people = until_prepared(clinic)
    clinic.clock.wait(minutes=15)
    assert people.baseline() == 303, told(people.answer)
    assert people.start() == 303, told(people.answer)
    assert people.state.running is not None
    clinic.clock.wait(minutes=15)
    assert people.step("observe", **{"vitals.hr": "70", "knee-jerk": "present"}) == 303
    assert people.step("rate", rate="52.1", because="the arm burns", volume="26") == 303
    assert people.step("pause") == 303
    assert people.step("resume", rate="104.2") == 303
    clinic.clock.wait(minutes=50)
    people.again()
    assert people.step("end", volume="104.2") == 303
    assert people.step("flush", volume="20") == 303
    assert people.step("reconcile", delivery="given", volume="104.2", how="pump") == 303, told(people.answer)
    page = people.nurse.get(f"{people.at}/bedside").text
    gates = {html.unescape(name): "met" for name in re.findall(r'name="(gate:[^"]+)"', page)}
    assert gates
    clinic.clock.wait(minutes=45)
    people.again()
    score = {"score.variant": "aldrete-modified", "score.total": "10"}
    assert people.step("discharge", escort="a friend", **score, **gates) == 303, told(people.answer)
    clinic.clock.wait(hours=22)
    people.again()
    assert people.step("call", reached="yes", cleared="yes", said="slept well") == 303
    (session, *_) = people.state.sessions
    assert session.delivery == "given"
    assert [one.rate.value for one in session.segments][1:3] == [Decimal("52.1"), 0]
    assert clinic.registry.verify() == ()


def test_a_stop_takes_one_press_and_asks_why_afterwards(clinic: Clinic) -> None:
    people = until_prepared(clinic)
    people.baseline()
    people.start()
    assert people.step("stop") == 303
    session = people.state.session(1)
    assert session is not None
    assert (session.status, session.stopped_because) == ("stopped", None)


def test_starting_twice_starts_once(clinic: Clinic) -> None:
    people = until_prepared(clinic)
    people.baseline()
    page = people.nurse.get(f"{people.at}/bedside").text
    key = re.findall(r'name="key" value="([^"]+)"', page)[0]
    data = {"key": key, "session": "1", "identity": ["name", "date of birth"], "ready": ["kit", "monitoring", "airway", "escort", "urine"],
            "weight": "70", "rate": "104.2", "site": "arm", "second": NURSE_2.id, "second_password": PASSWORD}  # fmt: skip
    before = people.state.version
    answers = [people.nurse.post(f"{people.at}/bedside/start", data=data).status_code for _ in range(3)]
    assert answers == [303, 303, 303]
    assert people.state.version == before + 1


def test_a_check_that_differs_shows_both_and_nothing_is_signed(clinic: Clinic) -> None:
    people = People(clinic)
    people.begin()
    people.facts()
    people.order("2026-11-30T09:00")
    page = people.check(**{"infusion.magnesium-sulfate.draw_up": "42"})
    assert "the order says 4.2 mL, the check says 42 mL" in page
    answer = send(people.physician, f"{people.at}/sign", password="correct horse battery staple")
    assert answer.status_code == 409
    assert "No blind check" in answer.text


def test_the_page_of_the_check_holds_no_answer(clinic: Clinic) -> None:
    people = People(clinic)
    people.begin()
    people.facts()
    people.order("2026-11-30T09:00")
    page = people.pharmacist.get(f"{people.at}/check").text.split("<main", 1)[1]
    for answer in ("2,100", "2100", "104.2", "4.2 mL"):
        assert answer not in page


def test_nobody_signs_without_the_password(clinic: Clinic) -> None:
    people = People(clinic)
    people.begin()
    people.facts()
    people.order("2026-11-30T09:00")
    people.check()
    answer = send(people.physician, f"{people.at}/sign", password="wrong")
    assert answer.status_code == 422
    assert people.state.order is not None
    assert people.state.order.signed is None


def test_a_stop_line_is_told_at_once_and_the_value_is_on_record(clinic: Clinic) -> None:
    people = until_prepared(clinic)
    people.baseline()
    people.start()
    assert people.step("observe", **{"vitals.rr": "8"}) == 303
    page = people.nurse.get(f"{people.at}/bedside").text
    assert '<section class="standing" role="alert"' in page
    assert "Stop now" in html.unescape(page)
    session = people.state.session(1)
    assert session is not None
    assert session.observed[-1][1].found[0].value is not None
