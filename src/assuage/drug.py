"""Drug, Presentation, Limit, Term: what is given, what it comes in, how much of it is too much, what people call it."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from assuage.finding import Blocks, Severity
from assuage.quantity import Quantity, Substance
from assuage.sourced import Claim, Fact

Measure = Literal[
    "dose", "dose-per-kg", "rate", "concentration", "dose-per-kg-per-hour", "dose-per-hour", "dose-per-24h",
    "dose-per-48h", "dose-per-series", "bolus-dose-per-kg", "session-dose-per-kg", "draw-up",
]  # fmt: skip


class SubstanceRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A chemical form as written in the catalog; its molar mass is a fact like any other."""

    id: str
    name: str
    molar_mass: Fact
    valence: int | None = None
    moles_of_active: int = 1
    unii: str | None = None

    @property
    def substance(self) -> Substance:
        """The form with its standing molar mass, in g/mol."""
        mass: Decimal = self.molar_mass.quantity.to("g/mol").value
        return Substance(self.id, self.name, mass, self.valence, None, self.moles_of_active)


class Drug(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A drug: its forms, the form doses are written in, and what must be known to give it."""

    id: str
    name: str
    substances: tuple[SubstanceRecord, ...]
    doses_are_of: str
    active: str
    controlled: Fact | None = None
    weight_for_dose: Fact | None = None
    mechanism: tuple[Fact, ...] = ()
    classes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    notes: tuple[Fact, ...] = ()

    def form(self, substance_id: str) -> SubstanceRecord:
        """The form with this id."""
        return next(form for form in self.substances if form.id == substance_id)


class Presentation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vial, ampoule or premixed bag. `strength` is mass of `substance` per volume, as labelled."""

    id: str
    name: str
    drug: str
    substance: str
    strength: Fact
    volume: Fact
    container: Literal["vial", "ampoule", "cartridge", "premixed-bag", "syringe"]
    multi_dose: bool
    region: str
    must_be_diluted: bool = False
    preserved: bool | None = None
    with_adrenaline: bool = False
    label: str | None = None
    codes: tuple[Claim, ...] = ()
    traps: tuple[Fact, ...] = ()


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One bound on one measure of one drug. `level` nests: absolute encloses recommended.

    Exactly one of `above` and `below` is set: the finding fires when the measure is above (or below) it.
    `route`, `fluid` and `except_presentations` narrow where it applies.
    """

    id: str
    drug: str
    measure: Measure
    severity: Severity
    blocks: Blocks
    level: Literal["absolute", "recommended", "label", "guideline"]
    sentence: str
    reason: str
    resolve: str
    above: Fact | None = None
    below: Fact | None = None
    route: Literal["intravenous", "intramuscular"] | None = None
    weight: Literal["actual", "ideal", "lower"] = "actual"
    cause: str | None = None
    conflicts: tuple[Claim, ...] = ()

    @property
    def bound(self) -> Fact:
        """The fact that is the bound."""
        bound = self.above or self.below
        assert bound is not None, f"{self.id} has no bound"
        return bound

    @property
    def bound_quantity(self) -> Quantity:
        """The bound as a quantity."""
        return self.bound.quantity


class Synonym(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One other way a term is written, and where that was seen."""

    text: str
    kind: Literal["synonym", "brand", "misspelling", "salt", "combination", "abbreviation", "form", "code"]
    source: str


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A drug, condition or allergen as patients and letters name it.

    `classes` are the ids rules ask for (a drug may be an opioid; a condition may be a heart block);
    `contains` are the terms a combination product is made of; `washout` how long a stopped drug still counts.
    A term with no class is known and matters to no rule. A `passing` condition (an infection, a pregnancy) is not had
    for having once been had: “history of …” names every other condition, and leaves a passing one open.
    """

    id: str
    kind: Literal["drug", "condition", "allergen"]
    name: str
    source: str
    classes: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    passing: bool = False
    washout: Fact | None = None
    codes: tuple[Claim, ...] = ()
