"""The parts of events: a finding as it was told, a blind result, a lot, an observation, a gate."""

from __future__ import annotations

import datetime as dt

import msgspec

from assuage.course.people import Person
from assuage.finding import Blocks, Severity
from assuage.quantity import Quantity


class FoundThen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finding as it was told: rule, gravity, what it blocks, sentence."""

    rule: str
    severity: Severity
    blocks: Blocks
    message: str


class Entered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a second person worked out, without seeing ours: weight, strength, dose, volume to draw up, total volume, rate.

    One for each drug of a step. `rate` and `total_volume` are none for injections.
    """

    step: str
    drug: str
    weight: Quantity | None
    strength: Quantity
    dose: Quantity
    draw_up: Quantity
    total_volume: Quantity | None = None
    rate: Quantity | None = None


class Lot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product that was opened: its presentation, lot and the last day it may be used; `opened` containers."""

    presentation: str
    lot: str
    expires: dt.date
    opened: int
    wasted: Quantity | None = None
    witnessed_by: Person | None = None


class Measured(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One observation: a value with unit, or a word, by a named scale where it has one.

    `doubted` says why a value that is hard to believe was kept as it is.
    """

    what: str
    value: Quantity | None = None
    word: str | None = None
    scale: str | None = None
    doubted: str | None = None


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One condition for going home, and whether it was met; what was found, in words."""

    what: str
    met: bool
    found: str
