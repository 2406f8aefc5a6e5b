"""Effects by dose: each arm where its own record puts it, and a line only where a regression may speak."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from math import exp
from typing import Any

import pytest
from tests.evidence_found import body, row, span, values_of
from tests.examples import AS_OF, clinic_with, example_plan, patient_with, the_catalog

from assuage.charts import ArmExposure, Dosing, Person, dose_chart, exposures_of
from assuage.charts.dose_response import FEWEST_FOR_A_SLOPE, slope_of
from assuage.charts.doses import By, Dosed, placed_by
from assuage.charts.exposed_arms import arms_of
from assuage.evidence.answered import ForestRow, Tallied
from assuage.screening import Formulas, State

MAGNESIUM = "magnesium-sulfate"
PERSON = Person(Decimal(70), "a made-up person of 70 kg")


def arm(study: str, name: str, events: int, n: int, **changes: Any) -> ForestRow:
    """One arm's share of people better."""
    given = {"study": study, "year": None, "row": name, "measure": "PLO", "span": span(0.5, 0.3, 0.7), "drugs": (MAGNESIUM,),
             "comparator": None, "given": (Tallied(name, events, n, "stated"),), "people": n, "infusions": None}  # fmt: skip
    return row(**{**given, **changes})


ROWS = (
    arm("kim-2015", "M", 7, 15),
    arm("crosby-2000", "H", 5, 6),
    arm("tanaka-1998", "M", 4, 6),
    arm("kim-2015", "K", 10, 15, drugs=("ketamine",)),
    arm("brill-2002", "M", 6, 7, span=None, why_not="percentages only"),
    arm("nowhere-1999", "M", 1, 2),
)


def dosing(by: By, exposures: dict[tuple[str, str], ArmExposure] | None = None) -> Dosing:
    return Dosing(by, the_catalog().drugs[MAGNESIUM], PERSON, exposures or {})


@cache
def exposures() -> tuple[dict[tuple[str, str], ArmExposure], tuple[str, ...]]:
    """What the regimens of magnesium are predicted to give the example patient."""
    catalog = the_catalog()
    state = State(patient_with(), AS_OF, catalog=catalog, clinic=clinic_with(), formulas=Formulas(catalog.formulas))
    plans = [(one, example_plan(one.id)) for one in catalog.regimens.values() if one.plannable]
    return exposures_of(plans, state, drug=MAGNESIUM)


@pytest.mark.parametrize(
    ("by", "kim", "crosby", "tanaka"),
    [
        # Kim 30 mg/kg three times; Crosby 1 g once; Tanaka 10 mL of 0.5 mol/L, which is 5 mmol of 246.47 mg each.
        ("per session", 30, 1000 / 70, 5 * 246.47 / 70),
        ("over the series", 90, 1000 / 70, None),
        ("millimoles", 30 * 70 / 246.47, 1000 / 246.47, 5),
    ],
)
def test_each_arm_stands_where_its_record_puts_it(by: By, kim: float, crosby: float, tanaka: float | None) -> None:
    found, _ = placed_by(body(ROWS, measure="PLO"), the_catalog(), dosing(by))
    at = {one.row.study: one.at for one in found}
    assert at["kim-2015"] == pytest.approx(kim, rel=1e-4)  # the catalog may carry more digits of the molar mass
    assert at["crosby-2000"] == pytest.approx(crosby, rel=1e-4)
    assert at.get("tanaka-1998") == (None if tanaka is None else pytest.approx(tanaka, rel=1e-4))


def test_a_fixed_dose_is_hollow_and_one_by_weight_is_not() -> None:
    chart = dose_chart(body(ROWS, measure="PLO"), the_catalog(), dosing("per session"))
    points = {one["study"]: one for one in values_of(chart.definition)}
    assert points["crosby-2000"]["fill"] == "#ffffff" != points["kim-2015"]["fill"]
    assert points["kim-2015"]["area"] > points["crosby-2000"]["area"]
    assert "Reference person: a made-up person of 70 kg." in chart.told


def test_a_row_without_a_place_is_named_with_the_reason() -> None:
    chart = dose_chart(body(ROWS, measure="PLO"), the_catalog(), dosing("over the series"))
    for reason in (
        "Kim 2015: not drawn, given ketamine, not magnesium sulfate alone.",
        "Brill 2002: not drawn, no interval; percentages only.",
        "Nowhere 1999: not drawn, no record of its arms.",
        "Tanaka 1998: not drawn, how many sessions were given is not known.",
    ):
        assert reason in chart.told
        assert any(cells[-1] == reason for cells in chart.table.rows)
    assert "2 of 6 rows have a place." in chart.told


def test_the_table_holds_dose_effect_and_people() -> None:
    table = dose_chart(body(ROWS, measure="PLO"), the_catalog(), dosing("per session")).table
    assert table.rows[0] == (
        "Kim 2015",
        "magnesium sulfate",
        "30.0",
        "30 mg/kg",
        "7/15",
        "15",
        "50.0 %",
        "30.0 to 70.0",
        "as printed",
    )
    assert table.rows[1][2:4] == ("14.3", "1,000 mg")
    assert {len(cells) for cells in table.rows} == {len(table.head)}


def test_exposure_is_drawn_only_for_arms_that_a_regimen_corresponds_to() -> None:
    known, silent = exposures()
    assert known["kim-2015", "M"].regimen == "kim-2015-magnesium"
    assert known["kim-2015", "M"].unit == "mmol/L"
    assert 0.2 < known["kim-2015", "M"].rise < 0.5
    assert any("crosby-2000-magnesium-1g" in one for one in silent)
    chart = dose_chart(body(ROWS, measure="PLO"), the_catalog(), dosing("highest rise", known))
    points = {one["study"]: one["at"] for one in values_of(chart.definition)}
    assert points == {"kim-2015": known["kim-2015", "M"].rise, "tanaka-1998": known["tanaka-1998", "M"].rise}
    assert "Predicted, not measured, for a made-up person of 70 kg." in chart.told
    assert (
        "Crosby 2000: not drawn, no regimen of the catalog that can be planned corresponds to this arm." in chart.told
    )


def test_a_variant_of_an_author_is_no_arm_of_the_study_it_leans_on() -> None:
    assert arms_of(the_catalog().regimen("magnesium-alternate-days")) == ()
    assert arms_of(the_catalog().regimen("kim-2015-magnesium")) == (("kim-2015", "M"),)


def studies(count: int, *, slope: float) -> list[Dosed]:
    """Ratios whose logarithm rises with the dose by a stated slope, a little off the line by turns."""
    rows = []
    for number in range(count):
        middle = 0.1 + slope * number + 0.02 * (-1) ** number
        rows.append(
            Dosed(
                row(f"s-{number}", span=span(exp(middle), exp(middle - 0.4), exp(middle + 0.4))),
                float(number),
                "x",
                False,
            )
        )
    return rows


def test_below_ten_studies_there_is_no_line_and_it_is_said() -> None:
    few = studies(FEWEST_FOR_A_SLOPE - 1, slope=0.1)
    found = slope_of(body(tuple(one.row for one in few)), few)
    assert found.regression is None
    assert found.said == "No line: 9 of at least 10 studies for a slope."


def test_with_enough_studies_the_slope_is_that_of_the_studies() -> None:
    many = studies(12, slope=0.1)
    found = slope_of(body(tuple(one.row for one in many)), many)
    assert found.regression is not None
    assert found.regression.coefficients[1].value == pytest.approx(0.1, abs=0.002)
    assert "It shows no cause." in found.said


def test_two_rows_of_one_study_forbid_a_line() -> None:
    many = studies(12, slope=0.1)
    many.append(Dosed(many[0].row, 3.0, "x", False))
    said = slope_of(body(tuple(one.row for one in many)), many).said
    assert said == "No line: several rows come from one study, and a regression would count its people twice."


def test_an_axis_without_any_arm_says_so() -> None:
    chart = dose_chart(body((ROWS[3],), measure="PLO"), the_catalog(), dosing("per session"))
    assert list(values_of(chart.definition)) == []
    assert "0 of 1 rows have a place." in chart.told


def test_an_arm_is_known_by_its_label_too_and_a_group_of_arms_has_no_dose() -> None:
    rows = (arm("kim-2015", "Magnesium sulfate", 7, 15), arm("crosby-2000", "L+H", 10, 12))
    found, without = placed_by(body(rows, measure="PLO"), the_catalog(), dosing("per session"))
    assert [one.at for one in found] == [30]
    assert without == ["Crosby 2000: not drawn, no single arm of its record could be meant."]


def test_rows_in_another_unit_are_not_on_the_same_axis() -> None:
    rows = (arm("kim-2015", "M", 7, 15, unit="0-10"), arm("crosby-2000", "H", 5, 6, unit="0-100"))
    found, without = placed_by(body(rows, measure="MD"), the_catalog(), dosing("per session"))
    assert len(found) == 1
    assert without == ["Crosby 2000: not drawn, measured in 0-100, the first row in 0-10."]
