"""Three truth values, and conditions judged with them (Kleene's strong logic). Unknown is never normal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol

from assuage.patient import Unknown, Value
from assuage.quantity import Quantity
from assuage.rule import Condition

Truth = Literal["true", "false", "unknown"]


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
        return "unknown"
    if condition.is_ is not None:
        word = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
        return "true" if word in condition.is_ else "false"
    assert isinstance(value, Quantity), f"{condition.fact} is compared with a bound but is not a quantity"
    bounds = (
        (condition.below, (-1,)),
        (condition.at_most, (-1, 0)),
        (condition.above, (1,)),
        (condition.at_least, (1, 0)),
    )
    met = [value.compare(bound.quantity) in signs for bound, signs in bounds if bound is not None]
    return "true" if all(met) else "false"


def _all(parts: Iterable[Truth]) -> Truth:
    values = list(parts)
    return "false" if "false" in values else "unknown" if "unknown" in values else "true"


def _any(parts: Iterable[Truth]) -> Truth:
    values = list(parts)
    return "true" if "true" in values else "unknown" if "unknown" in values else "false"


def _not(value: Truth) -> Truth:
    return {"true": "false", "false": "true", "unknown": "unknown"}[value]  # type: ignore[return-value]


def asked(condition: Condition) -> tuple[str, ...]:
    """Names of the facts and lists a condition asks about, in order."""
    names: list[str] = []
    for part in (*(condition.all or ()), *(condition.any or ()), *((condition.not_,) if condition.not_ else ())):
        names.extend(asked(part))
    for which, name in (("condition", "conditions"), ("medication", "medications"), ("allergy", "allergies")):
        if getattr(condition, which) is not None:
            names.append(name)
    names.extend(name for name in (condition.fact, condition.missing) if name is not None)
    return tuple(dict.fromkeys(names))
