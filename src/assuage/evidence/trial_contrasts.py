"""One trial of two or more arms, as contrasts against one of its arms with what the contrasts share."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import isfinite, log
from typing import Literal

import msgspec
import numpy as np

from assuage.errors import EvidenceError, Problem
from assuage.evidence.continuous import Scores
from assuage.evidence.correlated import unusable
from assuage.evidence.effect import NOTHING_ADDED, Count, Effect, Measure, To, added, no_empty

Counted = Literal["OR", "RR", "RD"]
Pair = tuple[str, str]
# Contrasts that were printed apart add up to within this share of a standard error, or one of them is wrong.
ROUNDING = 0.05


class TrialContrasts(msgspec.Struct, frozen=True):
    """A trial: `values` are each further treatment less the first, with their covariance, on the scale of analysis."""

    study: str
    measure: Measure
    treatments: tuple[str, ...]
    values: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    derivation: str

    def __post_init__(self) -> None:
        m = len(self.treatments) - 1
        if m < 1:
            raise _refuse(self.study, f"{m + 1} treatment", "at least two", "a single arm compares nothing")
        if twice := sorted({one for one in self.treatments if self.treatments.count(one) > 1}):
            raise _refuse(self.study, f"{', '.join(twice)} compared with itself", "each treatment once",
                          "join arms of one treatment, or name what differs between them")  # fmt: skip
        if len(self.values) != m or [len(row) for row in self.covariance] != [m] * m:
            raise _refuse(self.study, f"{len(self.values)} contrasts of {m + 1} treatments",
                          f"{m} contrasts with a covariance of {m} by {m}", "give one a further arm")  # fmt: skip
        if problems := unusable(self.study, np.array(self.values), covariance=np.array(self.covariance)):
            raise EvidenceError(*problems)

    @property
    def design(self) -> frozenset[str]:
        """Which treatments it compared."""
        return frozenset(self.treatments)


def _refuse(study: str, what: str, expected: str, do: str) -> EvidenceError:
    return EvidenceError(Problem(what, f"the contrasts of {study}", expected, do))


def contrasts_of_counts(
    study: str, arms: Mapping[str, Count], *, measure: Counted, add: float = 0, to: To = "only0"
) -> TrialContrasts:
    """A trial from the counts of its arms; the first arm is the one that the others are set against.

    Give      treatment → count, two arms or more; OR, RR or RD; a continuity correction for all arms, only if asked for
    Holds     which arm comes first changes no pool; the variance of the first arm is shared by every contrast
    Source    variance of an arm: log odds 1/a + 1/b, log share 1/a − 1/n, share ab/n³ (delta method)
    Checked   tests/against/test_network_metafor.py, tests/laws/test_network_laws.py
    Errors    `EvidenceError` for an arm whose logarithm or variance does not exist, or one arm
    """
    cells = tuple(cell for arm in arms.values() for cell in (arm.events, arm.others))
    corrected, told = added(cells, add=add, to=to)
    pairs = list(zip(corrected[::2], corrected[1::2], strict=True))
    if measure not in ("OR", "RR", "RD"):
        raise _refuse(study, f"the measure “{measure}” of counts", "OR, RR or RD", "write measure='OR'")
    if measure != "RD":
        no_empty(measure, tuple(corrected if measure == "OR" else (a for a, _ in pairs)))
    levels = [_level(measure, a, b) for a, b in pairs]
    counts = ", ".join(f"{name} {arm}" for name, arm in arms.items())
    return _of_levels(study, measure, levels=dict(zip(arms, levels, strict=True)), derivation=f"{counts}; {told}")


def _level(measure: Counted, a: float, b: float) -> tuple[float, float]:
    """An arm's own value and its variance."""
    n = a + b
    if measure == "OR":
        return log(a / b), 1 / a + 1 / b
    if measure == "RR":
        return log(a / n), b / a / n
    return a / n, a * b / n**3


def contrasts_of_scores(study: str, arms: Mapping[str, Scores]) -> TrialContrasts:
    """A trial from the means and spreads of its arms, as mean differences in the unit of the score.

    Give      treatment → mean, standard deviation and n, two arms or more; each arm keeps its own variance
    Source    variance of an arm s²/n, that of the first arm shared by every contrast
    Checked   tests/against/test_network_metafor.py
    """
    levels = {name: (arm.mean, arm.sd**2 / arm.n) for name, arm in arms.items()}
    told = ", ".join(f"{name} {arm}" for name, arm in arms.items())
    return _of_levels(study, "MD", levels=levels, derivation=f"{told}; {NOTHING_ADDED.replace('counts', 'scores')}")


def _of_levels(
    study: str, measure: Measure, *, levels: Mapping[str, tuple[float, float]], derivation: str
) -> TrialContrasts:
    if len(levels) < 2:
        raise _refuse(study, f"{len(levels)} treatment", "at least two", "a single arm compares nothing")
    (first, shared), *rest = levels.values()
    values = tuple(value - first for value, _ in rest)
    rows = tuple(
        tuple(shared + (variance if at == other else 0.0) for other in range(len(rest)))
        for at, (_, variance) in enumerate(rest)
    )
    return TrialContrasts(study, measure, tuple(levels), values, rows, derivation)


def contrasts_of_effects(
    study: str, effects: Mapping[Pair, Effect], *, shared_variance: float | None = None
) -> TrialContrasts:
    """A trial from contrasts as printed: every pair of its arms; or every arm against one, with that arm's variance.

    Give      (one, other) → effect of one against other; the variance of the arm that all are set against, where not
              every pair was printed
    Holds     what the contrasts share follows from all pairs: cov(b − a, c − a) = (var(b − a) + var(c − a) − var(c − b))/2
    Source    Franchini et al., Res Synth Methods 2012
    Checked   tests/laws/test_network_laws.py
    Errors    `EvidenceError` for a treatment against itself, a pair given twice, several measures, pairs that do not add
              up, or three arms and more whose covariance does not follow from what is given
    """
    _refuse_pairs(study, effects)
    measure = next(iter(effects.values())).measure
    names = tuple(dict.fromkeys(name for pair in effects for name in reversed(pair)))
    if len(effects) == len(names) * (len(names) - 1) // 2:
        return _of_all_pairs(study, measure, names=names, effects=effects)
    centre = set.intersection(*(set(pair) for pair in effects))
    if shared_variance is None or len(effects) != len(names) - 1 or len(centre) != 1:
        raise _refuse(study, f"{len(effects)} contrasts of {len(names)} treatments", "every pair of them; or every one "
                      "against the same arm, with the variance of that arm",
                      "find the counts of the arms, or the missing contrasts; nothing is guessed")  # fmt: skip
    if not (isfinite(shared_variance) and shared_variance > 0):
        raise _refuse(study, f"a shared variance of {shared_variance}", "a finite number above zero",
                      "take it from the counts or the spread of the shared arm")  # fmt: skip
    (first,) = centre
    rest = [name for name in names if name != first]
    lines = [_directed(effects, name, first) for name in rest]
    rows = tuple(
        tuple(variance if at == other else shared_variance for other in range(len(rest)))
        for at, (_, variance) in enumerate(lines)
    )
    told = f"{len(rest)} contrasts against {first}, whose variance {shared_variance:g} they share"
    return TrialContrasts(study, measure, (first, *rest), tuple(value for value, _ in lines), rows, told)


def _refuse_pairs(study: str, effects: Mapping[Pair, Effect]) -> None:
    problems = []
    where = f"the contrasts of {study}"
    if not effects:
        raise _refuse(study, "no contrast", "at least one", "leave the study out")
    for one, other in effects:
        if one == other:
            problems.append(Problem(f"{one} compared with itself", where, "two treatments",
                                    "leave it out, or name what differs between the arms"))  # fmt: skip
        elif (other, one) in effects and one < other:
            problems.append(Problem(f"{one} against {other} given both ways", where, "each pair once", "leave one out"))
    measures = sorted({effect.measure for effect in effects.values()})
    if len(measures) > 1:
        problems.append(Problem(f"effects measured as {' and '.join(measures)}", where, "one measure",
                                "compute the same measure for every pair"))  # fmt: skip
    if problems:
        raise EvidenceError(*problems)


def _directed(effects: Mapping[Pair, Effect], one: str, other: str) -> tuple[float, float]:
    """Value and variance of one against other, whichever way round it was printed."""
    if (one, other) in effects:
        return effects[one, other].value, effects[one, other].variance
    return -effects[other, one].value, effects[other, one].variance


def _of_all_pairs(
    study: str, measure: Measure, *, names: tuple[str, ...], effects: Mapping[Pair, Effect]
) -> TrialContrasts:
    first, *rest = names
    lines = {name: _directed(effects, name, first) for name in rest}
    shared = {}
    for one, other in combinations(rest, 2):
        value, variance = _directed(effects, other, one)
        gap = abs(lines[other][0] - lines[one][0] - value)
        if gap > ROUNDING * variance**0.5:
            raise _refuse(study, f"contrasts of {first}, {one} and {other} that miss each other by {gap:g}",
                          "contrasts of one trial that add up", "check their signs and which way round each was printed")  # fmt: skip
        shared[one, other] = shared[other, one] = (lines[one][1] + lines[other][1] - variance) / 2
    rows = tuple(tuple(lines[one][1] if one == other else shared[one, other] for other in rest) for one in rest)
    told = f"every pair of {len(names)} arms" if len(rest) > 1 else "one contrast"
    return TrialContrasts(study, measure, names, tuple(lines[name][0] for name in rest), rows, told)
