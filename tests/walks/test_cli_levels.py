"""assuage exposure --levels from outside: what is said, and every level that is refused, with its four parts."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from tests.examples import changed
from tests.plans import SCREENED
from tests.walks.shell import AS_OF, PATIENT, ROOT, START, Ran, assuage, json_of, refused

LEVELS = str(ROOT / "examples" / "levels.yaml")
KIM = ("exposure", PATIENT, "--regimen", "kim-2015-magnesium", *START, "--n", "400", "--levels")
GOOD = {
    "analyte": "magnesium",
    "value": "1.25 mmol/L",
    "at": "2026-11-30T10:00",
    "site": "venous",
    "arm": "other",
    "specimen": "serum",
    "after_lipid": "false",
}


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def entry(**changes: str) -> str:
    """One level as YAML; an empty text leaves its key out."""
    pairs = {**GOOD, **changes}
    return "- {" + ", ".join(f"{key}: {value}" for key, value in pairs.items() if value) + "}\n"


def written(folder: Path, *entries: str, name: str = "levels.yaml") -> str:
    path = folder / name
    path.write_text("".join(entries), encoding="utf-8")
    return str(path)


def told(folder: Path, *entries: str, words: tuple[str, ...] = KIM) -> str:
    """What the refusal says, in one line."""
    return flat(refused(*words, written(folder, *entries)).err)


@cache
def example(format: str) -> Ran:
    ran = assuage(*KIM, LEVELS, "--format", format)
    assert ran.code == 0, ran.err
    return ran


def test_the_answer_in_words() -> None:
    text = flat(example("text").out)
    for part in (
        "No dose follows from any of it",
        "Before the levels highest level of session 1",
        "With them highest level of session 1",
        "Next infusion session 2 as planned",
        "Upper line Salinger 2013",
        "unchanged by levels",
        "Level: 1.32 mmol/L",
        "clearance (CL)",
        "central volume (V1)",
        "The baseline is fixed",
    ):
        assert part in text, part
    assert "contradict" not in text
    assert max(len(line) for line in example("text").out.splitlines()) <= 80


def test_the_answer_for_programs() -> None:
    (one,) = example("json").json["measured"]
    assert (one["substance"], one["unit"], one["session"], one["following_session"]) == ("total magnesium", "mmol/L", 1, 2)  # fmt: skip
    assert [(level["hours"], level["level"], level["site"]) for level in one["levels"]] == [
        (pytest.approx(65 / 60), 1.32, "venous"),
        (4, 1.08, "venous"),
    ]
    for peak in (one["peak_before"], one["peak_now"], one["peak_following"]):
        assert 0.85 < peak["p05"] < peak["median"] < peak["p95"] < one["levels"][0]["expected_before"]["p95"]
    assert one["contradiction"] is None
    assert {each["name"] for each in one["estimates"]} == {"cl", "v1", "v2", "q2"}


def test_units_and_forms_of_file_make_no_difference(tmp_path: Path) -> None:
    """1.25 mmol/L × 24.305 g/mol ÷ 10 = 3.038125 mg/dL; × 2 = 2.5 mEq/L; an offset, and JSON, say the same."""
    same = [entry(), entry(value="3.038125 mg/dL"), entry(value="2.5 mEq/L"), entry(at="2026-11-30T16:00Z")]
    places = [written(tmp_path, one, name=f"{n}.yaml") for n, one in enumerate(same)]
    places.append(written(tmp_path, json_of(entry()), name="levels.json"))
    answers = [assuage(*KIM, place, "--format", "json").json["measured"][0] for place in places]
    for one in answers:
        for level in one["levels"]:
            level.pop("at")
    assert all(one == answers[0] for one in answers)


def test_a_level_that_contradicts_stops_the_reader(tmp_path: Path) -> None:
    """4.9 mg/dL read as mmol/L."""
    text = flat(assuage(*KIM, written(tmp_path, entry(value="4.9 mmol/L"))).out)
    for part in ("STOP: The level contradicts the model", "Look at the patient first", "bound: 1 %", "mg/dL, mEq/L and mmol/L differ", "which arm"):  # fmt: skip
        assert part in text, part


def test_a_level_that_fits_does_not(tmp_path: Path) -> None:
    """2.8 mg/dL is 1.15 mmol/L, about what is expected."""
    text = flat(assuage(*KIM, written(tmp_path, entry(value="2.8 mg/dL"))).out)
    assert "contradicts" not in text
    assert re.search(r"\d+ % of the model's people would give levels at least so far", text)


def test_after_the_last_infusion_none_is_to_come(tmp_path: Path) -> None:
    text = flat(assuage(*KIM, written(tmp_path, entry(at="2026-12-04T12:00"))).out)
    assert "Next infusion none is planned after the last level" in text
    assert "highest level of session 3" in text


def test_a_venous_ketamine_level_is_indicative(tmp_path: Path) -> None:
    """Kamp predicts arterial levels; mcg/L and ng/mL are the same."""
    patient = tmp_path / "patient.yaml"
    patient.write_text(changed(Path(PATIENT).read_text(encoding="utf-8"), SCREENED), encoding="utf-8")
    words = ("exposure", str(patient), "--regimen", "kim-2015-ketamine", *START, "--n", "400", "--levels")
    sample = {"analyte": "ketamine", "specimen": "plasma", "assay_error": "8 %"}
    answers = [
        assuage(*words, written(tmp_path, entry(**sample, value=value))).out for value in ("210 ng/mL", "210 mcg/L")
    ]
    assert answers[0] == answers[1]
    for part in ("nothing is corrected", "0.63 to 0.73", "indicative", "borrowed from Simons 2022", "Level: 210 ng/mL"):
        assert part in flat(answers[0]), part


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"value": "4.9"}, "write the unit; it is never guessed"),
        ({"value": "1.3 mg/kg"}, "mg/kg is no unit of a level"),
        ({"value": "0 mmol/L"}, "below the limit of quantification"),
        ({"value": ""}, "the key “value” is missing"),
        ({"at": ""}, "the key “at” is missing"),
        ({"at": "2026-11-30"}, "a day without a time of day"),
        ({"at": "2026-11-31T10:00"}, "not a day that reads one way"),
        ({"at": "2026-11-30T08:00"}, "a level before it is the baseline"),
        ({"at": "2026-11-30T09:00"}, "before the first dose entered, or as it did"),
        ({"arm": "infusion"}, "drawn from the arm of the infusion"),
        ({"arm": "unknown"}, "ask who drew it"),
        ({"arm": ""}, "the key “arm” is missing"),
        ({"site": "unknown"}, "ask who drew it"),
        ({"site": "venus"}, "did you mean venous?"),
        ({"site": ""}, "the key “site” is missing"),
        ({"specimen": "red-cells"}, "a level in red cells"),
        ({"specimen": ""}, "the key “specimen” is missing"),
        ({"after_lipid": "true"}, "after lipid emulsion"),
        ({"after_lipid": ""}, "the key “after_lipid” is missing"),
        ({"assay_error": "5 mmol/L"}, "no share of the level"),
        ({"assay_error": "100 %"}, "no share of the level"),
        ({"analyte": "ionised magnesium"}, "not to be mixed"),
        ({"analyte": "norketamine"}, "not to be mixed"),
        ({"analyte": "magnesum"}, "did you mean magnesium?"),
        ({"analyte": "ketamine", "value": "130 ng/mL"}, "does not give"),
        ({"drawn_by": "nurse"}, "the key “drawn_by” is not known here"),
    ],
)
def test_a_level_that_cannot_be_used_is_refused(wrong: dict[str, str], said: str, tmp_path: Path) -> None:
    assert said in told(tmp_path, entry(**wrong))


def test_two_levels_of_one_instant_are_refused(tmp_path: Path) -> None:
    other = entry(at="2026-11-30T16:00Z", value="1.3 mmol/L")
    assert "two levels of one instant with different values" in told(tmp_path, entry(), other)
    assert "one level twice" in told(tmp_path, entry(), entry())


def test_a_level_after_the_day_of_the_facts_is_refused(tmp_path: Path) -> None:
    late = written(tmp_path, entry(at="2026-12-02T12:00"))
    ran = refused(*KIM, late, "--as-of", "2026-12-01")
    assert "after the day on which facts are known, 01-Dec-2026" in flat(ran.err)
    assert assuage(*KIM, late, "--as-of", "2026-12-02").code == 0


def test_everything_wrong_with_all_levels_is_said_at_once(tmp_path: Path) -> None:
    ran = refused(*KIM, written(tmp_path, entry(value="4.9", arm="infusion"), entry(at="2026-11-30T08:00"), entry(site="foot")))  # fmt: skip
    assert len(ran.parts) == 4 * 3, ran.err
    assert [f"levels.yaml:{line}:" in ran.err for line in (1, 2, 3)] == [True] * 3


@pytest.mark.parametrize("text", ["analyte: magnesium\n", "[]\n", "- 1.2 mmol/L\n"])
def test_what_is_no_list_of_levels_is_refused(text: str, tmp_path: Path) -> None:
    refused(*KIM, written(tmp_path, text))


def test_an_absent_file_is_named() -> None:
    assert "there is no such file" in refused(*KIM, "nowhere.yaml").err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--regimen", "kim-2015-magnesium", *AS_OF), "measured levels without a start"),
        (("--compare", *START), "with --compare"),
        (("--regimen", "kim-2015-magnesium", *START, "--format", "svg"), "as a picture"),
        (("--regimen", "kim-2015-magnesium", *START, "--n", "1"), "2 people or more"),
    ],
)
def test_options_that_do_not_go_together(more: tuple[str, ...], said: str) -> None:
    assert said in flat(refused("exposure", PATIENT, "--levels", LEVELS, *more).err)


@pytest.mark.parametrize("key", ["weight", "magnesium"])
def test_where_the_dose_is_blocked_the_findings_are_the_answer(key: str, tmp_path: Path) -> None:
    text = Path(PATIENT).read_text(encoding="utf-8")
    path = tmp_path / "patient.yaml"
    path.write_text(re.sub(rf"^{key}:.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    ran = assuage("exposure", str(path), "--regimen", "kim-2015-magnesium", *START, "--levels", LEVELS)
    assert ran.code == 3
    assert "NOTHING IS PREDICTED" in ran.out.upper()
