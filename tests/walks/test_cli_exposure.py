"""assuage exposure from outside: every format, refusals, and inputs that cannot be."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
from tests.walks.shell import AS_OF, PATIENT, START, Ran, assuage, refused

KIM = ("exposure", PATIENT, "--regimen", "kim-2015-magnesium", *START)
FEW = ("--n", "300")


@cache
def answer(*words: str, width: int = 80) -> Ran:
    ran = assuage(*words, width=width)
    assert ran.code == 0, ran.err
    return ran


def patient_without(key: str, tmp_path: Path, instead: str = "") -> str:
    text = re.sub(
        rf"^{key}:.*\n",
        instead and f"{key}: {instead}\n",
        Path(PATIENT).read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    path = tmp_path / "patient.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_the_answer_in_words() -> None:
    text = answer(*KIM).out
    told = flat(text)
    for part in (
        "Predicted, not measured: no dose follows from a level.",
        "Total magnesium: highest level 1.16 (5 to 95 %: 1.07 to 1.29) mmol/L, from 0.85 mmol/L measured before",
        "upper line",
        "10,000 people, seed 1.",
        "22 to 27 % low",
        "Fitted on pregnant women",
        "reference band",
        "SOURCES",
        "salinger-2013",
    ):
        assert part.casefold() in told.casefold(), part
    assert re.search("[▁▂▃▄▅▆▇█]{56}", text)
    assert max(len(line) for line in text.splitlines()) <= 80


@pytest.mark.parametrize("width", [40, 100, 160])
def test_the_answer_fits_the_terminal(width: int) -> None:
    lines = answer(*KIM, *FEW, width=width).out.splitlines()
    assert [line for line in lines if len(line) > max(width, 64)] == []  # a curve of 56 blocks and a citation's key


def test_the_answer_as_json_is_the_part_of_the_plan() -> None:
    alone = answer(*KIM, "--format", "json").json
    plan = answer("plan", PATIENT, "--regimen", "kim-2015-magnesium", *START, "--exposure", "--format", "json").json
    assert alone["exposure"] == plan["exposure"]
    one = alone["exposure"][0]
    assert (one["substance"], one["unit"], one["baseline"], one["people"], one["seed"]) == (
        "total magnesium",
        "mmol/L",
        0.85,
        10_000,
        1,
    )
    assert set(one["peak"]) == {"median", "p05", "p95"}
    assert one["caveats"]
    assert {"substance", "model", "unit", "baseline", "peak", "bands", "caveats"} <= set(one)
    assert set(one["sources"]) <= set(plan["sources"])


def test_a_plan_has_no_levels_unless_asked() -> None:
    plan = answer("plan", PATIENT, "--regimen", "kim-2015-magnesium", *START, "--format", "json").json
    assert plan["exposure"] == []
    assert "EXPECTED EXPOSURE" not in answer("plan", PATIENT, "--regimen", "kim-2015-magnesium", *START).out
    assert "EXPECTED EXPOSURE" in answer("plan", PATIENT, "--regimen", "kim-2015-magnesium", *START, "--exposure").out


def test_the_same_seed_gives_the_same_answer_and_another_another() -> None:
    one, same, other = (
        answer(*KIM, *FEW, "--seed", seed, "--format", "json").json["exposure"][0]["peak"] for seed in ("3", "3", "4")
    )
    assert one == same
    assert one != other
    assert one["median"] == pytest.approx(other["median"], rel=0.03)  # chance: 300 people


def test_the_typical_person_alone() -> None:
    one = answer(*KIM, "--n", "1", "--format", "json").json["exposure"][0]
    assert one["peak"]["p05"] is None
    assert "no interval" in one["spread"]


def test_pictures_are_files_of_their_kind(tmp_path: Path) -> None:
    svg = tmp_path / "levels.svg"
    answer(*KIM, *FEW, "--format", "svg", "-o", str(svg))
    root = ET.fromstring(svg.read_text(encoding="utf-8"))
    assert root.tag.endswith("svg")
    assert "They are not targets" in "".join(root.itertext())
    png = tmp_path / "levels.png"
    answer(*KIM, *FEW, "--format", "png", "-o", str(png))
    assert png.read_bytes().startswith(b"\x89PNG")
    assert refused(*KIM, "--format", "png", "-o", str(png)).err.startswith("the file exists")


def test_two_drugs_are_two_charts(tmp_path: Path) -> None:
    path = tmp_path / "two.svg"
    words = ("exposure", PATIENT, "--regimen", "alternating-magnesium-ketamine", *START, *FEW)
    answer(*words, "--format", "svg", "-o", str(path))
    told = path.read_text(encoding="utf-8")
    assert "Total magnesium" in told
    assert "Ketamine and norketamine" in told


def test_text_and_json_go_to_a_file_too(tmp_path: Path) -> None:
    for format, name in (("text", "a.txt"), ("json", "a.json")):
        path = tmp_path / name
        assert answer(*KIM, *FEW, "--format", format, "-o", str(path)).out == ""
        assert "otal magnesium" in path.read_text(encoding="utf-8")


def test_what_is_refused_reaches_no_level(tmp_path: Path) -> None:
    path = patient_without("weight", tmp_path)
    words = ("exposure", path, "--regimen", "kim-2015-magnesium", *START)
    text = assuage(*words)
    assert text.code == 3
    assert "NOTHING IS PREDICTED" in text.out
    assert not re.search(r"highest (level|rise)", text.out)
    content = assuage(*words, "--format", "json")
    assert (content.code, content.json["dose_is_blocked"], content.json["exposure"]) == (3, True, [])
    assert content.json["findings"]
    for format in ("svg", "html"):
        drawn = assuage(*words, "--format", format)
        assert (drawn.code, drawn.out) == (3, "")
        assert "Nothing is drawn" in drawn.err


def test_a_regimen_that_cannot_be_planned_reaches_no_level() -> None:
    ran = assuage("exposure", PATIENT, "--regimen", "thompson-ketamine-lidocaine", *AS_OF)
    assert ran.code == 3
    assert "NOTHING IS PREDICTED" in ran.out


def test_an_unknown_level_of_magnesium_blocks_the_dose_and_none_is_assumed(tmp_path: Path) -> None:
    ran = assuage("exposure", patient_without("magnesium", tmp_path), "--regimen", "kim-2015-magnesium", *START)
    assert ran.code == 3
    assert "0.85" not in ran.out


def test_a_weight_outside_the_models_is_said(tmp_path: Path) -> None:
    heavy = patient_without("weight", tmp_path, "{value: 130 kg, on: 2026-11-27, how: measured}")
    ran = assuage("exposure", heavy, "--regimen", "kim-2015-ketamine", *START, *FEW)
    assert ran.code == 0, ran.err
    assert "Weight 130 kg lies above what Kamp 2020" in flat(ran.out)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--n", "0"), "0 people to simulate"),
        (("--n", "1000000000"), "1,000,000,000 people to simulate"),
        (("--n", "-5"), "--n"),
        (("--n", "many"), "--n"),
        (("--seed", "-1"), "the seed -1"),
        (("--format", "gif"), "gif"),
        (("--format", "pdf"), "pdf"),
        (("--compare",), "both --regimen and --compare"),
        (("-o", "levels.png"), "the format is text"),
        (("--presentation", "no-such-vial"), "no-such-vial"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(words: tuple[str, ...], told: str) -> None:
    assert told in refused(*KIM, *words).err


def test_a_question_without_a_regimen_is_refused() -> None:
    assert "--regimen is missing" in refused("exposure", PATIENT, *AS_OF).err
    assert "--compare has no page" in refused("exposure", PATIENT, "--compare", "--format", "html", *AS_OF).err
    assert "did you mean" in refused("exposure", PATIENT, "--regimen", "kim-2015-magnesum", *AS_OF).err


def test_each_band_is_reached_by_a_share_of_people() -> None:
    """Where the median has no hours above a level and the upper twentieth has some, between a twentieth and a half reach it."""
    [one] = answer(*KIM, "--format", "json").json["exposure"]
    known = [band for band in one["bands"] if band["low"] is not None]
    shares = [band["reached_by"] for band in sorted(known, key=lambda band: band["low"])]
    assert shares == sorted(shares, reverse=True)
    assert (shares[0], shares[-1]) == (1, 0)
    [aimed] = [band for band in known if band["low"] == 1.25 and band["high"] == 3.75]
    assert (aimed["above_h"]["median"], aimed["above_h"]["p95"] > 0) == (0, True)
    assert 0.05 < aimed["reached_by"] < 0.5
    assert f"{aimed['reached_by'] * 100:.0f} % of people" in flat(answer(*KIM).out)
    [alone] = answer(*KIM, "--n", "1", "--format", "json").json["exposure"]
    assert {band["reached_by"] for band in alone["bands"]} == {None}
    # How people differ is known of this model; it was not asked for.
    assert alone["spread"] == "Levels of a typical person alone, as was asked: no interval."


def test_regimens_side_by_side_are_not_ranked() -> None:
    ran = answer("exposure", PATIENT, "--compare", *AS_OF, "--n", "50", width=120)
    told = flat(ran.out)
    assert "nothing is ranked" in told
    assert "Highest rise" in told
    content = answer("exposure", PATIENT, "--compare", *AS_OF, "--n", "50", "--format", "json").json
    magnesium = [row for row in content["rows"] if row["substance"] == "total magnesium"]
    assert [row["regimen"] for row in magnesium] == sorted(row["regimen"] for row in magnesium)
    assert {"kim-2015-magnesium", "brill-2002-magnesium"} <= {row["regimen"] for row in magnesium}
    missing = {one["regimen"] for one in content["not_predicted"]}
    assert "thompson-ketamine-lidocaine" in missing
    assert not missing & {row["regimen"] for row in content["rows"]}


def test_the_comparison_as_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "compared.svg"
    answer("exposure", PATIENT, "--compare", *AS_OF, "--n", "50", "--format", "svg", "-o", str(path))
    words = "".join(ET.fromstring(path.read_text(encoding="utf-8")).itertext())
    assert "nothing is ranked" in words
    assert "h·mmol/L" in words


def test_levels_on_the_sheet_stand_with_what_they_cannot_be_trusted_for() -> None:
    for format in ("text", "html"):
        sheet = flat(
            answer("plan", PATIENT, "--regimen", "kim-2015-magnesium", *START, "--exposure", "--format", format).out
        )
        assert "Predicted, not measured. Nothing in this plan rests on it" in sheet
        assert "the unsafe direction: look at the upper line" in sheet
    assert json.loads(answer(*KIM, "--format", "json").out)["exposure"]


ASKED_TWICE = """
import gc, sys
from assuage.cli import main
codes = [main(sys.argv[1:]), main([*sys.argv[1:], "--n", "0"])]
sys.stdout.flush()
print(codes, gc.isenabled(), gc.get_freeze_count() > 0, file=sys.stderr)
"""


def test_garbage_is_collected_again_after_an_answer_and_after_a_refusal() -> None:
    """For whoever asks within a process that goes on; what the answer was made from is never looked through again."""
    words = ("exposure", PATIENT, "--regimen", "kim-2015-magnesium", *AS_OF)
    done = subprocess.run([sys.executable, "-c", ASKED_TWICE, *words], capture_output=True, text=True, timeout=60)
    assert done.stderr.splitlines()[-1] == "[0, 2] True True"
