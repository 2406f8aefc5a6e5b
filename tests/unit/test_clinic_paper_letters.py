"""What is read by others: leaflet, consent, letters to referrer and payer, and the series in one view."""

from __future__ import annotations

import re

import pytest
from tests.courses import Walk, catalog, facts
from tests.papers import (
    KETAMINE,
    PORTIONS,
    filed,
    given,
    harmed,
    in_one_bag,
    replaced,
    said,
    section,
    signed,
    table,
)

from assuage.course import event as e
from assuage.paper.clinic import (
    consent,
    discharge,
    leaflet,
    payer_letter,
    referrer_letter,
    summary,
)

ALTERNATING = "alternating-magnesium-ketamine"


def test_a_leaflet_tells_a_count_with_its_reach_and_promises_nothing() -> None:
    text = said(leaflet(filed(signed())))
    assert "7 of 15 people had at least half their pain gone two weeks after the last infusion" in text
    assert "anywhere from 25 to 70 of every 100" in text
    assert "does not help everybody" in text


def test_a_leaflet_of_what_nobody_counted_says_so() -> None:
    assert "Nobody has counted who is helped by this" in said(leaflet(filed(signed(PORTIONS))))


@pytest.mark.parametrize("regimen", ["kim-2015-magnesium", KETAMINE, PORTIONS])
def test_a_consent_tells_both_ways_in_plain_words(regimen: str) -> None:
    leaf = consent(filed(signed(regimen)))
    text = said(leaf)
    assert section(leaf, "What speaks against it").sentences
    assert section(leaf, "Does it help?").sentences
    assert "research" in text
    assert "You may withdraw at any time" in text
    assert not [word for word in ("[kim-2015]", ">=", "risk ratio", "confidence interval", "Wilson") if word in text]


def test_a_letter_to_the_payer_numbers_each_source_and_cites_it() -> None:
    leaf = payer_letter(filed(signed()))
    sources = section(leaf, "Sources").items
    assert sources[0].startswith("[1] Kim YH, Lee PB, Oh TK.")
    assert "7 of 15 (47 %, 95 % interval 25 % to 70 %) [1]." in said(leaf)
    assert section(leaf, "What speaks against it").items
    used = {number for one in leaf.sections for item in one.items for number in _numbers(item)}
    assert used == {str(number) for number in range(1, len(sources) + 1)}


def _numbers(text: str) -> list[str]:
    return re.findall(r"\[(\d+)\]", text)


def test_a_letter_to_the_referrer_needs_no_order() -> None:
    walk = Walk().referred()
    text = said(referrer_letter(filed(walk)))
    assert "Nothing was given." in text
    assert "pain that nothing relieved" in text


def test_a_letter_about_a_patient_who_was_screened_out_says_what_stood_against_it() -> None:
    walk = (
        Walk(document=facts(creatinine={"value": "260 umol/L", "on": "2026-11-26"}))
        .referred()
        .screened(verdict="not eligible")
    )
    text = said(referrer_letter(filed(walk)))
    assert "not eligible" in text
    assert "Renal function" in text
    assert "Not ticked" not in text


def test_a_letter_to_the_referrer_tells_harms_and_what_was_delivered() -> None:
    text = said(referrer_letter(filed(harmed())))
    assert "magnesium sulfate heptahydrate 2,100 mg; ended." in text
    assert "warmth, grade 1 (CTCAE v5)" in text


def test_a_summary_tells_a_replaced_order_and_why() -> None:
    items = section(summary(filed(replaced())), "Orders").items
    assert items == (
        "Order 1, replaced.",
        "Order 2, draft, not signed; in place of order 1: the weight was taken anew.",
    )


def test_a_missing_score_stands_in_the_summary_with_its_reason() -> None:
    walk = given()
    walk.must(
        e.Scored(
            at=walk.at,
            instrument="nrs",
            day=walk.at.date(),
            purpose="other",
            reported_by="staff",
            why_missing="not reached",
        )
    )
    assert table(summary(filed(walk)), "Scores").rows[-1][-1] == "missing: not reached"


def test_every_saying_names_a_paper_that_prints_it() -> None:
    drafts = (filed(signed()), filed(signed(KETAMINE)), in_one_bag())
    printed = " ".join(
        said(leaf)
        for one in drafts
        for leaf in (leaflet(one), consent(one), discharge(one, 1), referrer_letter(one), payer_letter(one))
    )
    assert [one.id for one in catalog().sayings.values() if one.sentence not in printed] == []
