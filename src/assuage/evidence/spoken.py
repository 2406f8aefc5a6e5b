"""Effects as people say them: whole per cent, ratios of few digits, differences with their unit and direction.

Rounding never moves a number onto no effect, nor a share that is not 0 or 1 onto 0 or 100 %.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite

from assuage.evidence.answered import Span
from assuage.question import Measured

MINUS = "−"
MOST_DIGITS = 12
# From so many people on a tenth of a per cent means something.
MANY = 1000
LARGE, VERY_LARGE = 10, 100
INFINITY = "infinity"
RATIO = {"OR": "odds ratio", "RR": "risk ratio", "ROM": "ratio of means"}
SCALE = re.compile(r"(\d+)-(\d+)(.*)")
POINTS = {"pp": "percentage points", "%": "percentage points"}


def share(value: float, *, n: int | None = None) -> str:
    """A share in per cent: whole, with a tenth where a thousand or more were counted.

    >>> share(7 / 15), share(0.004), share(0.9961), share(0.0), share(0.5234, n=2000)
    ('47 %', '0.4 %', '99.6 %', '0 %', '52.3 %')
    """
    return f"{_percent(value, n)} %"


def _percent(value: float, n: int | None) -> str:
    digits = 1 if n is not None and n >= MANY else 0
    at = value * 100
    return _apart(at, digits, forbidden=[end for end in (0.0, 100.0) if at != end])


def share_with(span: Span, *, n: int | None = None) -> str:
    """A share with its interval.

    >>> share_with(Span(7 / 15, 0.2481, 0.6988, 0.95, "Wilson score"))
    '47 % (95 % interval 25 to 70 %)'
    """
    return f"{share(span.value, n=n)} ({interval(span)} {share_reach(span, n=n)})"


def share_reach(span: Span, *, n: int | None = None) -> str:
    """From one share to another."""
    return f"{_percent(span.lower, n)} to {share(span.upper, n=n)}"


def interval(span: Span) -> str:
    """“95 % interval”."""
    return f"{span.confidence * 100:g} % interval"


def ratio(value: float) -> str:
    """A ratio with two or three figures; more where fewer would read as 1.

    >>> ratio(1.4286), ratio(0.7467), ratio(12.96), ratio(0.0421), ratio(1.0004), ratio(130.2), ratio(float("inf"))
    ('1.43', '0.75', '13.0', '0.042', '1.0004', '130', 'infinity')
    """
    if not isfinite(value):
        return INFINITY
    if value == 0:
        return "0"
    digits = 0 if value >= VERY_LARGE else 1 if value >= LARGE else 2
    while digits < MOST_DIGITS and 0 < value < 1 / LARGE and len(f"{value:.{digits}f}".lstrip("0.")) < 2:
        digits += 1
    return _apart(value, digits, forbidden=[end for end in (0.0, 1.0) if value != end])


def ratio_with(span: Span) -> str:
    """A ratio with its interval."""
    return f"{ratio(span.value)} ({interval(span)} {ratio(span.lower)} to {ratio(span.upper)})"


def _apart(value: float, digits: int, *, forbidden: list[float]) -> str:
    """The number with as many digits as keep it from reading as one of the forbidden; halves go away from zero.

    >>> _apart(32.5, 0, forbidden=[]), _apart(0.4, 0, forbidden=[0.0])
    ('33', '0.4')
    """
    # 1 of 8 is 12.5 % to every reader, whatever the last bit of the float says.
    exact = Decimal(f"{value:.{MOST_DIGITS}f}")
    while True:
        number = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
        if digits >= MOST_DIGITS or float(number) not in forbidden:
            return f"{number:,f}".replace("-", MINUS)
        digits += 1


def unit_words(unit: str | None) -> str:
    """The unit of a difference for people.

    >>> unit_words("0-10"), unit_words("pp"), unit_words("score-days"), unit_words("0-100 assumed")
    ('points of 10', 'percentage points', 'score-days', 'points of 100 (assumed)')
    """
    if unit is None:
        return ""
    found = SCALE.fullmatch(unit)
    if "not stated" in unit:
        return f"points ({unit})"
    if found is None or found[1] != "0":
        return POINTS.get(unit, unit)
    rest = found[3].strip()
    return f"points of {found[2]}" + (f" ({rest})" if rest else "")


def difference(value: float, *, unit: str, digits: int) -> str:
    """A difference with its direction in words.

    >>> difference(-2.77, unit="points", digits=1), difference(0.0, unit="points", digits=1)
    ('2.8 points lower', 'no difference')
    """
    if value == 0:
        return "no difference"
    number = _apart(abs(value), digits, forbidden=[0.0])
    return f"{number}{f' {unit}' if unit else ''} {'lower' if value < 0 else 'higher'}"


def digits_of(span: Span) -> int:
    """How many decimals a difference needs: one; two where it is below 1; none where it is large."""
    largest = max(abs(end) for end in (span.value, span.lower, span.upper))
    return 0 if largest >= VERY_LARGE else 2 if largest < 1 else 1


def difference_with(span: Span, *, unit: str) -> str:
    """A difference with its interval, each end with its own direction.

    >>> difference_with(Span(-1.12, -2.33, 0.09, 0.95, "as printed"), unit="points of 10")
    '1.1 points of 10 lower (95 % interval 2.3 lower to 0.1 higher)'
    """
    digits = digits_of(span)
    low, high = (difference(end, unit="", digits=digits) for end in (span.lower, span.upper))
    return f"{difference(span.value, unit=unit, digits=digits)} ({interval(span)} {low} to {high})"


def per_hundred(value: float) -> str:
    """A difference of shares as people of every 100, with its direction.

    >>> per_hundred(0.2), per_hundred(-0.157), per_hundred(0.0), per_hundred(0.001)
    ('20 more', '16 fewer', 'as many', '0.1 more')
    """
    if value == 0:
        return "as many"
    return f"{_apart(abs(value) * 100, 0, forbidden=[0.0])} {'more' if value > 0 else 'fewer'}"


def per_hundred_with(span: Span) -> str:
    """A difference of shares with its interval, of every 100 people.

    >>> per_hundred_with(Span(0.2, -0.157, 0.511, 0.95, "Miettinen-Nurminen score"))
    '20 more of every 100 (95 % interval 16 fewer to 51 more)'
    """
    told = per_hundred(span.value)
    return f"{told} of every 100 ({interval(span)} {per_hundred(span.lower)} to {per_hundred(span.upper)})"


def effect_with(measure: Measured, span: Span, *, unit: str = "", n: int | None = None) -> str:
    """An effect with its interval, as its measure is read."""
    if measure == "PLO":
        return share_with(span, n=n)
    if measure == "RD":
        return per_hundred_with(span)
    if measure in RATIO:
        return f"{RATIO[measure]} {ratio_with(span)}"
    return difference_with(span, unit=unit or ("standard deviations" if measure == "SMD" else ""))


def reach(measure: Measured, span: Span, *, unit: str = "", n: int | None = None) -> str:
    """From where to where, without the value in the middle."""
    if measure == "PLO":
        return share_reach(span, n=n)
    if measure == "RD":
        return f"{per_hundred(span.lower)} to {per_hundred(span.upper)} of every 100"
    if measure in RATIO:
        return f"{RATIO[measure]} {ratio(span.lower)} to {ratio(span.upper)}"
    digits = digits_of(span)
    words = unit or ("standard deviations" if measure == "SMD" else "")
    low, high = span.lower, span.upper
    return f"{difference(low, unit=words, digits=digits)} to {difference(high, unit=words, digits=digits)}"


def chance(value: float) -> str:
    """A probability in whole per cent that never reads as certain.

    >>> chance(0.857), chance(0.9996), chance(0.0002)
    ('86 %', 'more than 99 %', 'less than 1 %')
    """
    if value < 0.01:
        return "less than 1 %"
    return "more than 99 %" if value > 0.99 else f"{value:.0%}".replace("%", " %")


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def closed(text: str) -> str:
    """The text as a sentence: a full stop at its end."""
    return text if text.endswith((".", "?", "!")) else f"{text}."
