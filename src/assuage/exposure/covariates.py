"""From a kinetic model and what is known of a patient to numbers, with the working. Nothing has a default."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

import msgspec

from assuage.errors import ExposureError, Problem
from assuage.finding import Finding
from assuage.kinetics import Bound, Covariate, Effect, Form, Kinetics, Parameter
from assuage.quantity import Quantity, show, unit
from assuage.screening import State

# What each covariate is counted in. Yes-or-no covariates have no unit.
UNITS: dict[Covariate, str] = {"weight": "kg", "age": "a", "creatinine": "mg/dL", "gfr": "mL/min", "bmi": "kg/m2",
                               "tumour_size": "mm", "total_dose": "mg", "heart_failure": "1", "asian": "1"}  # fmt: skip
NAMES: dict[Covariate, str] = {"weight": "weight", "age": "age", "creatinine": "creatinine", "gfr": "GFR for this body's surface",
                               "bmi": "body mass index", "tumour_size": "size of the tumour", "total_dose": "total dose",
                               "heart_failure": "heart failure, yes or no", "asian": "descent, as the model divides it"}  # fmt: skip
# Every parameter is counted in litres and hours; those per kilogram become so when the weight is applied.
CODES = ("L", "L/h", "/h", "h", "1", "L/kg", "L/kg/h")
CODE_OF = {unit(code).dimension: code for code in CODES}
PER_KG = {"L/kg": "L", "L/kg/h": "L/h"}


class Covariates(msgspec.Struct, frozen=True):
    """What is known of a patient, in the units of UNITS; none where it is not known. `magnesium` is the level before, mmol/L."""

    weight: float | None = None
    age: float | None = None
    creatinine: float | None = None
    gfr: float | None = None
    bmi: float | None = None
    heart_failure: bool | None = None
    asian: bool | None = None
    tumour_size: float | None = None
    total_dose: float | None = None
    magnesium: float | None = None

    def get(self, name: Covariate) -> float | None:
        """One covariate as a number, yes as 1 and no as 0; none where it is not known."""
        value: float | bool | None = getattr(self, name)
        return None if value is None else float(value)


class Numbers(msgspec.Struct, frozen=True):
    """A model's parameters for one patient, in L, L/h, 1/h and h, and one line of working for each."""

    model: str
    values: dict[str, float]
    working: tuple[str, ...]


class Terms(msgspec.Struct, frozen=True):
    """What an equation of an effect is given: the covariate and the effect's own numbers, signs applied."""

    covariate: float
    reference: float
    exponent: float
    coefficient: float
    at_most: float


def _power(typical: float, terms: Terms) -> float:
    factor: float = (terms.covariate / terms.reference) ** terms.exponent
    return typical * min(terms.at_most, factor)


def _power_inverse(typical: float, terms: Terms) -> float:
    factor: float = (terms.reference / terms.covariate) ** terms.exponent
    return typical * min(terms.at_most, factor)


def _linear_dev(typical: float, terms: Terms) -> float:
    return typical * (1 + terms.coefficient * (terms.covariate / terms.reference - 1))


def _linear_dev_abs(typical: float, terms: Terms) -> float:
    return typical * (1 + terms.coefficient * (terms.covariate - terms.reference))


def _exp_dev(typical: float, terms: Terms) -> float:
    return typical * math.exp(terms.coefficient * (terms.covariate / terms.reference - 1))


EQUATIONS: dict[Form, Callable[[float, Terms], float]] = {
    "power": _power,
    "power-inverse": _power_inverse,
    "per-kg": lambda typical, terms: typical * terms.covariate,
    "linear-dev": _linear_dev,
    "linear-dev-abs": _linear_dev_abs,
    "exp-dev": _exp_dev,
    "linear": lambda typical, terms: typical + terms.coefficient * terms.covariate,
    "linear-above": lambda typical, terms: typical + terms.coefficient * max(0.0, terms.covariate - terms.reference),
    "factor": lambda typical, terms: typical * (terms.coefficient if terms.covariate else 1.0),
    "set": lambda typical, terms: terms.coefficient if terms.covariate > terms.reference else typical,
}
# What an equation needs beside the covariate.
ASKS: dict[Form, tuple[str, ...]] = {
    "power": ("reference", "exponent"), "power-inverse": ("reference", "exponent"), "per-kg": (),
    "linear-dev": ("reference", "coefficient"), "linear-dev-abs": ("reference", "coefficient"),
    "exp-dev": ("reference", "coefficient"), "linear": ("coefficient",), "linear-above": ("reference", "coefficient"),
    "factor": ("coefficient",), "set": ("reference", "coefficient"),
}  # fmt: skip


def covariates_of(state: State, *, total_dose_mg: float | None = None) -> Covariates:
    """What screening knows of a patient on its day; stale, implausible and missing facts are not known here either."""
    failing = state.among("condition", ("heart-failure",))
    return Covariates(
        weight=_number(state.quantity("weight"), "kg"),
        age=_number(state.quantity("age"), "a"),
        creatinine=None if state.body.creatinine_mg_dl is None else float(state.body.creatinine_mg_dl),
        gfr=_number(state.quantity("egfr"), "mL/min"),
        bmi=_number(state.quantity("bmi"), "kg/m2"),
        heart_failure=None if failing == "unknown" else failing == "true",
        total_dose=total_dose_mg,
        magnesium=_number(state.quantity("magnesium"), "mmol/L"),
    )


def _number(quantity: Quantity | None, code: str) -> float | None:
    return None if quantity is None else float(quantity.to(code).value)


def merged(model: Kinetics, models: Mapping[str, Kinetics]) -> tuple[Parameter, ...]:
    """The model's own parameters, after those of the model it is like where it has none of that name."""
    own = {one.id: one for one in model.parameters}
    like = merged(models[model.like], models) if model.like else ()
    return (*(own.pop(one.id, one) for one in like), *own.values())


def parameters_of(model: Kinetics, covariates: Covariates, *, models: Mapping[str, Kinetics]) -> tuple[Parameter, ...]:
    """Every parameter that counts for this patient, those of the patient's group included. Errors: `ExposureError`."""
    group = next((one for one in model.groups if holds(one.who, covariates)), None)
    if model.groups and group is None:
        raise ExposureError(
            Problem(f"nobody can say which group of {model.id} the patient belongs to", "covariates",
                    f"{NAMES[model.groups[0].who.covariate]}", "give it; see `unknown_covariates`")
        )  # fmt: skip
    return (*merged(model, models), *(group.parameters if group else ()))


def holds(bound: Bound, covariates: Covariates) -> bool | None:
    """Whether a covariate lies within a bound; none where it is not known."""
    value, code = covariates.get(bound.covariate), UNITS[bound.covariate]
    if value is None:
        return None
    low = bound.at_least is None or value >= float(bound.at_least.quantity.to(code).value)
    return low and (bound.below is None or value < float(bound.below.quantity.to(code).value))


def needed(model: Kinetics, models: Mapping[str, Kinetics]) -> tuple[Covariate, ...]:
    """The covariates without which the model has no numbers, in order."""
    asked: dict[Covariate, None] = {group.who.covariate: None for group in model.groups}
    within = (*merged(model, models), *(one for group in model.groups for one in group.parameters))
    asked.update({effect.covariate: None for one in within for effect in one.effects if effect.left_out is None})
    return tuple(asked)


def unknown_covariates(
    model: Kinetics, covariates: Covariates, *, models: Mapping[str, Kinetics]
) -> tuple[Finding, ...]:
    """A finding for each covariate that the model needs and nobody knows."""
    return tuple(
        Finding(
            rule="kinetics-covariate-unknown",
            severity="hold",
            blocks="none",
            message=f"No level is predicted with {model.name}: {NAMES[name]} is not known.",
            reason="The model's parameters depend on it, and nothing takes its place.",
            resolve=f"Give {NAMES[name]}.",
            sources=model.sources,
            cause=f"kinetics-unknown-{name}",
        )
        for name in needed(model, models)
        if covariates.get(name) is None
    )


def numbers(model: Kinetics, covariates: Covariates, *, models: Mapping[str, Kinetics]) -> Numbers:
    """A model's parameters for one patient.

    Give      a usable model; covariates, every one of `needed` among them; the models of the catalog, by id
    Get       V1, CL and, where there are more compartments, V2, Q2, V3, Q3 in L and L/h, worked out from rate constants where
              the model has those (CL = k10 V1, Q2 = k12 V1, V2 = V1 k12 ÷ k21, and so for 3); all others under their own names
    Source    the equations of EQUATIONS; the numbers are facts of the catalog
    Checked   tests/unit/test_kinetics_covariates.py, tests/against/test_kinetics_vectors.py
    Errors    `ExposureError`: not usable, a covariate that is not known, a parameter that is not above zero
    """
    if not model.is_usable:
        raise ExposureError(
            Problem(
                f"{model.id} cannot be simulated: {model.because}", "kinetic model", "a usable model", "choose another"
            )
        )
    values: dict[str, float] = {}
    working: list[str] = []
    for one in parameters_of(model, covariates, models=models):
        values[one.id], line = _applied(one, covariates, model=model.id)
        working.append(line)
    return Numbers(model.id, {**values, **_from_rates(values)}, tuple(working))


def _applied(one: Parameter, covariates: Covariates, *, model: str) -> tuple[float, str]:
    code = CODE_OF[unit(one.value.quantity.unit).dimension]
    value, said = float(one.value.quantity.to(code).value), show(one.value.quantity)
    for effect in (effect for effect in one.effects if effect.left_out is None):
        known = covariates.get(effect.covariate)
        if known is None:
            raise ExposureError(
                Problem(f"{NAMES[effect.covariate]} is not known", f"{model}, {one.id}", "a value",
                        "give it; see `unknown_covariates`")
            )  # fmt: skip
        value = EQUATIONS[effect.form](value, terms(effect, known, code=code))
        code = PER_KG.get(code, code) if effect.form == "per-kg" else code
        said = _said(effect, known, said)
    if not (math.isfinite(value) and value > 0):
        raise ExposureError(
            Problem(f"{one.id} comes to {value:g} {code}", f"{model}, {said}", "a number above zero",
                    "the patient lies outside what the model was fitted on; choose another model")
        )  # fmt: skip
    result = f"{value:.4g}{'' if code == '1' else code if code == '/h' else ' ' + code}"
    return value, f"{one.id} = {said}" + ("" if said == result else f" = {result}")


def terms(effect: Effect, known: float, *, code: str) -> Terms:
    """The numbers of an effect, signs applied. `code` is the unit that the parameter has when the effect is applied."""
    sign = -1.0 if effect.falls else 1.0
    for name in ASKS[effect.form]:
        assert getattr(effect, name) is not None, f"{effect.form} without {name}"
    own = code if effect.form in ("linear", "linear-above", "set") else "1"
    return Terms(
        covariate=known,
        reference=float(effect.reference.quantity.to(UNITS[effect.covariate]).value) if effect.reference else 1.0,
        exponent=sign * float(effect.exponent.quantity.to("1").value) if effect.exponent else 1.0,
        coefficient=sign * float(effect.coefficient.quantity.to(own).value) if effect.coefficient else 1.0,
        at_most=float(effect.at_most.quantity.to("1").value) if effect.at_most else math.inf,
    )


def _said(effect: Effect, known: float, so_far: str) -> str:
    """A line of working, one effect longer."""
    have = f"{known:g} {UNITS[effect.covariate]}".removesuffix(" 1")
    ref = show(effect.reference.quantity) if effect.reference else ""
    exponent = ("−" if effect.falls else "") + (f"{effect.exponent.quantity.value:f}" if effect.exponent else "")
    sign = "−" if effect.falls else "+"
    size = show(effect.coefficient.quantity) if effect.coefficient else ""
    cap = f" (factor at most {show(effect.at_most.quantity)})" if effect.at_most else ""
    away = {
        "linear-dev": f"({have} ÷ {ref} − 1)",
        "linear-dev-abs": f"({have} − {ref})",
        "exp-dev": f"({have} ÷ {ref} − 1)",
    }
    match effect.form:
        case "power":
            return f"{so_far} × ({have} ÷ {ref})^{exponent}{cap}"
        case "power-inverse":
            return f"{so_far} × ({ref} ÷ {have})^{exponent}{cap}"
        case "per-kg":
            return f"{so_far} × {have}"
        case "linear-dev" | "linear-dev-abs":
            return f"{so_far} × (1 {sign} {size} × {away[effect.form]})"
        case "exp-dev":
            return f"{so_far} × exp({sign.replace('+', '')}{size} × {away[effect.form]})"
        case "linear":
            return f"({so_far} {sign} {size} × {have})"
        case "linear-above":
            return f"{so_far} {sign} {size} for each unit of {NAMES[effect.covariate]} above {ref} ({have})"
        case "factor":
            return f"{so_far} × {size}" if known else so_far
        case "set":
            is_above = effect.reference is not None and known > float(effect.reference.quantity.value)
            return f"{size} ({NAMES[effect.covariate]} {have})" if is_above else so_far


def _from_rates(values: Mapping[str, float]) -> dict[str, float]:
    """Clearances and volumes from rate constants."""
    return dict(_worked_out(values)) if "V1" in values else {}


def _worked_out(values: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    central = values["V1"]
    if "k10" in values:
        yield "CL", values["k10"] * central
    for number in (2, 3):
        if f"k1{number}" in values:
            yield f"Q{number}", values[f"k1{number}"] * central
            yield f"V{number}", central * values[f"k1{number}"] / values[f"k{number}1"]
