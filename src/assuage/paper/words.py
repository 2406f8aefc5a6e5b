"""How things read on paper: quantities, dates, shares, and numbers that stay on one line with their unit."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from assuage.errors import QuantityError
from assuage.quantity import Quantity, parse, show
from assuage.quantity.unit import SHOWN, UNITS
from assuage.screening import show_date

# A space that no line may be broken at.
TIED = "\N{NO-BREAK SPACE}"
FEW = 3
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NUMBER = r"(?:[−-]?\d[\d,]*(?:\.\d+)?|\d+/\d+)"
_WORDS = (
    "mL",
    "year",
    "years",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "infusions",
    "vials",
    "vial",
    "minutes",
    "hours",
)
_UNITS = sorted(
    {SHOWN.get(code, code).replace("ug", "mcg").replace("meq", "mEq") for code in UNITS if code != "1"} - {""}
    | set(_WORDS),
    key=len,
    reverse=True,
)
_TIE = re.compile(rf"({_NUMBER}) ((?:{'|'.join(re.escape(unit) for unit in _UNITS)})(?![A-Za-z]))")
_DATE = re.compile(r"(\d{2}-[A-Z][a-z]{2}-\d{4}) ((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b)(?: (\d{2}:\d{2}))?")
KEPT_WHOLE = re.compile(rf"\d{{2}}-[A-Z][a-z]{{2}}-\d{{4}}(?:{TIED}\S+)*|{_NUMBER}(?:{TIED}[^\s,;)]*[^\s.,;:)])+")


def tie(text: str) -> str:
    """The text with every number tied to its unit, and every date to its day and time, by spaces that do not break.

    >>> tie("give 2,100 mg slowly").replace(TIED, "_")
    'give 2,100_mg slowly'
    """
    tied = _TIE.sub(lambda found: f"{found[1]}{TIED}{found[2].replace(' ', TIED)}", text)
    return _DATE.sub(lambda found: TIED.join(part for part in found.groups() if part), tied)


def untie(text: str) -> str:
    """Plain spaces again, once lines are broken."""
    return text.replace(TIED, " ")


def fine(quantity: Quantity) -> Quantity:
    """A guard: at most three decimals, more where the first digits stand further right. The plan has rounded already."""
    places = max(3, 2 - quantity.value.adjusted())
    return quantity if -int(quantity.value.as_tuple().exponent) <= places else quantity.to_places(places)


def said(quantity: Quantity) -> str:
    """A quantity as it prints."""
    return show(fine(quantity))


def percent(value: Decimal) -> str:
    """A percentage that already counts hundredths."""
    return said(Quantity(value, "%"))


def share(value: float) -> str:
    """A proportion from 0 to 1 in whole per cent."""
    return f"{value:.0%}".replace("%", " %")


def when(instant: dt.datetime | None, zone: str) -> str:
    """An instant on the clinic's clock: 30-Nov-2026 Mon 09:00."""
    if instant is None:
        return "no start given"
    local = instant.astimezone(ZoneInfo(zone))
    return f"{show_date(local.date())} {WEEKDAYS[local.weekday()]} {local:%H:%M}"


def until(instant: dt.datetime | None, zone: str, *, since: dt.datetime | None) -> str:
    """The time alone where the day is that of `since`."""
    if instant is None or since is None:
        return "no start given"
    local, first = instant.astimezone(ZoneInfo(zone)), since.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M}" if local.date() == first.date() else when(instant, zone)


def listed(words: Sequence[str], *, last: str = "and") -> str:
    """“1, 2 and 3”."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def numbers(found: Sequence[int]) -> str:
    """“1, 3 and 5”; a long unbroken run reads “1 to 14”."""
    unbroken = list(range(found[0], found[-1] + 1)) == list(found)
    if unbroken and len(found) > FEW:
        return f"{found[0]} to {found[-1]}"
    return listed([str(number) for number in found])


def valued(text: str) -> str:
    """A claim's value as it reads: a quantity by the rules of print, words as they are."""
    try:
        return show(parse(text))
    except QuantityError:
        return text


def sentence(text: str) -> str:
    """The text with a capital and a full stop, so that two of them can follow one another."""
    text = text.strip()
    if not text:
        return text
    start = text[0].upper() if text.split()[0].isalpha() else text[0]  # an id keeps its small letter
    return f"{start}{text[1:]}{'' if text.endswith(('.', '?', '!', '.)', '”')) else '.'}"


def plain(text: str) -> str:
    """Comparisons and units as words and spaced numbers: “>=50% fall” reads “at least 50 % fall”."""
    for sign, words in ((">=", "at least "), ("<=", "at most "), (">", "more than "), ("<", "less than ")):
        text = text.replace(sign, words)
    return re.sub(r"(\d)%", r"\1 %", text)


class Numbering:
    """Sources by number, in the order the plan lists them; one that is not listed keeps its id."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._numbers = {name: str(number) for number, name in enumerate(ids, 1)}

    def refs(self, ids: Iterable[str]) -> str:
        """“[1, 4]”, or nothing where no source is named."""
        names = [self._numbers.get(name, name) for name in dict.fromkeys(ids)]
        return f"[{', '.join(names)}]" if names else ""

    def renumbered(self, text: str) -> str:
        """A sentence that names sources by id in brackets, with their numbers instead."""
        return re.sub(r"\[([a-z0-9][a-z0-9-]*)\]", lambda found: f"[{self._numbers.get(found[1], found[1])}]", text)
