"""The pieces a sheet is made of. All text; every number in it already stands as it prints."""

from __future__ import annotations

import msgspec


class Item(msgspec.Struct, frozen=True):
    """One line: a tag (a severity, a verdict, a time), the sentence, what follows it smaller, the sources as “[1]”."""

    text: str
    tag: str = ""
    more: tuple[str, ...] = ()
    refs: str = ""


class Part(msgspec.Struct, frozen=True):
    """Lines under one heading. Layouts place a part by its `key`; `lead` is a sentence under the heading."""

    key: str
    title: str
    items: tuple[Item, ...]
    lead: str = ""


class Pair(msgspec.Struct, frozen=True):
    """A label and its value."""

    label: str
    value: str


class Table(msgspec.Struct, frozen=True):
    """Rows under column heads."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Give(msgspec.Struct, frozen=True):
    """One drug of a visit: what it is, how much, how that was reckoned, what to draw up and what is left over."""

    name: str
    dose: str
    equal: str
    basis: str
    role: str
    draw_up: str
    product: str
    how: str
    rounding: str
    delivered: str


class Visit(msgspec.Struct, frozen=True):
    """Sessions that are made and run alike, shown once with all their dates."""

    title: str
    is_infusion: bool
    gives: tuple[Give, ...]
    make: tuple[str, ...]
    run: tuple[Pair, ...]
    runs: Table | None
    portions: Table | None
    overfill: str
    dates: Table
    flags: tuple[str, ...]


class Box(msgspec.Struct, frozen=True):
    """Empty boxes to fill in by hand: a row for each session, a column for each thing."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[str, ...]


class Sheet(msgspec.Struct, frozen=True):
    """Everything that prints. `parts` stand in the order of the text sheet; a refused sheet has no visits."""

    standing: str
    title: str
    is_refused: bool
    is_signable: bool
    signature: str
    band: tuple[Pair, ...]
    visits: tuple[Visit, ...]
    parts: tuple[Part, ...]
    boxes: Box | None
    foot: tuple[Pair, ...]

    def part(self, key: str) -> Part | None:
        """The part with this key, if it prints."""
        return next((part for part in self.parts if part.key == key), None)
