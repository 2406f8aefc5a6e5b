"""The form of facts: what is typed becomes a patient document, what is wrong stands beside its field, nothing is lost."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browsed import Browser, Clinic
from tests.courses import NURSE, ROOT, Walk, facts
from tests.forms import fields, send
from tests.registries import fresh_registry

from assuage.course.gates_today import patient_of
from assuage.document import read_json
from assuage.patient import Patient, read_patient
from assuage.patient.written import document_of
from assuage.registry.patients import Identity
from assuage.web.intake import ENTRIES, SECTIONS


class Facts:
    """A course with facts on record, and a nurse who opens the form."""

    def __init__(self, clinic: Clinic, walk: Walk) -> None:
        self.clinic = clinic
        clinic.patient()
        self.course = clinic.course(walk.records)
        self.browser: Browser = clinic.signed_in(NURSE)
        self.address = f"/courses/{self.course}/facts"

    def send(self, **changed: str | None) -> Any:
        return send(self.browser, self.address, **changed)

    def errors(self, **changed: str | None) -> list[str]:
        """What is said against a form; nothing is recorded by it."""
        before = self.clinic.registry.course(self.course).version
        answer = self.send(**changed)
        assert answer.status_code == 422, answer.text
        assert self.clinic.registry.course(self.course).version == before
        return [
            html.unescape(re.sub("<[^>]+>", "", one))
            for one in re.findall(r'<p class="error"[^>]*>(.*?)</p>', answer.text)
        ]

    @property
    def document(self) -> dict[str, Any]:
        found = self.clinic.registry.course(self.course).state.facts
        assert found is not None
        document: dict[str, Any] = json.loads(found.document)
        return document

    @property
    def patient(self) -> Patient:
        return patient_of(json.dumps(self.document))


@pytest.fixture
def on_record(tmp_path: Path) -> Iterator[Facts]:
    with fresh_registry("sqlite", tmp_path) as registry:
        yield Facts(Clinic(registry).with_people(), Walk().referred())


def test_the_form_asks_every_fact_a_document_can_hold() -> None:
    from assuage.patient.fields import BARE, GROUPS, SINGLE

    every = {*SINGLE, *BARE, *(f"{group}.{part}" for group in GROUPS for part in GROUPS[group])}
    # Sex stands in the banner; a pressure is asked in two numbers.
    assert every - set(ENTRIES) == {"sex", "vitals.bp"}
    assert len(ENTRIES) == sum(len(one.entries) for one in SECTIONS), "nothing is asked twice"


def test_what_is_on_record_comes_back_as_it_is(on_record: Facts) -> None:
    answer = on_record.send()
    assert answer.status_code == 200
    assert "nothing was recorded" in answer.text
    assert "70 kg, measured, 27-Nov-2026, 3 days old" in answer.text


def test_a_new_weight_makes_the_old_one_history(on_record: Facts) -> None:
    answer = on_record.send(weight="72", weight__on="2026-11-30")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/courses/{on_record.course}/eligibility")
    weight = on_record.document["weight"]
    assert (weight["value"], weight["on"], weight["how"]) == ("72 kg", "2026-11-30", "measured")
    assert weight["history"] == [{"value": "70 kg", "on": "2026-11-27", "how": "measured"}]
    on_record.send(weight="73", weight__on="2026-12-02", weight__wrong="2026-11-30")
    assert [one["value"] for one in on_record.document["weight"]["history"]] == ["70 kg"], (
        "a mistake is left out of the history"
    )


def test_a_value_of_the_same_day_is_a_correction(on_record: Facts) -> None:
    on_record.send(weight="71")
    assert on_record.document["weight"] == {"value": "71 kg", "on": "2026-11-27", "how": "measured"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"weight": "154", "weight__unit": ""}, "never guessed"),
        ({"weight": "1,5"}, "one reading: 1.5, or 15"),
        ({"weight": ".5"}, "reads one way"),
        ({"weight": "1 000"}, "reads one way"),
        ({"weight": "0.5.0"}, "one plain decimal number"),
        ({"weight": "７０"}, "full-width"),
        ({"weight": "−70"}, "minus"),
        ({"weight": "1e3"}, "no exponent"),
        ({"weight": "NaN", "weight__unit": ""}, "reads one way"),
        ({"weight": "70", "weight__on": ""}, "without a date"),
        ({"weight": "70 lb"}, "the unit kg beside it"),
        ({"creatinine": "pending", "creatinine__unit": ""}, "reads one way"),
        ({"creatinine": "<0.2", "creatinine__unit": "mg/dL"}, "not a bound"),
        ({"creatinine": "hemolysed", "creatinine__unit": ""}, "reads one way"),
        ({"magnesium": "4.9", "magnesium__unit": ""}, "never guessed"),
        ({"magnesium": "1 amp", "magnesium__unit": ""}, "ampoule"),
        ({"weight": ""}, "is empty now"),
        (
            {"ecg__pr": "", "ecg__av_block": "", "ecg__qrs": "", "ecg__qtc": "", "ecg__read_by": "", "ecg__on": ""},
            "is empty now",
        ),
        ({"pain__score": "11"}, "0 to 10"),
        ({"pain__scale": ""}, "without its scale"),
        ({"weight__unknown": "yes"}, "without a reason"),
        ({"weight__unknown": "yes", "weight__because": "no scale"}, "and also “not known”"),
        ({"weight__because": "no scale"}, "without the tick"),
        ({"medications__0__name": ""}, "“pregabalin” was listed before"),
        ({"medications__state": "none"}, "1 listed, and also"),
        ({"allergies__state": "not-asked"}, "it was asked before"),
        ({"allergies__state": "listed"}, "a list without an entry"),
        ({"medications__0__stopped": "2026-02-30"}, "2026-02-30"),
    ],
)
def test_what_cannot_be_read_stands_beside_its_field(on_record: Facts, changed: dict[str, str], said: str) -> None:
    told = on_record.errors(**changed)
    assert any(said.casefold() in one.casefold() for one in told), told


def test_every_problem_is_told_at_once_and_what_was_typed_is_kept(on_record: Facts) -> None:
    answer = on_record.send(weight="1,5", creatinine="<0.2", pain__score="11", ecg__text='sinus "rhythm" <b>')
    page = fields(answer.text)
    assert (page["weight"], page["creatinine"], page["pain.score"]) == (["1,5"], ["<0.2"], ["11"])
    assert page["ecg.text"] == ['sinus "rhythm" <b>']
    assert answer.text.count('aria-invalid="true"') == 3
    for field in ("weight", "creatinine", "pain.score"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text


def test_not_known_is_not_the_same_as_not_asked(on_record: Facts) -> None:
    answer = on_record.send(
        weight="", weight__unit="kg", weight__on="", weight__how="", weight__unknown="yes", weight__because="bedbound"
    )
    assert answer.status_code == 303
    assert on_record.document["not_obtained"] == {"weight": "bedbound"}
    assert "weight" not in on_record.document
    assert fields(on_record.browser.get(on_record.address).text)["weight.because"] == ["bedbound"]


def test_lists_have_three_states_and_keep_what_the_form_does_not_ask(tmp_path: Path) -> None:
    given = facts(medications=[{"name": "oxycodone", "dose": "5 mg", "route": "by mouth"}], allergies=None)
    with fresh_registry("sqlite", tmp_path) as registry:
        one = Facts(Clinic(registry).with_people(), Walk(document=given).referred())
        assert one.send(medications__0__stopped="2026-11-29", medications__1__name="gabapentin", allergies__state="none").status_code == 303  # fmt: skip
        assert one.document["medications"] == [
            {"name": "oxycodone", "dose": "5 mg", "stopped": "2026-11-29", "route": "by mouth"},
            "gabapentin",
        ]
        assert one.document["allergies"] == []
        one.send(
            medications__1__mistake="yes",
            allergies__state="listed",
            allergies__0__name="latex",
            allergies__0__reaction="rash",
        )
        assert [entry.name for entry in one.patient.medications] == ["oxycodone"]  # type: ignore[union-attr]
        assert one.document["allergies"] == [{"name": "latex", "reaction": "rash"}]


def test_more_lines_record_nothing(on_record: Facts) -> None:
    before = on_record.clinic.registry.course(on_record.course).version
    answer = on_record.send(more="medications", weight="99")
    assert on_record.clinic.registry.course(on_record.course).version == before
    page = fields(answer.text)
    assert page["weight"] == ["99"]
    assert "medications.7.name" in page


def test_a_file_fills_the_form_and_is_recorded_only_then(on_record: Facts) -> None:
    text = (ROOT / "examples" / "patient.yaml").read_text(encoding="utf-8").replace("value: 70 kg, on: 2026-11-27", "value: 68 kg, on: 2026-11-29")  # fmt: skip
    text = text.replace("id: demo-1", "id: letter-7")
    before = on_record.clinic.registry.course(on_record.course).version
    answer = on_record.browser.post(f"{on_record.address}/upload", files={"file": ("patient.yaml", text.encode())})
    assert on_record.clinic.registry.course(on_record.course).version == before
    form = fields(answer.text)
    assert (form["weight"], form["weight.on"], form["source"]) == (["68"], ["2026-11-29"], ["file"])
    assert on_record.browser.post(on_record.address, data=form).status_code == 422, (
        "it calls the patient by another name"
    )
    form["same"] = ["yes"]
    assert on_record.browser.post(on_record.address, data=form).status_code == 303
    assert on_record.document["weight"]["history"] == [{"value": "70 kg", "on": "2026-11-27", "how": "measured"}]
    assert on_record.document["id"] == "demo-1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no file was chosen"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"weight: 70\nweigth: 70 kg\n", "Did you mean"),
        (b"birth_date: 1960-01-01\n", "somebody born on 01-Jan-1960"),
        (b"sex: male\n", "the sex in the file is male"),
        (b'{"resourceType": "Bundle"', "not JSON"),
    ],
)
def test_a_file_that_cannot_be_read_or_is_of_somebody_else_is_refused(
    on_record: Facts, content: bytes, said: str
) -> None:
    answer = on_record.browser.post(f"{on_record.address}/upload", files={"file": ("f", content)})
    assert answer.status_code == 422
    assert said.casefold() in html.unescape(answer.text).casefold()


def test_made_up_facts_do_not_enter_the_record_of_a_person(tmp_path: Path) -> None:
    with fresh_registry("sqlite", tmp_path) as registry:
        from assuage.registry import patients

        clinic = Clinic(registry).with_people()
        erna = Identity("Example", "Erna", Walk().at.date().replace(year=1957, month=4, day=2), "female", "9")
        with registry.writing() as connection:
            patients.register(connection, registry.keys, "real-1", erna, at=clinic.clock.at, is_synthetic=False)
        course = registry.begin_course("real-1", at=clinic.clock.at)
        browser = clinic.signed_in(NURSE)
        answer = browser.post(f"/courses/{course}/facts/upload", files={"file": ("f", b"synthetic: true\n")})
        assert "made-up patient" in answer.text


def test_a_bundle_fills_the_form_with_its_account(on_record: Facts) -> None:
    bundle = (ROOT / "examples" / "bundle.json").read_bytes()
    answer = on_record.browser.post(f"{on_record.address}/upload", files={"file": ("bundle.json", bundle)})
    assert answer.status_code == 200, answer.text
    form = fields(answer.text)
    assert form["source"] == ["fhir"]
    assert form["weight"] == ["70"]
    assert "understood" in answer.text


def test_a_patient_becomes_the_document_it_was_read_from() -> None:
    one = read_patient(read_json(facts(), "facts"))
    again = read_patient(read_json(json.dumps(document_of(one)), "facts"))
    assert {name: (fact.value, fact.on, fact.how) for name, fact in again.facts.items()} == {
        name: (fact.value, fact.on, fact.how) for name, fact in one.facts.items()
    }
    assert (again.birth_date, again.synthetic, again.allergies) == (one.birth_date, one.synthetic, one.allergies)


def test_two_people_who_record_at_once_are_told(on_record: Facts) -> None:
    form = fields(on_record.browser.get(on_record.address).text)
    form["weight"] = ["71"]
    first, second = (
        on_record.browser.post(on_record.address, data={**form, "key": [key], "weight": [weight]})
        for key, weight in (("one", "71"), ("two", "72"))
    )
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Somebody recorded something else" in second.text
