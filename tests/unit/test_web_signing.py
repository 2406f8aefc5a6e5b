"""Checking blind, signing and preparing: who may, what is compared, and what has to be said of what is made."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.browsed import PASSWORD, Browser, Clinic
from tests.courses import NURSE, PHARMACIST, PHYSICIAN, Walk, facts
from tests.forms import fields, send
from tests.registries import fresh_registry

from assuage.course.state import Course

VIAL = "magnesium-sulfate-500-mg-per-ml-10-ml"
# Worked by hand: 30 mg/kg × 70 kg = 2,100 mg; ÷ 500 mg/mL = 4.2 mL; 100 mL + 4.2 mL in 60 min.
RIGHT = {"weight": "70", "infusion__magnesium-sulfate__strength": "500", "infusion__magnesium-sulfate__dose": "2100",
         "infusion__magnesium-sulfate__draw_up": "4.2", "infusion__total_volume": "104.2", "infusion__rate": "104.2"}  # fmt: skip
LOT = {"magnesium-sulfate__presentation": VIAL, "magnesium-sulfate__lot": "L7", "magnesium-sulfate__expires": "2027-06",
       "magnesium-sulfate__opened": "1"}  # fmt: skip


class Under:
    """A course under way, and the browsers of those who work on it."""

    def __init__(self, clinic: Clinic, walk: Walk) -> None:
        self.clinic = clinic
        clinic.patient()
        self.course = clinic.course(walk.records)
        self.at = f"/courses/{self.course}"
        self.physician, self.pharmacist, self.nurse = (clinic.signed_in(one) for one in (PHYSICIAN, PHARMACIST, NURSE))

    @property
    def state(self) -> Course:
        return self.clinic.registry.course(self.course).state

    def check(self, by: Browser | None = None, **changed: str | None) -> httpx.Response:
        return send(by or self.pharmacist, f"{self.at}/check", **{**RIGHT, **changed})

    def prepare(self, **changed: str | None) -> httpx.Response:
        return send(self.nurse, f"{self.at}/prepare", **{**LOT, **changed})


def told(answer: httpx.Response) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry("sqlite", tmp_path) as registry:
        yield Clinic(registry).with_people()


@pytest.fixture
def ordered(clinic: Clinic) -> Under:
    return Under(clinic, Walk().referred().screened().ordered())


@pytest.fixture
def signed(clinic: Clinic) -> Under:
    return Under(clinic, Walk().referred().screened().ordered().checked().signed())


def test_the_check_tells_what_was_ordered_and_none_of_the_answers(ordered: Under) -> None:
    page = told(ordered.pharmacist.get(f"{ordered.at}/check")).split("Blind check", 2)[-1]
    for known in ("30 mg/kg", "a bag labelled 100 mL", "Over 60 min", "nothing taken out first"):
        assert known in page
    for answer in ("70 kg", "2,100", "2100", "4.2 mL", "104.2", "500 mg/mL"):
        assert answer not in page, answer


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"infusion__magnesium-sulfate__draw_up": "42"}, "the order says 4.2 mL, the check says 42 mL"),
        ({"infusion__magnesium-sulfate__draw_up": "4.25"}, "the check says 4.25 mL"),
        ({"infusion__magnesium-sulfate__strength": "100"}, "strength on the label: the order says 500 mg/mL"),
        ({"infusion__magnesium-sulfate__dose": "2100 mcg"}, "dose: the order says"),
        ({"weight": "154 lb"}, "weight: the order says 70 kg"),
        ({"infusion__rate": "310"}, "first rate: the order says 104.2 mL/h"),
        ({"infusion__total_volume": "100"}, "total volume: the order says 104.2 mL"),
    ],
)
def test_any_difference_stops_and_both_workings_are_shown(ordered: Under, changed: dict[str, str], said: str) -> None:
    answer = ordered.check(**changed)
    assert answer.status_code == 303, told(answer)
    page = told(ordered.pharmacist.get(answer.headers["location"]))
    assert said in page
    assert "30 mg/kg × 70 kg = 2,100 mg" in page
    assert "The check, by Ben Ito" in page
    refused = send(ordered.physician, f"{ordered.at}/sign", password=PASSWORD)
    assert refused.status_code == 409
    assert ordered.state.order is not None
    assert ordered.state.order.signed is None


@pytest.mark.parametrize(
    "changed",
    [
        {"infusion__magnesium-sulfate__dose": "2,100"}, {"infusion__magnesium-sulfate__dose": "8.5 mmol"}, {"infusion__rate": ""},
        {"infusion__magnesium-sulfate__draw_up": "1 amp"}, {"infusion__magnesium-sulfate__draw_up": "4,2"}, {"weight": "seventy"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_no_check(ordered: Under, changed: dict[str, str]) -> None:
    assert ordered.check(**changed).status_code == 422
    assert ordered.state.order is not None
    assert ordered.state.order.checks == ()


def test_the_same_number_written_otherwise_is_the_same(ordered: Under) -> None:
    answer = ordered.check(
        **{"infusion__magnesium-sulfate__draw_up": "4.20", "infusion__magnesium-sulfate__dose": "2.1 g"}
    )
    assert "It agrees" in ordered.pharmacist.get(answer.headers["location"]).text


def test_who_ordered_does_not_check(ordered: Under) -> None:
    page = ordered.physician.get(f"{ordered.at}/check")
    assert "does not check it" in page.text
    with pytest.raises(AssertionError, match="no form"):
        fields(page.text)


def test_who_saw_the_numbers_checks_only_an_hour_later(ordered: Under) -> None:
    form = fields(ordered.pharmacist.get(f"{ordered.at}/check").text)
    filled = {**form, **{name.replace("__", "."): [value] for name, value in RIGHT.items()}}
    ordered.pharmacist.get(f"{ordered.at}/plan?regimen=kim-2015-magnesium")
    answer = ordered.pharmacist.post(f"{ordered.at}/check", data=filled)
    assert answer.status_code == 409
    assert "You saw the numbers of this course at 08:00" in told(answer)
    ordered.clinic.clock.wait(minutes=61)
    again = ordered.clinic.signed_in(PHARMACIST)
    assert ordered.check(again).status_code == 303


def test_a_check_is_not_tried_until_it_fits(ordered: Under) -> None:
    assert ordered.check(infusion__rate="52").status_code == 303
    page = ordered.pharmacist.get(f"{ordered.at}/check")
    assert "You saw the numbers" in page.text
    assert "104.2" not in told(ordered.nurse.get(ordered.at)), "the page of the course gives nothing away"
    assert "it differs" in told(ordered.nurse.get(ordered.at))
    assert ordered.check(ordered.nurse).status_code == 303, "somebody else may"
    assert "the check says 52 mL/h" in told(ordered.nurse.get(ordered.at)), "told when the order is checked"


def test_words_of_an_earlier_signature_wait_for_the_check_of_the_order_that_replaces_it(signed: Under) -> None:
    assert "You are prescribing" in told(signed.physician.get(signed.at))
    address = f"{signed.at}/plan?regimen=kim-2015-magnesium&start=2026-12-01T09:00"
    assert send(signed.physician, address, to=f"{signed.at}/plan", because="A day later.").status_code == 303
    assert "You are prescribing" not in told(signed.nurse.get(signed.at))
    assert signed.check(signed.nurse).status_code == 303
    assert "You are prescribing" in told(signed.nurse.get(signed.at))


def test_the_words_are_what_is_signed(ordered: Under) -> None:
    ordered.check()
    page = ordered.physician.get(f"{ordered.at}/sign").text
    assert "for EXAMPLE, Erna, three times on alternate days from 30-Nov-2026" in page
    assert "checked blind by Ben Ito, pharmacist" in page
    assert (
        send(ordered.physician, f"{ordered.at}/sign", password=PASSWORD, words="You are prescribing less.").status_code
        == 409
    )
    assert send(ordered.physician, f"{ordered.at}/sign", password=PASSWORD).status_code == 303
    assert ordered.state.order is not None
    assert ordered.state.order.signed is not None
    assert ordered.state.order.signed.words in html.unescape(page)


def test_a_pharmacist_does_not_sign(ordered: Under) -> None:
    ordered.check()
    assert ordered.pharmacist.post(f"{ordered.at}/sign", data={"password": PASSWORD}).status_code == 403


def test_what_is_prepared_is_on_record_with_lot_expiry_and_time(signed: Under) -> None:
    assert signed.prepare().status_code == 303
    session = signed.state.session(1)
    assert session is not None
    assert session.prepared is not None
    (lot,) = session.prepared.lots
    assert (lot.lot, lot.expires.isoformat(), lot.opened) == ("L7", "2027-06-30", 1), "a month counts to its last day"
    # Four hours: what the catalog says of immediate use is offered, and may be changed.
    assert (session.prepared.discard_at - session.prepared.at).total_seconds() == 4 * 3600


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"magnesium-sulfate__presentation": ""}, 422, "nothing was chosen"),
        ({"magnesium-sulfate__presentation": "magnesium-sulfate-100-mg-per-ml-10-ml"}, 409, "Another strength"),
        ({"magnesium-sulfate__lot": ""}, 422, "nothing was written"),
        ({"magnesium-sulfate__expires": "2027-13"}, 422, "2027-13"),
        ({"magnesium-sulfate__expires": "2026-10"}, 409, "expired"),
        ({"magnesium-sulfate__opened": ""}, 422, "nothing was written"),
        ({"magnesium-sulfate__opened": "0"}, 422, "whole number"),
        ({"magnesium-sulfate__wasted": "5.8 mg"}, 422, "number in mL"),
        ({"discard_at": ""}, 422, "day and time"),
        ({"discard_at": "2026-11-30T07:00"}, 409, "before the preparation"),
        ({"session": "9"}, 422, ""),
    ],
)
def test_a_preparation_that_is_not_whole_is_not_recorded(
    signed: Under, changed: dict[str, str], status: int, said: str
) -> None:
    answer = signed.prepare(**changed)
    assert answer.status_code == status, told(answer)
    assert said in told(answer)
    session = signed.state.session(1)
    assert session is not None
    assert session.prepared is None


def test_nothing_is_prepared_before_it_is_signed(ordered: Under) -> None:
    answer = ordered.prepare()
    assert answer.status_code == 409
    assert "not signed" in answer.text


def test_waste_of_a_controlled_drug_is_said_and_witnessed(clinic: Clinic) -> None:
    screens = {name: {"value": "negative", "on": "2026-11-27"} for name in ("psychosis_screen", "substance_screen")}
    document = facts(**screens, urinary_symptoms=False)
    walk = Walk(regimen="kim-2015-ketamine", document=document).referred().screened().ordered().checked().signed()
    under = Under(clinic, walk)
    page = under.nurse.get(f"{under.at}/prepare").text
    session = under.state.session(1)
    assert session is not None
    form = fields(page)
    for drug in session.planned.drugs:
        for part, value in (
            ("presentation", drug.presentation),
            ("lot", "K1"),
            ("expires", "2027-01"),
            ("opened", str(drug.vials)),
        ):
            form[f"{drug.drug}.{part}"] = [value]
    assert "0 where nothing was" in told(under.nurse.post(f"{under.at}/prepare", data=form))
    for drug in session.planned.drugs:
        form[f"{drug.drug}.wasted"] = ["1"]
    assert "nobody proved" in told(under.nurse.post(f"{under.at}/prepare", data=form)).casefold()
    form.update({"second": [NURSE.id], "second_password": [PASSWORD]})
    assert under.nurse.post(f"{under.at}/prepare", data=form).status_code == 422, "nobody is their own witness"
    form.update({"second": [PHARMACIST.id], "second_password": [PASSWORD]})
    answer = under.nurse.post(f"{under.at}/prepare", data=form)
    assert answer.status_code == 303, told(answer)
    prepared = under.state.session(1)
    assert prepared is not None
    assert prepared.prepared is not None
    assert all(lot.witnessed_by == PHARMACIST for lot in prepared.prepared.lots)


def test_a_new_order_says_why_it_replaces_the_one_before(ordered: Under) -> None:
    address = f"{ordered.at}/plan?regimen=kim-2015-magnesium&start=2026-12-01T09:00"
    silent = send(ordered.physician, address, to=f"{ordered.at}/plan")
    assert silent.status_code == 422
    assert "Say why order 1 is replaced" in told(silent)
    assert send(ordered.physician, address, to=f"{ordered.at}/plan", because="A day later.").status_code == 303
    assert [one.standing for one in ordered.state.orders] == ["replaced", "draft"]


def test_a_form_sent_twice_orders_once(ordered: Under) -> None:
    page = ordered.physician.get(f"{ordered.at}/plan?regimen=kim-2015-magnesium&start=2026-12-01T09:00").text
    form = {**fields(page), "because": ["A day later."]}
    assert [ordered.physician.post(f"{ordered.at}/plan", data=form).status_code for _ in range(3)] == [303, 303, 303]
    assert len(ordered.state.orders) == 2


def test_a_warning_is_answered_with_a_reason_before_the_order(clinic: Clinic) -> None:
    screens = {name: {"value": "negative", "on": "2026-11-27"} for name in ("psychosis_screen", "substance_screen")}
    walk = Walk(regimen="kim-2015-ketamine", document=facts(**screens, urinary_symptoms=False)).referred().screened()
    under = Under(clinic, walk)
    address = f"{under.at}/plan?regimen=kim-2015-ketamine&start=2026-12-01T09:00"
    silent = send(under.physician, address, to=f"{under.at}/plan")
    assert silent.status_code == 422
    assert "was not acknowledged" in told(silent)
    assert under.state.order is None
    answer = send(
        under.physician,
        address,
        to=f"{under.at}/plan",
        **{"because:sedative-with-ketamine": "Taken for years, no sedation."},
    )
    assert answer.status_code == 303, told(answer)
    (recorded,) = [
        one for one in under.clinic.registry.course(under.course).records if one.event.__class__.__name__ == "Ordered"
    ]
    assert "Taken for years, no sedation." in str(getattr(recorded.event, "because", ""))
