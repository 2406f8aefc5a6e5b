"""How long a screening holds, by the clinic's own limits: worked by hand from the days of the facts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.courses import catalog, clinic, facts

from assuage.course.gates_today import patient_of
from assuage.course.holding import holds_until
from assuage.screening import Formulas, State

DAY = dt.date(2026, 11, 30)


def until(day: dt.date = DAY, regimen: str = "kim-2015-magnesium", **changed: Any) -> dt.date | None:
    patient = patient_of(facts(**changed))
    state = State(patient, day, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog()))
    return holds_until(patient, catalog().regimens[regimen], state)


def test_the_first_fact_to_age_decides() -> None:
    # Creatinine and magnesium of 25 November hold 30 days; the ECG 180.
    assert until() == dt.date(2026, 12, 25)
    later = {
        name: {"value": value, "on": "2026-11-29"}
        for name, value in (
            ("creatinine", "80 umol/L"),
            ("magnesium", "0.85 mmol/L"),
            ("calcium", "2.35 mmol/L"),
            ("potassium", "4.2 mmol/L"),
        )
    }
    assert until(**later) == dt.date(2026, 12, 29)


def test_what_is_found_anew_at_the_bedside_sets_no_day() -> None:
    # Weight and vital signs of 27 November would be too old after 4 December.
    assert until(weight={"value": "70 kg", "on": "2026-11-30"}) == until()


def test_a_fact_that_is_too_old_already_has_its_own_finding_and_sets_no_day() -> None:
    assert until(magnesium={"value": "0.85 mmol/L", "on": "2026-09-01"}) == dt.date(2026, 12, 25)


def test_a_fact_that_no_rule_of_the_regimen_asks_for_sets_no_day() -> None:
    assert until(ggt={"value": "25 U/L", "on": "2026-09-15"}) == dt.date(2026, 12, 25), "liver enzymes are ketamine's"
    assert until(regimen="kim-2015-ketamine", ggt={"value": "25 U/L", "on": "2026-09-15"}) == dt.date(2026, 12, 14)


@pytest.mark.parametrize("days", [1, 3, 10])
def test_an_older_fact_never_makes_it_later(days: int) -> None:
    older = (dt.date(2026, 11, 25) - dt.timedelta(days=days)).isoformat()
    found = until(creatinine={"value": "80 umol/L", "on": older})
    assert found == dt.date(2026, 12, 25) - dt.timedelta(days=days)
