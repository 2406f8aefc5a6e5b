"""What each paper of a clinic says, and what it must not: from the record to the data that is printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from tests.courses import PHYSICIAN, Walk, facts
from tests.papers import (
    KETAMINE,
    PORTIONS,
    cancelled,
    corrected,
    drafted,
    filed,
    given,
    in_one_bag,
    pairs,
    replaced,
    said,
    section,
    signed,
    table,
)

from assuage.course import event as e
from assuage.errors import CourseError, PlanError
from assuage.paper.clinic import (
    Filed,
    Leaf,
    check_paper,
    consent,
    discharge,
    flow_paper,
    labels,
    leaflet,
    order_paper,
    payer_letter,
    summary,
)
from assuage.paper.clinic.making import apart, rhythm

ALTERNATING = "alternating-magnesium-ketamine"


def test_an_order_names_who_worked_it_out_checked_and_signed_it() -> None:
    who = pairs(order_paper(filed(signed())), "Who")
    assert who["Worked out by"] == "Dr Anna Berg, physician"
    assert who["Checked blind by"] == "Ben Ito, pharmacist"
    assert who["Signed by"] == "Dr Anna Berg, physician"


@pytest.mark.parametrize(
    ("walk", "number", "title", "mark"),
    [
        (lambda: Walk().referred().screened().ordered(), 0, "DRAFT ORDER", "DRAFT: NOT SIGNED, NOT VALID"),
        (signed, 0, "SIGNED ORDER", None),
        (replaced, 1, "REPLACED ORDER", "REPLACED: DO NOT GIVE"),
        (replaced, 2, "DRAFT ORDER", "DRAFT: NOT SIGNED, NOT VALID"),
        (cancelled, 1, "CANCELLED ORDER", "CANCELLED: DO NOT GIVE"),
        (cancelled, 0, "CANCELLED ORDER", "CANCELLED: DO NOT GIVE"),
    ],
)
def test_an_order_that_must_not_be_given_says_so_in_title_and_head(
    walk: Callable[[], Walk], number: int, title: str, mark: str | None
) -> None:
    leaf = order_paper(filed(walk()), number)
    assert leaf.title.startswith(title)
    assert (mark in leaf.marks) if mark else not any("DO NOT" in one or "DRAFT" in one for one in leaf.marks)


def test_a_session_that_is_cancelled_says_so_in_its_row_and_on_its_label() -> None:
    walk = given()
    walk.must(e.Cancelled(at=walk.at, order=1, because="enough", session=2), PHYSICIAN)
    rows = table(order_paper(filed(walk)), "Sessions").rows
    assert ["CANCELLED" in row[1] for row in rows] == [False, True, False]
    assert labels(filed(walk), 2)[0].standing == "CANCELLED: DO NOT GIVE"
    assert "session 2 of order 1 cancelled: enough." in said(summary(filed(walk)))


def test_an_order_says_every_other_day_and_how_many_hours() -> None:
    leaf = order_paper(filed(signed()))
    assert section(leaf, "Sessions").sentences == ("Every other day (48\u00a0h apart).",)


def test_where_the_clocks_change_the_hours_are_told() -> None:
    order = drafted("kim-2015-magnesium").state.orders[0].order
    zone = order.sessions[0].start.tzinfo if order.sessions[0].start else None
    assert zone is not None
    days = [dt.datetime(2026, 10, 30, 9, tzinfo=zone) + dt.timedelta(days=2 * count) for count in range(3)]
    moved = replace(
        order, sessions=tuple(replace(one, start=day) for one, day in zip(order.sessions, days, strict=True))
    )
    assert apart(moved) == ("", "49\u00a0h", "48\u00a0h")
    assert "the clocks change between: 49\u00a0h and 48\u00a0h apart" in rhythm(moved, zone)


def test_sessions_that_differ_are_each_made_and_run() -> None:
    leaf = order_paper(drafted(ALTERNATING))
    titles = [one.title for one in leaf.sections]
    assert "Sessions 1, 3 and 5: make and run" in titles
    assert "Sessions 2 and 4: make and run" in titles
    text = said(leaf)
    assert "calcium gluconate" in text.casefold()
    assert "Ketamine has no antidote" in text


def test_lines_of_two_drugs_are_never_mixed() -> None:
    """“With it: support breathing” is about calcium: it follows the line about calcium, not one about lipid."""
    items = section(order_paper(in_one_bag()), "Antidote and rescue").items
    text = [one.replace("\u00a0", " ") for one in items]
    (place,) = [number for number, one in enumerate(text) if one.startswith("With it:")]
    assert text[place - 1].startswith("Calcium gluconate")
    assert all("lipid" not in one.casefold() for one in text[: place + 1])


def test_a_bag_of_two_drugs_names_both_everywhere() -> None:
    one = in_one_bag()
    (label,) = labels(one, 1)
    assert label.drug == "magnesium sulfate heptahydrate + lidocaine hydrochloride"
    assert label.dose.replace("\u00a0", " ") == "2,100 mg (8.52 mmol) + 100 mg"
    told = [pair.value.replace("\u00a0", " ") for pair in label.pairs if pair.label == "In it"]
    assert told == [
        "magnesium sulfate heptahydrate 19.23 mg/mL; 4.2 mL of 500 mg/mL", "lidocaine hydrochloride 0.92 mg/mL; 5 mL of 20 mg/mL",
    ]  # fmt: skip
    head = table(flow_paper(one, 1, is_blank=True), "What was seen and done").head
    assert ("Knee jerk" in head, "Lips, taste, ears" in head) == (True, True)
    assert len(section(consent(one), "What speaks against it").sentences) == 2


def test_every_rate_of_an_infusion_in_parts_is_told() -> None:
    leaf = order_paper(drafted("tanaka-1998-magnesium"))
    assert "60 mL/h, then 5 mL/h" in said(leaf)
    assert (
        labels(drafted("tanaka-1998-magnesium"), 1)[0].large[1].value.replace("\u00a0", " ") == "60 mL/h, then 5 mL/h"
    )


def test_allergies_that_came_after_the_order_stand_on_it() -> None:
    walk = signed()
    walk.must(e.FactsRecorded(at=walk.at, document=facts(allergies=[{"name": "latex"}]), source="form"))
    assert pairs(order_paper(filed(walk)), "The patient")["Allergies"] == "latex"


@pytest.mark.parametrize(
    "make", [lambda: filed(signed()), lambda: filed(signed(PORTIONS)), lambda: drafted(ALTERNATING)]
)
def test_the_sheet_of_the_blind_check_holds_no_answer(make: Callable[[], Filed]) -> None:
    """No weight, dose, volume or rate that follows for this patient; the strength is on the vial in the hand."""
    one = make()
    text = said(check_paper(one)).replace(",", "")
    order = one.state.orders[-1].order
    for session in order.sessions:
        for drug in session.drugs:
            for value in (drug.dose, drug.draw_up, session.volume, session.rate, order.weight, drug.strength):
                assert value is None or f"{value.value:f} {value.unit}" not in text
    assert "mg/kg" in text


def test_a_filled_flow_sheet_strikes_what_was_wrong_and_says_why() -> None:
    seen = table(flow_paper(filed(corrected()), 1, is_blank=False), "What was seen and done")
    rows = {row[0]: row for row in seen.rows}
    struck = [seen.rows[place] for place in seen.struck]
    assert [(row[3], row[1]) for row in struck] == [("27", ""), ("", "199")]
    assert "WRONG: digits turned round (CD, 30-Nov-2026 08:12)" in struck[0][-1]
    assert "WRONG, TAKEN BACK: another patient's cuff" in struck[1][-1]
    after = seen.rows[seen.struck[0] + 1]
    assert after[3] == "72"
    assert "CORRECTED LINE" in after[-1]
    assert "LATE: entered 30-Nov-2026 08:32" in rows["08:17"][-1]


@pytest.mark.parametrize(
    ("delivery", "words"),
    [("given", "given"), ("not given", "not given"), ("not known", "not known: all of it counts as given")],
)
def test_delivery_has_three_states_on_every_paper(delivery: str, words: str) -> None:
    walk = signed().baseline().started().wait(minutes=10)
    walk.must(e.Stopped(at=walk.at, session=1, because="asked to"))
    volume = walk.state.sessions[0].planned.volume if delivery == "given" else None
    walk.must(e.Reconciled(at=walk.at, session=1, delivery=delivery, how="pump", volume=volume))  # type: ignore[arg-type]
    one = filed(walk)
    assert pairs(flow_paper(one, 1, is_blank=False), "At the end")["Delivery"] == words
    assert pairs(discharge(one, 1), "What you had")["Delivery"] == words
    row = table(summary(one), "Sessions").rows[0][3]
    assert row.startswith("magnesium" if delivery == "given" else words)


def test_a_session_that_nobody_has_settled_says_so() -> None:
    walk = signed().baseline().started().wait(minutes=10)
    walk.must(e.Stopped(at=walk.at, session=1, because="asked to"))
    told = pairs(flow_paper(filed(walk), 1, is_blank=False), "At the end")
    assert told["Delivery"].startswith("not settled yet")
    assert told["magnesium sulfate heptahydrate"] == "2,100 mg at most"


def test_a_blank_flow_sheet_is_empty_where_a_hand_writes() -> None:
    seen = table(flow_paper(filed(given()), 1, is_blank=True), "What was seen and done")
    assert all(cell == "" for row in seen.rows for cell in row)
    assert seen.is_roomy


@pytest.mark.parametrize(("regimen", "column"), [("kim-2015-magnesium", "Knee jerk"), (KETAMINE, "Mood, fear")])
def test_a_flow_sheet_asks_for_the_signs_of_its_drug(regimen: str, column: str) -> None:
    head = table(flow_paper(filed(signed(regimen)), 1, is_blank=True), "What was seen and done").head
    assert column in head
    assert ("BP systolic, mm Hg" in head, "SpO2, %" in head) == (True, True)


def test_values_without_a_column_are_told_beside() -> None:
    notes = [row[-1] for row in table(flow_paper(filed(given()), 1, is_blank=False), "What was seen and done").rows]
    assert any("urine 4h 300\u00a0mL" in one for one in notes)


def test_portions_on_a_flow_sheet_have_a_place_for_pain_and_site() -> None:
    portions = table(flow_paper(filed(signed(PORTIONS)), 1, is_blank=True), "Portions")
    assert portions.head[4:] == ("Pain before it", "Given", "Time, site, initials")


def test_a_label_has_what_a_hand_needs() -> None:
    (one,) = labels(filed(signed()), 1)
    told = {pair.label: pair.value.replace("\u00a0", " ") for pair in (*one.large, *one.pairs)}
    assert (one.drug, one.dose.replace("\u00a0", " "), one.route) == (
        "magnesium sulfate heptahydrate", "2,100 mg (8.52 mmol)", "INTRAVENOUS INFUSION ONLY",
    )  # fmt: skip
    assert (told["Total volume"], told["Rate"], told["Time"]) == ("104.2 mL", "104.2 mL/h", "60 min")
    assert "20.15 mg/mL" in told["In it"]
    assert told["Order"] == "1, record version 7"
    assert told["Session"] == "1 of 3, 30-Nov-2026 08:00"
    assert told["Lot"] == "L0, expires 10-Mar-2027"
    assert (told["Prepared by"], told["Order checked"]) == ("Ben Ito, pharmacist", "Ben Ito, pharmacist")
    assert told["This checked by"] == ""
    assert told["Discard after"] == "30-Nov-2026 12:00"
    assert "HIGH-ALERT MEDICINE" in one.marks


def test_each_portion_has_a_label_of_its_own() -> None:
    found = labels(filed(signed(PORTIONS)), 1)
    assert [one.large[0].value for one in found] == [f"{number} of {len(found)}" for number in range(1, len(found) + 1)]
    assert {one.route for one in found} == {"INTRAMUSCULAR ONLY"}


@pytest.mark.parametrize(
    ("walk", "standing"),
    [
        (lambda: Walk().referred().screened().ordered(), "DRAFT: NOT SIGNED, NOT VALID"),
        (signed, ""), (cancelled, "CANCELLED: DO NOT GIVE"), (given, "SESSION IS OVER: DO NOT GIVE"), (replaced, "DRAFT: NOT SIGNED, NOT VALID"),
    ],
)  # fmt: skip
def test_a_label_that_must_not_be_given_says_so(walk: Callable[[], Walk], standing: str) -> None:
    assert labels(filed(walk()), 1)[0].standing == standing


@pytest.mark.parametrize("paper", [check_paper, leaflet, consent])
def test_a_paper_of_an_order_in_force_is_refused_without_one(paper: Callable[[Filed], Leaf]) -> None:
    with pytest.raises(PlanError) as raised:
        paper(filed(cancelled()))
    problem = raised.value.problems[0]
    assert all((problem.what, problem.where, problem.expected, problem.do))


def test_an_order_of_a_regimen_that_the_catalog_lost_prints_all_but_the_check() -> None:
    one = filed(given())
    lost = replace(one, catalog=replace(one.catalog, regimens={}))
    for leaf in (
        order_paper(lost),
        leaflet(lost),
        consent(lost),
        payer_letter(lost),
        flow_paper(lost, 1, is_blank=False),
    ):
        assert leaf.sections
    with pytest.raises(CourseError):
        check_paper(lost)


def test_a_session_or_an_order_that_is_not_there_is_refused() -> None:
    one = filed(signed())
    for ask in (lambda: labels(one, 9), lambda: discharge(one, 0), lambda: order_paper(one, 4)):
        with pytest.raises(PlanError):
            ask()
