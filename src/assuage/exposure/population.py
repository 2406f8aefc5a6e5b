"""People who differ as a model says people differ: log-normal factors on its parameters, the same people for the same seed."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence

import msgspec
import numpy as np

from assuage.errors import ExposureError, Problem
from assuage.exposure.events import Array
from assuage.kinetics import Spread, Variability

# People who are simulated for one plan, for each of many plans beside one another, and at most.
USUAL, MANY, MOST_PEOPLE = 10_000, 2_000, 50_000
USUAL_SEED = 1
# Nine in ten lie between these shares of them; the half is the median.
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95


class People(msgspec.Struct, frozen=True, eq=False):
    """How many people are simulated, and the seed that makes them the same ones again. `count` 1 is the typical person."""

    count: int
    seed: int

    @property
    def is_typical(self) -> bool:
        """Whether only the typical person is asked for."""
        return self.count == 1


def people(count: int, seed: int) -> People:
    """A number of people, checked. Errors: `ExposureError` below 1, above `MOST_PEOPLE`, or with a negative seed.

    >>> people(10_000, 1).count
    10000
    """
    problems = []
    if not 1 <= count <= MOST_PEOPLE:
        problems.append(
            Problem(f"{count:,} people to simulate", "--n", f"a number from 1 (the typical person alone) to {MOST_PEOPLE:,}",
                    "10,000 is enough for ends that are right to about 1 %")
        )  # fmt: skip
    if seed < 0:
        problems.append(Problem(f"the seed {seed}", "--seed", "a whole number of 0 or above", "any will do; 1 is used otherwise"))  # fmt: skip
    if problems:
        raise ExposureError(*problems)
    return People(count, seed)


def factors(
    variability: Variability | None, names: Sequence[str], *, model: str, group: str | None, who: People
) -> dict[str, Array]:
    """What each person's parameters are of the typical ones: a factor (B,) for every parameter that varies.

    Give      how people differ (none: they do not, as far as anyone knows); names of the model's parameters; its id; the
              group of patients whose spreads count
    Get       factors with median 1; a parameter that does not vary is left out
    Holds     person k is the same whatever the number of people; two models' people differ independently
    Source    log-normal: ω² = ln(1 + CV²) of a coefficient of variation (also of SD ÷ mean), ω² as printed otherwise
    Errors    `ExposureError` where what varies together cannot (no such covariance exists)
    Checked   tests/unit/test_exposure_people.py
    """
    if variability is None or who.is_typical:
        return {}
    spreads = [one for one in variability.of if one.group in (None, group) and one.parameter in names]
    if not spreads:
        return {}
    root = _root(_covariance(variability, spreads), model)
    # Rows are people: the first rows are the same for any number of them.
    stream = np.random.default_rng([who.seed, zlib.crc32(model.encode())])
    etas = stream.standard_normal((who.count, len(spreads))) @ root.T
    found = {}
    for number, one in enumerate(spreads):
        for name in (one.parameter, *one.also):
            if name in names:
                found[name] = np.exp(etas[:, number])
    return found


def _covariance(variability: Variability, spreads: Sequence[Spread]) -> Array:
    order = [one.parameter for one in spreads]
    variances = np.array([_variance(variability.kind, one) for one in spreads])
    covariance = np.diag(variances)
    for pair in variability.together:
        if not set(pair.parameters) <= set(order):
            continue
        first, second = (order.index(name) for name in pair.parameters)
        value = float(pair.value.quantity.to("1").value)
        if pair.kind == "correlation":
            value *= math.sqrt(variances[first] * variances[second])
        covariance[first, second] = covariance[second, first] = value
    return covariance


def _variance(kind: str, spread: Spread) -> float:
    value = float(spread.value.quantity.to("1").value)
    return value if kind == "omega-squared" else math.log1p(value * value)


def _root(covariance: Array, model: str) -> Array:
    try:
        return np.asarray(np.linalg.cholesky(covariance))
    except np.linalg.LinAlgError:
        raise ExposureError(
            Problem("what varies together cannot vary so", f"variability of {model}", "covariances no larger than the spreads allow",
                    "correct the record of the model")
        ) from None  # fmt: skip


def spanned(values: Array) -> tuple[float, float, float]:
    """Median, and the ends between which nine in ten lie, of one number for each person.

    >>> spanned(np.arange(101.0))
    (50.0, 5.0, 95.0)
    """
    # Linear between ranks, as numpy.quantile, which loads NumPy's masked arrays for it.
    ordered = np.sort(values)
    places = np.array([MIDDLE, LOW, HIGH]) * (len(ordered) - 1)
    middle, low, high = np.interp(places, np.arange(len(ordered)), ordered)
    return float(middle), float(low), float(high)
