"""Adverse events on pages: told away from the bedside, listed with filters, counted against infusions, as text for a regulator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browsed import AUDITOR, RESEARCHER, Clinic
from tests.courses import NURSE, PHARMACIST, Walk
from tests.forms import send
from tests.registries import DATABASES, fresh_registry

from assuage.course.event import Harmed

COURSE = "abcabcabcabc"
AT = f"/courses/{COURSE}/harms"
TOLD = {"term": "dizziness", "spoken": "The room <b>went</b> round.", "session": "1", "began": "2026-12-01T09:30", "grade": "2",
        "related": "possible", "action": "lay down", "outcome": "recovered"}  # fmt: skip


@pytest.fixture(params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry(request.param, tmp_path) as registry:
        made = Clinic(registry).with_people()
        made.patient()
        walk = Walk().ready()
        walk.must(walk.start())
        walk.must(Harmed(at=walk.at, term="chest-tightness", spoken="A band round my chest.", session=1, began=walk.at + dt.timedelta(minutes=-1),
                         grade=3, standard="CTCAE v5", is_serious=True, related="probable", expected="unexpected", action="stopped"), NURSE)  # fmt: skip
        walk.ended()
        made.course(walk.records, id=COURSE)
        made.clock.at = walk.at + dt.timedelta(days=2)
        yield made


def test_what_is_told_later_is_on_record(clinic: Clinic) -> None:
    assert send(clinic.signed_in(NURSE), AT, holding="spoken", **TOLD).status_code == 303
    (_, told) = clinic.registry.course(COURSE).state.harms[-1]
    # The clinic's clock: half past nine there is half past three in the afternoon in UTC.
    assert told.began == dt.datetime(2026, 12, 1, 15, 30, tzinfo=dt.UTC)
    assert (told.grade, told.session, told.expected, told.is_serious) == (2, 1, "expected", False)
    assert told.reference


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"grade": "6"}, "grade"), ({"spoken": ""}, "words of the patient"), ({"session": "2"}, "infusion"), ({"began": "2027-01-01T00:00"}, "time that has not come"), ({"term": "x"}, "what happened")],
)  # fmt: skip
def test_what_cannot_be_is_asked_again_and_nothing_is_lost(clinic: Clinic, changed: dict[str, str], said: str) -> None:
    answer = send(clinic.signed_in(NURSE), AT, holding="spoken", **{**TOLD, **changed})
    assert answer.status_code == 422
    assert said in answer.text.lower()
    assert "lay down" in answer.text
    assert len(clinic.registry.course(COURSE).state.harms) == 1


def test_the_list_is_narrowed_and_says_of_how_many(clinic: Clinic) -> None:
    nurse = clinic.signed_in(NURSE)
    send(nurse, AT, holding="spoken", **TOLD)
    whole = nurse.get("/harms").text
    assert "On record (2)" in whole
    assert "&lt;b&gt;went" in whole
    for query in ("grade=3", "gravity=serious", "term=chest-tightness"):
        page = nurse.get(f"/harms?{query}").text
        assert "On record (1 of 2)" in page
        assert "A band round my chest." in page
        assert "The room" not in page
    assert "On record (0 of 2)" in nurse.get("/harms?drug=ketamine").text


def test_events_are_counted_against_infusions(clinic: Clinic) -> None:
    """One event in one infusion: 100 for each 100, exact limits 2.53 to 557."""
    page = clinic.signed_in(PHARMACIST).get("/harms").text
    assert "100 (2.53 to 557)" in page
    assert "1 of 1 (100 %" in page


def test_a_text_for_the_regulator_has_every_field_and_no_name(clinic: Clinic) -> None:
    nurse = clinic.signed_in(NURSE)
    number = clinic.registry.course(COURSE).state.harms[0][0]
    answer = nurse.get(f"{AT}/{number}/report")
    assert answer.headers["content-type"].startswith("text/plain")
    for field in ("Time on the infusion clock: 1 min before the start", "Volume given by then: Not known", "Words as spoken: A band round my chest.", "Code: chest-tightness",
                  "Grade: 3 (CTCAE v5)", "Serious: Yes", "Expected: Unexpected", "Related to the drug: Probable", "Action on the infusion: stopped",
                  "Antidote: None recorded", "Outcome: Not known", "Reporter: Cleo Diaz (nurse)", "Signer: ___", "2,100 mg", "L0"):  # fmt: skip
        assert field in answer.text, field
    assert "Erna" not in answer.text
    assert "Example" not in answer.text
    assert nurse.get(f"{AT}/999/report").status_code == 404


def test_who_may_read(clinic: Clinic) -> None:
    for one in (AUDITOR, RESEARCHER):
        assert clinic.signed_in(one).get("/harms").status_code == 403
        assert clinic.signed_in(one).get(AT).status_code == 403
