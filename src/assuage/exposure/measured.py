"""From measured levels to one patient: the prior that a published model makes, the estimate, and the peaks before and after.

A peak here is predicted. No dose follows from it, and nothing is estimated that the model's source gives no spread for.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np

from assuage.errors import ExposureError, Problem
from assuage.exposure.covariates import Numbers, holds
from assuage.exposure.domain import variability_of
from assuage.exposure.ensemble import Cast, players
from assuage.exposure.events import Array, Dose
from assuage.exposure.models import HALF_LIFE, Ensemble, Member, MemberPart
from assuage.exposure.population import People, _covariance, spanned
from assuage.exposure.posterior import Level, Posterior, Prior, Residual, estimate
from assuage.exposure.simulate import Body, absorbed, clock, horizon, levels
from assuage.kinetics import Kinetics, Spread, Variability

# The engine's names of what models call otherwise. A half-life varies as its rate does: the logarithms differ in sign alone.
ENGINE = {"V1": "v1", "CL": "cl", "V2": "v2", "Q2": "q2", "V3": "v3", "Q3": "q3", "ka": "ka", HALF_LIFE: "ka"}
# A top without a corner is looked for around the typical one, so far to both sides (h), at so many times: one a minute.
AROUND_H, LOOKED_AT = 1.0, 121

Drawn = Literal["venous", "arterial"]
Span = tuple[float, float, float]


class Sample(msgspec.Struct, frozen=True):
    """One measured level: hours from the first start, the model's unit, where it was drawn, error of the assay as SD ÷ level."""

    at_h: float
    value: float
    site: Drawn
    assay_error: float = 0.0


class Window(msgspec.Struct, frozen=True):
    """One infusion with what follows it: from its start up to the next start, in hours."""

    start_h: float
    end_h: float


class Question(msgspec.Struct, frozen=True, eq=False):
    """What is asked: doses as given and planned, the levels, the infusion they belong to, the one to come if there is one."""

    doses: tuple[Dose, ...]
    samples: tuple[Sample, ...]
    given: Window
    following: Window | None = None


class Expected(msgspec.Struct, frozen=True):
    """One level beside what was expected of it: median and nine in ten of measured levels before, and the line after."""

    sample: Sample
    before: Span
    now: float


class Estimated(msgspec.Struct, frozen=True):
    """One parameter: typical value, the patient's over it, and the SD of its logarithm before and now."""

    name: str
    typical: float
    ratio: float
    sd_before: float
    sd_now: float


class Beside(msgspec.Struct, frozen=True):
    """Another line that counts for warnings, of a typical person and untouched by the levels: its peaks."""

    name: str
    part: MemberPart
    peak: float
    peak_following: float | None


class Update(msgspec.Struct, frozen=True, eq=False):
    """What levels say of one patient: peaks (median and nine in ten) in the model's unit, baseline included."""

    posterior: Posterior
    levels: tuple[Expected, ...]
    peak_before: Span
    peak_now: Span
    peak_following: Span | None
    estimates: tuple[Estimated, ...]
    beside: tuple[Beside, ...]

    @property
    def tail(self) -> float:
        """The probability of levels at least this far from what is expected, in people of the model."""
        return self.posterior.tail


def prior_of(member: Member, cast: Cast, *, baseline: float, residual: Residual) -> Prior:
    """The population of a member as the engine wants it: typical parameters, and how those vary that have a spread.

    Give      the line of an ensemble (no metabolite); the catalog's models and the patient's covariates; the level measured
              before the first dose, in the model's unit (0 where the body has none of it); the error of one level
    Holds     the baseline is fixed; what varies as one parameter stays one
    Errors    `ExposureError`: a metabolite, a structure that is not one to three compartments, no published spread
    """
    if member.fed_by is not None or "V1" not in member.numbers.values:
        raise ExposureError(
            Problem(f"{member.model.name} cannot be updated by a level", "measured levels",
                    "a model of the drug itself, of one to three compartments", "leave this level out")
        )  # fmt: skip
    typical = {ENGINE[name]: value for name, value in member.numbers.values.items() if name in ENGINE}
    fraction = 1.0
    if member.absorption is not None:
        front = absorbed(member.absorption.values)
        typical["ka"], fraction = np.asarray(front.ka_per_h).item(), np.asarray(front.fraction).item()
    names: list[str] = []
    together: dict[str, tuple[str, ...]] = {}
    blocks: list[Array] = []
    for one in (member.numbers, member.absorption):
        if one is None:
            continue
        spread, rows = _spreads(one, cast)
        if spread is None:
            continue
        blocks.append(_covariance(spread, rows))
        names += [ENGINE[row.parameter] for row in rows]
        together |= {ENGINE[row.parameter]: tuple(ENGINE[name] for name in row.also) for row in rows if row.also}
    if not blocks or "cl" not in names:
        raise ExposureError(_no_spread(member.model))
    baseline = baseline if member.model.adds_to_baseline else 0.0
    return Prior(typical, tuple(names), _beside(blocks), residual, baseline, fraction, together)


def _spreads(one: Numbers, cast: Cast) -> tuple[Variability | None, list[Spread]]:
    """The spreads that count for this patient, of parameters that the engine knows."""
    model = cast.models[one.model]
    group = next((each.id for each in model.groups if holds(each.who, cast.covariates)), None)
    spread = variability_of(model, cast.models)
    if spread is None:
        return None, []
    rows = [row for row in spread.of if row.group in (None, group) and row.parameter in one.values and row.parameter in ENGINE]  # fmt: skip
    return (spread, rows) if rows else (None, [])


def _no_spread(model: Kinetics) -> Problem:
    return Problem(f"{model.name} has no published spread: how much people differ in it is not known", "measured levels",
                   "a model whose source says how much people differ", "compare the level with the line by eye; nothing is estimated from it")  # fmt: skip


def _beside(blocks: Sequence[Array]) -> Array:
    """Blocks along the diagonal: parts that vary independently."""
    whole = np.zeros((sum(len(one) for one in blocks),) * 2)
    at = 0
    for one in blocks:
        whole[at : at + len(one), at : at + len(one)] = one
        at += len(one)
    return whole


def residual_of(model: Kinetics, samples: Sequence[Sample]) -> Residual:
    """The error of one level: that of the model for where it was drawn, and the laboratory's own, as independent errors.

    Where several apply (levels from vein and artery, groups of patients), the largest: a level is never believed more
    than it deserves. Errors: `ExposureError` where the model states none.
    """
    if not model.residuals:
        raise ExposureError(
            Problem(f"{model.name} states no error of one level", "measured levels", "a model that states it",
                    "compare the level with the line by eye; nothing is estimated from it")
        )  # fmt: skip
    sizes = [math.hypot(_model_error(model, one.site), one.assay_error) for one in samples]
    return Residual(max(sizes))


def _model_error(model: Kinetics, site: Drawn) -> float:
    sized = [(one.of, float(one.value.quantity.to("1").value)) for one in model.residuals]
    fitting = [size for of, size in sized if of in (None, model.analyte, site)]
    return max(fitting or [size for _, size in sized])


def update(ensemble: Ensemble, cast: Cast, *, baseline: float | None, question: Question) -> Update:
    """What the levels of a drug say of one patient.

    Give      the models that answer; the people to draw (2 or more); the measured baseline, in the model's unit, none where
              nobody measured it; doses, levels and infusions in the model's amounts and hours from the first start
    Get       `Update`; levels in order of time
    Holds     as the error grows all of it goes to what was predicted before; the same seed gives the same numbers
    Source    posterior.py; before: the people of population.py, with the error of one level where a level is expected
    Checked   tests/unit/test_measured.py, tests/laws/test_measured.py
    Errors    `ExposureError`: no line, no baseline, no spread, levels that cannot be used
    """
    member = _line(ensemble, baseline, cast.who)
    samples = tuple(sorted(question.samples, key=lambda one: one.at_h))
    prior = prior_of(member, cast, baseline=baseline or 0.0, residual=residual_of(member.model, samples))
    found = estimate(prior, question.doses, levels=[Level(one.at_h, one.value) for one in samples])
    alone = msgspec.structs.replace(ensemble, members=(member,))
    (player,) = players(alone, cast, baseline=baseline or 0.0)
    assert player.people is not None
    stream = np.random.default_rng([cast.who.seed, zlib.crc32(b"measured")])
    patients = Body(found.draws(stream, count=cast.who.count))
    times_h = [one.at_h for one in samples]
    before = levels(player.people, question.doses, t_h=times_h)
    measured = before * (1 + prior.residual.proportional * stream.standard_normal(before.shape))
    following = question.following
    return Update(
        posterior=found,
        levels=tuple(
            Expected(one, spanned(measured[:, n]), float(found.predicted[n])) for n, one in enumerate(samples)
        ),
        peak_before=_peak(player.people, player.typical, question.doses, within=question.given),
        peak_now=_peak(patients, player.typical, question.doses, within=question.given),
        peak_following=None if following is None else _peak(patients, player.typical, question.doses, within=following),
        estimates=tuple(_estimates(prior, found)),
        beside=tuple(_others(ensemble, cast, baseline or 0.0, question)),
    )


def _others(ensemble: Ensemble, cast: Cast, baseline: float, question: Question) -> Iterator[Beside]:
    """The lines above, of which the highest counts for a warning. A level changes none of them."""
    warning = msgspec.structs.replace(ensemble, members=ensemble.of("upper", "envelope", "caution"))
    following = question.following
    for one in players(warning, cast, baseline=baseline):
        body = one.typical
        peak, _, _ = _peak(body, body, question.doses, within=question.given)
        later = None if following is None else _peak(body, body, question.doses, within=following)[0]
        yield Beside(one.member.model.name, one.member.part, peak, later)


def _line(ensemble: Ensemble, baseline: float | None, who: People) -> Member:
    problems = []
    member = ensemble.line
    if member is None:
        told = " ".join(one.message for one in ensemble.findings)
        problems.append(
            Problem(f"no level of {ensemble.drug} is predicted. {told}".strip(), "measured levels", "a model with all that it needs",
                    "give what is missing in the patient file")
        )  # fmt: skip
    elif member.model.adds_to_baseline and baseline is None:
        problems.append(
            Problem(f"the {member.model.analyte} before the first dose is not known", "measured levels", "the measured baseline: it is never estimated with the volume",
                    "give the level before the first dose in the patient file, with its day")
        )  # fmt: skip
    if who.is_typical:
        problems.append(Problem("1 person to simulate", "--n, with measured levels", "2 people or more: an estimate has a spread", "leave --n out"))  # fmt: skip
    if problems:
        raise ExposureError(*problems)
    assert member is not None
    return member


def _peak(body: Body, typical: Body, doses: Sequence[Dose], *, within: Window) -> Span:
    """The highest level of an infusion, over people."""
    end_h = min(within.end_h, horizon(doses))
    marks = clock(doses)
    times = np.unique([within.start_h, *marks[(marks > within.start_h) & (marks < end_h)], end_h])
    # Tops of infusions lie at their ends, which are looked at; those after absorption are smooth.
    top_h = times[levels(typical, doses, t_h=times)[0].argmax()]
    near = np.linspace(top_h - AROUND_H, top_h + AROUND_H, LOOKED_AT)
    times = np.union1d(times, near[(near > within.start_h) & (near < end_h)])
    return spanned(levels(body, doses, t_h=times).max(axis=1))


def _estimates(prior: Prior, found: Posterior) -> Iterator[Estimated]:
    for n, name in enumerate(prior.varying):
        yield Estimated(
            name=name,
            typical=prior.typical[name],
            ratio=math.exp(found.eta[n]),
            sd_before=math.sqrt(prior.covariance[n, n]),
            sd_now=math.sqrt(found.covariance[n, n]),
        )


def caveats(member: Member, samples: Sequence[Sample], *, models: Mapping[str, Kinetics]) -> tuple[str, ...]:
    """What an estimate from these levels cannot be trusted for, in order; empty is possible."""
    return tuple(dict.fromkeys(_caveats(member, samples, models)))


def is_indicative(member: Member, samples: Sequence[Sample], *, models: Mapping[str, Kinetics]) -> bool:
    """Whether sites disagree, or the spread is another model's: then the estimate is an indication and no more."""
    spread = variability_of(member.model, models)
    is_lent = spread is not None and spread.borrowed_from is not None
    front = member.absorption
    return is_lent or _sites_differ(member.model, samples) or (front is not None and models[front.model].provisional is not None)  # fmt: skip


def _sites_differ(model: Kinetics, samples: Sequence[Sample]) -> bool:
    return model.site != "not stated" and any(one.site != model.site for one in samples)


def _caveats(member: Member, samples: Sequence[Sample], models: Mapping[str, Kinetics]) -> Iterator[str]:
    model = member.model
    if _sites_differ(model, samples):
        other = "venous" if model.site == "arterial" else "arterial"
        yield f"The model predicts {model.site} levels and a level is {other}: the estimate is indicative, and nothing is corrected."
        if model.site_in_words:
            yield model.site_in_words
    yield from (mark.sentence for mark in member.marks if mark.kind != "arterial")
    if len({math.hypot(_model_error(model, one.site), one.assay_error) for one in samples}) > 1:
        yield "The levels have different errors; the largest is taken for each."
    if not all(one.assay_error for one in samples):
        yield "Where no error of the assay is given, a level has the error that the model states for one level, and no more."
    if model.adds_to_baseline:
        yield "The baseline is fixed to the level measured before the first dose; it is not estimated."
    yield "Doses are taken as planned, to the minute: a pump that stood still, or another dose, makes the estimate wrong."
