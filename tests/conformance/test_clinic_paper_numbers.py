"""Numbers that a person reads off the PDF, against the numbers of the plan: two ways that share no code after the plan.

One way is the paper: record, leaf, typesetter, pdftotext. The other is arithmetic on the plan's own inputs in this file.
"""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pypdf
import pytest
from msgspec.structs import replace
from tests.courses import Walk
from tests.papers import (
    ERNA,
    KETAMINE,
    KIM,
    PORTIONS,
    PRINTED,
    cancelled,
    corrected,
    drafted,
    filed,
    given,
    in_one_bag,
    labelled,
    printed,
    replaced,
    signed,
)
from tests.plans import plan_of

from assuage.errors import PlanError
from assuage.paper.clinic import (
    Filed,
    Leaf,
    check_paper,
    consent,
    discharge,
    flow_paper,
    label_pdf,
    labels,
    leaf_pdf,
    leaflet,
    order_paper,
    payer_letter,
    referrer_letter,
    summary,
)

COURSES: dict[str, Callable[[], Filed]] = {
    "magnesium": lambda: filed(given()),
    "ketamine": lambda: filed(given(KETAMINE)),
    "portions": lambda: filed(signed(PORTIONS)),
    "two kinds of session": lambda: drafted("alternating-magnesium-ketamine"),
    "two drugs in one bag": in_one_bag,
    "in parts": lambda: drafted("tanaka-1998-magnesium"),
    "two weeks": lambda: drafted("yousef-2013-magnesium"),
    "draft": lambda: filed(Walk().referred().screened().ordered()),
    "stopped, corrected, not known": lambda: filed(corrected()),
    "replaced": lambda: filed(replaced()),
}
PAPERS: dict[str, Callable[[Filed], Leaf]] = {
    "order": order_paper, "check": check_paper, "leaflet": leaflet, "consent": consent, "summary": summary, "referrer": referrer_letter,
    "payer": payer_letter, "discharge": lambda one: discharge(one, 1), "flow": lambda one: flow_paper(one, 1, is_blank=False),
    "flow-blank": lambda one: flow_paper(one, 1, is_blank=True),
}  # fmt: skip
UNITS = r"(?:mg/mL|mL/h|mg/min|mg/kg|mg|mL|mcg|g|kg|mmol|mEq|min|h|mm Hg)"


@cache
def course(name: str) -> Filed:
    return COURSES[name]()


@cache
def told(name: str, paper: str) -> str:
    return printed(PAPERS[paper](course(name)))


@cache
def on_labels(name: str) -> str:
    return labelled(labels(course(name), 1))


def number(value: Decimal) -> str:
    """2100 as 2,100; 4.20 as 4.2; 0.3 with its zero."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def test_the_worked_example_by_hand() -> None:
    """30 mg/kg × 70 kg = 2,100 mg; ÷ 500 mg/mL = 4.2 mL; + 100 mL = 104.2 mL over 60 min; ÷ 246.47 g/mol = 8.52 mmol; ÷ 104.2 mL = 20.15 mg/mL."""
    order, label, sheet = told("magnesium", "order"), on_labels("magnesium"), told("magnesium", "flow-blank")
    for each in ("2,100 mg (8.52 mmol)", "104.2 mL", "104.2 mL/h", "60 min", "20.15 mg/mL"):
        assert all(each in text for text in (order, label, sheet)), each
    assert "draw up 4.2 mL of magnesium sulfate heptahydrate 500 mg/mL, 10 mL vial, 1 opened" in order
    assert "4.2 mL of 500 mg/mL" in label


@pytest.mark.parametrize(
    ("name", "regimen"),
    [("ketamine", KETAMINE), ("two kinds of session", "alternating-magnesium-ketamine"), ("in parts", "tanaka-1998-magnesium"),
     ("two weeks", "yousef-2013-magnesium"), ("portions", PORTIONS), ("magnesium", KIM)],
)  # fmt: skip
def test_every_number_of_the_plan_is_on_the_order(name: str, regimen: str) -> None:
    """Dose = what is drawn up × strength; rate = volume ÷ time; concentration = dose ÷ total: from the plan, not from the order."""
    preparation = plan_of(regimen).preparation
    assert preparation is not None
    text = told(name, "order")
    for session in preparation.sessions:
        for one in session.components:
            dose = one.draw_up.value * one.strength.to("mg/mL").value
            assert f"{number(dose)} mg" in text
            assert f"draw up {number(one.draw_up.value)} mL of" in text
        if session.vehicle is not None and session.vehicle.total_volume is not None:
            total = session.vehicle.total_volume.to("mL").value
            assert f"total volume {number(total)} mL" in text
            for run in session.runs:
                hours = run.duration.to("min").value / 60
                assert f"Rate {number((run.volume.value / hours).quantize(Decimal('0.1')))} mL/h" in text
        for part in session.portions:
            assert f"{number(part.dose.value)} mg in {number(part.draw_up.value)} mL" in text


@pytest.mark.parametrize("name", ["magnesium", "ketamine", "in parts", "portions"])
def test_a_label_holds_no_number_that_the_order_does_not(name: str) -> None:
    """Every number with a unit on the label stands on the order too, as written there."""
    order = told(name, "order")
    found = set(re.findall(rf"\d[\d,.]* {UNITS}\b(?!/)", on_labels(name)))
    assert found
    assert sorted(one for one in found if one not in order and not one.startswith("0 min")) == []


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", COURSES)
def test_numbers_and_names_are_written_as_they_must_be(name: str, paper: str) -> None:
    text = told(name, paper)
    assert re.findall(r"MgSO|MSO4|\bQOD\b|\bEOD\b|µ|\bIU\b|\bug\b", text) == []
    assert re.findall(rf"\b\d[\d,]*\.\d*0 {UNITS}\b", text) == [], "a trailing zero"
    assert re.findall(r"(?<![\w.,])\.\d", text) == [], "no leading zero"
    assert re.findall(r"\d(?:mg|mL|mcg|kg|mmol|min)\b", text) == [], "no space before the unit"
    assert re.findall(rf"(?<![\d,.])\d{{4,}} {UNITS}\b", text) == [], "no comma from a thousand"
    assert re.findall(r"\d\s?[–—]\s?\d", text) == [], "a dash for a range"
    assert re.findall(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{2,4}", text) == [], "a date that can be misread"
    assert re.findall(r"\bNone\b(?! on record|\.)|Quantity\(|\bnan\b|None,", text) == []


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", COURSES)
def test_each_page_says_whose_it_is_and_that_it_is_made_up(name: str, paper: str) -> None:
    demonstration = replace(course(name), is_demonstration=True)
    read = pypdf.PdfReader(io.BytesIO(leaf_pdf(PAPERS[paper](demonstration), on=PRINTED.date())))
    for place, one in enumerate(read.pages, 1):
        said = re.sub(r"\s+", " ", one.extract_text())
        assert "EXAMPLE, Erna" in said
        assert "born 02-Apr-1957" in said
        assert "number 123-45" in said
        assert re.search(rf"page {place} of {len(read.pages)}", said)
        assert "Made-up patient: for demonstration only" in said
        assert "Demonstration: never use a number from this for a person" in said


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("draft", "DRAFT: NOT SIGNED, NOT VALID"),
        ("replaced", "DRAFT: NOT SIGNED, NOT VALID"),
        ("two kinds of session", "DRAFT: NOT SIGNED, NOT VALID"),
    ],
)
@pytest.mark.parametrize("paper", ["order", "flow-blank", "check"])
def test_each_page_of_what_is_not_signed_says_so(name: str, mark: str, paper: str) -> None:
    read = pypdf.PdfReader(io.BytesIO(leaf_pdf(PAPERS[paper](course(name)), on=PRINTED.date())))
    assert all(mark in one.extract_text() for one in read.pages)


def test_a_real_patient_of_a_real_clinic_bears_no_mark() -> None:
    real = replace(course("magnesium"), who=replace(ERNA, is_synthetic=False))
    assert "ade-up" not in printed(order_paper(real))


def test_a_cancelled_order_says_so_on_its_label_and_its_sheet() -> None:
    one = filed(cancelled())
    assert "CANCELLED: DO NOT GIVE" in labelled(labels(one, 1))
    assert "CANCELLED: DO NOT GIVE" in printed(order_paper(one))


@pytest.mark.parametrize("size", ["a4", "us-letter"])
@pytest.mark.parametrize("paper", ["order", "flow-blank", "leaflet"])
def test_papers_are_tagged_embed_their_fonts_and_keep_their_size(paper: str, size: Any) -> None:
    made = leaf_pdf(PAPERS[paper](course("magnesium")), paper=size, on=PRINTED.date())
    _is_sound(made, width={"a4": 210, "us-letter": 216}[size])


def test_labels_are_tagged_embed_their_fonts_and_are_one_page_each() -> None:
    for name in COURSES:
        found = labels(course(name), 1)
        made = label_pdf(found, on=PRINTED.date())
        assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == len(found), name
        _is_sound(made, width=90)


def _is_sound(made: bytes, *, width: int) -> None:
    read = pypdf.PdfReader(io.BytesIO(made))
    root: Any = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "pdfuaid:part" in read.xmp_metadata.stream.get_data().decode()  # type: ignore[union-attr]
    assert {round(float(one.mediabox.width) / 72 * 25.4) for one in read.pages} == {width}
    fonts = subprocess.run(["pdffonts", "-"], input=made, capture_output=True, check=True).stdout.decode().splitlines()
    embedded = [line.split()[-5] for line in fonts[2:]]
    assert embedded
    assert set(embedded) == {"yes"}


def test_the_title_of_a_file_names_nobody() -> None:
    for paper in PAPERS:
        read = pypdf.PdfReader(io.BytesIO(leaf_pdf(PAPERS[paper](course("magnesium")), on=PRINTED.date())))
        told = f"{read.metadata} {read.xmp_metadata.stream.get_data().decode()}"  # type: ignore[union-attr]
        assert not [word for word in ("Erna", "Example", "123-45", "1957") if word in told], paper


LONG = replace(ERNA, family="Wolfeschlegelsteinhausenbergerdorff von und zu Hohenzollern-Sigmaringen " * 2, given="Maximiliane Alexandrina " * 4, number="NHS 1234567890-ABCDEFGHIJ-0987654321")  # fmt: skip


def test_a_very_long_name_is_whole_on_sheet_and_label() -> None:
    one = replace(course("magnesium"), who=LONG)
    read = pypdf.PdfReader(io.BytesIO(label_pdf(labels(one, 1), on=PRINTED.date())))
    assert len(read.pages) == 1
    for made in (
        label_pdf(labels(one, 1), on=PRINTED.date()),
        leaf_pdf(flow_paper(one, 1, is_blank=False), on=PRINTED.date()),
    ):
        assert _outside(made) == []
    assert printed(order_paper(one)).count("NHS 1234567890-ABCDEFGHIJ-0987654321") >= 1


def _outside(made: bytes) -> list[str]:
    """Words that lie over the edge of a page."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=made, capture_output=True, check=True).stdout.decode()
    found: list[str] = []
    for page in done.split("<page ")[1:]:
        width, height = (float(each) for each in re.findall(r'(?:width|height)="([\d.]+)"', page)[:2])
        for left, top, right, bottom, word in re.findall(
            r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)<', page
        ):
            if float(left) < 0 or float(top) < 0 or float(right) > width or float(bottom) > height:
                found.append(word)
    return found


@pytest.mark.parametrize("name", COURSES)
def test_no_word_lies_over_the_edge_of_a_page(name: str) -> None:
    for paper in PAPERS.values():
        assert _outside(leaf_pdf(paper(course(name)), on=PRINTED.date())) == []
    assert _outside(label_pdf(labels(course(name), 1), on=PRINTED.date())) == []


@pytest.mark.parametrize(
    ("family", "given_name"),
    [("Ковальчук", "Олександр"), ("Nguyễn", "Thị Ánh"), ("Παπαδόπουλος", "Γιώργος"), ("كهن", "سارة"), ("כהן", "שרה")],
)
def test_names_of_other_scripts_are_printed_and_leave_the_date_readable(family: str, given_name: str) -> None:
    one = replace(course("magnesium"), who=replace(ERNA, family=family, given=given_name))
    text = printed(order_paper(one))
    assert "born 02-Apr-1957" in text
    assert "number 123-45" in text


def test_what_a_name_says_is_never_source() -> None:
    one = replace(course("magnesium"), who=replace(ERNA, family='#panic("x")', given="*z* $y$ <b>"))
    assert "*z* $y$ <b>" in printed(order_paper(one))


def test_a_letter_in_no_font_is_refused_and_named() -> None:
    one = replace(course("magnesium"), who=replace(ERNA, family="a\U000f1234"))
    with pytest.raises(PlanError, match="cannot be typeset"):
        printed(order_paper(one))


def test_a_patient_without_a_number_is_printed_as_such() -> None:
    one = replace(course("magnesium"), who=replace(ERNA, number=None))
    assert "number none" in printed(order_paper(one))
    assert "number none" in labelled(labels(one, 1))


def test_the_same_paper_makes_the_same_bytes() -> None:
    one = order_paper(course("magnesium"))
    assert leaf_pdf(one, on=PRINTED.date()) == leaf_pdf(one, on=PRINTED.date())
