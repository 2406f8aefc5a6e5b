"""The clinic profile: what a clinic stocks, hangs, pumps and has adopted. Nothing here has a default."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from assuage.document import Node, shape
from assuage.errors import DocumentError, Problem
from assuage.quantity import Quantity

Mode = Literal["add", "replace", "exact"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Bag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bag as labelled and as it really is. `actual` absent means nobody has measured it."""

    id: str
    fluid: str
    labelled: Quantity
    actual: Quantity | None = None


class Flush(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What follows the bag through the line; `rate` is “same” as the infusion or a rate."""

    fluid: str
    volume: Quantity
    rate: Literal["same"] | Quantity = "same"


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The giving set: the volume it holds, what it is primed with, and the flush."""

    volume: Quantity
    primed_with: Literal["drug", "fluid"]
    flush: Flush | None


class Pump(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The smallest step of the infusion pump's rate."""

    rate_step: Quantity


class Syringe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A syringe size and the smallest step that can be read on it."""

    size: Quantity
    step: Quantity


class Adoption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A regimen this clinic has adopted: who read the source, and when, against which catalog."""

    regimen: str
    physician: str
    pharmacist: str
    on: dt.date
    catalog: str


class Clinic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One clinic. A synthetic clinic is an example and can sign nothing."""

    id: str
    time_zone: str
    open: tuple[Weekday, ...]
    stock: tuple[str, ...]
    bags: tuple[Bag, ...]
    line: Line
    pump: Pump
    syringes: tuple[Syringe, ...]
    stale_after: dict[str, Quantity]
    adding: Mode | None = None
    holidays: tuple[dt.date, ...] = ()
    adopted: tuple[Adoption, ...] = ()
    synthetic: bool = False
    # The number that patients call, as it is dialled.
    phone: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.time_zone)

    def adoption(self, regimen: str) -> Adoption | None:
        """The adoption of this regimen, if any."""
        return next((adoption for adoption in self.adopted if adoption.regimen == regimen), None)


def read_clinic(node: Node) -> Clinic:
    """A clinic profile. Errors: `DocumentError` with every problem."""
    clinic = shape(node, Clinic, path=("clinic",))
    problems = [
        *_time_zone(clinic, node), *_positive(clinic, node), *_no_syringe(clinic, node), *_adopters(clinic, node),
    ]  # fmt: skip
    if problems:
        raise DocumentError(*problems)
    return clinic


def _time_zone(clinic: Clinic, node: Node) -> list[Problem]:
    try:
        ZoneInfo(clinic.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        where = zone.where if (zone := node.get("time_zone")) else node.where
        return [
            Problem(f"the time zone “{clinic.time_zone}”", where, "an IANA name such as America/Winnipeg", "correct it")
        ]
    return []


def _positive(clinic: Clinic, node: Node) -> list[Problem]:
    flush = clinic.line.flush
    measured = {
        "pump.rate_step": clinic.pump.rate_step,
        "line.volume": clinic.line.volume,
        **({"flush.volume": flush.volume} if flush else {}),
        **({"flush-rate": flush.rate} if flush and isinstance(flush.rate, Quantity) else {}),
        **{f"syringes.{s.size}": s.size for s in clinic.syringes},
        **{f"syringes.{s.size}.step": s.step for s in clinic.syringes},
        **{f"bags.{bag.id}.labelled": bag.labelled for bag in clinic.bags},
        **{f"bags.{bag.id}.actual": bag.actual for bag in clinic.bags if bag.actual},
        **{f"stale_after.{name}": age for name, age in clinic.stale_after.items()},
    }
    expected = {
        "pump": "mL/h",
        "line": "mL",
        "flush": "mL",
        "flush-rate": "mL/h",
        "syringes": "mL",
        "bags": "mL",
        "stale_after": "d",
    }
    problems = []
    for name, quantity in measured.items():
        unit = expected[name.split(".")[0]]
        if quantity.value <= Decimal(0) or quantity.unit != unit:
            problems.append(Problem(f"{name} is {quantity}", node.where, f"a value above zero in {unit}", "correct it"))
    return problems


def _no_syringe(clinic: Clinic, node: Node) -> list[Problem]:
    if clinic.syringes:
        return []
    where = syringes.where if (syringes := node.get("syringes")) else node.where
    return [Problem("no syringe is named", where, "at least one syringe with its size and step", "name those in stock")]


def _adopters(clinic: Clinic, node: Node) -> list[Problem]:
    return [
        Problem(f"{one.regimen} was adopted by {one.physician} alone", node.where, "a physician and another pharmacist",
                "name two people; nobody checks their own work")
        for one in clinic.adopted
        if one.physician.casefold().strip() == one.pharmacist.casefold().strip()
    ]  # fmt: skip
