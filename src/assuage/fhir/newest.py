"""Of several values of one fact, the newest, with the older ones behind it; or why none can be relied on.

A value that cannot be used (a bound, preliminary, no day, …) blocks every older one: what was measured last decides,
and if that is not known, the fact is not known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from assuage.fhir.element import Element
from assuage.fhir.moment import Moment
from assuage.patient import Dated, Unknown
from assuage.quantity import Quantity


class Seen(msgspec.Struct, frozen=True):
    """One value of one fact as it stands in the Bundle, or why it cannot be used."""

    fact: str
    element: Element
    moment: Moment
    value: Quantity | Unknown
    how: str | None = None
    scale: str | None = None

    @property
    def doubt(self) -> str | None:
        """Why it cannot be used, if it cannot."""
        for part in (self.value, self.moment.day):
            if isinstance(part, Unknown):
                return part.reason
        return None

    @property
    def where(self) -> str:
        """Path, file and line."""
        return f"{self.element.path}, {self.element.place}"


class Chosen(msgspec.Struct, frozen=True):
    """The newest value and the older ones; or the reason, and what it is about."""

    fact: Dated | Unknown
    about: Seen


def newest(seen: Iterable[Seen]) -> Chosen:
    """The newest of the values of one fact. `seen` is not empty."""
    every = list(seen)
    usable = _newest_first([one for one in every if one.doubt is None])
    doubted = [one for one in every if one.doubt is not None]
    if not usable:
        about = max(doubted, key=_latest)
        return Chosen(Unknown(f"{about.doubt} ({about.where})"), about)
    first = usable[0]
    blocking = [one for one in doubted if not _is_before(one, first)]
    if blocking:
        about = max(blocking, key=_latest)
        why = f"{about.doubt} ({about.where}); older values are not used in its place"
        return Chosen(Unknown(why), about)
    rivals = [one for one in usable if _is_level(one, first)]
    if any(one.value != first.value for one in rivals):
        values = " and ".join(dict.fromkeys(str(one.value) for one in rivals))
        return Chosen(Unknown(f"{values} stand for the same time ({first.where})"), first)
    measured = next((one for one in rivals if one.how is not None), first)
    older = tuple(_dated(one) for one in usable if not _is_level(one, first))
    fact = _dated(measured)
    return Chosen(Dated(fact.value, fact.on, fact.place, fact.how, older), measured)


def _dated(seen: Seen) -> Dated:
    assert isinstance(seen.value, Quantity), "only usable values are kept"
    return Dated(seen.value, _day(seen), seen.element.place, seen.how)


def _day(seen: Seen) -> dt.date:
    assert isinstance(seen.moment.day, dt.date), "only usable values are kept"
    return seen.moment.day


def _newest_first(usable: list[Seen]) -> list[Seen]:
    """By time where every value has one, else by day; on one day a value without a time may have been the last."""
    timed = all(one.moment.instant is not None for one in usable)

    def order(one: Seen) -> tuple[dt.date, float]:
        seconds = one.moment.instant.timestamp() if one.moment.instant else float("inf")
        return dt.date.min if timed else _day(one), seconds

    return sorted(usable, key=order, reverse=True)


def _latest(seen: Seen) -> dt.date:
    return seen.moment.latest or dt.date.max


def _is_before(doubted: Seen, first: Seen) -> bool:
    """True where a value that cannot be used is certainly older than the newest one that can."""
    if doubted.moment.instant is not None and first.moment.instant is not None:
        return doubted.moment.instant < first.moment.instant
    return _latest(doubted) < _day(first)


def _is_level(one: Seen, first: Seen) -> bool:
    """True where two usable values may be of the same moment."""
    if one.moment.instant is not None and first.moment.instant is not None:
        return one.moment.instant == first.moment.instant
    return _day(one) == _day(first)
