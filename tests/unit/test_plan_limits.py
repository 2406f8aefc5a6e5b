"""Every measure that limits ask for, by hand; and which finding speaks when several limits are crossed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.examples import the_catalog

from assuage.drug import Limit
from assuage.finding import Finding
from assuage.plan.dose import Weights
from assuage.plan.limits import Flow, Given, check, crossed_by_rounding, findings
from assuage.quantity import EXACT, Quantity, parse
from assuage.sourced import Claim, Fact

WEIGHTS = Weights(parse("80 kg"), parse("60 kg"))


def limit(measure: str, bound: str, **more: Any) -> Limit:
    fact = Fact(f"limits.{measure}", (Claim(bound, "m2", "somewhere"),))
    side = more.pop("side", "above")
    words = {"sentence": "{found} against {bound}", "reason": "r", "resolve": "s"}
    fields = {"id": more.pop("id", measure), "drug": "d", "measure": measure, "severity": "stop", "blocks": "dose",
              "level": "absolute", side: fact, **words, **more}  # fmt: skip
    return Limit(**fields)


def given(session: int = 1, hours: int = 0, **more: Any) -> Given:
    """240 mg over 30 min, then 120 mg over 60 min, of 6 mg/mL."""
    flows = (Flow(Decimal(30), Decimal(8)), Flow(Decimal(60), Decimal(2)))
    fields = {"drug": "d", "route": "intravenous", "mass": parse("360 mg"), "concentration": parse("6 mg/mL"),
              "flows": flows, "smallest": parse("0.5 mL"), **more}  # fmt: skip
    return Given(fields.pop("step", "step"), session, Decimal(hours), **fields)


def found(one: Limit, *rows: Given, weights: Weights = WEIGHTS) -> list[str]:
    catalog = msgspec.structs.replace(the_catalog(), limits={one.id: one})
    return [str(each.found.to_places(2)) for each in check(rows or (given(),), catalog=catalog, weights=weights).checks]


@pytest.mark.parametrize(
    ("one", "measured"),
    [
        (limit("dose", "1 g"), "0.36 g"),
        (limit("dose-per-kg", "9 mg/kg"), "4.5 mg/kg"),
        (limit("dose-per-kg", "9 mg/kg", weight="ideal"), "6 mg/kg"),
        (limit("dose-per-kg", "9 mg/kg", weight="lower"), "6 mg/kg"),
        (limit("rate", "9 mg/min"), "8 mg/min"),
        (limit("concentration", "9 mg/mL"), "6 mg/mL"),
        (limit("draw-up", "0.1 mL", side="below"), "0.5 mL"),
        # the fastest rate for an hour: 8 × 60 ÷ 80
        (limit("dose-per-kg-per-hour", "9 mg/kg/h"), "6 mg/kg/h"),
        # the fullest hour is the first: 240 + 30 min × 2 mg/min
        (limit("dose-per-hour", "900 mg/h"), "300 mg/h"),
        (limit("dose-per-hour", "900 mg"), "300 mg"),
        (limit("dose-per-series", "9 g"), "0.36 g"),
    ],
)
def test_a_measure_by_hand(one: Limit, measured: str) -> None:
    assert found(one) == [measured]


def test_the_fullest_hour_may_be_the_last() -> None:
    """120 mg over 60 min, then 240 mg over 30 min: the last hour holds 30 × 2 + 240."""
    flows = (Flow(Decimal(60), Decimal(2)), Flow(Decimal(30), Decimal(8)))
    assert found(limit("dose-per-hour", "900 mg/h"), given(flows=flows)) == ["300 mg/h"]


def test_an_injection_has_no_rate_and_is_all_in_one_hour() -> None:
    row = given(flows=(), route="intramuscular")
    assert found(limit("rate", "9 mg/min"), row) == []
    assert found(limit("dose-per-kg-per-hour", "9 mg/kg/h"), row) == []
    assert found(limit("bolus-dose-per-kg", "9 mg/kg"), row) == []
    assert found(limit("dose-per-hour", "900 mg"), row) == ["360 mg"]
    assert found(limit("session-dose-per-kg", "9 mg/kg", route="intramuscular"), row) == ["4.5 mg/kg"]


def test_a_limit_of_one_route_looks_at_that_route() -> None:
    assert found(limit("session-dose-per-kg", "9 mg/kg", route="intramuscular")) == []


def test_a_bolus_is_what_is_given_within_the_time_of_a_bolus() -> None:
    quick = given(flows=(Flow(Decimal(10), Decimal(36)),))
    slow = given(flows=(Flow(Decimal(11), Decimal(36)),))
    assert found(limit("bolus-dose-per-kg", "9 mg/kg"), quick) == ["4.5 mg/kg"]
    assert found(limit("bolus-dose-per-kg", "9 mg/kg"), slow) == []


def test_a_bolus_has_no_hourly_rate_where_the_drug_has_a_limit_for_boluses() -> None:
    quick = given(flows=(Flow(Decimal(10), Decimal(36)),))
    hourly = limit("dose-per-kg-per-hour", "9 mg/kg/h")
    assert found(hourly, quick) == ["27 mg/kg/h"]
    limits = {"hourly": hourly, "bolus": limit("bolus-dose-per-kg", "9 mg/kg", id="bolus")}
    catalog = msgspec.structs.replace(the_catalog(), limits=limits)
    checked = check((quick,), catalog=catalog, weights=WEIGHTS)
    assert [(each.measure, str(each.found)) for each in checked.checks] == [("bolus-dose-per-kg", "4.5 mg/kg")]


def test_a_dose_exactly_on_a_rate_bound_is_not_above_it_by_a_digit_of_division() -> None:
    """7 mg/kg/h for any weight and time: mg and minutes are quotients of 34 digits, and their ratio is exactly the bound."""
    one = limit("dose-per-kg-per-hour", "7 mg/kg/h")
    catalog = msgspec.structs.replace(the_catalog(), limits={one.id: one})
    crossed = []
    for tenths in range(301, 1501, 7):
        for minutes in (7, 11, 13, 45, 59, 61, 97):
            weight = Quantity(Decimal(tenths) / 10, "kg")
            per_min = EXACT.divide(EXACT.multiply(weight.value, Decimal(7)), Decimal(60))
            row = given(flows=(Flow(Decimal(minutes), per_min),))
            checked = check((row,), catalog=catalog, weights=Weights(weight, None))
            crossed += [(tenths, minutes) for each in checked.crossed]
    assert crossed == []


def test_a_day_counts_sessions_that_start_within_it() -> None:
    rows = (given(1, 0), given(2, 23), given(3, 24), given(4, 47))
    assert found(limit("dose-per-24h", "9 g"), *rows) == ["0.72 g", "0.72 g", "0.72 g", "0.36 g"]
    assert found(limit("dose-per-24h", "9 g/d"), given()) == ["0.36 g/d"]
    assert found(limit("dose-per-48h", "9 g"), *rows) == ["1.44 g", "1.08 g", "0.72 g", "0.36 g"]


def test_another_drug_is_not_counted() -> None:
    assert found(limit("dose-per-series", "9 g"), given(), given(drug="other")) == ["0.36 g"]


@pytest.mark.parametrize("weights", [Weights(None, None), Weights(parse("80 kg"), None)])
def test_a_limit_that_needs_an_unknown_weight_holds_the_dose(weights: Weights) -> None:
    one = limit("dose-per-kg", "9 mg/kg", weight="lower")
    catalog = msgspec.structs.replace(the_catalog(), limits={one.id: one})
    checked = check((given(),), catalog=catalog, weights=weights)
    assert checked.unweighed == ("dose-per-kg",)
    assert findings(checked, catalog=catalog) == [
        Finding(
            rule="limits-per-kilogram-not-checked",
            severity="hold",
            blocks="dose",
            message="1 limits per kilogram could not be checked: a weight, or a height for ideal weight, is not known.",
            reason="A dose is not shown while its limits cannot be checked.",
            resolve="Measure weight and height.",
            sources=("editors",),
            merged=("limits-per-kilogram-not-checked", "dose-per-kg"),
        )
    ]


@pytest.mark.parametrize(
    ("side", "bound", "crossed"),
    [
        ("above", "360 mg", False),
        ("above", "359.999 mg", True),
        ("below", "360 mg", False),
        ("below", "360.001 mg", True),
    ],
)
def test_exactly_on_a_bound_is_within_it(side: str, bound: str, crossed: bool) -> None:
    one = limit("dose", bound, side=side)
    catalog = msgspec.structs.replace(the_catalog(), limits={one.id: one})
    assert [each.crossed for each in check((given(),), catalog=catalog, weights=WEIGHTS).checks] == [crossed]


def test_the_gravest_of_nested_limits_speaks_and_names_the_others() -> None:
    limits = {
        "mild": limit("dose", "100 mg", id="mild", severity="warn", blocks="none", cause="c"),
        "grave": limit("dose", "300 mg", id="grave", severity="refuse", cause="c"),
        "apart": limit("rate", "1 mg/min", id="apart", severity="note", blocks="none",
                       conflicts=(Claim("2 mg/min", "m3", "another label"), Claim("3 mg/min", "m4", "a third"))),
    }  # fmt: skip
    catalog = msgspec.structs.replace(the_catalog(), limits=limits)
    checked = check((given(1), given(2, 48)), catalog=catalog, weights=WEIGHTS)
    assert findings(checked, catalog=catalog) == [
        Finding("grave", "refuse", "dose", "360 mg against 300 mg", "r", "s", ("m2",), "c", ("grave", "mild")),
        Finding(
            "apart", "note", "none", "8 mg/min against 1 mg/min",
            "r Sources disagree: another label: 2 mg/min [m3]. a third: 3 mg/min [m4].", "s", ("m2", "m3", "m4"), None, (),
        ),
    ]  # fmt: skip


def test_the_session_that_goes_furthest_beyond_a_limit_is_the_one_that_is_told() -> None:
    one = limit("dose", "100 mg")
    catalog = msgspec.structs.replace(the_catalog(), limits={one.id: one})
    rows = (given(1, step="a"), given(2, 48, step="b", mass=parse("500 mg")), given(3, 96, step="c"))
    checked = check(rows, catalog=catalog, weights=WEIGHTS)
    assert [said.message for said in findings(checked, catalog=catalog)] == ["500 mg against 100 mg"]


@pytest.mark.parametrize(
    ("flows", "most"),
    [
        # the fullest hour lies in the middle: 60 min × 5
        (((30, 1), (60, 5), (30, 1)), "300 mg/h"),
        # it begins where the second flow begins: 20 × 6 + 40 × 2
        (((45, 1), (20, 6), (90, 2)), "200 mg/h"),
        # it ends where the second flow ends: 40 × 3 + 20 × 6
        (((90, 3), (20, 6), (60, 1)), "240 mg/h"),
        # it is the last hour: 60 × 4
        (((30, 1), (30, 1), (90, 4)), "240 mg/h"),
        # less than an hour in all
        (((10, 2), (10, 3)), "50 mg/h"),
    ],
)
def test_the_fullest_hour_by_hand(flows: tuple[tuple[int, int], ...], most: str) -> None:
    row = given(flows=tuple(Flow(Decimal(minutes), Decimal(rate)) for minutes, rate in flows))
    assert found(limit("dose-per-hour", "9000 mg/h"), row) == [most]


def test_rounding_alone_that_crosses_a_stop_is_noticed() -> None:
    one = limit("dose", "360 mg")
    catalog = msgspec.structs.replace(the_catalog(), limits={one.id: one})
    over = check((given(mass=Quantity(Decimal("360.1"), "mg")),), catalog=catalog, weights=WEIGHTS)
    within = check((given(),), catalog=catalog, weights=WEIGHTS)
    assert crossed_by_rounding(over, within, catalog=catalog)
    assert not crossed_by_rounding(over, over, catalog=catalog)
    mild = msgspec.structs.replace(the_catalog(), limits={one.id: limit("dose", "360 mg", severity="warn")})
    assert not crossed_by_rounding(over, within, catalog=mild)


def test_a_check_says_what_was_compared_with_what() -> None:
    above = limit("dose", "100 mg")
    below = limit("draw-up", "0.1 mL", side="below", level="label")
    catalog = msgspec.structs.replace(the_catalog(), limits={above.id: above, below.id: below})
    checked = check((given(3),), catalog=catalog, weights=WEIGHTS)
    assert [
        (one.limit, one.drug, one.session, one.measure, one.level, one.side, one.crossed, one.source)
        for one in checked.checks
    ] == [
        ("dose", "d", 3, "dose", "absolute", "above", True, "m2"),
        ("draw-up", "d", 3, "draw-up", "label", "below", False, "m2"),
    ]


@pytest.mark.parametrize(("severity", "noticed"), [("refuse", True), ("stop", True), ("warn", False), ("note", False)])
def test_rounding_is_undone_for_what_blocks_and_not_for_what_warns(severity: str, noticed: bool) -> None:
    one = limit("dose", "360 mg", severity=severity)
    catalog = msgspec.structs.replace(the_catalog(), limits={one.id: one})
    over = check((given(mass=parse("361 mg")),), catalog=catalog, weights=WEIGHTS)
    assert crossed_by_rounding(over, check((given(),), catalog=catalog, weights=WEIGHTS), catalog=catalog) is noticed
