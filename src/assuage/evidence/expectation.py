"""What to expect of a regimen, honestly: what was counted in arms like it, and how far the next clinic may lie from that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import comb, exp

import msgspec

from assuage.catalog.model import Catalog
from assuage.errors import EvidenceError, Problem, unknown_name
from assuage.evidence.alike import LeftOut, Search, alike, regime_of
from assuage.evidence.asked import Asked
from assuage.evidence.curve import Mixed
from assuage.evidence.graded import graded
from assuage.evidence.lattice import belief
from assuage.evidence.proportion import refuse_confidence, refuse_count, wilson
from assuage.question import Prior
from assuage.regimen import Regimen
from assuage.sourced import Claim

# The prior of the share who respond, in the catalog; and how many of the next patients a sheet speaks of.
PRIOR, NEXT = "responder-share", 10
CONFIDENCE = 0.95
_PLAIN = re.compile(r"([−-]?\d+(?:\.\d+)?) 1")


class Likely(msgspec.Struct, frozen=True):
    """A share from 0 to 1 as believed: its mean, and the central 95 % interval."""

    mean: float
    lower: float
    upper: float


class NextPatients(msgspec.Struct, frozen=True):
    """How many of the next `of` patients of a new clinic will respond: central 95 % interval, and the chance of each count."""

    of: int
    lower: int
    upper: int
    chances: tuple[float, ...]


class Predicted(msgspec.Struct, frozen=True):
    """What follows from some arms under a prior: the mean of all clinics, a new clinic, one new patient, the next ten."""

    mean: Likely
    new_clinic: Likely
    new_patient: float
    next_patients: NextPatients


class SeenArm(msgspec.Struct, frozen=True):
    """An arm that counts, with the 95 % Wilson interval it is never shown without. `is_ours` marks a clinic's own record.

    `outcome` and `time` are the study's own words; `also_had` are drugs that everybody in it had beside the regimen's.
    """

    study: str
    arm: str
    events: int
    n: int
    mean: float
    lower: float
    upper: float
    also_had: tuple[str, ...] = ()
    has_placebo: bool = False
    is_ours: bool = False
    outcome: str = ""
    time: str = ""


class Prospect(msgspec.Struct, frozen=True):
    """What is asked, the arms that answer it, what follows, and the arms that were left out.

    `predicted` is none where no arm counts: a prior alone is no expectation. `certainty` is the grade of a body of evidence
    that holds one of the arms, none where nobody graded one. `prior` is the prior in words, `sources` what it rests on.
    """

    asked: Asked
    arms: tuple[SeenArm, ...]
    predicted: Predicted | None
    left_out: tuple[LeftOut, ...]
    certainty: str | None
    prior: str
    prior_sources: tuple[str, ...]
    not_given: tuple[str, ...] = ()
    is_series: bool = True


def own_arm(label: str, *, events: int, n: int) -> SeenArm:
    """A clinic's own count as an arm. Errors: `EvidenceError` for a count that cannot be."""
    return _seen("", label, events=events, n=n, is_ours=True)


def _seen(study: str, arm: str, *, events: int, n: int, is_ours: bool = False) -> SeenArm:
    seen = wilson(events, n)
    return SeenArm(study, arm, events, n, seen.mean, seen.lower, seen.upper, is_ours=is_ours)


def prospect(
    regimen: Regimen, asked: Asked, catalog: Catalog, *, ours: Sequence[SeenArm] = (), any_dose: bool = False,
    any_series: bool = False,
) -> Prospect:  # fmt: skip
    """What to expect of a regimen for one outcome at one time.

    Give      a clinic's own arms, if it has any, by `own_arm`; whether arms in another dose or another series count too
    Get       the arms that are alike, each with its interval, what follows from them, and every other arm with its reasons
    Holds     the same arms in any order give the same; without arms nothing is predicted
    Checked   tests/unit/test_expectation_arms.py
    Errors    `UnknownName` where the catalog has no such prior; `EvidenceError` as `predict`
    """
    if PRIOR not in catalog.priors:
        raise unknown_name("prior", PRIOR, known=catalog.priors, where="what to expect")
    prior = catalog.priors[PRIOR]
    like = regime_of(regimen)
    search = Search(like, asked, prior.window_days, any_dose, any_series)
    counted, left = alike(search, catalog)
    seen = [
        msgspec.structs.replace(
            _seen(one.study, one.arm, events=one.events, n=one.n), also_had=one.also_had, has_placebo=one.has_placebo,
            outcome=one.outcome, time=one.time,
        )
        for one in counted
    ]  # fmt: skip
    arms = (*seen, *ours)
    also = dict.fromkeys(drug for one in arms for drug in one.also_had)
    return Prospect(
        asked=asked,
        arms=arms,
        predicted=predict([(one.events, one.n) for one in arms], prior=prior) if arms else None,
        left_out=left,
        certainty=graded(regimen.id, [(one.study, one.row) for one in counted], catalog),
        prior=_in_words(prior),
        prior_sources=tuple(dict.fromkeys(one.source for one in (prior.tau_scale, prior.mean, prior.mean_sd))),
        not_given=tuple(drug for drug in also if drug not in like.given),
        is_series=like.sessions != 1,
    )


def predict(counts: Sequence[tuple[int, int]], *, prior: Prior, of: int = NEXT) -> Predicted:
    """The predictive distribution of the share who respond, from one or more arms.

    Give      (events, n) of each arm, of different people; the prior of the catalog; how many next patients to speak of
    Get       shares from 0 to 1 with central 95 % intervals; the interval of a count reaches from the last below 2.5 % to
              the first at 97.5 %
    Holds     the order of arms does not matter; the mean share of a new clinic is the chance of its next patient; another
              responder raises it. One arm is no pool: how far clinics differ is then the prior's word alone
    Source    `belief`; the count of the next is binomial in a new clinic's share
    Checked   tests/conformance/test_expectation.py, tests/laws/test_expectation.py, tests/against/test_expectation.py
    Errors    `EvidenceError` without an arm, for a count that cannot be, or where the prior leaves the counts no room
    """
    if not counts:
        raise EvidenceError(
            Problem("no arm", "a prediction", "at least one arm that was counted", "say that nothing is known: a prior is no evidence")
        )  # fmt: skip
    for events, n in counts:
        refuse_count(events, n)
    if of < 1:
        raise EvidenceError(Problem(f"the next {of} patients", "a prediction", "a whole number above 0", "ask for ten"))
    held = belief(tuple(sorted(counts)), numbers(prior))
    chances = _chances(held.new, of)
    return Predicted(_likely(held.mean), new := _likely(held.new), new.mean, _next(chances))


def numbers(prior: Prior) -> tuple[float, float, float]:
    """Scale of τ, mean and standard deviation of the mean, as the prior's claims say.

    Errors    `EvidenceError` for a claim that is no plain number, and for a scale or deviation that is not above 0
    """
    scale, mean, sd = (_number(claim, prior.id) for claim in (prior.tau_scale, prior.mean, prior.mean_sd))
    for name, value in (("scale of τ", scale), ("standard deviation of the mean", sd)):
        if value <= 0:
            raise EvidenceError(
                Problem(f"a {name} of {value:g}", f"prior {prior.id}", "a number above 0", "write how far it may lie")
            )
    return scale, mean, sd


def _number(claim: Claim, prior: str) -> float:
    """A number without a unit, below zero too: `parse` reads quantities, which are not."""
    found = _PLAIN.fullmatch(claim.value)
    if found is None:
        raise EvidenceError(
            Problem(f"“{claim.value}” of {claim.source}", f"prior {prior}", "a plain number and its unit, 1",
                    "write it as 0.5 1 or -0.5 1")
        )  # fmt: skip
    return float(found[1].replace("−", "-"))


def _in_words(prior: Prior) -> str:
    scale, mean, sd = numbers(prior)
    return f"half-normal({scale:g}) for how far clinics differ, normal({mean:g}, {sd:g}) for their mean, on the logit scale"


def _share(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds)) if log_odds > 0 else (odds := exp(log_odds)) / (1 + odds)


def _likely(held: Mixed, *, confidence: float = CONFIDENCE) -> Likely:
    refuse_confidence(confidence)
    rest = (1 - confidence) / 2
    mean = sum(part * _share(value) for value, part in held.points())
    return Likely(mean, _share(held.quantile(rest)), _share(held.quantile(1 - rest)))


def _chances(held: Mixed, of: int) -> list[float]:
    """The chance of each count among the next: binomial, averaged over the share of a new clinic."""
    points = [(_share(value), _share(-value), part) for value, part in held.points()]
    chances = [
        comb(of, count) * sum(part * share**count * other ** (of - count) for share, other, part in points)
        for count in range(of + 1)
    ]
    total = sum(chances)
    return [one / total for one in chances]


def _next(chances: Sequence[float]) -> NextPatients:
    rest, below = (1 - CONFIDENCE) / 2, 0.0
    lower = upper = len(chances) - 1
    for count, chance in enumerate(chances):
        before, below = below, below + chance
        if before < rest <= below:
            lower = count
        if before < 1 - rest <= below:
            upper = count
    return NextPatients(len(chances) - 1, lower, upper, tuple(chances))
