"""Study: what was done and what was seen, each number with the reading it came from."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

Confidence = Literal["high", "medium", "low"]
RecordType = Literal["primary_study", "systematic_review", "registry", "blog_post", "narrative_review", "regimen",
                     "mechanism", "guideline", "review", "health_technology_review", "instrument", "label"]  # fmt: skip


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text someone read: its short name in this file, the address, how much of it, what was taken."""

    id: str
    read_at: str
    access: str
    what: str


class Citation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the paper is cited. DOI and PMID are bare."""

    authors: tuple[str, ...]
    title: str
    journal: str | None = None
    year: int | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    registry: str | None = None

    def __str__(self) -> str:
        people = ", ".join(self.authors[:3]) + (" et al." if len(self.authors) > 3 else "")
        place = " ".join(str(part) for part in (self.journal, self.year) if part)
        numbers = "".join(
            text.format(part)
            for text, part in ((" {}", self.volume), ("({})", self.issue), (":{}", self.pages))
            if part
        )
        ids = "".join(
            f" {name} {part}." for name, part in (("doi", self.doi), ("PMID", self.pmid), ("", self.registry)) if part
        )
        title = self.title if self.title.endswith(("?", ".", "!")) else f"{self.title}."
        return " ".join(f"{people + '. ' if people else ''}{title} {place}{numbers}.{ids}".split())


class ArmDrug(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One drug of an arm, the dose as printed; `dose` is none where no number was readable."""

    drug: str
    dose: Decimal | None = None
    unit: str | None = None
    basis: str | None = None
    salt: str | None = None
    text: str | None = None


class Arm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One group as treated. `reading` and `confidence` say where its numbers were read."""

    id: str
    label: str
    reading: str | None
    confidence: str | None
    n: int | None = None
    drugs: tuple[ArmDrug, ...] = ()
    route: str | None = None
    vehicle: str | None = None
    volume_ml: Decimal | None = None
    duration_min: Decimal | None = None
    rate: str | None = None
    infusions: int | None = None
    interval: str | None = None
    interval_days: Decimal | None = None
    schedule: str | None = None
    co_medication: str | None = None
    derived: dict[str, str] = {}
    note: str | None = None


class Responders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events out of n, for a threshold at a time."""

    arm: str
    threshold: str
    time: str
    events: int
    n: int
    reading: str | None
    confidence: str | None
    hours: Decimal | None = None
    pools: tuple[str, ...] = ()
    note: str | None = None


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Any other result, as printed."""

    arm: str
    time: str
    measure: str
    statistic: str
    value: str | None
    unit: str | None
    reading: str | None
    confidence: str | None
    dispersion: str | None = None
    dispersion_type: str | None = None
    interval_95: str | None = None
    p: str | None = None
    versus: str | None = None
    hours: Decimal | None = None
    pools: tuple[str, ...] = ()
    note: str | None = None


class Harm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An adverse event as reported: count of total, or words where no count was given."""

    arm: str
    event: str
    reading: str | None
    confidence: str | None
    count: int | None = None
    total: int | None = None
    percent: Decimal | None = None
    denominator: str | None = None
    text: str | None = None
    pools: tuple[str, ...] = ()


class Conflict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two or more values for one field, which one is trusted, and why."""

    field: str
    values: tuple[ConflictValue, ...]
    trusted: str | None
    because: str | None


class ConflictValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the values and who gives it."""

    value: str
    given_by: str


class Remembered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Recalled, not read. Shown with that word; never used as a value."""

    field: str
    value: str


class Study(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One record of the evidence: a study, review, guideline, label, instrument, registration or comment."""

    id: str
    record_type: RecordType
    role: str
    citation: Citation
    access: str
    directness: str
    confidence: str
    readings: tuple[Reading, ...] = ()
    aliases: tuple[str, ...] = ()
    design: dict[str, str] = {}
    population: dict[str, str] = {}
    arms: tuple[Arm, ...] = ()
    responders: tuple[Responders, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    harms: tuple[Harm, ...] = ()
    monitoring: str | None = None
    follow_up: str | None = None
    against_seed: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[str, ...] = ()
    remembered: tuple[Remembered, ...] = ()

    @property
    def has_numbers(self) -> bool:
        """False for records listed without readable numbers."""
        return bool(self.responders or self.outcomes or any(harm.count is not None for harm in self.harms))
