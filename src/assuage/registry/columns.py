"""Columns that say the same on SQLite and PostgreSQL: instants as UTC text, exact decimals as text, days as text."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

from assuage.errors import Problem, RegistryError


class Instant(TypeDecorator[dt.datetime]):
    """An instant with its zone, kept as UTC text of one width, so that text order is time order.

    SQLite gives back instants without a zone from its own type; text cannot lose it.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise RegistryError(Problem(f"the time {value} without a zone", "the registry", "an instant with its zone",
                                        "give the zone; nothing guesses it"))  # fmt: skip
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")[:-6] + "Z"

    def process_result_value(self, value: Any, dialect: Any) -> dt.datetime | None:
        if value is None:
            return None
        return dt.datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=dt.UTC)


class Day(TypeDecorator[dt.date]):
    """A calendar day as ISO text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dt.date | None, dialect: Any) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any, dialect: Any) -> dt.date | None:
        return None if value is None else dt.date.fromisoformat(value)


class Exact(TypeDecorator[Decimal]):
    """An exact decimal as text: SQLite's own type passes through a float."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value)
