"""Exactly on a bound: which side it falls on, stated here and tested on both."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.spec.given import DAY, catalog, clinic, fact, of, patient, rules_of, screened

from assuage.quantity import Quantity
from assuage.rule import Condition
from assuage.screening import Formulas, State
from assuage.screening.truth import Doubted, Truth, judge

VITALS = "vitals: {{on: 2026-11-27, bp: {bp} mm[Hg], hr: {hr} /min, rr: {rr} /min, spo2: 97 %}}"


def vitals(bp: str = "132/78", hr: str = "72", rr: str = "16") -> str:
    return VITALS.format(bp=bp, hr=hr, rr=rr)


def ecg(pr: str = "160", qtc: str = "420") -> str:
    return f"ecg: {{on: 2026-11-25, av_block: none, pr: {pr} ms, qrs: 90 ms, qtc: {qtc} ms}}"


# regimen, rule, a patient on the side where it speaks, a patient on the side where it does not.
SIDES = [
    ("kim-2015-magnesium", "magnesium-high", "magnesium: {value: 1.051 mmol/L, on: 2026-11-25}", "magnesium: {value: 1.05 mmol/L, on: 2026-11-25}"),
    ("kim-2015-magnesium", "hypocalcaemia", "calcium: {value: 2.09 mmol/L, on: 2026-11-25}", "calcium: {value: 2.1 mmol/L, on: 2026-11-25}"),
    ("kim-2015-magnesium", "urine-low", "urine: {on: 2026-11-27, normal: true, last_4h: 99 mL}", "urine: {on: 2026-11-27, normal: true, last_4h: 100 mL}"),
    ("kim-2015-magnesium", "respiratory-rate-below-12", vitals(rr="11"), vitals(rr="12")),
    ("kim-2015-magnesium", "respiratory-rate-12-to-15", vitals(rr="12"), vitals(rr="11")),
    ("kim-2015-magnesium", "respiratory-rate-12-to-15", vitals(rr="15"), vitals(rr="16")),
    ("kim-2015-magnesium", "blood-pressure-low", vitals(bp="99/60"), vitals(bp="100/60")),
    ("kim-2015-magnesium", "heart-rate-low", vitals(hr="49"), vitals(hr="50")),
    # 95.3 kg ÷ (1.65 m)² = 35.0 kg/m2; 95.1 kg is 34.9.
    ("kim-2015-magnesium", "large-body", "weight: {value: 95.3 kg, on: 2026-11-27}", "weight: {value: 95.1 kg, on: 2026-11-27}"),
    ("kim-2015-magnesium", "qtc-long", ecg(qtc="501"), ecg(qtc="500")),
    ("kim-2015-magnesium", "pr-long", ecg(pr="201"), ecg(pr="200")),
    ("kim-2015-ketamine", "blood-pressure-from-160-100", vitals(bp="160/90"), vitals(bp="159/99")),
    ("kim-2015-ketamine", "blood-pressure-from-160-100", vitals(bp="150/100"), vitals(bp="159/99")),
    ("kim-2015-ketamine", "blood-pressure-above-180-100", vitals(bp="181/90"), vitals(bp="180/100")),
    ("kim-2015-ketamine", "blood-pressure-above-180-100", vitals(bp="150/101"), vitals(bp="180/100")),
    ("kim-2015-ketamine", "vitals-outside-protocol", vitals(bp="89/60"), vitals(bp="90/60")),
    ("kim-2015-ketamine", "vitals-outside-protocol", vitals(hr="49"), vitals(hr="50")),
    ("kim-2015-ketamine", "vitals-outside-protocol", vitals(hr="151"), vitals(hr="150")),
    ("kim-2015-ketamine", "vitals-outside-protocol", vitals(rr="9"), vitals(rr="10")),
    ("kim-2015-ketamine", "vitals-outside-protocol", vitals(rr="31"), vitals(rr="30")),
    ("liu-2018-lidocaine", "weight-below-40", "weight: {value: 39.9 kg, on: 2026-11-27}", "weight: {value: 40 kg, on: 2026-11-27}"),
    # 30-Nov-2026: who is 60 counts as 60 for midazolam, and is not above 60 for lidocaine.
    ("kim-2015-ketamine", "midazolam-age-60", "birth_date: 1966-11-30", "birth_date: 1966-12-01"),
    ("liu-2018-lidocaine", "age-above-60-lidocaine", "birth_date: 1965-11-30", "birth_date: 1965-12-01"),
    ("kim-2015-ketamine", "age-above-75", "birth_date: 1950-11-30", "birth_date: 1950-12-01"),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "rule", "speaks", "silent"), SIDES)
def test_both_sides_of_a_bound(plan: str, rule: str, speaks: str, silent: str) -> None:
    assert rule in rules_of(screened(plan, speaks))
    assert rule not in rules_of(screened(plan, silent))


@pytest.mark.parametrize(
    ("reported", "says"),
    [
        ("60", None),
        ("59.9", "renal-30-to-59-lidocaine"),
        ("30", "renal-30-to-59-lidocaine"),
        ("29.9", "severe-liver-or-kidney-disease"),
    ],
)
def test_renal_function_on_a_bound_of_lidocaine_is_not_below_it(reported: str, says: str | None) -> None:
    screening = screened("liu-2018-lidocaine", f"egfr_reported: {{value: {reported} mL/min, on: 2026-11-25}}")
    both = {"renal-30-to-59-lidocaine", "severe-liver-or-kidney-disease"}
    assert rules_of(screening) & both == ({says} if says else set())


@pytest.mark.parametrize(("weight", "speaks"), [("100.1", True), ("100", False)])
def test_a_weight_of_exactly_100_kg_is_not_above_it(weight: str, speaks: bool) -> None:
    """At 185 cm 100.1 kg is 29.2 kg/m2, so the weight alone decides."""
    screening = screened(
        "kim-2015-magnesium",
        "height: {value: 185 cm, on: 2026-11-27}",
        f"weight: {{value: {weight} kg, on: 2026-11-27}}",
    )
    assert ("large-body" in rules_of(screening)) is speaks


# Woman of 60, 60 kg, 150 cm (below the height where ideal weight begins, so no adjusted weight). Cockcroft-Gault by
# hand: (140 - 60) x 60 x 0.85 / (72 x creatinine in mg/dL) = 56.67 / creatinine. Results are rounded to one decimal.
SMALL = "birth_date: 1966-11-30 & height: {value: 150 cm, on: 2026-11-27} & weight: {value: 60 kg, on: 2026-11-27}"


@pytest.mark.parametrize(
    ("changes", "lowest", "says"),
    [
        # 56.67 / 0.945 = 59.97, which is shown, and compared, as 60.0; 56.67 / 0.946 = 59.9.
        ((SMALL, "creatinine: {value: 0.945 mg/dL, on: 2026-11-25}"), "60", None),
        ((SMALL, "creatinine: {value: 0.946 mg/dL, on: 2026-11-25}"), "59.9", "renal-30-to-59"),
        (("egfr_reported: {value: 60 mL/min, on: 2026-11-25}",), "60", None),
        (("egfr_reported: {value: 59.9 mL/min, on: 2026-11-25}",), "59.9", "renal-30-to-59"),
        (("egfr_reported: {value: 30 mL/min, on: 2026-11-25}",), "30", "renal-30-to-59"),
        (("egfr_reported: {value: 29.9 mL/min, on: 2026-11-25}",), "29.9", "renal-below-30"),
    ],
)
def test_renal_function_exactly_on_a_bound_is_not_below_it(
    changes: tuple[str, ...], lowest: str, says: str | None
) -> None:
    state = State(patient(*changes), DAY, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog()))
    found = state.quantity("renal")
    assert found is not None
    assert found.compare(Quantity(Decimal(lowest), "mL/min")) == 0
    screening = screened("kim-2015-magnesium", *changes)
    assert {rule for rule in ("renal-30-to-59", "renal-below-30") if of(screening, rule)} == ({says} if says else set())


@pytest.mark.parametrize(
    ("bound", "truth"),
    [
        ({"below": "30 mL/min"}, "true"), ({"below": "25 mL/min"}, "unknown"), ({"below": "20 mL/min"}, "unknown"),
        ({"at_most": "26 mL/min"}, "true"), ({"at_most": "25 mL/min"}, "true"), ({"at_most": "24 mL/min"}, "unknown"),
        ({"above": "26 mL/min"}, "false"), ({"above": "25 mL/min"}, "false"), ({"above": "24 mL/min"}, "unknown"),
        ({"at_least": "26 mL/min"}, "false"), ({"at_least": "25 mL/min"}, "unknown"),
        ({"at_least": "10 mL/min", "below": "30 mL/min"}, "unknown"),
        ({"at_least": "30 mL/min", "below": "60 mL/min"}, "false"),
    ],
)  # fmt: skip
def test_what_a_ceiling_settles(bound: dict[str, str], truth: str) -> None:
    class Known:
        def get(self, name: str) -> Doubted:
            return Doubted("one formula lacks the height", at_most=Quantity(Decimal(25), "mL/min"))

        def among(self, which: str, wanted: tuple[str, ...]) -> Truth:
            raise AssertionError("no list is asked")

    condition = Condition(fact="renal", **{name: fact(value) for name, value in bound.items()})
    assert judge(condition, Known()) == truth
