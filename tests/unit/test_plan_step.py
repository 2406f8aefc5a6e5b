"""A step as limits see it: what is really drawn up and pumped, and beside it what arithmetic alone would give."""

from __future__ import annotations

from decimal import Decimal

from tests.examples import START, clinic_with, the_catalog

from assuage.plan import Request
from assuage.plan.dose import Weights
from assuage.plan.limits import Given
from assuage.plan.step import Bench, Prepared, prepare
from assuage.quantity import parse

SHORT_LINE = "{volume: 2 mL, primed_with: drug, flush: {fluid: sodium chloride 0.9 %, volume: 5 mL}}"


def prepared(regimen: str, weight: str = "70 kg", *, mode: str | None = None, **clinic: str) -> Prepared:
    catalog = the_catalog()
    bench = Bench(
        catalog.regimen(regimen), catalog, clinic_with(**clinic), Request(start=START, mode=mode),  # type: ignore[arg-type]
        Weights(parse(weight), parse("60 kg")),
    )  # fmt: skip
    return prepare(catalog.regimen(regimen).steps[0], bench)


def row(one: Given) -> tuple[str, ...]:
    flows = " then ".join(f"{flow.mg_per_min:.4f} for {flow.minutes:.4f}" for flow in one.flows)
    return (
        one.step,
        one.drug,
        one.route,
        str(one.mass.to_places(4)),
        str(one.concentration.to_places(4)),
        flows,
        str(one.smallest.to_places(4)),
    )


def test_an_infusion_that_needs_no_rounding_is_given_as_calculated() -> None:
    """2,100 mg in 104.2 mL over 60 min: 35 mg/min, 20.1536 mg/mL."""
    made = prepared("kim-2015-magnesium")
    expected = (
        "infusion",
        "magnesium-sulfate",
        "intravenous",
        "2,100 mg",
        "20.1536 mg/mL",
        "35.0000 for 60.0000",
        "4.2 mL",
    )
    assert [row(one) for one in made.given] == [expected]
    assert [row(one) for one in made.exact_given] == [expected]
    assert str(made.time) == "60 min"


def test_rounding_shows_in_what_is_given_and_not_in_what_arithmetic_gives() -> None:
    """73 kg: 2,190 mg is 4.38 mL, drawn up as 4.4 mL = 2,200 mg; 104.4 mL at 104.4 mL/h; 2,200 ÷ 104.4 = 21.0728.

    Without rounding: 2,190 mg in 104.38 mL, 20.9810 mg/mL, 36.5 mg/min.
    """
    made = prepared("kim-2015-magnesium", "73 kg")
    assert row(made.given[0])[3:] == ("2,200 mg", "21.0728 mg/mL", "36.6667 for 60.0000", "4.4 mL")
    assert row(made.exact_given[0])[3:] == ("2,190 mg", "20.981 mg/mL", "36.5000 for 60.0000", "4.38 mL")


def test_a_replaced_volume_keeps_the_total_in_both() -> None:
    """2,190 ÷ 100 = 21.9; 2,200 ÷ 100 = 22."""
    made = prepared("kim-2015-magnesium", "73 kg", mode="replace")
    assert (row(made.given[0])[4], row(made.exact_given[0])[4]) == ("22 mg/mL", "21.9 mg/mL")


def test_a_coarse_pump_changes_the_time_and_so_the_drug_rate() -> None:
    """104.2 mL at 100 mL/h (steps of 50) takes 62.52 min: 2,100 ÷ 62.52 = 33.5893 mg/min."""
    made = prepared("kim-2015-magnesium", pump="{rate_step: 50 mL/h}")
    assert row(made.given[0])[5] == "33.5893 for 62.5200"
    assert row(made.exact_given[0])[5] == "35.0000 for 60.0000"
    assert str(made.runs[0].rate) == "100 mL/h"
    assert str(made.runs[0].drug_rate.to_places(4)) == "33.5893 mg/min"


def test_two_phases_each_have_their_rate() -> None:
    """5 mmol = 1,232.35 mg, drawn up as 2.46 mL = 1,230 mg in 10 mL: half over 5 min is 123 mg/min, half over 60 is 10.25.

    Exactly: 616.175 ÷ 5 = 123.235 and ÷ 60 = 10.2696; 123.235 mg/mL.
    """
    made = prepared("tanaka-1998-magnesium", line=SHORT_LINE, syringes="[{size: 10 mL, step: 0.01 mL}]")
    assert row(made.given[0])[3:6] == ("1,230 mg", "123 mg/mL", "123.0000 for 5.0000 then 10.2500 for 60.0000")
    assert row(made.exact_given[0])[3:] == (
        "1,232.35 mg", "123.235 mg/mL", "123.2350 for 5.0000 then 10.2696 for 60.0000", "2.4647 mL",
    )  # fmt: skip
    assert [str(one.drug_rate) for one in made.runs] == ["123 mg/min", "10.25 mg/min"]
    assert str(made.time) == "65 min"


def test_undiluted_is_as_strong_as_the_vial() -> None:
    """1 g is 2 mL of 500 mg/mL, over 10 min: 100 mg/min."""
    made = prepared("crosby-2000-magnesium-1g", line=SHORT_LINE)
    assert row(made.given[0])[3:] == ("1,000 mg", "500 mg/mL", "100.0000 for 10.0000", "2 mL")
    assert row(made.exact_given[0]) == row(made.given[0])


def test_portions_are_injected_undiluted_and_the_last_ends_the_session() -> None:
    """0.3 × 75 = 22.5 mg: 0.45 mL of 50 mg/mL in steps of 0.01 is 11, 11, 11 and 12; 75 min is not reached: 3 × 15."""
    made = prepared("anodyne-ketamine-im", "75 kg")
    expected = ("portions", "ketamine", "intramuscular", "22.5 mg", "50 mg/mL", "", "0.11 mL")
    assert [row(one) for one in made.given] == [expected]
    assert [row(one) for one in made.exact_given] == [expected]
    assert str(made.time) == "45 min"
    assert [str(part.draw_up) for part in made.portions] == ["0.11 mL", "0.11 mL", "0.11 mL", "0.12 mL"]
    assert [str(part.dose) for part in made.portions] == ["5.5 mg", "5.5 mg", "5.5 mg", "6 mg"]
    assert made.vehicle is None
    assert made.components[0].delivered == made.components[0].dose
    assert str(made.components[0].concentration) == "50 mg/mL"
    assert made.working == (
        "0.3 mg/kg × 75 kg = 22.5 mg ketamine base", "22.5 mg ÷ 50 mg/mL = 0.45 mL",
        "4 portions, 15 min apart: 0.11 mL, 0.11 mL, 0.11 mL, 0.12 mL",
    )  # fmt: skip


def test_a_portion_dose_that_is_rounded_keeps_its_exact_mass_beside_it() -> None:
    """0.3 × 71 = 21.3 mg is 0.426 mL, drawn up as 0.43 mL = 21.5 mg."""
    made = prepared("anodyne-ketamine-im", "71 kg")
    assert (row(made.given[0])[3], row(made.exact_given[0])[3]) == ("21.5 mg", "21.3 mg")


def test_a_blocked_step_prepares_nothing() -> None:
    made = prepared("kim-2015-magnesium", stock="[ketamine-50-mg-per-ml-10-ml]")
    assert (made.components, made.runs, made.given, made.working) == ((), (), (), ())
    assert made.time.value == Decimal(0)
