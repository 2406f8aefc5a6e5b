"""The nouns: a dated fact, an entry of a list, an unknown with its reason, and the patient who has them."""

from __future__ import annotations

import datetime as dt

import msgspec

from assuage.quantity import Quantity

Value = Quantity | str | bool


class Unknown(msgspec.Struct, frozen=True):
    """Not known, and why. Never the same as normal, none or zero."""

    reason: str


class Dated(msgspec.Struct, frozen=True):
    """A value, the day it was true, how it was obtained, and where it stands in the file.

    `how` matters for weight (measured or stated); `earlier` holds older values of the same fact, newest first.
    """

    value: Value
    on: dt.date | None
    place: str
    how: str | None = None
    earlier: tuple[Dated, ...] = ()


class Listed(msgspec.Struct, frozen=True):
    """An entry of the conditions, medications, allergies or treatments tried, as written."""

    name: str
    place: str
    detail: str | None = None
    stopped: dt.date | None = None
    is_stopped: bool = False


class Patient(msgspec.Struct, frozen=True):
    """One patient. `facts` holds single facts by dotted name; a name that is absent is unknown.

    A list that is Unknown was not asked; an empty one was asked and is empty.
    """

    id: str
    synthetic: bool
    birth_date: dt.date | None
    facts: dict[str, Dated]
    conditions: tuple[Listed, ...] | Unknown
    medications: tuple[Listed, ...] | Unknown
    allergies: tuple[Listed, ...] | Unknown
    tried: tuple[Listed, ...] | Unknown
    not_obtained: dict[str, str] = {}
    file: str = ""

    def fact(self, name: str) -> Dated | Unknown:
        """A fact by its dotted name, or why it is unknown."""
        if name in self.facts:
            return self.facts[name]
        return Unknown(self.not_obtained.get(name, "not in the patient file"))

    def age_on(self, day: dt.date) -> int | None:
        """Completed years on a day; a birthday of 29 February is reached on 1 March in other years."""
        if self.birth_date is None:
            return None
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had_birthday else 1)
