"""The codes and units that a Bundle is read by, from the catalog's data: each with the source it was seen in."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import msgspec

from assuage.catalog.read import DATA
from assuage.document import read_yaml, shape
from assuage.fhir.element import Element
from assuage.quantity import UNITS
from assuage.sourced import Fact, Source

ListName = Literal["conditions", "medications", "allergies"]
CODES, SOURCES = "codes/codes.yaml", "codes/sources.yaml"


class ObservationCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A LOINC code, the fact it stands for, and the units that its property allows."""

    code: str
    fact: str
    units: tuple[str, ...]
    name: Fact
    how: Literal["measured", "stated", "estimated"] | None = None
    scale: str | None = None


class Panel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A LOINC code whose components are read."""

    code: str
    name: Fact


class RefusedCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A LOINC code that is known and never used, and the fact that it could be taken for."""

    code: str
    fact: str
    why: str
    name: Fact


class UnitCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A UCUM code that means a unit of the closed table."""

    code: str
    unit: str
    name: Fact


class NoneKnown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code for nothing known. Only where it `empties` its list was the whole list asked."""

    system: str
    code: str
    list: ListName
    empties: bool
    name: Fact


class Codes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All tables. `systems` holds the addresses of code systems and extensions by a short name."""

    systems: dict[str, str]
    observations: tuple[ObservationCode, ...]
    panels: tuple[Panel, ...]
    refused: tuple[RefusedCode, ...]
    units: tuple[UnitCode, ...]
    none_known: tuple[NoneKnown, ...]

    def in_system(self, concept: Element | None, system: str) -> tuple[str, ...]:
        """The codes that a CodeableConcept gives in one code system."""
        if concept is None:
            return ()
        codings = [one for one in concept.each("coding") if one.text("system") == self.systems[system]]
        return tuple(code for code in (one.text("code") for one in codings) if code is not None)

    def unit(self, code: str) -> str | None:
        """The unit of the closed table that a UCUM code means, or None."""
        if code in UNITS:
            return code
        return next((one.unit for one in self.units if one.code == code), None)

    def facts(self) -> frozenset[str]:
        """The names of all facts that an observation can carry."""
        return frozenset(one.fact for one in self.observations)


@lru_cache(maxsize=1)
def read_codes() -> Codes:
    """The shipped tables. Errors: `DocumentError` with file and line."""
    return shape(read_yaml((DATA / CODES).read_text(encoding="utf-8"), CODES), Codes, path=("codes",))


def read_code_sources() -> tuple[Source, ...]:
    """The sources that the tables cite."""
    return shape(read_yaml((DATA / SOURCES).read_text(encoding="utf-8"), SOURCES), tuple[Source, ...])
