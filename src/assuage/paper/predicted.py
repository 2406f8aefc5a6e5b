"""Predicted numbers in the contract: the parts of `exposure` that contract.py is made of."""

from __future__ import annotations

from typing import Literal

import msgspec


class SpannedOut(msgspec.Struct, frozen=True):
    """A predicted number: the median of simulated people and where nine in ten lie; null ends: nobody knows the spread."""

    median: float
    p05: float | None
    p95: float | None


class LineOut(msgspec.Struct, frozen=True):
    """What one model says of a substance, and its part in the answer."""

    model: str
    name: str
    part: Literal["line", "upper", "lower", "envelope", "caution", "metabolite"]
    peak: SpannedOut
    peak_at_h: float
    area: SpannedOut
    because: str


class BandOut(msgspec.Struct, frozen=True):
    """A reference band, never a target, and hours above its lower end up to `until_h`; null where no level is known.

    `reached_by` is the share of simulated people whose highest level lies above the lower end; null where nobody is simulated.
    """

    band: str
    seen: str
    population: str
    low: float | None
    high: float | None
    above_h: SpannedOut | None
    above_h_by_highest: float | None
    reached_by: float | None
    sources: tuple[str, ...]
