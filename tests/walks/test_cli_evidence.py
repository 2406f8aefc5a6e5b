"""assuage evidence from outside: the list, answers in every form, charts, refusals, and what a study says of its uses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
from tests.walks.shell import Ran, assuage, refused

from assuage.catalog import load_catalog

NEURALGIA = ("evidence", "magnesium-in-neuralgia")
KIM = ("evidence", "ketamine-or-magnesium")
CHARTS = ("forest", "funnel", "durability", "risk")


@cache
def answered(*words: str, width: int = 80) -> Ran:
    ran = assuage(*words, width=width)
    assert ran.code == 0, ran.err
    return ran


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_the_list_names_every_question_and_how_far_it_is_known() -> None:
    text = answered("evidence").out
    known = {"answered": "answered.", "partly": "known in part.", "nobody knows": "nobody knows."}
    for question in load_catalog().questions.values():
        assert f"\n{question.id}: {known[question.known]}\n" in text
        assert flat(question.asked) in flat(text)
        assert all(flat(body.title) in flat(text) for body in question.bodies)
    assert "nothing is ranked" in text
    assert "recommends no treatment" in flat(text)
    assert max(len(line) for line in text.splitlines()) <= 80


def test_the_list_pools_nothing_and_loads_nothing_that_would() -> None:
    probe = (
        "import sys; from assuage.cli import main; code = main(['evidence']);"
        "print(sorted({'scipy', 'altair', 'vl_convert', 'typst', 'assuage.evidence.bayes_counts'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "95 %" not in answered("evidence").out


def test_the_list_as_json_has_the_same_questions() -> None:
    made = answered("evidence", "--format", "json").json
    assert list(made) == ["software", "catalog", "is_not", "questions"]
    assert [one["id"] for one in made["questions"]] == sorted(load_catalog().questions)
    direct = next(one for one in made["questions"] if one["id"] == "ketamine-or-magnesium")["bodies"][0]
    # One trial, 15 people in each arm.
    assert (direct["id"], direct["studies"], direct["people"], direct["is_at_least"]) == ("direct-50", 1, 30, False)


def test_the_answer_begins_with_the_summary_then_what_does_not_agree() -> None:
    text = answered(*KIM).out
    assert text.startswith("EVIDENCE, not a recommendation")
    heads = [line for line in text.splitlines() if line.isupper()]
    assert heads[:3] == ["IN SHORT", "WHAT DOES NOT AGREE", "SUMMARY OF FINDINGS"]
    assert heads[-4:] == ["THE STUDIES, ONE BY ONE", "HOW THIS WAS DONE", "WHAT WOULD CHANGE THIS ANSWER", "SOURCES"]
    short = text.split("IN SHORT")[1]
    assert short.splitlines()[2] == "Ketamine or magnesium? Known in part."


def test_the_answer_tells_kim_as_counted() -> None:
    """10 of 15 and 7 of 15: 20 points, by Miettinen and Nurminen −15.7 to 51.1 (checked in tests/against)."""
    text = answered(*KIM).out
    row = next(line for line in text.splitlines() if line.startswith("Kim 2015 †") and "points" in line)
    assert row.endswith("20.0 points (−15.7 to 51.1)")
    for part in ("10/15 v 7/15", "risk of bias high", "known only second-hand, through the review",
                 "Readings differ: magnesium dose per infusion: 1 mg/kg or 30 mg/kg", "Very low certainty",
                 "regression to the mean", "recommends no treatment and ranks none", "Felsby 1996."):  # fmt: skip
        assert part in flat(text), part


@pytest.mark.parametrize("width", [60, 80, 140])
@pytest.mark.parametrize("question", ["ketamine-or-magnesium", "magnesium-in-neuralgia", "single-or-series"])
def test_the_answer_fits_the_terminal_and_uses_it(question: str, width: int) -> None:
    lines = answered("evidence", question, width=width).out.splitlines()
    assert [line for line in lines if len(line) > width and " " in line.strip()] == []
    assert max(len(line) for line in lines) > width - 20


def test_a_body_can_be_asked_for_alone() -> None:
    text = answered(*NEURALGIA, "--body", "magnesium-alone").out
    assert "USEFUL RELIEF AFTER MAGNESIUM ALONE" in text
    assert "PAIN SCORE AGAINST PLACEBO" not in text
    made = answered(*NEURALGIA, "--body", "against-placebo", "--format", "json").json
    assert [one["id"] for one in made["bodies"]] == ["against-placebo"]


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_a_picture_that_tells_itself(chart: str, tmp_path: Path) -> None:
    words = (*NEURALGIA, "--body", "magnesium-alone", "--chart", chart)
    root = ET.fromstring(answered(*words, "--format", "svg").out)
    assert root.tag.endswith("svg")
    assert root.attrib["role"] == "img"
    assert any(one.tag.endswith("title") and one.text for one in root)
    place = tmp_path / "chart.png"
    assert assuage(*words, "--format", "png", "-o", str(place)).code == 0
    assert place.read_bytes().startswith(b"\x89PNG")


def test_trials_are_drawn_by_what_they_compared() -> None:
    words = ("evidence", "ketamine-or-magnesium", "--chart", "network", "--format", "svg")
    assert "15 people" in answered(*words).out
    assert "nothing compared" in refused("evidence", "magnesium-with-lidocaine", *words[2:]).err


def test_doses_are_drawn_for_a_person_whose_weight_is_given() -> None:
    words = (*NEURALGIA, "--body", "magnesium-alone", "--chart", "dose", "--format", "svg")
    assert "mg/kg for each session" in answered(*words, "--weight", "70 kg").out
    assert "no weight is given" in refused(*words).err
    assert "above 0 kg" in refused(*words, "--weight", "0 kg").err
    assert refused(*words, "--weight", "heavy").err
    assert "ketamine-sulfate" in refused(*words, "--weight", "70 kg", "--drug", "ketamine-sulfate").err


def test_without_a_chart_a_picture_is_the_forest_of_all_bodies() -> None:
    drawn = answered(*KIM, "--format", "svg").out
    assert "20.0 (−15.7 to 51.1)" in drawn
    assert "6.7 (−24.7 to 37.1)" in drawn


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("evidence", "ketamine-or-magnesum"), "ketamine-or-magnesium"),
        ((*KIM, "--body", "direct"), "direct-50"),
        ((*KIM, "--chart", "forest"), "svg or png"),
        ((*KIM, "--weight", "70 kg", "--format", "svg"), "--chart dose"),
        ((*KIM, "--body", "fall", "--chart", "forest", "--format", "svg"), "no result has an interval"),
        ((*KIM, "--body", "fall", "--chart", "funnel", "--format", "svg"), "no result has an interval"),
        (("evidence", "--format", "html"), "a question"),
        (("evidence", "--body", "direct-50"), "a question"),
        ((*KIM, "-o", "answer.html"), "--format html"),
        ((*KIM, "--format", "docx"), "pdf"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_the_way_out(words: tuple[str, ...], told: str) -> None:
    assert told in refused(*words).err


def test_an_alias_answers_as_the_question() -> None:
    assert answered("evidence", "magnesium-or-ketamine", "--format", "json").json["question"] == "ketamine-or-magnesium"


def test_files_are_written_whole_and_not_over_others(tmp_path: Path) -> None:
    place = tmp_path / "answer.json"
    assert assuage(*KIM, "--format", "json", "-o", str(place)).code == 0
    assert json.loads(place.read_text(encoding="utf-8"))["question"] == "ketamine-or-magnesium"
    assert "--force" in refused(*KIM, "--format", "json", "-o", str(place)).err


def test_a_study_shows_its_appraisals_and_the_questions_that_name_it() -> None:
    text = flat(answered("studies", "kim-2015").out)
    assert "relief 50 2 weeks; relief 30 2 weeks" in text
    assert "by RoB 2: high." in text
    assert "ketamine-or-magnesium, direct-50: its numbers are among the results" in text
    assert "ketamine-or-magnesium: stands against another finding" in text
    made = answered("studies", "kim-2015", "--format", "json").json
    assert {"appraisals", "used_by"} <= set(made)
    used = {(one["question"], one["body"], one["use"]) for one in made["used_by"]}
    for question in load_catalog().questions.values():
        for body in question.bodies:
            has = any(row.study == "kim-2015" for row in body.rows)
            assert ((question.id, body.id, "result") in used) == has
    felsby = flat(answered("studies", "felsby-1996").out)
    assert "No result of it was appraised." in felsby
    assert "ketamine-or-magnesium, direct-50: left out." in felsby
