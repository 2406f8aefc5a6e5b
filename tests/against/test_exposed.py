"""Expected levels against tables that were worked out apart from this program: a 40-digit reference and published medians.

“Simulated table” is the table of the seed's regimens made before this code was written, by another program (matrix
exponentials), for a man of 50 years, 70 kg, creatinine 0.9 mg/dL, baseline 0.85 mmol/L. Its figures are rounded to the last
place shown; the tolerance of each line is half of that place.
"""

from __future__ import annotations

from functools import cache

import pytest
from tests.examples import the_catalog

from assuage.exposure.covariates import Covariates
from assuage.exposure.ensemble import Cast
from assuage.exposure.events import Dose
from assuage.exposure.models import choose
from assuage.exposure.population import people, spanned
from assuage.exposure.report import Asked, Report, Told, reports

NORMAL = Covariates(weight=70, age=50, creatinine=0.9, gfr=120, bmi=23, heart_failure=False, magnesium=0.85)
# The same man with the GFR of his own body: what the spread of the table was simulated for.
SCALED = Covariates(weight=70, age=50, creatinine=0.9, gfr=111, bmi=23, heart_failure=False, magnesium=0.85)
FAILING = Covariates(weight=70, age=50, creatinine=2.54, gfr=32, bmi=23, heart_failure=False, magnesium=0.85)
EVERY_OTHER_DAY = tuple(Dose(2100 / 246.47, start, 1) for start in (0, 48, 96))
DAILY = tuple(Dose(4900 / 246.47, start, 4) for start in (0, 24, 48, 72, 96))
PORTIONS = tuple(Dose(24.5 / 3, n / 6, 0, "intramuscular") for n in range(3))


@cache
def told(
    drug: str, doses: tuple[Dose, ...], known: Covariates = NORMAL, count: int = 1, marks: tuple[float, ...] = ()
) -> tuple[Report, ...]:
    catalog = the_catalog()
    longest = max(dose.duration_h for dose in doses)
    ensemble = choose(drug, doses[0].route, covariates=known, models=catalog.kinetics, longest_h=longest)
    cast = Cast(catalog.kinetics, known, people(count, 1))
    record = catalog.drugs[drug]
    active = record.form(record.active).substance
    return reports(ensemble, Asked(doses, False, marks), cast=cast, bands=catalog.bands.values(), active=active)


def at(line: Told, report: Report, hour: float) -> float:
    """The typical person's level at an hour that was asked for."""
    return float(line.curve[report.times_h.tolist().index(hour)])


def part(report: Report, name: str) -> Told:
    return next(one for one in (report.line, *report.others) if one.player.member.part == name)


@pytest.mark.parametrize(
    ("doses", "hours", "levels"),
    [
        (EVERY_OTHER_DAY[:1], (1.0, 2.0, 4.0, 8.0), (1.14, 1.05, 0.96, 0.91)),
        (DAILY[:1], (4.0, 6.0, 8.0, 12.0), (1.28, 1.09, 1.02, 0.96)),
        ((Dose(4.06, 0, 1 / 6),), (1 / 6, 1.0), (1.01, 0.97)),
    ],
)  # fmt: skip
def test_magnesium_after_one_infusion(
    doses: tuple[Dose, ...], hours: tuple[float, ...], levels: tuple[float, ...]
) -> None:
    """Simulated table, “Lu, normal”: 30 mg/kg over 1 h, 70 mg/kg over 4 h, 1 g over 10 min."""
    (report,) = told("magnesium-sulfate", doses, marks=hours)
    for hour, level in zip(hours, levels, strict=True):
        assert at(report.line, report, hour) == pytest.approx(level, abs=0.0051), hour


def test_the_upper_line_of_magnesium_is_salingers() -> None:
    """Text under the simulated table: Salinger 1.27 after 30 mg/kg, 1.57 after 70 mg/kg, normal renal function."""
    for doses, level in ((EVERY_OTHER_DAY[:1], 1.27), (DAILY[:1], 1.57)):
        (report,) = told("magnesium-sulfate", doses)
        upper = part(report, "upper")
        assert upper.player.member.model.id == "magnesium-salinger-2013"
        assert upper.typical.peak[0] == pytest.approx(level, abs=0.0051)


def test_renal_failure_shows_in_the_series() -> None:
    """Simulated table, eGFR 30 (GFR 32): Lu with scaled clearance 1.40 on day 1 and 1.76 on day 5; Salinger 2.29 on day 5."""
    (report,) = told("magnesium-sulfate", DAILY, FAILING, marks=(4.0, 100.0))
    assert at(report.line, report, 4.0) == pytest.approx(1.40, abs=0.0051)
    assert at(report.line, report, 100.0) == pytest.approx(1.76, abs=0.0051)
    assert part(report, "upper").typical.peak[0] == pytest.approx(2.29, abs=0.0051)


@pytest.mark.parametrize(
    ("doses", "known", "span"),
    [
        (EVERY_OTHER_DAY[:1], SCALED, (1.14, 1.05, 1.25)),
        (DAILY[:1], SCALED, (1.28, 1.16, 1.44)),
        (DAILY[:1], FAILING, (1.38, 1.23, 1.59)),
    ],
)  # fmt: skip
def test_how_people_differ_in_magnesium(
    doses: tuple[Dose, ...], known: Covariates, span: tuple[float, float, float]
) -> None:
    """Text under the simulated table: 50, 5 and 95 % of Lu's people, by another sample. Of 10,000 an end is right to 0.01."""
    (report,) = told("magnesium-sulfate", doses, known, 10_000)
    assert report.line.people is not None
    assert spanned(report.line.people.peak) == pytest.approx(span, abs=0.015)


def test_ketamine_over_one_hour() -> None:
    """Simulated table, 1 mg/kg over 1 h: Kamp 392, 150, 110, 54; norketamine 166, 171, 153, 96 at 1, 1.5, 2, 4 h."""
    hours = (1.0, 1.5, 2.0, 4.0)
    parent, metabolite = told("ketamine", (Dose(70, 0, 1),), marks=hours)
    assert [round(at(parent.line, parent, h)) for h in hours] == [392, 150, 110, 54]
    assert [round(at(metabolite.line, metabolite, h)) for h in hours] == [166, 171, 153, 96]
    assert (parent.analyte, parent.unit, metabolite.analyte) == ("ketamine", "ng/mL", "norketamine")


def test_how_people_differ_in_ketamine() -> None:
    """Text under the simulated table: 341, 390, 442 at 1 h, with Simons' people. Of 10,000 an end is right to about 1 %."""
    parent, _ = told("ketamine", (Dose(70, 0, 1),), count=10_000)
    assert parent.line.people is not None
    assert spanned(parent.line.people.peak) == pytest.approx((390, 341, 442), rel=0.008)


def test_ketamine_into_muscle() -> None:
    """0.35 mg/kg in three portions 10 min apart: 153 at 26 min; 0.5 mg/kg at once: 261 at 9 min (provisional absorption)."""
    parent, _ = told("ketamine", PORTIONS, marks=(1.0, 2.0))
    assert parent.line.typical.peak[0] == pytest.approx(153, abs=0.5)
    assert parent.line.typical.peak_at_h[0] * 60 == pytest.approx(26, abs=0.5)
    assert [round(at(parent.line, parent, h)) for h in (1.0, 2.0)] == [74, 34]
    once, _ = told("ketamine", (Dose(35, 0, 0, "intramuscular"),))
    assert once.line.typical.peak[0] == pytest.approx(261, abs=0.5)
    assert once.line.typical.peak_at_h[0] * 60 == pytest.approx(9, abs=0.5)


@pytest.mark.parametrize(("mass", "hsu", "vozeh", "rowland"), [(210.0, 1.35, 2.00, 1.92), (350.0, 2.25, 3.34, 3.21)])
def test_lidocaine_by_three_models(mass: float, hsu: float, vozeh: float, rowland: float) -> None:
    """Simulated table, 3 and 5 mg/kg over 1 h, end of the infusion, mg/L."""
    (report,) = told("lidocaine", (Dose(mass, 0, 1),))
    found = {one.player.member.model.id: float(one.typical.peak[0]) for one in (report.line, *report.others)}
    assert found == pytest.approx(
        {"lidocaine-hsu-2011": hsu, "lidocaine-vozeh-1984": vozeh, "lidocaine-rowland-1971": rowland}, abs=0.0051
    )
    assert report.unit == "ug/mL"


def test_how_people_differ_in_lidocaine() -> None:
    """Text under the simulated table, 5 mg/kg over 1 h, He's people borrowed: 1.3, 2.3, 4.1. Two figures are printed."""
    (report,) = told("lidocaine", (Dose(350, 0, 1),), count=10_000)
    assert report.line.people is not None
    assert spanned(report.line.people.peak) == pytest.approx((2.3, 1.3, 4.1), rel=0.05)  # two figures


@pytest.mark.parametrize(("minutes", "level"), [(5, 239), (15, 91), (30, 70), (60, 48), (120, 30)])
def test_midazolam_at_once(minutes: int, level: float) -> None:
    """Simulated table, 7 mg at once, Albrecht, under 65."""
    (report,) = told("midazolam", (Dose(7, 0, 0),), marks=(minutes / 60,))
    assert round(at(report.line, report, minutes / 60)) == level


def test_the_area_is_the_dose_over_the_clearance() -> None:
    """By hand: 3 × 2,100 mg ÷ 246.47 g/mol ÷ 5 L/h; 70 mg ÷ 84 L/h × 1,000 = 833.3 h·ng/mL, norketamine 70 ÷ 57.72."""
    (magnesium,) = told("magnesium-sulfate", EVERY_OTHER_DAY)
    assert magnesium.line.typical.area[0] == pytest.approx(3 * 2100 / 246.47 / 5, rel=1e-9)
    parent, metabolite = told("ketamine", (Dose(70, 0, 1),))
    assert parent.line.typical.area[0] == pytest.approx(70 / 84 * 1000, rel=1e-9)
    assert metabolite.line.typical.area[0] == pytest.approx(70 / 57.72 * 1000, rel=1e-9)
