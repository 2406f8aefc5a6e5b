"""Kinetics: a published pharmacokinetic model as claims. Bands and observed levels to hold it to.

Nothing here simulates: these are the nouns that the catalog reads. Numbers are facts with a source; what a model may be
used for, for whom, and how far it may be believed stands beside them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from assuage.errors import unknown_name
from assuage.regimen import Route
from assuage.sourced import Claim, Fact, Standing

# What a parameter may depend on. Units: weight kg, age a, creatinine mg/dL, gfr mL/min of this body, bmi kg/m2,
# tumour_size mm, total_dose mg; heart_failure, asian and pregnant are yes or no.
Covariate = Literal["weight", "age", "creatinine", "gfr", "bmi", "heart_failure", "asian", "tumour_size", "total_dose"]
# How it depends; each is an equation of exposure/covariates.py.
Form = Literal["power", "power-inverse", "per-kg", "linear-dev", "linear-dev-abs", "exp-dev", "linear", "linear-above",
               "factor", "set"]  # fmt: skip
Structure = Literal["one-compartment", "two-compartment", "three-compartment", "absorption", "metabolite", "hepato-portal",
                    "recirculatory"]  # fmt: skip
ModelRole = Literal["default", "alternative", "envelope", "reference", "not-usable"]
ModelRoute = Literal["intravenous", "intramuscular", "intranasal", "oral", "formed"]
# What a model is in an answer: the line, the line above which nobody is likely to lie, one of several of which the highest
# counts, the metabolite of the line, or the absorption put in front of it.
Part = Literal["line", "upper", "envelope", "metabolite", "absorption"]
Site = Literal["arterial", "venous", "not stated"]
# Who knows the numbers: read in the paper or its abstract, in code that transcribes it, derived here, or only recalled.
Verification = Literal[
    "abstract", "abstract-and-code", "code", "code-with-table-trace", "derived", "memory", "rejected"
]


class Effect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one parameter depends on one covariate.

    `reference` is what the covariate is compared with (the threshold of `linear-above` and `set`); `exponent`,
    `coefficient` are written without a sign and count as negative where `falls`; `at_most` caps the factor. An effect
    with `left_out` is part of the model as published and is not used, for the reason it says.
    """

    covariate: Covariate
    form: Form
    reference: Fact | None = None
    exponent: Fact | None = None
    coefficient: Fact | None = None
    falls: bool = False
    at_most: Fact | None = None
    left_out: str | None = None


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One parameter: its typical value with a unit, and what it depends on, in the order it is applied."""

    id: str
    value: Fact
    effects: tuple[Effect, ...] = ()


class Bound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A span of one covariate: from `at_least` up to and not including `below`."""

    covariate: Covariate
    at_least: Fact | None = None
    below: Fact | None = None


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of patients with parameters of their own (the young and the old), and who belongs to it."""

    id: str
    who: Bound
    parameters: tuple[Parameter, ...]


class Spread(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much one parameter differs between people; the kind is that of its Variability. `also` vary with it as one."""

    parameter: str
    value: Fact
    also: tuple[str, ...] = ()
    group: str | None = None


class Together(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two parameters that vary together: their covariance, or their correlation."""

    parameters: tuple[str, ...]
    kind: Literal["covariance", "correlation"]
    value: Fact


class Variability(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Differences between people, log-normal, as reported: CV in %, variance ω² of the logarithm, or SD ÷ mean.

    `borrowed_from` is the model they were taken from: such an interval is indicative and says so. `missing` are the
    parameters whose spread the source has and nobody could read.
    """

    kind: Literal["cv", "omega-squared", "sd-over-mean"]
    of: tuple[Spread, ...]
    together: tuple[Together, ...] = ()
    borrowed_from: str | None = None
    missing: tuple[str, ...] = ()
    note: str | None = None


class Residual(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one measured level differs from its model by: SD as a fraction, proportional or of the logarithm."""

    kind: Literal["proportional", "log-normal"]
    value: Fact
    of: str | None = None
    borrowed_from: str | None = None


class EffectSite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lag between blood and effect. `ke0` belongs to this model and to no other; without `use` it is only listed.

    `group` is the group of patients it holds for; `ec50` the level at the effect site with half of the greatest effect.
    """

    id: str
    ke0: Fact
    effect: str
    use: bool
    because: str
    group: str | None = None
    ec50: Fact | None = None
    greatest: Fact | None = None


class Domain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom the model was fitted on, as bounds. Outside them its numbers print only with a finding."""

    weight_low: Fact | None = None
    weight_high: Fact | None = None
    age_low: Fact | None = None
    age_high: Fact | None = None
    creatinine_low: Fact | None = None
    creatinine_high: Fact | None = None
    gfr_low: Fact | None = None
    bmi_high: Fact | None = None
    duration_high: Fact | None = None


class Population(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who was studied. `n` is none where it was not read."""

    who: str
    n: int | None = None
    pregnant: bool = False
    children: bool = False


class Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the model is chosen for: a route, which part of the answer it gives, when, and why.

    Every bound of `when` holds, or the model is not chosen. Where one cannot be judged, the model stays out and that is
    said. `instead_of` names the model that it takes the place of.
    """

    route: Route
    part: Part
    because: str
    when: tuple[Bound, ...] = ()
    instead_of: str | None = None


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another reading of the parameters that has to be drawn beside the line: the ends of a range, a lower clearance."""

    id: str
    part: Literal["upper", "lower"]
    parameters: tuple[Parameter, ...]
    because: str


class Caution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the lower clearance of two models counts for warnings: when, of which other model, and why."""

    when: Bound
    also_of: str
    because: str


class Kinetics(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model: of which drug and analyte, in which amounts, with which parameters, for whom, and how it is known.

    Amounts are in `amount` (mg, or mmol) of the form `of`; concentrations in the same per litre. Where
    `adds_to_baseline`, the model gives the increment, and the level is the patient's own measured baseline with it;
    `baseline` is what the study's people had, and is no default. `on` is the model that feeds this one (a metabolite)
    or that this one feeds (an absorption put in front of it). What is not written here is as in the model `like`.
    `listed` are parameters that were read and are not simulated; `marks` print beside every curve. A model with role `not-usable` is never simulated.
    """

    id: str
    name: str
    drug: str
    analyte: str
    of: Fact
    amount: Literal["mg", "mmol"]
    stereochemistry: Literal[
        "racemate", "S", "R and S apart", "racemate and S pooled", "S, applied to the racemate", "none"
    ]
    role: ModelRole
    because: str
    structure: Structure
    structure_in_words: str
    routes: tuple[ModelRoute, ...]
    population: Population
    site: Site
    verification: Verification
    verification_in_words: str
    sources: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    listed: tuple[Parameter, ...] = ()
    groups: tuple[Group, ...] = ()
    like: str | None = None
    variability: Variability | None = None
    other_variability: tuple[Variability, ...] = ()
    residuals: tuple[Residual, ...] = ()
    effect_sites: tuple[EffectSite, ...] = ()
    domain: Domain = Domain()
    needs: tuple[Need, ...] = ()
    variants: tuple[Variant, ...] = ()
    equations: tuple[str, ...] = ()
    site_in_words: str | None = None
    on: str | None = None
    baseline: Fact | None = None
    adds_to_baseline: bool = False
    caution: Caution | None = None
    standing: Standing = "provisional"
    provisional: str | None = None
    disputes: tuple[ModelDispute, ...] = ()
    checks: tuple[Claim, ...] = ()
    marks: tuple[Claim, ...] = ()
    notes: tuple[Claim, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether the model may be simulated at all."""
        return self.role != "not-usable"

    def parameter(self, name: str) -> Parameter:
        """The parameter with this name, outside groups. Errors: `UnknownName`."""
        for one in self.parameters:
            if one.id == name:
                return one
        raise unknown_name("parameter", name, known=[one.id for one in self.parameters], where=self.id)


class ModelDispute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something the sources of a model disagree about, with the choice made here."""

    id: str
    about: str
    fact: Fact


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A span of levels at which something was seen, in the words of a source. A reference, never a target.

    No dose is worked out from a band and no infusion is steered by it. A band whose source nobody kept, or whose
    numbers are only recalled, is listed and never drawn: `not_sourced` says why.
    """

    id: str
    drug: str
    analyte: str
    seen: str
    kind: Literal["physiological", "analgesia", "sedation", "mental-effect", "awakening", "anaesthesia", "label-goal",
                  "toxicity", "highest-observed"]  # fmt: skip
    population: str
    low: Fact | None = None
    high: Fact | None = None
    site: Site = "not stated"
    not_sourced: str | None = None
    notes: tuple[Claim, ...] = ()

    @property
    def may_be_drawn(self) -> bool:
        """Whether the band has a source that somebody read."""
        return self.not_sourced is None


class GivenDose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One dose of an observed set, as the source gives it; zero duration is a bolus."""

    start_h: Decimal
    duration_h: Decimal
    amount: Decimal
    unit: Literal["mg", "mg/kg", "mmol"]
    route: Route = "intravenous"
    note: str | None = None


class ObservedPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A level at a time. Several times: the mean over samples at all of them."""

    hours: tuple[Decimal, ...]
    value: Decimal
    statistic: str
    spread: str | None = None
    note: str | None = None


class StatedError(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a model's typical line lies from a set, in %, as found when the models were chosen: median, median size."""

    model: str
    mdpe: Decimal
    mdape: Decimal


class Observed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Levels that others published. `weight` is assumed where `weight_note` says so; such a set judges only coarsely."""

    id: str
    drug: str
    analyte: str
    matrix: str
    site: Site
    population: str
    unit: str
    source: str
    where: str
    reliability: str
    weight_kg: Decimal
    doses: tuple[GivenDose, ...]
    points: tuple[ObservedPoint, ...]
    aliases: tuple[str, ...] = ()
    n: int | None = None
    weight_note: str | None = None
    age: Decimal | None = None
    baseline: Decimal | None = None
    creatinine_mg_dl: Decimal | None = None
    is_venous_end_of_infusion: bool = False
    not_independent_of: tuple[str, ...] = ()
    not_scored: str | None = None
    errors: tuple[StatedError, ...] = ()
    licence: str | None = None
    notes: str | None = None
