"""Linear models as small immutable nouns, and their exponentials: rates and weights of one or many patients at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from assuage.errors import ExposureError, Problem
from assuage.exposure.events import Array
from assuage.exposure.secular import three_modes, two_modes


class Mammillary(msgspec.Struct, frozen=True, eq=False):
    """A central compartment with none to two peripheral ones; elimination from the central one. B patients, or one.

    All of shape (B,): volume of the central compartment, clearance, and for each peripheral compartment the rates out to it
    and back. Made by `mammillary` or `from_micro`, which refuse what cannot be.
    """

    v1_l: Array
    cl_l_per_h: Array
    k10_per_h: Array
    out_per_h: tuple[Array, ...]
    back_per_h: tuple[Array, ...]
    is_single: bool

    @property
    def patients(self) -> int:
        """B."""
        return len(self.v1_l)

    def part(self, begin: int, end: int) -> Mammillary:
        """The patients from `begin` up to `end`."""
        cut = slice(begin, end)
        return Mammillary(
            self.v1_l[cut],
            self.cl_l_per_h[cut],
            self.k10_per_h[cut],
            tuple(rate[cut] for rate in self.out_per_h),
            tuple(rate[cut] for rate in self.back_per_h),
            False,
        )


class Absorption(msgspec.Struct, frozen=True, eq=False):
    """From muscle to the central compartment: first order, `ka_per_h`; `fraction` of the dose ever arrives. Floats or (B,)."""

    ka_per_h: ArrayLike
    fraction: ArrayLike = 1.0


class LinearModel(msgspec.Struct, frozen=True, eq=False, dict=True):
    """A drug in B patients: disposition, absorption where it is injected into muscle, and a constant baseline.

    `baseline` is an endogenous concentration, in amount per litre, added to what the doses give; a float or (B,).
    """

    disposition: Mammillary
    absorption: Absorption | None = None
    baseline: ArrayLike = 0.0

    @cached_property
    def prepared(self) -> Prepared:
        """This model diagonalised, once however often it is asked. Errors: `ExposureError`, see `prepare`."""
        return prepare(self)


class Modes(msgspec.Struct, frozen=True, eq=False):
    """After a unit bolus the central concentration is Σ weight · exp(-rate · t). Shapes (m, B), m compartments, fastest first."""

    rate_per_h: Array
    weight_per_l: Array


class Prepared(msgspec.Struct, frozen=True, eq=False):
    """A model checked and diagonalised: modes (m, B), `ka_per_h`, `fraction` and `baseline` of shape (B,)."""

    modes: Modes
    ka_per_h: Array | None
    fraction: Array
    baseline: Array
    cl_l_per_h: Array
    is_single: bool

    @property
    def patients(self) -> int:
        """B."""
        return len(self.baseline)

    def part(self, begin: int, end: int) -> Prepared:
        """The patients from `begin` up to `end`."""
        cut = slice(begin, end)
        return Prepared(
            Modes(self.modes.rate_per_h[:, cut], self.modes.weight_per_l[:, cut]),
            None if self.ka_per_h is None else self.ka_per_h[cut],
            self.fraction[cut],
            self.baseline[cut],
            self.cl_l_per_h[cut],
            False,
        )


def mammillary(
    *,
    v1_l: ArrayLike,
    cl_l_per_h: ArrayLike,
    v2_l: ArrayLike | None = None,
    q2_l_per_h: ArrayLike | None = None,
    v3_l: ArrayLike | None = None,
    q3_l_per_h: ArrayLike | None = None,
) -> Mammillary:
    """A model by volumes (L) and clearances (L/h); leave out V3 and Q3, or all four, for fewer compartments.

    Give      numbers for one patient, or arrays of one length B (numbers beside them are everybody's)
    Errors    `ExposureError`: zero, negative or not finite; a V without its Q; lengths that differ

    >>> mammillary(v1_l=25, cl_l_per_h=84).k10_per_h
    array([3.36])
    """
    pairs = {"V2 and Q2": (v2_l, q2_l_per_h), "V3 and Q3": (v3_l, q3_l_per_h)}
    _refuse_halves(pairs)
    given = {"V1": v1_l, "CL": cl_l_per_h, "V2": v2_l, "Q2": q2_l_per_h, "V3": v3_l, "Q3": q3_l_per_h}
    values, is_single = _same_length(given, "a mammillary model")
    v1, cl = values["V1"], values["CL"]
    names = [(f"V{n}", f"Q{n}") for n in (2, 3) if f"V{n}" in values]
    out = tuple(values[q] / v1 for _, q in names)
    back = tuple(values[q] / values[v] for v, q in names)
    return Mammillary(v1, cl, cl / v1, out, back, is_single)


def from_micro(
    *,
    v1_l: ArrayLike,
    k10_per_h: ArrayLike,
    k12_per_h: ArrayLike | None = None,
    k21_per_h: ArrayLike | None = None,
    k13_per_h: ArrayLike | None = None,
    k31_per_h: ArrayLike | None = None,
) -> Mammillary:
    """A model by the central volume (L) and rate constants, all per hour. As `mammillary` otherwise.

    >>> from_micro(v1_l=10, k10_per_h=0.5).cl_l_per_h
    array([5.])
    """
    pairs = {"k12 and k21": (k12_per_h, k21_per_h), "k13 and k31": (k13_per_h, k31_per_h)}
    _refuse_halves(pairs)
    given = {"V1": v1_l, "k10": k10_per_h, "k12": k12_per_h, "k21": k21_per_h, "k13": k13_per_h, "k31": k31_per_h}
    values, is_single = _same_length(given, "a model by rate constants")
    v1, k10 = values["V1"], values["k10"]
    names = [(f"k1{n}", f"k{n}1") for n in (2, 3) if f"k1{n}" in values]
    out, back = tuple(values[k] for k, _ in names), tuple(values[k] for _, k in names)
    return Mammillary(v1, k10 * v1, k10, out, back, is_single)


def modes(model: Mammillary) -> Modes:
    """Rates and weights of the exponentials; every weight is positive (or 0 where two peripheral rates coincide).

    Give      a model of B patients
    Get       rate (1/h) and weight (1/L), each (m, B), fastest first; Σ weight = 1/V1 and Σ weight/rate = 1/CL
    Source    eigenvalues: see secular.py; one compartment: weight 1/V1, rate CL/V1
    Checked   tests/against/test_exposure_digits.py
    """
    match len(model.out_per_h):
        case 0:
            rate, share = model.k10_per_h[None, :], np.ones((1, model.patients))
        case 1:
            rate, share = two_modes(model.k10_per_h, model.out_per_h[0], back=model.back_per_h[0])
        case _:
            rate, share = three_modes(model.k10_per_h, model.out_per_h, back=model.back_per_h)
    return Modes(rate, share / model.v1_l)


def prepare(model: LinearModel) -> Prepared:
    """A model checked and diagonalised once, for many calls.

    Errors    `ExposureError` where absorption or baseline cannot be, or their length is not that of the disposition
    """
    body = model.disposition
    where = "a linear model"
    ka = fraction = None
    if model.absorption is not None:
        ka = _spread(model.absorption.ka_per_h, body.patients, name="ka")
        fraction = _spread(model.absorption.fraction, body.patients, name="the absorbed fraction")
        _refuse_values({"ka": ka, "the absorbed fraction": fraction}, where)
        if np.any(fraction > 1):
            raise ExposureError(
                Problem(f"the absorbed fraction is {fraction.max():g}", where, "a fraction above 0 and up to 1",
                        "write 0.93 for 93 %")
            )  # fmt: skip
    baseline = _spread(model.baseline, body.patients, name="the baseline")
    if not np.all(np.isfinite(baseline) & (baseline >= 0)):
        raise ExposureError(
            Problem("the baseline is negative or not finite", where, "a concentration of 0 or above",
                    "give the measured concentration before the first dose, or 0")
        )  # fmt: skip
    ones = np.ones(body.patients)
    return Prepared(modes(body), ka, ones if fraction is None else fraction, baseline, body.cl_l_per_h, body.is_single)


def _spread(value: ArrayLike, patients: int, *, name: str) -> Array:
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == 0:
        return np.full(patients, float(array))
    if array.shape != (patients,):
        raise ExposureError(
            Problem(f"{name} has shape {array.shape}", "a linear model", f"a number, or one for each of {patients} patients",
                    "give one value for each patient, in the order of the others")
        )  # fmt: skip
    return array


def _refuse_halves(pairs: Mapping[str, tuple[ArrayLike | None, ArrayLike | None]]) -> None:
    problems = [
        Problem(f"of {name} only one is given", "a mammillary model", "both, or neither", "give the other one, or leave both out")
        for name, (first, second) in pairs.items()
        if (first is None) != (second is None)
    ]  # fmt: skip
    (second_name, (second, _)), (third_name, (third, _)) = pairs.items()
    if second is None and third is not None:
        problems.append(
            Problem(f"{third_name} without {second_name}", "a mammillary model", "the second compartment before the third",
                    f"give the one peripheral compartment as {second_name}")
        )  # fmt: skip
    if problems:
        raise ExposureError(*problems)


def _same_length(given: Mapping[str, ArrayLike | None], where: str) -> tuple[dict[str, Array], bool]:
    """Each given parameter as an array of the one length B, and whether all of them were single numbers."""
    arrays = {name: np.asarray(value, dtype=np.float64) for name, value in given.items() if value is not None}
    _refuse_values(arrays, where)
    shapes = {array.shape for array in arrays.values()}
    lengths = {shape[0] for shape in shapes if len(shape) == 1}
    if len(lengths) > 1 or any(len(shape) > 1 for shape in shapes) or 0 in lengths:
        told = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ExposureError(
            Problem(f"shapes that do not fit: {told}", where, "numbers, or arrays of one length: one value for each patient",
                    "give every parameter that differs between patients for all of them")
        )  # fmt: skip
    patients = lengths.pop() if lengths else 1
    full = {name: np.array(np.broadcast_to(array, (patients,))) for name, array in arrays.items()}
    return full, not any(shapes)


def _refuse_values(arrays: Mapping[str, Array], where: str) -> None:
    problems = [
        Problem(f"{name} is {np.asarray(array)[~good].flat[0] if array.ndim else array}", where,
                "a finite number above 0", f"correct {name}; leave a compartment out instead of writing 0")
        for name, array in arrays.items()
        if not np.all(good := np.isfinite(array) & (array > 0))
    ]  # fmt: skip
    if problems:
        raise ExposureError(*problems)
