"""How many people must be treated for one more event: with an interval that may pass through infinity."""

from __future__ import annotations

from math import copysign, inf

import msgspec

from assuage.evidence.continuous import refuse_number
from assuage.evidence.effect import Bounds, refused
from assuage.sourced import Kind

FEW = 20  # from here a tenth of a person says nothing


class Needed(msgspec.Struct, frozen=True):
    """A number needed to treat, derived from a risk difference.

    `number` is above 0 for benefit and below 0 for harm. `bounds` are the numbers at both ends of the interval; where
    it `passes_infinity`, everything beyond the two belongs to it, not what lies between.
    """

    number: float
    bounds: Bounds
    passes_infinity: bool
    text: str
    sentence: str
    kind: Kind = "derived"


def needed_to_treat(difference: float, interval: Bounds, *, is_event_good: bool) -> Needed:
    """People to treat with the first instead of the second for one more (or one fewer) to have the event.

    Give      the risk difference, first less second; its interval by any method; whether the event is wanted
              (response) or not (harm)
    Get       1/difference; NNTB is a number needed to benefit, NNTH one needed to harm
    Holds     a difference of 0 is the number infinity; its interval holds 0 exactly where the number's passes infinity
    Source    Altman, BMJ 1998
    Checked   tests/against/test_evidence_seed.py, tests/laws/test_evidence_necessary.py
    Errors    `EvidenceError` where the difference lies outside its interval, or a limit outside −1 to 1
    """
    for name, value in (("difference", difference), ("lower limit", interval.lower), ("upper limit", interval.upper)):
        refuse_number(f"the {name}", value)
    if not -1 <= interval.lower <= difference <= interval.upper <= 1:
        raise refused(f"a difference of {difference:g} with limits {interval.lower:g} and {interval.upper:g}",
                      "−1 ≤ lower ≤ difference ≤ upper ≤ 1", "give a risk difference as a fraction, and its own interval")  # fmt: skip
    low, high = (interval.lower, interval.upper) if is_event_good else (-interval.upper, -interval.lower)
    best = difference if is_event_good else -difference
    passes = low < 0 < high
    bounds = Bounds(
        _inverse(high, 1), _inverse(low, -1 if passes or high <= 0 else 1), interval.confidence, interval.method
    )
    text = _text(low, high)
    return Needed(_inverse(best, 1), bounds, passes, text, _sentence(best, low, high))


def _inverse(value: float, sign: int) -> float:
    return copysign(inf, sign) if value == 0 else 1 / value


def _text(low: float, high: float) -> str:
    """Both ends with their direction, and infinity where the interval reaches or passes it."""
    if low < 0 < high:
        return f"NNTB {1 / high:.2f} to infinity to NNTH {-1 / low:.2f}"
    if low == high == 0:
        return "infinity"
    name = "NNTB" if high > 0 else "NNTH"
    near, far = (high, low) if high > 0 else (-low, -high)
    return f"{name} {1 / near:.2f} to {'infinity' if far == 0 else f'{1 / far:.2f}'}"


def _sentence(best: float, low: float, high: float) -> str:
    if best == 0:
        first = "As many benefited with the first as with the second."
    else:
        kind = "benefited" if best > 0 else "was harmed"
        first = (
            f"As counted, one more {kind} for every {_people(1 / best)} treated with the first instead of the second."
        )
    if low < 0 < high:
        return (
            f"{first} The counts also fit one more benefiting for every {_people(1 / high)}, one more harmed for "
            f"every {_people(1 / low)}, and no difference at all."
        )
    if low == 0 or high == 0:
        return f"{first} The counts also fit no difference at all."
    kind = "benefits" if high > 0 else "is harmed"
    few, many = sorted((abs(1 / low), abs(1 / high)))
    return f"{first} The counts fit that one more {kind} for every {_people(few)} to {_people(many)}."


def _people(number: float) -> str:
    """A number of people as it is said: with one decimal while that matters."""
    number = abs(number)
    return f"{number:.1f}".removesuffix(".0") if number < FEW else f"{number:,.0f}"
