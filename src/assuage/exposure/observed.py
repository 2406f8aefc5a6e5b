"""How far a model's typical line lies from levels that others published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from assuage.exposure.covariates import Covariates
from assuage.exposure.events import Array, Dose
from assuage.exposure.models import levels, single
from assuage.kinetics import Kinetics, Observed

# How many of the unit of a set are in one of the engine's (mg or mmol per litre).
PER_UNIT = {"ng/mL": 1000.0, "ug/mL": 1.0, "mmol/L": 1.0}


class Agreement(msgspec.Struct, frozen=True):
    """Prediction errors in per cent, one for each point: 100 × (predicted − observed) ÷ observed; and their medians.

    `mdpe` is the median, the bias; `mdape` the median of the sizes, the inaccuracy. Above zero: the model reads high.
    """

    model: str
    observed: str
    errors: tuple[float, ...]

    @property
    def mdpe(self) -> float:
        """Median prediction error, %."""
        return float(np.median(self.errors))

    @property
    def mdape(self) -> float:
        """Median absolute prediction error, %."""
        return float(np.median(np.abs(self.errors)))


def agreement(
    model: Kinetics, observed: Observed, *, models: Mapping[str, Kinetics], above_baseline: bool = False
) -> Agreement:
    """Prediction errors of one model's typical line on one set, no parameter fitted.

    Give      a usable model of the set's analyte; the set; every model by id; `above_baseline` to judge the rise alone
    Get       one error for each point, in %
    Source    Varvel JR, Donoho DL, Shafer SL. J Pharmacokinet Biopharm 1992;20:63-94 (MDPE, MDAPE)
    Checked   tests/against/test_observed.py
    """
    member = single(model, covariates_of_set(observed), models=models)
    hours = [float(hour) for point in observed.points for hour in point.hours]
    baseline = float(observed.baseline or 0)
    found = levels(member, doses_of(observed), t_h=hours, baseline=baseline) * PER_UNIT[observed.unit]
    predicted = _by_point(found, [len(point.hours) for point in observed.points])
    measured = np.array([float(point.value) for point in observed.points])
    if above_baseline:
        predicted, measured = predicted - baseline, measured - baseline
    return Agreement(model.id, observed.id, tuple(float(one) for one in 100 * (predicted - measured) / measured))


def _by_point(found: Array, counts: Sequence[int]) -> Array:
    """The mean over the times of each point."""
    parts = np.split(found, np.cumsum(counts)[:-1])
    return np.array([part.mean() for part in parts])


def doses_of(observed: Observed) -> tuple[Dose, ...]:
    """The doses of a set in mg or mmol, those per kilogram at its weight."""
    weight = float(observed.weight_kg)
    return tuple(
        Dose(
            float(one.amount) * (weight if one.unit == "mg/kg" else 1.0),
            float(one.start_h),
            float(one.duration_h),
            one.route,
        )
        for one in observed.doses
    )


def covariates_of_set(observed: Observed) -> Covariates:
    """What a set says of its people, assumptions included. None of them is taken to have heart failure."""
    age, creatinine = observed.age, observed.creatinine_mg_dl
    return Covariates(
        weight=float(observed.weight_kg),
        age=None if age is None else float(age),
        creatinine=None if creatinine is None else float(creatinine),
        heart_failure=False,
    )
