"""Items of the review this catalog began from, walked through the command: who is let in, what is planned, what never is.

Expected numbers are the review's own words, or follow from them by hand for the made-up patient of 70 kg.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.walks.shell import AS_OF, PATIENT, START, Ran, assuage

TEXT = Path(PATIENT).read_text(encoding="utf-8")
NONE_KNOWN = "conditions: []"
MEDICATIONS = "medications: [{name: pregabalin, dose: 150 mg twice daily}]"
ECG = "ecg: {on: 2026-11-25, av_block: none, pr: 160 ms, qrs: 90 ms, qtc: 420 ms, read_by: cardiology}\n"


def planned(regimen: str, *changes: tuple[str, str], start: bool = True) -> Ran:
    """The plan of one regimen as JSON for the example patient with parts of the file replaced."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    when = START if start else AS_OF
    return assuage("plan", "-", "--regimen", regimen, *when, "--format", "json", given=text)


def infusions(ran: Ran) -> list[Any]:
    """The sessions of a plan."""
    found = ran.json["preparation"]["infusions"]
    assert isinstance(found, list)
    return found


def amounts(ran: Ran) -> list[tuple[str, str]]:
    """Dose of each drug of the first session, in order."""
    return [(one["dose"]["value"], one["dose"]["unit"]) for one in infusions(ran)[0]["components"]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("av_block: none", "av_block: third"),
        (NONE_KNOWN, "conditions: [complete heart block]"),
        (MEDICATIONS, "medications: [digoxin]"),
        ("value: 80 umol/L", "value: 400 umol/L"),
    ],
    ids=["ECG shows block", "history of block", "digoxin", "renal impairment"],
)
def test_heart_block_digoxin_and_renal_impairment_are_kept_out(old: str, new: str) -> None:
    ran = planned("kim-2015-magnesium", (old, new))
    assert (ran.code, ran.json["preparation"]) == (3, None)
    assert {one["severity"] for one in ran.json["findings"] if one["blocks"] == "dose"} <= {"stop", "refuse"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (NONE_KNOWN, ""),
        (MEDICATIONS, ""),
        ("creatinine: {value: 80 umol/L, on: 2026-11-25}\n", ""),
        (ECG, ""),
        ("ecg: {on: 2026-11-25", "ecg: {on: 2025-11-25"),
    ],
    ids=["conditions not asked", "medications not asked", "no creatinine", "no ECG", "ECG of last year"],
)
def test_what_is_not_known_holds_the_dose(old: str, new: str) -> None:
    ran = planned("kim-2015-magnesium", (old, new))
    assert (ran.code, ran.json["preparation"]) == (3, None)
    assert "hold" in {one["severity"] for one in ran.json["findings"] if one["blocks"] == "dose"}


@pytest.mark.parametrize("drug", ["methadone", "dextromethorphan", "memantine", "amantadine"])
def test_other_drugs_on_nmda_receptors_are_spoken_of_beside_ketamine(drug: str) -> None:
    plain = {one["rule"] for one in planned("kim-2015-ketamine", start=False).json["findings"]}
    beside = planned("kim-2015-ketamine", (MEDICATIONS, f"medications: [pregabalin, {drug}]"), start=False)
    new = [one for one in beside.json["findings"] if one["rule"] not in plain or drug in one["message"]]
    assert new


def test_ketamine_is_70_mg_in_100_ml_over_an_hour_without_midazolam_for_blinding() -> None:
    ran = planned("kim-2015-ketamine")
    assert ran.code == 0
    assert amounts(ran) == [("70", "mg")]
    assert infusions(ran)[0]["duration"] == {"value": "60", "unit": "min"}
    assert [one["drug"] for one in ran.json["omitted"]] == ["midazolam"]
    assert "unconscious" in ran.json["omitted"][0]["because"]


@pytest.mark.parametrize("regimen", ["kim-2015-magnesium", "kim-2015-ketamine"])
def test_every_other_day_three_times_and_a_score_two_weeks_after_the_last(regimen: str) -> None:
    ran = planned(regimen)
    assert [one["start"][:10] for one in infusions(ran)] == ["2026-11-30", "2026-12-02", "2026-12-04"]
    assert [one["interval_hours"] for one in infusions(ran)] == [None, "48", "48"]
    primary = [one["at"][:10] for one in ran.json["preparation"]["follow_up"] if one["primary"]]
    assert primary == ["2026-12-18"]


@pytest.mark.parametrize(
    ("regimen", "dose", "minutes", "count"),
    [
        ("brill-2002-magnesium", "2100", "30", 1),
        ("collins-2009-magnesium", "4900", "240", 5),
    ],
)
def test_other_magnesium_regimens_are_planned_as_the_review_gives_them(
    regimen: str, dose: str, minutes: str, count: int
) -> None:
    shown = assuage("compare", "-", *AS_OF, "--format", "json", given=TEXT).json["regimens"]
    row = next(one for one in shown if one["regimen"] == regimen)
    number = f"{int(dose):,} mg"
    assert row["verdict"] == "proposal", row["blocked_by"]
    assert [text for text in row["dose"] if number in text] == list(row["dose"])
    ran = planned(regimen)
    assert len(infusions(ran)) == count
    assert infusions(ran)[0]["duration"]["value"] == minutes


@pytest.mark.parametrize(
    ("regimen", "missing"),
    [
        ("cheong-2006-magnesium", "how many infusions were given"),
        ("mauskop-1995-magnesium", "how long the infusion or injection took"),
    ],
)
def test_a_study_that_does_not_say_all_is_listed_with_what_is_missing(regimen: str, missing: str) -> None:
    ran = assuage("plan", PATIENT, "--regimen", regimen, *AS_OF)
    assert ran.code == 3
    assert missing in " ".join(ran.out.split())


@pytest.mark.parametrize("regimen", ["crosby-2000-magnesium-500mg", "crosby-2000-magnesium-1g"])
def test_undiluted_50_per_cent_is_refused_against_the_labels_20_per_cent(regimen: str) -> None:
    ran = planned(regimen)
    blocking = " ".join(one["message"] for one in ran.json["findings"] if one["blocks"] == "dose")
    assert (ran.code, ran.json["preparation"]) == (3, None)
    assert "200 mg/mL" in blocking


def test_three_to_five_infusions_on_alternate_days_are_the_authors_practice() -> None:
    ran = planned("magnesium-alternate-days")
    assert ran.json["basis"] == "authors-practice"
    assert 3 <= len(infusions(ran)) <= 5


def test_the_alternating_series_is_a_hypothesis_beside_the_trial_that_does_not_test_it() -> None:
    ran = assuage("regimens", "alternating-magnesium-ketamine", width=400)
    assert "a hypothesis, for research only" in ran.out
    assert "pickering-2020" in ran.out


def test_anodynes_portions_have_a_rating_between_them() -> None:
    ran = planned("anodyne-ketamine-im", start=False)
    portions = infusions(ran)[0]["portions"]
    assert len(portions) in (3, 4)
    assert all("0" in (one["before"] or "") for one in portions[1:])


def test_thompsons_infusion_has_no_dose_and_cannot_be_planned() -> None:
    ran = planned("thompson-ketamine-lidocaine")
    assert (ran.code, ran.json["preparation"]) == (3, None)
    assert "cannot be planned" in " ".join(one["message"] for one in ran.json["findings"])
    assert any(one["resolve"] for one in ran.json["findings"] if one["rule"] == "regimen-not-plannable")


def test_leg_veins_are_the_authors_remark_and_a_site_to_avoid() -> None:
    out = " ".join(assuage("plan", PATIENT, "--regimen", "kim-2015-magnesium", *START).out.split())
    assert "varicose leg veins" in out
    assert "Never offered" in out


def test_concentrations_stand_side_by_side() -> None:
    rows = assuage("compare", PATIENT, *AS_OF, "--format", "json").json["regimens"]
    shown = {row["regimen"]: row["concentration"] for row in rows if row["concentration"]}
    assert shown["kim-2015-magnesium"] == ["20.15 mg/mL"]
    assert len(shown) > 5


def test_every_regimen_says_in_whom_it_was_tried() -> None:
    rows = assuage("compare", PATIENT, *AS_OF, "--format", "json").json["regimens"]
    assert [row["regimen"] for row in rows if not row["tried_in"]] == []
    tried = {row["regimen"]: row["tried_in"] for row in rows}
    assert tried["mauskop-1995-magnesium"] == "migraine"
    assert tried["kim-2015-magnesium"] == "postherpetic neuralgia"
