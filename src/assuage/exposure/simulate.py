"""One model and what is given: levels at any times, for each person, and the times at which to look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from assuage.exposure.chains import Metabolite, metabolite_concentrations
from assuage.exposure.closed import concentrations
from assuage.exposure.events import Array, Dose, distinct
from assuage.exposure.linear import Absorption, LinearModel, Mammillary, mammillary
from assuage.exposure.quantiles import quantiles

# How finely a stretch between two changes of rate is looked at, while drug goes in and after; coarser in a long series,
# so that a curve has about as many points whatever the number of doses.
WHILE_GIVEN, AFTERWARDS, MOST_POINTS, FEWEST = 16, 48, 400, 6
# How long after the last dose levels are followed.
AFTER_LAST_H = 24.0
PARAMETERS = {"V1": "v1_l", "CL": "cl_l_per_h", "V2": "v2_l", "Q2": "q2_l_per_h", "V3": "v3_l", "Q3": "q3_l_per_h"}


class Body(msgspec.Struct, frozen=True, eq=False):
    """A model ready to be given doses, in one or B people: the drug, and the metabolite where that is what is asked for."""

    drug: LinearModel
    metabolite: Metabolite | None = None


def disposition(values: Mapping[str, ArrayLike]) -> Mammillary:
    """The compartments of a model by its volumes (L) and clearances (L/h), numbers or (B,); others are left aside."""
    return mammillary(**{PARAMETERS[name]: value for name, value in values.items() if name in PARAMETERS})


def absorbed(values: Mapping[str, ArrayLike]) -> Absorption:
    """From muscle: F, and ka (1/h) or the absorption half-life (h); ka = ln 2 ÷ half-life."""
    ka = values["ka"] if "ka" in values else np.log(2) / np.asarray(values["absorption half-life"], dtype=np.float64)
    return Absorption(ka, values.get("F", 1.0))


def levels(body: Body, doses: Sequence[Dose], *, t_h: ArrayLike) -> Array:
    """Levels at some times, (B, T); (1, T) for one person."""
    if body.metabolite is None:
        return np.atleast_2d(concentrations(body.drug, doses, t_h=t_h))
    return np.atleast_2d(metabolite_concentrations(body.drug, doses, metabolite=body.metabolite, t_h=t_h))


def some(body: Body, chosen: NDArray[np.bool_]) -> Body:
    """Some of the people of a body, by a mask (B,)."""
    drug = body.drug.disposition
    if drug.patients == 1:
        return body
    front, follows = body.drug.absorption, body.metabolite
    if front is not None:
        front = Absorption(_of(front.ka_per_h, chosen), _of(front.fraction, chosen))
    if follows is not None:
        follows = Metabolite(_cut(follows.disposition, chosen), _of(follows.fraction, chosen))
    return Body(LinearModel(_cut(drug, chosen), front, body.drug.baseline), follows)


def _cut(one: Mammillary, chosen: NDArray[np.bool_]) -> Mammillary:
    if one.patients == 1:
        return one
    out, back = (tuple(rate[chosen] for rate in rates) for rates in (one.out_per_h, one.back_per_h))
    return Mammillary(one.v1_l[chosen], one.cl_l_per_h[chosen], one.k10_per_h[chosen], out, back, False)


def _of(value: ArrayLike, chosen: NDArray[np.bool_]) -> ArrayLike:
    return value if np.ndim(value) == 0 else np.asarray(value)[chosen]


def spread(body: Body, doses: Sequence[Dose], *, t_h: Array, shares: Sequence[float]) -> Array:
    """Levels that these shares of people stay below, at each time apart: (Q, T)."""
    if body.metabolite is None:
        return quantiles(body.drug, doses, t_h=t_h, probabilities=shares)
    return np.asarray(np.quantile(levels(body, doses, t_h=t_h), shares, axis=0))


def edges(doses: Sequence[Dose]) -> list[float]:
    """Every time at which the rate changes, in order."""
    return sorted({at for dose in doses for at in (dose.start_h, dose.start_h + dose.duration_h)})


def horizon(doses: Sequence[Dose]) -> float:
    """How far levels are followed: some hours after the last dose is in."""
    return edges(doses)[-1] + AFTER_LAST_H


def clock(doses: Sequence[Dose]) -> Array:
    """Times at which a curve is looked at, (T,): every change of rate, and between two of them more near the first."""
    changes = edges(doses)
    running = [(dose.start_h, dose.start_h + dose.duration_h) for dose in doses if dose.duration_h > 0]
    fine = min(1.0, MOST_POINTS / (len(changes) * (WHILE_GIVEN + AFTERWARDS) / 2))
    found = [np.array(changes)]
    for begin, end in zip(changes, [*changes[1:], horizon(doses)], strict=True):
        is_given = any(start <= begin < stop for start, stop in running)
        points, power = (WHILE_GIVEN, 1) if is_given else (AFTERWARDS, 3)
        count = max(FEWEST, round(points * fine))
        found.append(begin + (end - begin) * (np.arange(count + 1) / count) ** power)
    return distinct(np.concatenate(found))
