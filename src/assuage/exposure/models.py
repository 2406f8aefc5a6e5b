"""Which models answer for a drug, a route and a patient, in which parts, and what the engine makes of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from assuage.errors import ExposureError, Problem
from assuage.exposure import chains
from assuage.exposure.chains import Metabolite, metabolite_concentrations
from assuage.exposure.closed import Doses, concentrations
from assuage.exposure.covariates import Covariates, Numbers, holds, numbers, unknown_covariates
from assuage.exposure.domain import Mark, baseline_unknown, marks, outside
from assuage.exposure.events import Array
from assuage.exposure.general import Compartments, compartments, general_concentrations
from assuage.exposure.linear import Absorption, LinearModel, Mammillary, mammillary
from assuage.finding import Finding
from assuage.kinetics import EffectSite, Kinetics, Need
from assuage.quantity import show
from assuage.regimen import Route

# What a member is: the line; above it (upper), or below it (lower); one of several of which the highest counts (envelope); the
# line with the lower clearance of two, for warnings (caution); the metabolite of the line.
MemberPart = Literal["line", "upper", "lower", "envelope", "caution", "metabolite"]
# The parts of which the highest counts when a level is held against a warning.
FOR_WARNINGS: tuple[MemberPart, ...] = ("line", "upper", "envelope", "caution")
HALF_LIFE = "absorption half-life"


class Member(msgspec.Struct, frozen=True):
    """One curve of an answer: a model for this patient, what it is in the answer, why, and what stands beside it.

    `absorption` are the numbers of what is put in front of it; `fed_by` those of the parent of a metabolite.
    """

    model: Kinetics
    part: MemberPart
    numbers: Numbers
    because: str
    marks: tuple[Mark, ...]
    absorption: Numbers | None = None
    fed_by: Numbers | None = None


class Ensemble(msgspec.Struct, frozen=True):
    """All the curves that answer for one drug, the line first, and what has to be said about them.

    Where a finding holds a member back, the ensemble lacks it: no number takes its place.
    """

    drug: str
    route: Route
    members: tuple[Member, ...]
    findings: tuple[Finding, ...]

    @property
    def line(self) -> Member | None:
        """The line; none where its covariates are not known."""
        return next((one for one in self.members if one.part == "line"), None)

    def of(self, *parts: MemberPart) -> tuple[Member, ...]:
        """The members that are one of these parts."""
        return tuple(one for one in self.members if one.part in parts)


def choose(
    drug: str, route: Route, *, covariates: Covariates, models: Mapping[str, Kinetics], longest_h: float | None = None
) -> Ensemble:
    """The models that answer for a drug given this way to this patient, and what has to be said of them.

    Give      the id of the drug; the route; what is known of the patient; every model of the catalog, by id; the longest
              infusion in hours
    Get       members with their parts and numbers, and findings: outside the domain (warn), or not known (hold)
    Holds     a model that is not usable is never a member; an unknown covariate never gets a value
    Source    which model for what is data: `needs` of each model, with its reason
    Checked   tests/unit/test_kinetics_models.py
    Errors    `ExposureError` where no model answers for the drug by this route
    """
    found = [(model, need) for model in models.values() if model.drug == drug and model.is_usable
             for need in model.needs if need.route == route]  # fmt: skip
    if not found:
        raise ExposureError(
            Problem(f"no model answers for {drug}, {route}", "models of the catalog", "a drug and a route with a model",
                    "no level can be predicted; say so")
        )  # fmt: skip
    kept, findings = _when(found, covariates)
    members: list[Member] = []
    for model, need in kept:
        findings += unknown_covariates(model, covariates, models=models)
        findings += outside(model, covariates, route=_own_route(need), longest_h=longest_h)
    if any(model.adds_to_baseline for model, _ in kept) and covariates.magnesium is None:
        findings.append(baseline_unknown(kept[0][0]))
    members = list(_members(kept, covariates, models))
    order = ("line", "caution", "envelope", "upper", "lower", "metabolite")
    members.sort(key=lambda one: order.index(one.part))
    return Ensemble(drug, route, tuple(members), tuple(dict.fromkeys(findings)))


def _own_route(need: Need) -> Route:
    """A line after an absorption is reached through it: its own model is of the vein."""
    return need.route if need.part == "absorption" else "intravenous"


def _when(
    found: list[tuple[Kinetics, Need]], covariates: Covariates
) -> tuple[list[tuple[Kinetics, Need]], list[Finding]]:
    """Those whose conditions hold, less those that another takes the place of; and which conditions nobody can judge."""
    kept, findings = [], []
    for model, need in found:
        answers = [holds(bound, covariates) for bound in need.when]
        if all(answers):
            kept.append((model, need))
        elif False not in answers:
            findings.append(_undecided(model, need))
    replaced = {need.instead_of for _, need in kept if need.instead_of}
    return [(model, need) for model, need in kept if model.id not in replaced], findings


def _undecided(model: Kinetics, need: Need) -> Finding:
    names = ", ".join(dict.fromkeys(bound.covariate.replace("_", " ") for bound in need.when))
    return Finding(
        rule="kinetics-choice-unknown",
        severity="hold",
        blocks="none",
        message=f"Whether {model.name} is the better model for this patient is not known ({names}).",
        reason=need.because,
        resolve=f"Give {names}.",
        sources=model.sources,
        cause="kinetics-choice",
    )


def _members(
    kept: list[tuple[Kinetics, Need]], covariates: Covariates, models: Mapping[str, Kinetics]
) -> Iterator[Member]:
    known = [(m, need) for m, need in kept if not unknown_covariates(m, covariates, models=models)]
    absorption = next((m for m, need in known if need.part == "absorption"), None)
    parents = {m.id: numbers(m, covariates, models=models) for m, need in known if need.part == "line"}
    for model, need in known:
        own = numbers(model, covariates, models=models)
        beside = marks(model, models) + (marks(absorption, models) if absorption and need.part == "line" else ())
        front = numbers(absorption, covariates, models=models) if absorption else None
        if need.part == "metabolite":
            if model.on in parents:
                yield Member(model, "metabolite", own, need.because, beside, front, parents[model.on])
        elif need.part == "line":
            yield Member(model, "line", own, need.because, beside, front)
            yield from _cautious(model, own, covariates, models=models)
            if absorption:
                yield from _range(model, own, absorption, beside)
        elif need.part in ("upper", "envelope"):
            lowered = [one.numbers for one in _cautious(model, own, covariates, models=models)]
            yield Member(model, need.part, lowered[0] if lowered else own, need.because, beside)


def _cautious(
    model: Kinetics, own: Numbers, covariates: Covariates, *, models: Mapping[str, Kinetics]
) -> Iterator[Member]:
    """The same model with the other's clearance, where the rule applies and the other's is lower."""
    rule = model.caution
    if rule is None or not holds(rule.when, covariates):
        return
    other = models[rule.also_of]
    if unknown_covariates(other, covariates, models=models):
        return
    lower = numbers(other, covariates, models=models).values["CL"]
    if lower < own.values["CL"]:
        working = f"CL = {lower:.4g} L/h, the lower of {lower:.4g} ({other.name}) and {own.values['CL']:.4g} L/h ({model.name})"
        changed = Numbers(own.model, {**own.values, "CL": lower}, (*own.working, working))
        extrapolated = Mark("extrapolated", rule.because)
        yield Member(model, "caution", changed, rule.because, (*marks(model, models), extrapolated))


def _range(model: Kinetics, own: Numbers, absorption: Kinetics, beside: tuple[Mark, ...]) -> Iterator[Member]:
    """The ends of the range of an absorption that nobody measured."""
    for variant in absorption.variants:
        values = {
            one.id: float(one.value.quantity.to("h" if one.id == HALF_LIFE else "1").value)
            for one in variant.parameters
        }
        working = tuple(f"{one.id} = {show(one.value.quantity)}" for one in variant.parameters)
        front = Numbers(absorption.id, values, working)
        yield Member(model, variant.part, own, variant.because, beside, front)


def disposition(one: Numbers) -> Mammillary:
    """The engine's model of one to three compartments. Errors: `ExposureError`."""
    v = one.values
    return mammillary(v1_l=v["V1"], cl_l_per_h=v["CL"], v2_l=v.get("V2"), q2_l_per_h=v.get("Q2"), v3_l=v.get("V3"),
                      q3_l_per_h=v.get("Q3"))  # fmt: skip


def linear_model(member: Member, *, baseline: float = 0.0) -> LinearModel:
    """The engine's model of a member that is no metabolite; `baseline` in its unit of amount per litre."""
    front = absorption_of(member.absorption) if member.absorption else None
    return LinearModel(disposition(member.numbers), front, baseline)


def absorption_of(one: Numbers) -> Absorption:
    """First-order absorption: ka = ln 2 ÷ half-life."""
    return Absorption(math.log(2) / one.values[HALF_LIFE], one.values["F"])


def levels(member: Member, doses: Doses, *, t_h: ArrayLike, baseline: float = 0.0) -> Array:
    """What a member predicts, in its unit of amount per litre.

    Give      a member; doses in its unit (mg, or mmol); times in hours; the measured baseline of a drug the body has itself
    Get       (T,), baseline included; a metabolite in mass of the parent, as its source counts it
    Holds     linear in dose
    Checked   tests/against/test_kinetics_vectors.py
    """
    if member.fed_by is not None:
        front = absorption_of(member.absorption) if member.absorption else None
        parent = LinearModel(disposition(member.fed_by), front)
        follower = Metabolite(disposition(member.numbers), member.numbers.values["fm"])
        return metabolite_concentrations(parent, doses, metabolite=follower, t_h=t_h)
    if member.model.structure == "hepato-portal":
        return general_concentrations(hepato_portal(member.numbers), doses, t_h=t_h, baseline=baseline)
    return concentrations(linear_model(member, baseline=baseline), doses, t_h=t_h)


def effect_site(model: Kinetics, covariates: Covariates) -> EffectSite | None:
    """The effect site that was fitted with this model, for this patient's group; none where there is none to use."""
    groups = {one.id for one in model.groups if holds(one.who, covariates)}
    return next((one for one in model.effect_sites if one.use and (one.group is None or one.group in groups)), None)


def effect_levels(member: Member, site: EffectSite, doses: Doses, *, t_h: ArrayLike) -> Array:
    """The level at an effect site of the member's own model, (T,), in its unit of amount per litre.

    A ke0 belongs to the model it was fitted with. Errors: `ExposureError` for a site of another model
    """
    if site not in member.model.effect_sites:
        raise ExposureError(
            Problem(f"the effect site {site.id} was not fitted with {member.model.id}", "effect site",
                    "a site of the same model", "take the ke0 of this model, or none")
        )  # fmt: skip
    ke0 = float(site.ke0.quantity.to("/h").value)
    return chains.effect_concentrations(linear_model(member), doses, effect_site=chains.EffectSite(ke0), t_h=t_h)


def highest(members: Iterable[Member], doses: Doses, *, t_h: ArrayLike, baseline: float = 0.0) -> Array:
    """The highest of what these members predict at each time, (T,): what a level for a warning is taken from."""
    return np.max([levels(one, doses, t_h=t_h, baseline=baseline) for one in members], axis=0)  # type: ignore[no-any-return]


def hepato_portal(one: Numbers) -> Compartments:
    """Perez-Ruixo's model: central, two peripheral, liver; elimination from the liver. The equations stand in its record."""
    v = one.values
    matrix = np.zeros((4, 4))
    for to, volume, flow in ((1, "Vp1", "Q1"), (2, "Vp2", "Q2"), (3, "Vh", "Qh")):
        matrix[to, 0], matrix[0, to] = v[flow] / v["Vc"], v[flow] / v[volume]
    leaving = matrix.sum(axis=0)
    leaving[3] += v["kel"] + v["kmet"]
    matrix -= np.diag(leaving)
    return compartments(matrix, intravenous=(1, 0, 0, 0), output=(1 / v["Vc"], 0, 0, 0))


def single(model: Kinetics, covariates: Covariates, *, models: Mapping[str, Kinetics]) -> Member:
    """One usable model by itself, for comparisons with what was observed. Errors: `ExposureError`."""
    own = numbers(model, covariates, models=models)
    fed_by = front = None
    if model.structure == "metabolite":
        fed_by = numbers(models[str(model.on)], covariates, models=models)
    elif model.structure == "absorption":
        parent = models[str(model.on)]
        return Member(
            parent, "line", numbers(parent, covariates, models=models), model.because, marks(model, models), own
        )
    part: MemberPart = "metabolite" if fed_by else "line"
    return Member(model, part, own, model.because, marks(model, models), front, fed_by)
