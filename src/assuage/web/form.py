"""Fields of a form read into values, with every problem beside its field; what was typed is never lost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TypeVar

import msgspec

from assuage.errors import QuantityError
from assuage.quantity import Quantity, parse
from assuage.web.asked import Asked

W = TypeVar("W", bound=str)


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field: its name in the form, its label, what was found, what to do."""

    field: str
    label: str
    what: str
    do: str


class Form:
    """Reads the fields of what was sent. Read everything, then look at `errors`: nothing stops at the first one."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.errors: list[FieldError] = []

    def wrong(self, field: str, label: str, *, what: str, do: str) -> None:
        """Add a problem of a field."""
        self.errors.append(FieldError(field, label, what, do))

    def text(self, field: str, label: str, *, optional: bool = False, most: int = 2000) -> str:
        """A text; an empty one is refused unless it may be left out."""
        found = self.asked.text(field)
        if not found and not optional:
            self.wrong(field, label, what="nothing was written", do=f"Write the {label}.")
        if len(found) > most:
            self.wrong(field, label, what=f"{len(found)} signs", do=f"Write at most {most}.")
        return found

    def quantity(self, field: str, label: str, *, unit: str, optional: bool = False) -> Quantity | None:
        """A number in the unit that stands beside the field; a unit that was typed too must be one of that kind."""
        found = self.asked.text(field)
        if not found:
            if not optional:
                self.wrong(field, label, what="nothing was written", do=f"Write the {label} in {unit}.")
            return None
        try:
            return parse(found if any(sign.isalpha() or sign == "%" for sign in found) else f"{found} {unit}").to(unit)
        except QuantityError as error:
            self.wrong(
                field, label, what=error.problems[0].what, do=f"Write a number in {unit}, with a point for decimals."
            )
            return None

    def number(self, field: str, label: str, *, low: int, high: int, optional: bool = False) -> Decimal | None:
        """A whole number from `low` to `high`."""
        found = self.asked.text(field)
        if not found:
            if not optional:
                self.wrong(field, label, what="nothing was written", do=f"Write a number from {low} to {high}.")
            return None
        if not found.isascii() or not found.isdigit() or not low <= int(found) <= high:
            self.wrong(field, label, what=f"“{found}”", do=f"Write a whole number from {low} to {high}.")
            return None
        return Decimal(found)

    def day(self, field: str, label: str, *, optional: bool = False) -> dt.date | None:
        """A day as the browser sends it (2026-02-03)."""
        found = self.asked.text(field)
        if not found and optional:
            return None
        try:
            return dt.date.fromisoformat(found)
        except ValueError:
            self.wrong(
                field,
                label,
                what=f"“{found}”" if found else "nothing was written",
                do="Write a day such as 2026-02-03.",
            )
            return None

    def instant(self, field: str, label: str, *, optional: bool = False) -> dt.datetime | None:
        """A time in the clinic's zone (2026-02-03T14:05), or an instant with its zone. Empty and optional: now."""
        found = self.asked.text(field)
        if not found and optional:
            return self.asked.now
        try:
            at = dt.datetime.fromisoformat(found)
        except ValueError:
            self.wrong(field, label, what=f"“{found}”" if found else "nothing was written", do="Write day and time.")
            return None
        return at if at.tzinfo else at.replace(tzinfo=self.asked.settings.profile.zone)

    def one_of(self, field: str, label: str, *, words: tuple[W, ...]) -> W | None:
        """One of the words that were offered."""
        found = self.asked.text(field)
        for word in words:
            if word == found:
                return word
        self.wrong(
            field, label, what=f"“{found}”" if found else "nothing was chosen", do=f"Choose one of: {', '.join(words)}."
        )
        return None

    def yes(self, field: str) -> bool:
        """Whether a box was ticked."""
        return self.asked.text(field) in ("yes", "on", "true")

    def key(self) -> str:
        """The key that the form was opened with: sent twice, it records once."""
        return self.asked.text("key")


Filled = dict[str, str]


def typed(asked: Asked) -> Filled:
    """What was typed, to be shown again; a password never is."""
    return {name: values[-1] for name, values in asked.form.items() if values and "password" not in name}
