"""Levels of the regimens of the review in one adult of 70 kg, as they were computed apart when the models were gathered.

The tables print three digits for ketamine and midazolam and two decimals for magnesium and lidocaine; half of the last
place is tolerated. “Normal” is a GFR of 111 mL/min, creatinine 0.9 mg/dL; “poor” 32 mL/min, creatinine 2.54 mg/dL.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.examples import the_catalog

from assuage.errors import ExposureError
from assuage.exposure.closed import concentrations
from assuage.exposure.covariates import Covariates
from assuage.exposure.events import Dose
from assuage.exposure.linear import LinearModel, mammillary
from assuage.exposure.models import Member, effect_levels, effect_site, levels, single
from assuage.exposure.population import HIGH, LOW, MIDDLE, factors, people

ADULT = Covariates(
    weight=70, age=50, creatinine=0.9, gfr=111, heart_failure=False, asian=False, tumour_size=50, total_dose=350
)
POOR = Covariates(weight=70, age=50, creatinine=2.53711, gfr=32.0487)
BASELINE = 0.85

KETAMINE = {  # 1 mg/kg over 1 h: ng/mL at 1, 1.5, 2 and 4 h
    "ketamine-kamp-2020": (392, 150, 110, 54), "ketamine-domino": (353, 93, 76, 37),
    "ketamine-clements-1981-250": (300, 175, 128, 72), "ketamine-fanta-2015-otto-2021-s": (269, 162, 120, 54),
    "ketamine-simons-2022-s-arterial": (434, 131, 86, 42), "ketamine-perez-ruixo-2021-s": (216, 133, 91, 38),
    "ketamine-herd-2007-children": (408, 195, 149, 53), "ketamine-elkomy-2015-children": (512, 222, 136, 74),
    "ketamine-hijazi-2003-icu": (342, 104, 38, 9), "ketamine-hornik-2018-children": (761, 271, 159, 99),
    "ketamine-norketamine-otto-2021-on-kamp": (166, 171, 153, 96),
}  # fmt: skip
MIDAZOLAM = {  # 0.1 mg/kg at once: ng/mL at 2, 5, 15, 30, 60 and 120 min
    ("midazolam-albrecht-1999", 50): (495, 239, 91, 70, 48, 30), ("midazolam-albrecht-1999", 70): (546, 313, 101, 64, 42, 26),
    ("midazolam-brill-2014", 50): (324, 250, 142, 102, 74, 44), ("midazolam-buhrer-stanpumpr", 50): (355, 129, 85, 54, 30, 19),
}  # fmt: skip
LIDOCAINE = {  # 3 and 5 mg/kg over 1 h: mcg/mL at the end
    "lidocaine-hsu-2011": (1.35, 2.25), "lidocaine-vozeh-1984": (2.00, 3.34), "lidocaine-rowland-1971": (1.92, 3.21),
    "lidocaine-schnider-1996": (2.22, 3.70),
}  # fmt: skip
# Total magnesium, mmol/L: published Lu; Lu scaled, poor; Salinger, poor. Doses of 8.52 and 19.88 mmol are 30 and 70 mg/kg.
MAGNESIUM = [
    ((Dose(8.5203, 0, 1),), (1, 2, 4, 8), ((1.14, 1.05, 0.96, 0.91), (1.16, 1.10, 1.03, 0.98), (1.30, 1.28, 1.24, 1.17))),
    ((Dose(19.8807, 0, 4),), (4, 6, 8, 12), ((1.28, 1.09, 1.02, 0.96), (1.40, 1.25, 1.19, 1.13), (1.83, 1.74, 1.66, 1.52))),
    (tuple(Dose(19.8807, 24 * day, 4) for day in range(5)), (4, 28, 100, 120),
     ((1.28, 1.31, 1.32, 0.90), (1.40, 1.58, 1.76, 1.27), (1.83, 2.15, 2.29, 1.41))),
    (tuple(Dose(8.5203, 48 * turn, 1) for turn in range(3)), (1, 49, 97), ((1.14, 1.14, 1.14), (1.16, 1.21, 1.22), (1.30, 1.35, 1.35))),
    ((Dose(4.0573, 0, 1 / 6),), (1 / 6, 1), ((1.01, 0.97), (1.02, 0.98), (1.07, 1.06))),
]  # fmt: skip


def member(name: str, covariates: Covariates = ADULT) -> Member:
    models = the_catalog().kinetics
    return single(models[name], covariates, models=models)


@pytest.mark.parametrize("name", KETAMINE)
def test_ketamine_one_milligram_per_kilogram_over_an_hour(name: str) -> None:
    found = 1000 * levels(member(name), [Dose(70, 0, 1)], t_h=[1, 1.5, 2, 4])
    assert found == pytest.approx(KETAMINE[name], abs=0.5)


@pytest.mark.parametrize("key", MIDAZOLAM, ids=lambda key: f"{key[0]} at {key[1]}")
def test_midazolam_at_once(key: tuple[str, float]) -> None:
    name, age = key
    found = 1000 * levels(
        member(name, Covariates(weight=70, age=age)), [Dose(7, 0)], t_h=np.array([2, 5, 15, 30, 60, 120]) / 60
    )
    assert found == pytest.approx(MIDAZOLAM[key], abs=0.5)


@pytest.mark.parametrize("name", LIDOCAINE)
def test_lidocaine_over_an_hour(name: str) -> None:
    found = [float(levels(member(name), [Dose(70 * dose, 0, 1)], t_h=[1])[0]) for dose in (3, 5)]
    assert found == pytest.approx(LIDOCAINE[name], abs=0.0051)


def test_lidocaine_in_heart_failure() -> None:
    """Vozeh with heart failure: 2.86 and 4.76 mcg/mL."""
    failing = member("lidocaine-vozeh-1984", Covariates(weight=70, heart_failure=True))
    found = [float(levels(failing, [Dose(70 * dose, 0, 1)], t_h=[1])[0]) for dose in (3, 5)]
    assert found == pytest.approx([2.86, 4.76], abs=0.0051)


@pytest.mark.parametrize(("doses", "hours", "expected"), MAGNESIUM)
def test_magnesium_totals(
    doses: tuple[Dose, ...], hours: tuple[float, ...], expected: tuple[tuple[float, ...], ...]
) -> None:
    who = (("magnesium-lu-2002", ADULT), ("magnesium-lu-2002-gfr-scaled", POOR), ("magnesium-salinger-2013", POOR))
    for (name, covariates), wanted in zip(who, expected, strict=True):
        found = levels(member(name, covariates), doses, t_h=hours, baseline=BASELINE)
        assert found == pytest.approx(wanted, abs=0.0051), name


def test_other_models_of_magnesium_at_the_end_of_seventy_milligrams_per_kilogram() -> None:
    """Salinger 1.57 (normal), Easterling 1.10, da Costa 2.07, China 1.48 mmol/L after 70 mg/kg over 4 h."""
    wanted = {"magnesium-salinger-2013": 1.57, "magnesium-easterling-2018": 1.10, "magnesium-da-costa-2020": 2.07,
              "magnesium-china-2024": 1.48}  # fmt: skip
    for name, level in wanted.items():
        found = levels(member(name), [Dose(19.8807, 0, 4)], t_h=[4], baseline=BASELINE)[0]
        assert found == pytest.approx(level, abs=0.0051), name


@pytest.mark.parametrize(("age", "peak", "minutes"), [(50, 192, 6.2), (70, 183, 8.5)])
def test_the_peak_at_the_effect_site_of_midazolam(age: float, peak: float, minutes: float) -> None:
    """192 ng/mL at 6.2 min under 65, 183 at 8.5 min from 65 on: 37 and 82 % of the EC50 of 522 and 223 ng/mL."""
    covariates = Covariates(weight=70, age=age)
    one = member("midazolam-albrecht-1999", covariates)
    site = effect_site(one.model, covariates)
    assert site
    assert site.ec50
    hours = np.arange(0, 0.5, 1 / 3600)
    found = 1000 * effect_levels(one, site, [Dose(7, 0)], t_h=hours)
    assert found.max() == pytest.approx(peak, abs=0.5)
    assert 60 * hours[found.argmax()] == pytest.approx(minutes, abs=0.06)
    assert found.max() / float(site.ec50.quantity.value) == pytest.approx(0.37 if age < 65 else 0.82, abs=0.005)


def test_an_effect_site_of_another_model_is_refused() -> None:
    site = effect_site(the_catalog().kinetics["ketamine-domino"], ADULT)
    assert site
    with pytest.raises(ExposureError, match="was not fitted with ketamine-kamp-2020"):
        effect_levels(member("ketamine-kamp-2020"), site, [Dose(70, 0, 1)], t_h=[1])
    assert effect_site(the_catalog().kinetics["ketamine-kamp-2020"], ADULT) is None


def nine_in_ten(name: str, covariates: Covariates, dose: Dose, *, at_h: float) -> list[float]:
    """Low end, median and high end of people who differ as the model says, at one time."""
    one = member(name, covariates)
    models = the_catalog().kinetics
    spread = one.model.variability or models[str(one.model.like)].variability
    values = one.numbers.values
    varied = factors(spread, tuple(values), model=name, group=None, who=people(20_000, 1))
    drawn = {key: value * varied.get(key, 1.0) for key, value in values.items()}
    body = mammillary(v1_l=drawn["V1"], cl_l_per_h=drawn["CL"], v2_l=drawn.get("V2"), q2_l_per_h=drawn.get("Q2"),
                      v3_l=drawn.get("V3"), q3_l_per_h=drawn.get("Q3"))  # fmt: skip
    found = concentrations(LinearModel(body), [dose], t_h=[at_h])
    return [float(one) for one in np.quantile(found, [LOW, MIDDLE, HIGH])]


@pytest.mark.parametrize(
    ("name", "covariates", "dose", "at_h", "expected"),
    [
        ("ketamine-kamp-2020", ADULT, Dose(70, 0, 1), 1, (0.341, 0.390, 0.442)),
        ("magnesium-lu-2002", ADULT, Dose(8.5203, 0, 1), 1, (0.20, 0.29, 0.40)),
        ("magnesium-lu-2002", ADULT, Dose(19.8807, 0, 4), 4, (0.31, 0.43, 0.59)),
        ("magnesium-lu-2002-gfr-scaled", POOR, Dose(19.8807, 0, 4), 4, (0.38, 0.53, 0.74)),
        ("midazolam-brill-2014", ADULT, Dose(7, 0), 0.5, (0.072, 0.097, 0.134)),
        ("midazolam-brill-2014", ADULT, Dose(7, 0), 1, (0.053, 0.071, 0.094)),
        ("lidocaine-hsu-2011", ADULT, Dose(350, 0, 1), 1, (1.3, 2.3, 4.1)),
    ],
)
def test_nine_in_ten_people_lie_where_they_did(
    name: str, covariates: Covariates, dose: Dose, at_h: float, expected: tuple[float, ...]
) -> None:
    """Low end, median, high end: 20,000 people against the few thousand of the table, which prints two or three digits."""
    found = nine_in_ten(name, covariates, dose, at_h=at_h)
    assert found == pytest.approx(expected, rel=0.05)  # two printed digits, and two random samples
