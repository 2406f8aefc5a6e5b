"""Three truth values, and conditions judged with them (Kleene's strong logic). Unknown is never normal.

Holds: `judge` is monotone. Making a value unknown may turn true or false into unknown, never one into the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol

from assuage.patient import Unknown, Value
from assuage.quantity import Quantity
from assuage.rule import Condition

Truth = Literal["true", "false", "unknown"]
Doubt = Literal["missing", "stale", "implausible", "contradictory", "later"]


class Doubted(Unknown, frozen=True):
    """Not known, and what kind of doubt it is: missing, or a value that stands in the file and cannot be used.

    `at_most` is what it is known not to exceed: the worse of two estimates when only one of them could be made.
    """

    doubt: Doubt = "missing"
    place: str = ""
    at_most: Quantity | None = None


class Knowledge(Protocol):
    """What conditions ask of: facts by name, and membership of the three lists."""

    def get(self, name: str) -> Value | Unknown:
        """A fact, or why it is not known."""
        ...

    def among(self, which: str, wanted: tuple[str, ...]) -> Truth:
        """Whether a list holds anything of the wanted classes or ids."""
        ...


def judge(condition: Condition, known: Knowledge) -> Truth:
    """The truth of a condition. `missing` is two-valued; everything else may be unknown."""
    if condition.all is not None:
        return _all(judge(part, known) for part in condition.all)
    if condition.any is not None:
        return _any(judge(part, known) for part in condition.any)
    if condition.not_ is not None:
        return _not(judge(condition.not_, known))
    for which in ("condition", "medication", "allergy"):
        wanted = getattr(condition, which)
        if wanted is not None:
            return known.among(which, wanted)
    if condition.missing is not None:
        return "true" if isinstance(known.get(condition.missing), Unknown) else "false"
    assert condition.fact is not None, "a condition that asks nothing"
    return _compare(condition, known.get(condition.fact))


def _compare(condition: Condition, value: Value | Unknown) -> Truth:
    if isinstance(value, Unknown):
        ceiling = value.at_most if isinstance(value, Doubted) else None
        return "unknown" if ceiling is None else _all(_below(condition, ceiling))
    if condition.is_ is not None:
        word = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
        return "true" if word in condition.is_ else "false"
    assert isinstance(value, Quantity), f"{condition.fact} is compared with a bound but is not a quantity"
    return _all(_bounds(condition, value))


def _bounds(condition: Condition, value: Quantity) -> Iterable[Truth]:
    for bound, signs in (
        (condition.below, (-1,)),
        (condition.at_most, (-1, 0)),
        (condition.above, (1,)),
        (condition.at_least, (1, 0)),
    ):
        if bound is not None:
            yield "true" if value.compare(bound.quantity) in signs else "false"


def _below(condition: Condition, ceiling: Quantity) -> Iterable[Truth]:
    """Each bound, judged for a value of which only a ceiling is known."""
    for bound, signs, settled in (
        (condition.below, (-1,), "true"),
        (condition.at_most, (-1, 0), "true"),
        (condition.above, (-1, 0), "false"),
        (condition.at_least, (-1,), "false"),
    ):
        if bound is not None:
            yield settled if ceiling.compare(bound.quantity) in signs else "unknown"  # type: ignore[misc]


def _all(parts: Iterable[Truth]) -> Truth:
    return min(parts, key=ORDER.index)


def _any(parts: Iterable[Truth]) -> Truth:
    return max(parts, key=ORDER.index)


def _not(value: Truth) -> Truth:
    return OPPOSITE[value]


ORDER: tuple[Truth, ...] = ("false", "unknown", "true")
OPPOSITE: dict[Truth, Truth] = {"true": "false", "false": "true", "unknown": "unknown"}


def met(condition: Condition, known: Knowledge) -> tuple[Condition, ...]:
    """The single questions by which a condition is true, in order; nothing where it is not, nor what is denied.

    A true part of a combination that is not true as a whole is no reason.
    """
    if condition.not_ is not None or judge(condition, known) != "true":
        return ()
    if condition.all is None and condition.any is None:
        return (condition,)
    return tuple(one for part in (*(condition.all or ()), *(condition.any or ())) for one in met(part, known))


def asked(condition: Condition) -> tuple[str, ...]:
    """Names of the facts and lists a condition asks about, in order."""
    names: list[str] = []
    for part in parts(condition):
        for which, name in (("condition", "conditions"), ("medication", "medications"), ("allergy", "allergies")):
            if getattr(part, which) is not None:
                names.append(name)
        names.extend(name for name in (part.fact, part.missing) if name is not None)
    return tuple(dict.fromkeys(names))


def parts(condition: Condition) -> tuple[Condition, ...]:
    """The single questions a condition is made of, in order."""
    inner = (*(condition.all or ()), *(condition.any or ()), *((condition.not_,) if condition.not_ else ()))
    return tuple(part for one in inner for part in parts(one)) or (condition,)
