"""May these studies be pooled at all? A pool of what differs is refused, unless the difference is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol, TypeVar

import msgspec

from assuage.errors import EvidenceError, Problem
from assuage.evidence.effect import Measure
from assuage.evidence.weighted import WHERE, refuse

Design = Literal["parallel", "crossover", "single arm"]
Counted = Literal["patients", "sessions", "infusions", "animals"]
# What must be the same in every study, with the words for it.
SAME = {
    "species": "species", "condition": "condition", "drug": "drug", "comparator": "comparator", "outcome": "outcome",
    "time": "time of the outcome", "counted": "what n counts",
}  # fmt: skip
# What a network compares, and what studies followed over time differ in: there, and only there, these may differ.
COMPARED = frozenset({"drug", "comparator"})
FOLLOWED = frozenset({"time"})
SINGLE = "single arms"
REPEATED = "repeated studies"
# Measures of one arm by itself; every other measure compares two treatments.
OF_ONE_ARM: frozenset[Measure] = frozenset({"PR", "PLN", "PLO", "PAS", "PFT", "MC", "SMCC", "SMCR", "SMCRH", "ROMC"})


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A study as a pool must know it. None says that it is not stated, which is not the same as being alike.

    `time` and `outcome` are words of one clinic for all studies (“14 d after the last infusion”, “relief ≥ 50 %”).
    """

    study: str
    species: str | None
    condition: str | None
    drug: str | None
    comparator: str | None
    outcome: str | None
    time: str | None
    design: Design
    counted: Counted


class Markable(Protocol):
    """A pooled result that can say what was mixed in it."""

    @property
    def mixed(self) -> tuple[str, ...]: ...


Result = TypeVar("Result", bound=Markable)


def mixtures(studies: Sequence[Described], *, measure: Measure, meant: frozenset[str] = frozenset()) -> dict[str, str]:
    """What differs among the studies: by name, how. Empty where they are alike; `meant` are names that must differ.

    Holds     order does not matter for which names are there; a value that is not stated counts as different
    Checked   tests/unit/test_pool_comparable.py
    """
    found = {}
    for name, words in SAME.items():
        if name in meant:
            continue
        values = [getattr(study, name) for study in studies]
        known = list(dict.fromkeys(value for value in values if value is not None))
        missing = [study.study for study in studies if getattr(study, name) is None]
        if len(known) > 1 or missing:
            parts = [f"“{value}”" for value in known] + ([f"not stated in {', '.join(missing)}"] if missing else [])
            found[name] = f"{words}: {' and '.join(parts)}"
    single = [study.study for study in studies if study.design == "single arm"]
    if single and (len(single) < len(studies) or measure not in OF_ONE_ARM):
        rest = f"as {measure}, which compares two treatments" if measure not in OF_ONE_ARM else "beside compared arms"
        found[SINGLE] = f"single arms ({', '.join(single)}) {rest}"
    names = [study.study for study in studies]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        found[REPEATED] = f"more than one result of {', '.join(repeated)}: the same people may count twice"
    return found


def refuse_mixtures(
    studies: Sequence[Described],
    *,
    measure: Measure,
    mixed_on_purpose: Sequence[str] = (),
    meant: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Refuse one study, and every difference that is not named; what was named comes back, to mark the result with.

    Give      two or more studies; the measure they are pooled in; names out of species, condition, drug, comparator,
              outcome, time, counted, single arms, repeated studies; names that the kind of pool itself compares
    Errors    `EvidenceError` with every difference at once, and for a name that is unknown or differs in nothing
    """
    if len(studies) < 2:
        raise refuse(f"{len(studies)} study to pool" if studies else "no study to pool", "at least two studies",
                     "show the one study with its own interval; it is not a pool")  # fmt: skip
    found = mixtures(studies, measure=measure, meant=meant)
    problems = [
        Problem(f"studies that differ in {how}", WHERE, "studies that are alike in this",
                f"pool them apart; or, if it is meant, write mixed_on_purpose=['{name}']: the result will say so")
        for name, how in found.items() if name not in mixed_on_purpose
    ]  # fmt: skip
    known = (*SAME, SINGLE, REPEATED)
    for name in mixed_on_purpose:
        if name not in known:
            problems.append(Problem(f"“{name}” is named as mixed", WHERE, f"one of {', '.join(known)}", "choose one"))
        elif name not in found:
            problems.append(Problem(f"“{name}” is named as mixed, but is the same in every study", WHERE,
                                    "names of what does differ", "leave it out"))  # fmt: skip
    if problems:
        raise EvidenceError(*problems)
    return tuple(found[name] for name in found)


def pool_described(
    studies: Sequence[Described],
    pool: Callable[[], Result],
    *,
    measure: Measure,
    mixed_on_purpose: Sequence[str] = (),
) -> Result:
    """The pool, made only if the studies may be pooled, and marked with what was mixed on purpose.

    Give      the studies as described; a function that pools them; the measure; names of what is mixed on purpose
    Errors    as `refuse_mixtures`; nothing is pooled then
    """
    return _described(studies, pool, measure=measure, mixed_on_purpose=mixed_on_purpose, meant=frozenset())


def network_described(
    studies: Sequence[Described],
    network: Callable[[], Result],
    *,
    measure: Measure,
    mixed_on_purpose: Sequence[str] = (),
) -> Result:
    """The network, made only if its studies differ in nothing but what they compared; marked as a pool is.

    Give      as `pool_described`; drugs and comparators may differ, and must be stated
    Errors    as `refuse_mixtures`, and for a study whose drug or comparator is not stated
    """
    return _described(studies, network, measure=measure, mixed_on_purpose=mixed_on_purpose, meant=COMPARED)


def repeated_described(
    studies: Sequence[Described],
    pool: Callable[[], Result],
    *,
    measure: Measure,
    mixed_on_purpose: Sequence[str] = (),
) -> Result:
    """The pool of studies followed over time, made only if they differ in nothing but when they looked.

    Give      as `pool_described`, each study once with all its times; times may differ, and must be stated
    Errors    as `refuse_mixtures`, and for a study whose time is not stated
    """
    return _described(studies, pool, measure=measure, mixed_on_purpose=mixed_on_purpose, meant=FOLLOWED)


def _described(
    studies: Sequence[Described],
    pool: Callable[[], Result],
    *,
    measure: Measure,
    mixed_on_purpose: Sequence[str],
    meant: frozenset[str],
) -> Result:
    problems = [
        Problem(f"the {SAME[name]} of {study.study} is not stated", WHERE, "what was compared, and when, in every study",
                "find it in the paper, or leave the study out and say so")
        for study in studies for name in sorted(meant) if getattr(study, name) is None
    ]  # fmt: skip
    if problems:
        raise EvidenceError(*problems)
    mixed = refuse_mixtures(studies, measure=measure, mixed_on_purpose=mixed_on_purpose, meant=meant)
    found: Result = msgspec.structs.replace(pool(), mixed=mixed)  # type: ignore[type-var]
    return found
