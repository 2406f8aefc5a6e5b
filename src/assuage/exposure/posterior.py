"""What a measured level says about one patient: the most probable parameters, how sure, and whether the level fits at all.

Each chosen parameter is its typical value times exp(η), η normal around 0 with a given covariance. A level is its prediction
with an error whose standard deviation is √((proportional · prediction)² + additive²).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from assuage.errors import ExposureError, Problem
from assuage.exposure.closed import Doses, as_timeline, concentrations
from assuage.exposure.events import Array, Timeline
from assuage.exposure.linear import Absorption, LinearModel, mammillary
from assuage.exposure.predictor import NAMES, Predictor

MOST_STEPS = 50
MOST_HALVINGS = 30
STEP = 1e-5  # of a finite difference in η; errors of about 1e-10 in a gradient
SETTLED = 1e-4  # where no η moves by more, one step with the Hessian is left: it squares what is missing
WIDE = 6.0  # a grid reaches so many standard deviations to either side


class Level(msgspec.Struct, frozen=True):
    """A measured concentration, in the model's unit, and when the sample was drawn."""

    at_h: float
    value: float


class Residual(msgspec.Struct, frozen=True):
    """Standard deviation of a level around its prediction: a fraction of the prediction, and a concentration."""

    proportional: float
    additive: float = 0.0


class Prior(msgspec.Struct, frozen=True, eq=False):
    """A population: typical parameters by name (v1, v2, v3 in L; cl, q2, q3 in L/h; ka in 1/h), and which of them vary.

    `varying` names k parameters; `covariance` (k, k) is of their η. `fraction` is absorbed from the muscle. Under `together`
    are, by the name of a varying parameter, those that share its η.
    """

    typical: Mapping[str, float]
    varying: tuple[str, ...]
    covariance: Array
    residual: Residual
    baseline: float = 0.0
    fraction: float = 1.0
    together: Mapping[str, tuple[str, ...]] = {}

    def parameters(self, eta: Sequence[float]) -> dict[str, float]:
        """Parameters of the patient whose η are these."""
        found = dict(self.typical)
        for name, value in zip(self.varying, eta, strict=True):
            for one in (name, *self.together.get(name, ())):
                found[one] *= math.exp(value)
        return found

    def model(self, eta: ArrayLike) -> LinearModel:
        """The model of the patients whose η are these, (B, k); of one patient for (k,)."""
        values = np.atleast_1d(np.asarray(eta, dtype=np.float64))
        found: dict[str, ArrayLike] = dict(self.typical)
        for n, name in enumerate(self.varying):
            for one in (name, *self.together.get(name, ())):
                found[one] = self.typical[one] * np.exp(values[..., n])
        ka = found.pop("ka", None)
        units = {name: f"{name}_l" if name.startswith("v") else f"{name}_l_per_h" for name in found}
        body = mammillary(**{units[name]: value for name, value in found.items()})
        return LinearModel(body, None if ka is None else Absorption(ka, self.fraction), self.baseline)


class Posterior(msgspec.Struct, frozen=True, eq=False):
    """The most probable η of one patient (k,), their covariance by Laplace (k, k), and what that predicts for the levels.

    `tail` is the probability that a patient of this population would give levels at least this far from what is expected:
    a small one says that sample, dose, time, assay or model is not what it is taken for.
    """

    prior: Prior
    eta: Array
    covariance: Array
    predicted: Array
    distance: float
    tail: float

    @property
    def model(self) -> LinearModel:
        """The model of the patient as estimated."""
        return self.prior.model(self.eta)

    def draws(self, rng: np.random.Generator, *, count: int) -> LinearModel:
        """`count` patients like this one, as the normal approximation has them; for bands after a level."""
        return self.prior.model(rng.multivariate_normal(self.eta, self.covariance, size=count))


class GridPosterior(msgspec.Struct, frozen=True, eq=False):
    """The posterior summed over a grid of η: nodes (G, k), weights (G,) that add up to 1, mean (k,), covariance (k, k)."""

    eta: Array
    weight: Array
    mean: Array
    covariance: Array


def estimate(prior: Prior, doses: Doses, *, levels: Sequence[Level]) -> Posterior:
    """The most probable parameters of one patient, from levels drawn after the first dose.

    Give      a population; doses as given; one level or more
    Get       `Posterior`; of the levels in the order given
    Holds     with less certain levels the estimate goes to the typical patient, with more certain ones to the levels
    Source    minimum of Σ ((level - prediction)²/s² + log s²) + η' Ω⁻¹ η: Sheiner LB, Beal SL. J Pharm Sci 1982;71:1344-1348.
              Fisher scoring with derivatives by differences, and a last Newton step; covariance from the Hessian at the minimum: Tierney L, Kadane JB.
              J Am Stat Assoc 1986;81:82-86. Tail: where prediction is linear in η the sum of squares at the minimum has a χ²
              distribution with as many degrees of freedom as levels
    Checked   tests/against/test_exposure_posterior.py, tests/laws/test_exposure_posterior.py
    Not for   levels below a limit of quantification, which are no numbers; steady change in a patient
    Errors    `ExposureError` with every level and prior that cannot be used
    """
    line = as_timeline(doses)
    _refuse(prior, line, levels)
    target = _Target(prior, line, levels)
    eta, predicted = _near_minimum(target)
    gradient, expected = target.information(eta, predicted)
    hessian = _hessian(target, eta)
    try:
        np.linalg.cholesky(hessian)
    except np.linalg.LinAlgError:
        # By differences not a minimum to second order: the expected information is positive in any case.
        hessian = expected
    eta = [value - move for value, move in zip(eta, np.linalg.solve(hessian, gradient).tolist(), strict=True)]
    predicted = target.predict(eta)
    distance = target.distance(eta, predicted)
    covariance = np.asarray(np.linalg.inv(hessian), dtype=np.float64)
    return Posterior(
        prior, np.array(eta), covariance, np.array(predicted), distance, chi_square_tail(distance, len(levels))
    )


def grid_posterior(posterior: Posterior, doses: Doses, *, levels: Sequence[Level], nodes: int = 61) -> GridPosterior:
    """The posterior of one or two η without approximation but a grid: the check of `estimate`'s normal one.

    Give      an estimate, with the doses and levels it came from; nodes to a side
    Get       weights on a grid that reaches 6 standard deviations to either side
    Errors    `ExposureError` for more than two η
    """
    prior, k = posterior.prior, len(posterior.eta)
    if k > 2:
        raise ExposureError(
            Problem(f"{k} varying parameters", "a posterior on a grid", "one or two", "use the normal approximation, or draw from it")
        )  # fmt: skip
    # Axes along the main directions, so that correlation does not leave the grid empty.
    root = np.linalg.cholesky(posterior.covariance)
    axis = np.linspace(-WIDE, WIDE, nodes)
    unit = np.stack(np.meshgrid(*[axis] * k, indexing="ij"), axis=-1).reshape(-1, k)
    eta = posterior.eta + unit @ root.T
    times = [level.at_h for level in levels]
    predicted = concentrations(prior.model(eta), as_timeline(doses), t_h=times)
    variance = (prior.residual.proportional * predicted) ** 2 + prior.residual.additive**2
    values = np.array([level.value for level in levels])
    misfit = np.sum((values - predicted) ** 2 / variance + np.log(variance), axis=1)
    misfit += np.einsum("gi,ij,gj->g", eta, np.linalg.inv(prior.covariance), eta)
    weight = np.exp(-(misfit - misfit.min()) / 2)
    weight /= weight.sum()
    mean = weight @ eta
    return GridPosterior(eta, weight, mean, (weight[:, None] * (eta - mean)).T @ (eta - mean))


class _Target:
    """Minus twice the logarithm of the posterior, and its parts, for η as plain numbers."""

    def __init__(self, prior: Prior, line: Timeline, levels: Sequence[Level]) -> None:
        self.prior = prior
        order = sorted(range(len(levels)), key=lambda n: levels[n].at_h)
        self.back = [order.index(n) for n in range(len(levels))]
        self.values = [level.value for level in levels]
        self.inverse: list[list[float]] = np.linalg.inv(prior.covariance).tolist()
        times = [levels[n].at_h for n in order]
        self.predictor = Predictor(line, times, fraction=prior.fraction, baseline=prior.baseline)

    def predict(self, eta: Sequence[float]) -> list[float]:
        found = self.predictor.levels(self.prior.parameters(eta))
        return [found[n] for n in self.back]

    def variance(self, predicted: float) -> float:
        residual = self.prior.residual
        return (residual.proportional * predicted) ** 2 + residual.additive**2

    def penalty(self, eta: Sequence[float]) -> float:
        return sum(a * w * b for a, row in zip(eta, self.inverse, strict=True) for w, b in zip(row, eta, strict=True))

    def distance(self, eta: Sequence[float], predicted: Sequence[float]) -> float:
        """The sum of squares: levels from predictions, η from 0, each in its own standard deviations."""
        pairs = zip(self.values, predicted, strict=True)
        return self.penalty(eta) + sum((value - one) ** 2 / self.variance(one) for value, one in pairs)

    def value(self, eta: Sequence[float], predicted: Sequence[float]) -> float:
        """What `estimate` makes least."""
        return self.distance(eta, predicted) + sum(math.log(self.variance(one)) for one in predicted)

    def at(self, eta: Sequence[float]) -> float:
        """The same, predicting first."""
        return self.value(eta, self.predict(eta))

    def information(self, eta: Sequence[float], predicted: Sequence[float]) -> tuple[Array, Array]:
        """Half the gradient of the target, (k,), and half its expected second derivatives, (k, k)."""
        slopes = [
            [(up - here) / STEP for up, here in zip(self.predict(moved), predicted, strict=True)]
            for moved in _moved(eta, STEP)
        ]
        gradient = [sum(w * e for w, e in zip(row, eta, strict=True)) for row in self.inverse]
        second = [list(row) for row in self.inverse]
        share = self.prior.residual.proportional**2
        for n, (value, one) in enumerate(zip(self.values, predicted, strict=True)):
            variance = self.variance(one)
            steep = 2 * share * one / variance  # the variance's own slope, over it
            off = value - one
            pull = -off / variance + steep * (1 - off * off / variance) / 2
            weight = 1 / variance + steep * steep / 2
            for i, row in enumerate(slopes):
                gradient[i] += pull * row[n]
                for j, other in enumerate(slopes):
                    second[i][j] += weight * row[n] * other[n]
        return np.array(gradient), np.array(second)


def _moved(eta: Sequence[float], step: float) -> Iterator[list[float]]:
    """η with one of its parts moved, each in turn."""
    for n in range(len(eta)):
        yield [value + step * (i == n) for i, value in enumerate(eta)]


def _near_minimum(target: _Target) -> tuple[list[float], list[float]]:
    """Fisher scoring from the typical patient, each step halved until it goes down: η, and what they predict."""
    eta = [0.0] * len(target.prior.varying)
    predicted = target.predict(eta)
    best = target.value(eta, predicted)
    for _ in range(MOST_STEPS):
        gradient, second = target.information(eta, predicted)
        step = np.linalg.solve(second, gradient).tolist()
        for _ in range(MOST_HALVINGS):
            following = [value - move for value, move in zip(eta, step, strict=True)]
            reached = target.predict(following)
            found = target.value(following, reached)
            if found <= best:
                break
            step = [move / 2 for move in step]
        else:
            break
        eta, predicted, best = following, reached, found
        if max(map(abs, step)) < SETTLED:
            break
    return eta, predicted


def _hessian(target: _Target, eta: Sequence[float]) -> Array:
    """Half the second derivatives of the target, (k, k), by differences: the inverse of the covariance by Laplace."""
    k, step = len(eta), STEP ** (2 / 3)
    here = target.at(eta)
    up = [target.at(moved) for moved in _moved(eta, step)]
    down = [target.at(moved) for moved in _moved(eta, -step)]
    found = np.empty((k, k))
    for i in range(k):
        found[i, i] = (up[i] - 2 * here + down[i]) / (2 * step * step)
        for j in range(i):
            both = [value + step * (n in (i, j)) for n, value in enumerate(eta)]
            neither = [value - step * (n in (i, j)) for n, value in enumerate(eta)]
            cross = target.at(both) - up[i] - up[j] + 2 * here - down[i] - down[j] + target.at(neither)
            found[i, j] = found[j, i] = cross / (4 * step * step)
    return found


def chi_square_tail(distance: float, degrees: int) -> float:
    """The probability that χ² with so many degrees of freedom is at least `distance`.

    Source    Abramowitz M, Stegun IA. Handbook of Mathematical Functions. 1964, 26.4.4 and 26.4.5

    >>> round(chi_square_tail(5.991464547107979, 2), 9)
    0.05
    """
    half = distance / 2
    if degrees % 2:
        tail, term, at = math.erfc(math.sqrt(half)), 2 * math.sqrt(half / math.pi) * math.exp(-half), 1.5
    else:
        tail, term, at = math.exp(-half), half * math.exp(-half), 2.0
    for _ in range((degrees - 1) // 2):
        tail += term
        term *= half / at
        at += 1
    return min(tail, 1.0)


def _refuse(prior: Prior, line: Timeline, levels: Sequence[Level]) -> None:
    problems = [*_problems_of_prior(prior), *_problems_of_levels(line, levels)]
    if not problems and np.any(line.depot) and "ka" not in prior.typical:
        problems = [Problem("an intramuscular dose, and no typical ka", "a prior", "an absorption rate", "give ka a typical value")]  # fmt: skip
    if problems:
        raise ExposureError(*problems)


def _problems_of_prior(prior: Prior) -> Iterator[Problem]:
    where, residual = "the prior of an estimate", prior.residual
    for name in {*prior.typical, *prior.varying} - set(NAMES):
        yield Problem(f"a parameter called “{name}”", where, f"one of {', '.join(NAMES)}", "correct the name")
    if any((f"v{n}" in prior.typical) != (f"q{n}" in prior.typical) for n in (2, 3)) or not {"v1", "cl"} <= set(
        prior.typical
    ):
        yield Problem(f"typical values of {', '.join(prior.typical)}", where, "v1 and cl, and v2 with q2, v3 with q3",
                      "give the missing one, or leave out its compartment")  # fmt: skip
    if "v3" in prior.typical and "v2" not in prior.typical:
        yield Problem("v3 without v2", where, "the second compartment before the third", "name it v2 and q2")
    for name, value in prior.typical.items():
        if not (math.isfinite(value) and value > 0):
            yield Problem(f"the typical {name} is {value}", where, "a finite number above 0", f"correct {name}")
    if not (math.isfinite(prior.baseline) and prior.baseline >= 0 and 0 < prior.fraction <= 1):
        yield Problem(f"a baseline of {prior.baseline} and an absorbed fraction of {prior.fraction}", where,
                      "a baseline of 0 or above, a fraction above 0 and up to 1", "correct the one that is wrong")  # fmt: skip
    for name in set(prior.varying) - set(prior.typical):
        yield Problem(f"{name} varies and has no typical value", where, "a typical value for each", f"give {name}")
    k = len(prior.varying)
    matrix = np.asarray(prior.covariance)
    is_square = (
        matrix.shape == (k, k)
        and k > 0
        and bool(np.all(np.isfinite(matrix)) and np.all(np.abs(matrix - matrix.T) <= 1e-9 * np.abs(matrix).max()))
    )
    if not is_square or np.linalg.eigvalsh(matrix)[0] <= 0:
        yield Problem(f"a covariance of shape {matrix.shape} for {k} varying parameters", where,
                      "symmetric and positive definite, a row for each varying parameter",
                      "leave out a parameter that does not vary; take variances, not percentages")  # fmt: skip
    sizes = (residual.proportional, residual.additive)
    if not all(math.isfinite(size) and size >= 0 for size in sizes) or not any(sizes):
        yield Problem(
            f"residual errors of {sizes}", where, "finite, not negative, and not both 0", "0.2 stands for 20 %"
        )


def _problems_of_levels(line: Timeline, levels: Sequence[Level]) -> Iterator[Problem]:
    if not levels:
        yield Problem(
            "there is no level", "an estimate from levels", "one level or more", "simulate the population instead"
        )
    if not len(line.edge_h):
        yield Problem("there is no dose", "an estimate from levels", "the doses before the levels", "give the doses")
        return
    boluses = {float(at) for at in line.edge_h[line.bolus > 0]}
    seen: dict[float, float] = {}
    for number, level in enumerate(levels, 1):
        where = f"level {number} of {len(levels)}"
        if not (math.isfinite(level.value) and level.value > 0):
            yield Problem(f"the level is {level.value}", where, "a finite concentration above 0",
                          "leave out a level below the limit of quantification: it is no number")  # fmt: skip
        if not math.isfinite(level.at_h) or level.at_h <= line.edge_h[0]:
            yield Problem(f"the sample is of {level.at_h} h, the first dose of {line.edge_h[0]} h", where,
                          "a sample drawn after the first dose", "correct one of the times; a level before is a baseline")  # fmt: skip
        elif level.at_h in boluses:
            yield Problem(f"the sample and a bolus are both of {level.at_h} h", where, "a sample clearly before or after it",
                          "write when the sample was drawn")  # fmt: skip
        if level.at_h in seen:
            yield Problem(f"two levels of {level.at_h} h: {seen[level.at_h]} and {level.value}", where,
                          "one level for each time", "enter a repeated assay once, as what the laboratory stands by")  # fmt: skip
        seen[level.at_h] = level.value
