"""Which models answer for a drug, a route and a patient, in which parts."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from tests.examples import the_catalog

from assuage.errors import ExposureError
from assuage.exposure.covariates import Covariates
from assuage.exposure.events import Dose
from assuage.exposure.models import FOR_WARNINGS, Ensemble, choose, highest, levels
from assuage.regimen import Route

NORMAL = Covariates(weight=70, age=50, creatinine=0.9, gfr=111, bmi=24, heart_failure=False, magnesium=0.85)
POOR = msgspec.structs.replace(NORMAL, creatinine=2.53711, gfr=32.0487)


def chosen(drug: str, route: Route = "intravenous", covariates: Covariates = NORMAL) -> Ensemble:
    return choose(drug, route, covariates=covariates, models=the_catalog().kinetics)


def parts(ensemble: Ensemble) -> list[tuple[str, str]]:
    return [(one.model.id, one.part) for one in ensemble.members]


def rules(ensemble: Ensemble) -> set[str]:
    return {one.rule for one in ensemble.findings}


def test_ketamine_into_a_vein_is_kamp_with_norketamine() -> None:
    found = chosen("ketamine")
    assert parts(found) == [("ketamine-kamp-2020", "line"), ("ketamine-norketamine-otto-2021-on-kamp", "metabolite")]
    assert found.findings == ()
    assert found.line is not None
    assert found.line.absorption is None


def test_ketamine_into_muscle_is_a_range_and_never_a_single_line() -> None:
    found = chosen("ketamine", "intramuscular")
    assert parts(found) == [("ketamine-kamp-2020", "line"), ("ketamine-kamp-2020", "upper"), ("ketamine-kamp-2020", "lower"),
                            ("ketamine-norketamine-otto-2021-on-kamp", "metabolite")]  # fmt: skip
    assert all("provisional" in {mark.kind for mark in one.marks} for one in found.of("line", "upper", "lower"))
    assert [one.because for one in found.of("upper")] != [one.because for one in found.of("line")]


def test_the_range_of_an_intramuscular_dose_by_its_peaks() -> None:
    """0.35 mg/kg in three portions 10 min apart: 153 ng/mL, half-lives of 4 to 20 min 109 to 199; F 0.41 on the line 67.

    The ends here also move F: the whole dose at 4 min (199 × 1/0.93 = 214), 41 % at 20 min (109 × 0.41/0.93 = 48).
    """
    found = chosen("ketamine", "intramuscular")
    doses = [Dose(24.5 / 3, at / 60, 0, "intramuscular") for at in (0, 10, 20)]
    hours = np.arange(0, 3, 1 / 240)
    peaks = {one.part: 1000 * float(levels(one, doses, t_h=hours).max()) for one in found.members}
    assert peaks["line"] == pytest.approx(153, abs=0.6)
    assert peaks["upper"] == pytest.approx(199 / 0.93, abs=1)
    assert peaks["lower"] == pytest.approx(109 * 0.41 / 0.93, abs=1)
    assert peaks["metabolite"] > 10


def test_magnesium_always_has_its_upper_line() -> None:
    assert parts(chosen("magnesium-sulfate")) == [
        ("magnesium-lu-2002-gfr-scaled", "line"),
        ("magnesium-salinger-2013", "upper"),
    ]
    assert chosen("magnesium-sulfate").findings == ()


def test_below_sixty_the_lower_clearance_counts_for_warnings_and_is_called_extrapolated() -> None:
    found = chosen("magnesium-sulfate", covariates=POOR)
    assert parts(found) == [("magnesium-lu-2002-gfr-scaled", "line"), ("magnesium-lu-2002-gfr-scaled", "caution"),
                            ("magnesium-salinger-2013", "upper")]  # fmt: skip
    line, caution, upper = found.members
    assert line.numbers.values["CL"] == pytest.approx(5 * 32.0487 / 120)
    assert caution.numbers.values["CL"] == upper.numbers.values["CL"] == pytest.approx(4.81 * (0.8 / 2.53711) ** 1.48)
    assert "extrapolated" in {mark.kind for mark in caution.marks}
    assert "the lower of" in caution.numbers.working[-1]
    assert "kinetics-outside-renal" in rules(found)
    assert any(one.message.startswith("Extrapolated") for one in found.findings)


def test_where_the_scaled_clearance_is_the_lower_one_the_upper_line_takes_it() -> None:
    """A low creatinine beside a low GFR (little muscle): Salinger's 7.37 L/h would be far too fast; 5 × 50/120 counts."""
    found = chosen("magnesium-sulfate", covariates=msgspec.structs.replace(NORMAL, creatinine=0.6, gfr=50))
    assert [one.part for one in found.members] == ["line", "upper"]
    assert found.members[1].numbers.values["CL"] == pytest.approx(5 * 50 / 120)


def test_magnesium_levels_of_the_worked_table() -> None:
    """70 kg, baseline 0.85 mmol/L, 30 mg/kg (8.52 mmol) over 1 h, at 1 h: 1.14 (GFR 111: within 0.02) and Salinger 1.27;
    at an eGFR of 30: 1.16 and 1.30."""
    for covariates, line, upper in ((NORMAL, 1.14, 1.27), (POOR, 1.16, 1.30)):
        found = chosen("magnesium-sulfate", covariates=covariates)
        dose = [Dose(8.5203, 0, 1)]
        assert found.line
        assert levels(found.line, dose, t_h=[1], baseline=0.85)[0] == pytest.approx(line, abs=0.02)
        assert levels(found.of("upper")[0], dose, t_h=[1], baseline=0.85)[0] == pytest.approx(upper, abs=0.006)


def test_an_unknown_baseline_or_creatinine_is_said_and_nothing_takes_its_place() -> None:
    without = chosen("magnesium-sulfate", covariates=msgspec.structs.replace(NORMAL, magnesium=None, creatinine=None))
    assert parts(without) == [("magnesium-lu-2002-gfr-scaled", "line")]
    assert {"kinetics-baseline-unknown", "kinetics-covariate-unknown"} <= rules(without)
    nothing = chosen("magnesium-sulfate", covariates=Covariates())
    assert nothing.members == ()
    assert nothing.line is None
    assert all(one.severity == "hold" for one in nothing.findings)


def test_midazolam_is_albrecht_and_brill_for_the_obese_within_its_domain() -> None:
    assert parts(chosen("midazolam")) == [("midazolam-albrecht-1999", "line")]
    obese = msgspec.structs.replace(NORMAL, weight=110, bmi=36)
    assert parts(chosen("midazolam", covariates=obese)) == [("midazolam-brill-2014", "line")]
    small = msgspec.structs.replace(NORMAL, weight=58, bmi=31)
    assert parts(chosen("midazolam", covariates=small)) == [("midazolam-albrecht-1999", "line")]
    assert "kinetics-outside-body-mass-index" in rules(chosen("midazolam", covariates=small))


def test_where_nobody_knows_whether_someone_is_obese_that_is_said() -> None:
    found = chosen("midazolam", covariates=msgspec.structs.replace(NORMAL, bmi=None))
    assert parts(found) == [("midazolam-albrecht-1999", "line")]
    assert "kinetics-choice-unknown" in rules(found)


def test_lidocaine_is_hsu_and_for_warnings_the_highest_of_three() -> None:
    found = chosen("lidocaine")
    assert parts(found) == [
        ("lidocaine-hsu-2011", "line"),
        ("lidocaine-rowland-1971", "envelope"),
        ("lidocaine-vozeh-1984", "envelope"),
    ]
    hours = [0.5, 1, 1.5, 2, 4]
    top = highest(found.of(*FOR_WARNINGS), [Dose(350, 0, 1)], t_h=hours)
    # The highest of the three curves that were computed apart: Vozeh to 1 h and at 0.5, Rowland at 1.5, Hsu from 2 h on.
    assert top == pytest.approx([2.3392, 3.339, 1.6618, 1.5047, 1.2589], rel=0.002)


def test_unknown_heart_failure_takes_vozeh_out_and_says_so() -> None:
    found = chosen("lidocaine", covariates=msgspec.structs.replace(NORMAL, heart_failure=None))
    assert ("lidocaine-vozeh-1984", "envelope") not in parts(found)
    assert "kinetics-covariate-unknown" in rules(found)


@pytest.mark.parametrize(("drug", "route"), [("midazolam", "intramuscular"), ("magnesium-sulfate", "intramuscular"), ("aspirin", "intravenous")])  # fmt: skip
def test_a_drug_or_route_without_a_model_is_refused(drug: str, route: Route) -> None:
    with pytest.raises(ExposureError, match="no model answers for"):
        chosen(drug, route)


def test_the_line_comes_first_and_models_that_cannot_be_used_never_come() -> None:
    for drug in ("ketamine", "magnesium-sulfate", "midazolam", "lidocaine"):
        members = chosen(drug, covariates=POOR).members
        assert members[0].part == "line"
        assert all(one.model.is_usable for one in members)


def test_norketamine_after_an_hour_of_ketamine() -> None:
    """70 mg over 1 h: 166 ng/mL at 1 h, 171 at 1.5 h (computed apart)."""
    metabolite = chosen("ketamine").of("metabolite")[0]
    found = 1000 * levels(metabolite, [Dose(70, 0, 1)], t_h=[1, 1.5])
    assert found == pytest.approx([166.18, 171.41], rel=0.002)


def test_absorption_is_ln_2_over_its_half_life() -> None:
    """ka = ln 2 ÷ 10 min = 4.159 /h; the area of a dose is F times that into a vein."""
    muscle, vein = chosen("ketamine", "intramuscular").line, chosen("ketamine").line
    assert muscle
    assert vein
    assert muscle.absorption
    assert math.log(2) / muscle.absorption.values["absorption half-life"] == pytest.approx(4.159, abs=0.0005)
    hours = np.linspace(0, 72, 72_001)
    one = np.trapezoid(levels(muscle, [Dose(10, 0, 0, "intramuscular")], t_h=hours), hours)
    two = np.trapezoid(levels(vein, [Dose(10, 0, 0.02)], t_h=hours), hours)
    assert one / two == pytest.approx(0.93, rel=0.002)
