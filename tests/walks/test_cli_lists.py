"""Lists and pages from outside: each as text at two widths and as JSON, never a count of responders without its interval."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.walks.shell import AS_OF, PATIENT, assuage

from assuage.catalog import load_catalog
from assuage.catalog.trace import read_trace

LISTS = (
    ("regimens",), ("regimens", "kim-2015-magnesium"), ("regimens", "thompson-ketamine-lidocaine"), ("studies",),
    ("studies", "kim-2015"), ("studies", "stavropoulou-2014"), ("trace",), ("trace", "S12"), ("catalog", "check"), ("catalog", "disputes"),
    ("catalog", "provenance"), ("catalog", "recall"), ("catalog", "recall", "kim-2015"),
    ("compare", PATIENT, *AS_OF), ("screen", PATIENT, *AS_OF),
    ("screen", PATIENT, "--regimen", "kim-2015-magnesium", *AS_OF),
)  # fmt: skip
DATA = Path(__file__).parents[2] / "src" / "assuage" / "catalog" / "data"


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
@pytest.mark.parametrize("width", [60, 160])
def test_a_list_fits_its_width_and_is_plain_in_a_pipe(words: tuple[str, ...], width: int) -> None:
    ran = assuage(*words, width=width)
    assert ran.code in (0, 2, 3), ran.err
    assert ran.out.strip()
    assert "\x1b" not in ran.out
    too_long = [line for line in ran.out.splitlines() if len(line) > width and len(line.split()[-1]) <= width // 2]
    assert too_long == []


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_a_list_as_json_is_one_object(words: tuple[str, ...]) -> None:
    ran = assuage(*words, "--format", "json")
    assert ran.code in (0, 2, 3), ran.err
    assert isinstance(ran.json, dict)


@pytest.mark.parametrize("words", [("regimens",), ("compare", PATIENT, *AS_OF)], ids=lambda words: words[0])
def test_every_regimen_is_listed_and_nothing_is_ranked(words: tuple[str, ...]) -> None:
    ran = assuage(*words, width=60)
    places = [ran.out.index(f"\n{name}") for name in load_catalog().regimens]
    assert places == sorted(places)
    assert "nothing is ranked" in " ".join(ran.out.split())
    assert [one.get("regimen", one.get("id")) for one in assuage(*words, "--format", "json").json["regimens"]] == [
        *load_catalog().regimens
    ]


def test_a_table_names_every_regimen_and_breaks_no_number_from_its_unit() -> None:
    """An id longer than its column goes on below, at a hyphen."""
    ran = assuage("compare", PATIENT, *AS_OF, width=160)
    first = [line[:24].strip() for line in ran.out.splitlines()]
    assert [
        name
        for name in load_catalog().regimens
        if name not in first and f"{name[:22].rpartition('-')[0]}-" not in first
    ] == []
    assert re.findall(r"\b(?:mi|m|mg/mi|mL/)\s*$|^\s*(?:n|g|L)\b", ran.out, re.MULTILINE) == []


# Wilson 95 % of 7/15 is 24.8 to 69.9 % (by hand from the formula of 1927).
WITH_INTERVAL = re.compile(r"7(?:/15| of 15 patients) = 46\.7 % \(24\.8 to 69\.9 %\)")


@pytest.mark.parametrize(
    ("words", "width"),
    [
        (("regimens", "kim-2015-magnesium"), 60),
        (("regimens", "kim-2015-magnesium"), 160),
        (("studies", "kim-2015"), 60),
        (("studies", "kim-2015"), 160),
        (("compare", PATIENT, *AS_OF), 60),
    ],
    ids=str,
)
def test_seven_of_fifteen_never_stands_without_its_interval(words: tuple[str, ...], width: int) -> None:
    out = " ".join(assuage(*words, width=width).out.split())
    places = [found.start() for found in re.finditer(r"\b7(?:/15| of 15)\b", out)]
    assert places
    assert [out[place : place + 50] for place in places if not WITH_INTERVAL.match(out, place)] == []


def test_every_count_that_is_compared_has_its_interval() -> None:
    ran = assuage("compare", PATIENT, *AS_OF, "--format", "json")
    texts = [text for row in ran.json["regimens"] for text in row["responders"]]
    assert len(texts) > 5
    assert [text for text in texts if not re.match(r"\d+/\d+ = [\d.]+ % \([\d.]+ to [\d.]+ %\): ", text)] == []


def test_a_regimens_page_gives_each_claim_its_source_and_the_dispute_both_sides() -> None:
    out = " ".join(assuage("regimens", "kim-2015-magnesium", width=120).out.split())
    assert "30 mg/kg [seed], Approach, bullet 2" in out
    assert "1 mg/kg [seed], Opening line" in out
    assert "fischer-2013" in out
    assert "known only second-hand" in out


def test_a_regimen_that_cannot_be_planned_says_what_is_missing_and_what_would_settle_it() -> None:
    out = assuage("regimens", "thompson-ketamine-lidocaine").out
    assert "Missing" in out
    assert "Settled by" in out
    assert "dose not stated" in out


def test_the_list_of_studies_says_which_hold_no_numbers() -> None:
    ran = assuage("studies", "--format", "json")
    without = [one for one in ran.json["studies"] if not one["has_numbers"]]
    text = assuage("studies", width=160).out
    assert (
        text.splitlines()[0] == f"88 records of the evidence, by kind; {len(without)} of them without readable numbers"
    )
    assert text.count("none readable") == len(without)


def test_a_mean_without_its_spread_says_so() -> None:
    out = " ".join(assuage("studies", "kim-2015", width=160).out.split())
    assert "51 % (spread not known)" in out
    assert "39.6 % (spread not known)" in out


def test_a_recalled_number_stands_only_under_that_heading() -> None:
    out = assuage("studies", "kim-2015", width=160).out
    heading = out.index("RECALLED, NOT READ")
    assert out.index("25795267") > heading
    assert "UNVERIFIED (memory)" in out[heading:]


def test_trace_lists_every_item_once_in_order() -> None:
    ran = assuage("trace", "--format", "json")
    assert [one["id"] for one in ran.json["items"]] == [one.id for one in read_trace()]
    assert assuage("trace", "s7").out.startswith("S07")


def test_a_catalog_differs_from_itself_in_nothing_and_a_changed_dose_is_named(tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(DATA, old)
    assert assuage("catalog", "diff", str(old)).out == "The same facts\n"
    path = old / "regimens" / "collins-2009-magnesium.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("70 mg/kg", "60 mg/kg"), encoding="utf-8")
    ran = assuage("catalog", "diff", str(old), width=200)
    assert ran.code == 0
    assert "60 mg/kg → 70 mg/kg" in ran.out


def test_a_broken_catalog_is_found_by_check(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "own")
    path = tmp_path / "own" / "regimens" / "collins-2009-magnesium.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("70 mg/kg", "70"), encoding="utf-8")
    ran = assuage("catalog", "check", str(tmp_path / "own"), "--format", "json")
    assert (ran.code, ran.json["sound"]) == (2, False)
    assert any("collins-2009-magnesium.yaml" in one["where"] for one in ran.json["problems"])


def test_check_plans_every_regimen_and_says_which_shows_no_dose(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "own")
    path = tmp_path / "own" / "regimens" / "collins-2009-magnesium.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("70 mg/kg", "70 mg/d"), encoding="utf-8")
    ran = assuage("catalog", "check", str(tmp_path / "own"), "--format", "json")
    told = {
        one["what"].split()[0].rstrip(":"): one["severity"]
        for one in ran.json["problems"]
        if one["check"] == "behaviour"
    }
    assert told["collins-2009-magnesium"] == "error"
    assert told["crosby-2000-magnesium-1g"] == "note"
    assert "kim-2015-magnesium" not in told


def test_the_shipped_catalog_has_nothing_to_mend() -> None:
    ran = assuage("catalog", "check", "--format", "json")
    assert (ran.code, ran.json["sound"]) == (0, True)


def test_screening_groups_by_what_is_blocked_and_exits_with_3_when_the_dose_is(tmp_path: Path) -> None:
    ran = assuage("screen", PATIENT, "--regimen", "kim-2015-magnesium", *AS_OF)
    heads = [line.split(":")[0] for line in ran.out.splitlines() if line[:1].isupper() and line.split(":")[0].isupper()]
    assert ran.code == 0
    assert heads[:5] == ["BLOCKS THE DOSE", "BLOCKS SIGNING", "BEFORE EACH START", "TO KNOW", "NOT JUDGED"]
    text = Path(PATIENT).read_text(encoding="utf-8").replace("value: 80 umol/L", "value: 400 umol/L")
    ran = assuage("screen", "-", "--regimen", "kim-2015-magnesium", *AS_OF, "--format", "json", given=text)
    assert (ran.code, ran.json["dose_is_blocked"]) == (3, True)


def test_colour_is_for_terminals_and_never_against_the_users_wish() -> None:
    assert "\x1b" not in assuage("regimens", FORCE_COLOR="", NO_COLOR="1").out
    assert "\x1b" not in assuage("regimens", TERM="dumb").out


def test_version_and_help_are_answers() -> None:
    assert re.match(r"assuage \d+\.\d+\.\d+, catalog \d{4}\.\d+", assuage("--version").out)
    ran = assuage("--help")
    assert ran.code == 0
    for command in ("plan", "screen", "compare", "regimens", "studies", "trace", "catalog"):
        assert f"│ {command} " in ran.out
    assert assuage().out == ran.out
