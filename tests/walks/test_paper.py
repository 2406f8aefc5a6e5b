"""From the example patient to what a person holds: the sheet on the terminal, the page, the paper, the calendar."""

from __future__ import annotations

import io
import itertools
import json
import re
import subprocess
import sys
from typing import Any

import icalendar
import msgspec
import pypdf
import pytest
from tests.examples import example_plan
from tests.plans import HOSTILE, PLANNED, plan_of, refused, undated, with_patient_id

from assuage.errors import PlanError, UnknownName
from assuage.paper import FORMATS, render
from assuage.paper.brief import brief
from assuage.paper.sheet import order_sheet
from assuage.paper.words import valued
from assuage.plan import Plan

KIM = "kim-2015-magnesium"
TERMINAL = 80
UNITS = r"(?:mg|mL|mcg|g|kg|mmol|mEq|min|h|%|mg/mL|mL/h|mg/min|mg/kg)"


def text(plan: Plan) -> str:
    made = render(plan, "text")
    assert isinstance(made, str)
    return made


def pdf(plan: Plan, paper: Any = "a4") -> bytes:
    made = render(plan, "pdf", paper=paper)
    assert isinstance(made, bytes)
    return made


def pages(made: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(made))


def words(made: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=made, capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


def problem_of(plan: Plan, format: str, **options: Any) -> str:
    with pytest.raises(PlanError) as raised:
        render(plan, format, **options)
    problem = raised.value.problems[0]
    assert all((problem.what, problem.where, problem.expected, problem.do))
    return str(problem)


def test_the_first_line_says_that_it_is_a_proposal_and_on_what_basis() -> None:
    first = text(plan_of(KIM)).splitlines()[0]
    assert first.startswith("PROPOSAL, not an order")
    assert "as studied" in first
    assert "second-hand" in first


def test_the_sheet_of_the_worked_example_reads_as_its_design_says() -> None:
    """Numbers of the worked example, by hand: 30 × 70; ÷ 500; + 100; ÷ 104.2; over 60 min; 2,100 ÷ 246.47 × 2."""
    sheet = re.sub(r"\s+", " ", text(plan_of(KIM)))
    for line in (
        "magnesium sulfate heptahydrate 2,100 mg (8.52 mmol, 17.04 mEq)",
        "DRAW UP 4.2 mL of",
        "Total volume 104.2 mL, concentration 20.15 mg/mL.",
        "RATE 104.2 mL/h",
        "VOLUME TO INFUSE 104.2 mL",
        "TIME 60 min",
        "DRUG RATE 35 mg/min",
        "THEN FLUSH 20 mL sodium chloride 0.9 % at 104.2 mL/h",
        "30-Nov-2026 Mon 09:00",
        "02-Dec-2026 Wed 09:00",
        "04-Dec-2026 Fri 09:00",
        "18-Dec-2026 Fri",
        "01-Jan-2027 is a holiday",
        "If the bag really holds 110 mL",
        "midazolam 0.1 mg/kg (blinding) is not given",
        "7 of 15 (47 %, 95 % interval 25 to 70 %)",
        "30 mg/kg × 70 kg = 2,100 mg",
    ):
        assert line in sheet, line


def test_a_disputed_dose_prints_every_claim_and_the_choice() -> None:
    sheet = re.sub(r"\s+", " ", text(plan_of(KIM)))
    disputed = sheet[sheet.index("DISPUTED") : sheet.index("EXPECT")]
    assert "30 mg/kg" in disputed
    assert "1 mg/kg" in disputed
    assert "Chosen: 30 mg/kg." in disputed


@pytest.mark.parametrize("name", PLANNED)
def test_lines_fit_a_terminal_and_no_number_is_parted_from_its_unit(name: str) -> None:
    lines = text(plan_of(name)).splitlines()
    assert [line for line in lines if len(line) > TERMINAL and " " in line.strip()] == []
    parted = [
        (before, after)
        for before, after in itertools.pairwise(lines)
        if re.search(r"(?:^|[\s(])[\d,.]+$", before) and re.match(rf"\s+{UNITS}(?:\W|$)", after)
    ]
    assert parted == []


@pytest.mark.parametrize("name", PLANNED)
def test_numbers_are_written_so_that_they_are_not_misread(name: str) -> None:
    sheet = text(plan_of(name)).split("SOURCES")[0]
    assert re.findall(rf"\b\d+\.\d*0 {UNITS}\b(?!/)", sheet.split("RENAL FUNCTION")[0]) == []
    assert re.findall(rf"(?<![\d.])\.\d+ {UNITS}", sheet) == []
    assert re.findall(r"(?<![\w,.])\d{4,} (?:mg|mL|mcg)\b", sheet) == []
    assert re.findall(r"µg|μg|MgSO4|\bQOD\b|\bEOD\b|\bIU\b", sheet) == []


def test_findings_stand_under_what_they_block_gravest_first() -> None:
    plan = refused()
    sheet = text(plan)
    heads = [line.split(":")[0] for line in sheet.splitlines() if line.startswith(("BLOCKS", "BEFORE EACH", "TO KNOW"))]
    order = {"dose": "BLOCKS THE DOSE", "sign": "BLOCKS SIGNING", "start": "BEFORE EACH START", "none": "TO KNOW"}
    assert heads == [title for blocks, title in order.items() if any(f.blocks == blocks for f in plan.findings)]
    assert heads[0] == "BLOCKS THE DOSE"


def test_sessions_alike_are_shown_once_and_others_apart() -> None:
    assert text(plan_of(KIM)).count("INFUSIONS 1, 2 AND 3 OF 3, IDENTICAL") == 1
    alternating = text(plan_of("alternating-magnesium-ketamine"))
    assert "INFUSIONS 1, 3 AND 5 OF 5" in alternating
    assert "INJECTION VISITS 2 AND 4 OF 5" in alternating


def test_phases_and_portions_have_a_table_of_their_own() -> None:
    tanaka = text(plan_of("tanaka-1998-magnesium"))
    assert "RUN IN PARTS" in tanaka
    assert "1: first half" in tanaka
    anodyne = text(plan_of("anodyne-ketamine-im"))
    assert "PORTIONS" in anodyne
    assert "15 min after the first" in anodyne


def test_the_object_of_the_worked_example_keeps_the_contract() -> None:
    made = json.loads(str(render(plan_of(KIM), "json")))
    assert list(made)[:14] == [
        "software", "catalog", "standing", "signable", "clinic", "patient", "regimen", "findings", "not_checked", "disputes",
        "preparation", "exposure", "expectation", "sources",
    ]  # fmt: skip
    assert (made["standing"], made["signable"], made["clinic"]) == ("provisional", False, "example-clinic")
    infusions = made["preparation"]["infusions"]
    assert [one["start"][:16] for one in infusions] == ["2026-11-30T09:00", "2026-12-02T09:00", "2026-12-04T09:00"]
    for one in infusions:
        component, vehicle = one["components"][0], one["vehicle"]
        assert component["dose"] == {"value": "2100", "unit": "mg"}
        assert (component["mmol"], component["meq"]) == ("8.52", "17.04")
        assert component["draw_up"] == {"value": "4.2", "unit": "mL"}
        assert vehicle["mode"] == "add"
        assert vehicle["total_volume"] == vehicle["volume_to_infuse"] == {"value": "104.2", "unit": "mL"}
        assert vehicle["concentration"] == {"value": "20.15", "unit": "mg/mL"}
        assert one["rate"] == {"value": "104.2", "unit": "mL/h"}
        assert one["drug_rate"] == {"value": "35", "unit": "mg/min"}
        assert one["duration"] == {"value": "60", "unit": "min"}
    values = {(claim["value"], claim["unit"]) for one in made["disputes"] for claim in one["claims"]}
    assert {("30", "mg/kg"), ("1", "mg/kg")} <= values
    expectation = made["expectation"]
    arm = expectation["arms"][0]
    assert (arm["study"], arm["events"], arm["n"]) == ("kim-2015", 7, 15)
    assert set(arm["proportion"]) == set(expectation["proportion"]) == {"mean", "lower", "upper"}
    assert expectation["proportion"]["lower"] < arm["proportion"]["lower"]
    assert {source for finding in made["findings"] for source in finding["sources"]} <= set(made["sources"])


def test_the_worked_example_fits_one_page_of_either_paper() -> None:
    sizes = {"a4": (210, 297), "us-letter": (216, 279)}
    for paper, expected in sizes.items():
        read = pages(pdf(plan_of(KIM), paper))
        assert len(read.pages) == 1, paper
        found = tuple(round(float(side) / 72 * 25.4) for side in read.pages[0].mediabox[2:])
        assert found == expected


# Each of them for the example patient as the file stands, with nothing more recorded.
ON_ONE_PAGE = (KIM, "kim-2015-ketamine", "brill-2002-magnesium", "anodyne-ketamine-im")


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
@pytest.mark.parametrize("name", ON_ONE_PAGE)
def test_a_form_is_one_page_without_a_letter_below_seven_points(name: str, paper: str) -> None:
    sizes: set[float] = set()

    def seen(said: str, _: Any, matrix: list[float], __: Any, size: float) -> None:
        if said.strip():
            sizes.add(round(size * abs(matrix[0]), 2))

    read = pages(pdf(example_plan(name), paper))
    assert len(read.pages) == 1
    read.pages[0].extract_text(visitor_text=seen)
    assert min(sizes) >= 7


@pytest.mark.parametrize("name", ON_ONE_PAGE)
def test_one_page_loses_no_finding_no_watch_no_claim_and_no_source_it_names(name: str) -> None:
    plan = example_plan(name)
    assert plan.preparation is not None
    page = brief(order_sheet(plan), plan)
    said = flat(
        " ".join(text for part in page.parts for one in part.items for text in (one.tag, one.text, one.refs, *one.more))
    )
    told = [
        *(one.message for one in plan.findings),
        *(one.resolve for one in plan.findings if one.blocks in ("dose", "sign", "start")),
        *(one.sentence for one in plan.preparation.watch),
        *(one.fact for one in plan.disputes),
        *(valued(claim.value) for one in plan.disputes for claim in one.claims),
    ]
    assert [text for text in told if flat(text).rstrip(".") not in said] == []
    sources = page.part("sources")
    assert sources is not None
    cited = {number for group in re.findall(r"\[(\d+(?:, \d+)*)\]", said) for number in group.split(", ")}
    assert cited == {one.tag.strip("[]") for one in sources.items}


def flat(text: str) -> str:
    """Text with spaces of one kind: a number and its unit are two words."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


@pytest.mark.parametrize("name", PLANNED)
def test_pages_are_numbered_and_each_names_the_patient(name: str) -> None:
    read = pages(pdf(plan_of(name)))
    for number, page in enumerate(read.pages, 1):
        said = page.extract_text()
        assert re.search(rf"page\s+{number}\s+of\s+{len(read.pages)}", said)
        assert "demo-1" in said


def test_the_paper_is_tagged_in_english_and_has_a_title() -> None:
    read = pages(pdf(plan_of(KIM)))
    root: Any = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid:part" in read.xmp_metadata.stream.get_data().decode()  # type: ignore[union-attr]
    assert str(read.metadata.title).startswith("demo-1: Magnesium sulfate")  # type: ignore[union-attr]


def test_the_paper_has_what_is_filled_in_by_hand_and_asks_for_no_signature() -> None:
    said = words(pdf(plan_of(KIM)))
    for name in (
        "Weight (kg)",
        "Product and strength",
        "Volume drawn up",
        "Rate",
        "Lot and expiry",
        "Started",
        "Checked by",
    ):
        assert name in said
    assert "NOT SIGNABLE" in said
    assert "Signature" not in said
    signable = msgspec.structs.replace(plan_of(KIM), signable=True, standing="adopted")
    assert "Signature" in words(pdf(signable))


def test_what_the_page_leaves_out_is_counted_on_it() -> None:
    said = words(pdf(plan_of(KIM)))
    assert "NOT ON THIS PAGE" in said
    assert re.search(rf"{len(plan_of(KIM).remarks)} remarks", said)


def test_the_same_plan_makes_the_same_bytes() -> None:
    for format in FORMATS:
        assert render(plan_of(KIM), format) == render(plan_of(KIM), format)


def test_what_a_file_says_is_never_markup_nor_source() -> None:
    plan = with_patient_id(plan_of(KIM), HOSTILE)
    page = str(render(plan, "html"))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    said = words(pdf(plan))
    assert '<script>alert(1)</script> #panic("x")' in said
    assert "*z*" in said
    events = icalendar.Calendar.from_ical(render(plan, "ics")).walk("VEVENT")
    assert all("script" not in str(event["SUMMARY"]) for event in events)


def test_a_character_without_a_glyph_is_refused_and_named() -> None:
    assert "f1234" in problem_of(with_patient_id(plan_of(KIM), "a\U000f1234"), "pdf")


def test_the_page_asks_for_nothing_from_outside() -> None:
    page = str(render(plan_of(KIM), "html"))
    assert re.findall(r"<(?:script|link|img|iframe|object)\b", page) == []
    assert re.findall(r"(?:src|href)=\"(?!#)", page) == []
    assert "url(" not in page
    assert "@import" not in page


def test_the_page_has_landmarks_headings_in_order_and_heads_for_every_table() -> None:
    page = str(render(plan_of(KIM), "html"))
    assert page.startswith('<!doctype html>\n<html lang="en">')
    for landmark in ("<header>", "<main ", "<footer "):
        assert page.count(landmark) == 1
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.count("<table") == page.count("<caption>") == page.count("<thead>")
    ids = re.findall(r"id=\"([^\"]+)\"", page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"href=\"#([^\"]+)\"", page)) <= set(ids)


def test_calendar_titles_name_no_drug_no_diagnosis_and_no_patient() -> None:
    for name in PLANNED:
        file = render(plan_of(name), "ics")
        assert isinstance(file, bytes)
        unfolded = file.replace(b"\r\n ", b"").decode().casefold()
        assert re.findall(r"magnesium|ketamine|neuralgia|migraine|demo-1|" + name, unfolded) == []
    titles = [
        str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(render(plan_of(KIM), "ics")).walk("VEVENT")
    ]
    assert titles[:4] == ["Infusion visit 1 of 3", "Infusion visit 2 of 3", "Infusion visit 3 of 3", "Follow-up 1 of 5"]


def test_calendar_names_last_when_the_catalog_changes_and_differ_between_events() -> None:
    plan = plan_of(KIM)
    later = msgspec.structs.replace(plan, fingerprint="0" * 64, catalog_version="2030.1.1")
    assert uids(plan) == uids(later)
    assert len(set(uids(plan))) == len(uids(plan))
    assert set(uids(plan)) & set(uids(with_patient_id(plan, "another"))) == set()


def uids(plan: Plan) -> list[str]:
    return [str(event["UID"]) for event in icalendar.Calendar.from_ical(render(plan, "ics")).walk("VEVENT")]


def test_a_calendar_needs_dates() -> None:
    assert "--start" in problem_of(undated(), "ics")
    assert "blocks the dose" in problem_of(refused(), "ics")


def test_without_a_start_days_are_counted_and_no_date_is_invented() -> None:
    sheet = text(undated())
    assert "no start given" in sheet
    assert "Dec-2026" not in sheet
    assert "14 days after the last session starts" in sheet


def test_other_formats_and_papers_are_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="text"):
        render(plan_of(KIM), "txt")
    assert "us-letter" in problem_of(plan_of(KIM), "pdf", paper="letter")


def test_text_and_object_load_nothing_slow() -> None:
    code = (
        "import sys, assuage.paper, assuage.paper.text, assuage.paper.convert;"
        "print(sorted({'typst', 'icalendar', 'altair', 'html', 'rich', 'numpy', 'assuage.paper.html'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
