"""A paper of a clinic as data: head, patient, sections with sentences, tables, empty boxes and lines to sign."""

from __future__ import annotations

import datetime as dt

import msgspec

from assuage.catalog import Catalog
from assuage.course.event import Recorded
from assuage.course.state import Course


class Named(msgspec.Struct, frozen=True):
    """Whose paper it is, as it stands on every page."""

    family: str
    given: str
    birth_date: dt.date
    sex: str
    number: str | None
    is_synthetic: bool


class Filed(msgspec.Struct, frozen=True):
    """What a paper is made from: the patient, the record of the course, the catalog and the clinic at an instant."""

    who: Named
    course: str
    state: Course
    records: tuple[Recorded, ...]
    head: str
    catalog: Catalog
    clinic: str
    zone: dt.tzinfo
    at: dt.datetime
    is_demonstration: bool = False


class Pair(msgspec.Struct, frozen=True):
    """A label and its value."""

    label: str
    value: str


class Grid(msgspec.Struct, frozen=True):
    """A table; an empty text is an empty box to write in. `is_roomy` gives rows the height that a hand needs.

    `wide` are the places of columns that hold sentences; `struck` those of rows that were wrong and stay to be read.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_roomy: bool = False
    wide: tuple[int, ...] = ()
    struck: tuple[int, ...] = ()


class Section(msgspec.Struct, frozen=True):
    """A part of a paper. `ticks` are lines with an empty box before them, `signs` lines to sign on."""

    title: str
    sentences: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ()
    table: Grid | None = None
    pairs: tuple[Pair, ...] = ()
    signs: tuple[str, ...] = ()
    is_shaded: bool = False


class Leaf(msgspec.Struct, frozen=True):
    """One paper. `large` stands big at the top; `marks` on every page say what it is not; `letter_to` is how a letter begins."""

    kind: str
    title: str
    lead: str
    patient: Named
    large: tuple[Pair, ...]
    sections: tuple[Section, ...]
    marks: tuple[str, ...]
    foot: tuple[Pair, ...]
    letter_to: tuple[str, ...] = ()
    reading_size: bool = False


class Label(msgspec.Struct, frozen=True):
    """A label to stick on a bag or a syringe, 90 by 60 mm. `standing` says why it must not be given, or nothing."""

    patient: Named
    drug: str
    dose: str
    route: str
    large: tuple[Pair, ...]
    pairs: tuple[Pair, ...]
    marks: tuple[str, ...]
    standing: str = ""
