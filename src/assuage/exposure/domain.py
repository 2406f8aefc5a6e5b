"""Where a model stops: findings outside whom it was fitted on, and what has to stand beside its curve.

A finding here warns and blocks nothing: the dose is not taken from a predicted level. No predicted number is shown
without it. What cannot be judged, because nobody knows the weight or the age, holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from assuage.exposure.covariates import NAMES, UNITS, Covariates
from assuage.finding import Finding
from assuage.kinetics import Covariate, Domain, Kinetics, Variability
from assuage.quantity import show
from assuage.regimen import Route
from assuage.sourced import Fact

# Bounds of a domain: rule, covariate, low end, high end.
BOUNDS: tuple[tuple[str, Covariate, str, str], ...] = (
    ("kinetics-outside-weight", "weight", "weight_low", "weight_high"),
    ("kinetics-outside-age", "age", "age_low", "age_high"),
    ("kinetics-outside-renal", "creatinine", "creatinine_low", "creatinine_high"),
    ("kinetics-outside-renal", "gfr", "gfr_low", ""),
    ("kinetics-outside-body-mass-index", "bmi", "", "bmi_high"),
)


class Mark(msgspec.Struct, frozen=True):
    """A sentence that prints beside every curve of a model. `kind` says why, for charts that mark it in other ways too."""

    kind: str
    sentence: str


def outside(
    model: Kinetics, covariates: Covariates, *, route: Route, longest_h: float | None = None
) -> tuple[Finding, ...]:
    """What of this patient and this infusion lies outside what the model was fitted on.

    Give      the model; what is known of the patient; how the drug is given; the longest infusion in hours, where there is one
    Get       one finding for each bound that is crossed (warn), and one for each that cannot be judged (hold); on a bound is
              within it
    Checked   tests/unit/test_kinetics_domain.py
    """
    found = [one for bound in BOUNDS for one in _bound(model, covariates, bound)]
    high = model.domain.duration_high
    if high is not None and longest_h is not None and longest_h > float(high.quantity.to("h").value):
        message = (
            f"{model.name} was not made for infusions longer than {show(high.quantity)}; this one runs {longest_h:g} h."
        )
        found.append(_warn(model, "kinetics-outside-duration", message, high))
    if "formed" not in model.routes and route not in model.routes:
        message = f"{model.name} was not fitted on {route} doses."
        found.append(_warn(model, "kinetics-outside-route", message, None))
    return tuple(found)


def _bound(model: Kinetics, covariates: Covariates, bound: tuple[str, Covariate, str, str]) -> Iterator[Finding]:
    rule, name, low_field, high_field = bound
    low, high = _fact(model.domain, low_field), _fact(model.domain, high_field)
    if low is None and high is None:
        return
    value, code = covariates.get(name), UNITS[name]
    if value is None:
        yield _unknown(model, rule, name)
        return
    for fact, word in ((low, "below"), (high, "above")):
        if fact is None:
            continue
        edge = float(fact.quantity.to(code).value)
        if value < edge if word == "below" else value > edge:
            have = _shown(value, code)
            far = "Extrapolated: " if name == "gfr" else ""
            message = f"{far}{NAMES[name]} {have} lies {word} what {model.name} covers ({show(fact.quantity)})."
            yield _warn(model, rule, message[0].upper() + message[1:], fact)


def _fact(domain: Domain, field: str) -> Fact | None:
    found: Fact | None = getattr(domain, field) if field else None
    return found


def _shown(value: float, code: str) -> str:
    return f"{value:g} {'years' if code == 'a' else code}"


def _warn(model: Kinetics, rule: str, message: str, fact: Fact | None) -> Finding:
    sources = (fact.claim().source,) if fact is not None else ()
    return Finding(
        rule=rule,
        severity="warn",
        blocks="none",
        message=message,
        reason="A model says nothing about people unlike those it was fitted on; the level may be far off.",
        resolve="Take the predicted level as a guess, or measure one.",
        sources=tuple(dict.fromkeys((*sources, *model.sources))),
        cause=rule,
    )


def _unknown(model: Kinetics, rule: str, name: Covariate) -> Finding:
    return Finding(
        rule=f"{rule}-unknown",
        severity="hold",
        blocks="none",
        message=f"Whether {model.name} covers this patient is not known: {NAMES[name]} is missing.",
        reason="A model says nothing about people unlike those it was fitted on.",
        resolve=f"Give {NAMES[name]}.",
        sources=model.sources,
        cause=f"kinetics-unknown-{name}",
    )


def marks(model: Kinetics, models: Mapping[str, Kinetics]) -> tuple[Mark, ...]:
    """What has to stand beside a curve of this model, in order: site, population, spread, standing, and its own sentences."""
    return tuple(_marks(model, models))


def _marks(model: Kinetics, models: Mapping[str, Kinetics]) -> Iterator[Mark]:
    if model.site == "arterial":
        yield Mark(
            "arterial", "Predicts arterial levels; a venous level is not to be compared with it while the drug runs."
        )
    elif model.site == "not stated":
        yield Mark("site-not-stated", "Where the samples were taken, artery or vein, is not stated.")
    if model.population.pregnant:
        yield Mark("pregnancy", "Fitted on pregnant women, whose volumes and renal clearance are raised.")
    if model.population.children:
        yield Mark("children", "Fitted on children and scaled by weight.")
    spread = variability_of(model, models)
    if spread is None:
        yield Mark("no-spread", "How much people differ is not known for this model: one line, no interval.")
    elif spread.borrowed_from is not None:
        lender = models[spread.borrowed_from].name
        yield Mark("borrowed-spread", f"How much people differ is borrowed from {lender}; the interval is indicative.")
    if any(one.borrowed_from is not None for one in model.residuals):
        yield Mark("borrowed-residual", "The error of one measured level is borrowed from another model.")
    if model.provisional is not None:
        yield Mark("provisional", model.provisional)
    yield from (Mark("own", one.value) for one in model.marks)


def variability_of(model: Kinetics, models: Mapping[str, Kinetics]) -> Variability | None:
    """The spread of a model, or of the model it is like."""
    if model.variability is not None or model.like is None:
        return model.variability
    return variability_of(models[model.like], models)


def baseline_unknown(model: Kinetics) -> Finding:
    """What is said where a level before the first dose is needed and nobody measured one. Nothing takes its place."""
    return Finding(
        rule="kinetics-baseline-unknown",
        severity="hold",
        blocks="none",
        message=f"Only the rise of {model.analyte} is predicted: the level before the infusion is not known.",
        reason="The level is the patient's own baseline and the rise; a baseline cannot be assumed for one patient.",
        resolve="Measure magnesium in serum before the infusion.",
        sources=model.sources,
        cause="kinetics-baseline",
    )
