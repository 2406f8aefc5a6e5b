"""The plan as one JSON object for other programs. Its names and nesting are promised: docs/plan.schema.json is made from it.

A quantity is a value and a unit. Doses, volumes, rates and times are exact decimals as strings, so that no reader's
floating point can change one; proportions and other predictions are numbers.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

from assuage.finding import Blocks, Severity
from assuage.paper.predicted import BandOut, LineOut, SpannedOut
from assuage.paper.prospect import ComparableOut, LeftOutOut, NextOut, Proportion, ProspectOut
from assuage.plan.model import Match, OmittedDose, Override, PatientSummary
from assuage.sourced import Kind

Exact = Annotated[str, msgspec.Meta(pattern=r"^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$", description="an exact decimal")]


class Amount(msgspec.Struct, frozen=True):
    """A quantity: an exact decimal and a UCUM unit."""

    value: Exact
    unit: str


class Software(msgspec.Struct, frozen=True):
    """The program that made this."""

    version: str


class CatalogRead(msgspec.Struct, frozen=True):
    """The facts it was made from; `fingerprint` is the SHA-256 of their files."""

    version: str
    fingerprint: str


class FindingOut(msgspec.Struct, frozen=True):
    """What a clinician should know; `merged` names the rules joined into it."""

    rule: str
    severity: Severity
    blocks: Blocks
    message: str
    reason: str
    resolve: str
    sources: tuple[str, ...]
    merged: tuple[str, ...]


class NotCheckedOut(msgspec.Struct, frozen=True):
    """A rule that could not be judged, and why."""

    rule: str
    why: str


class ClaimOut(msgspec.Struct, frozen=True):
    """One statement by one source. `unit` is null where the value is words; `key` is the name `chosen` uses."""

    value: str
    unit: str | None
    source: str
    where: str
    kind: Kind
    key: str
    as_written: str | None
    note: str | None


class DisputeOut(msgspec.Struct, frozen=True):
    """Claims that differ, the key of the one chosen, and why."""

    fact: str
    claims: tuple[ClaimOut, ...]
    chosen: str | None
    because: str | None


class VialsOut(msgspec.Struct, frozen=True):
    """Containers to open, what is left in them, and whether that must be accounted for."""

    count: int
    wasted_volume: Amount
    wasted: Amount
    reconcile: bool


class ComponentOut(msgspec.Struct, frozen=True):
    """One drug as drawn up: `dose` is what `draw_up` holds, `calculated` what arithmetic asked for."""

    substance: str
    role: str
    dose: Amount
    basis: str
    mmol: Exact | None
    meq: Exact | None
    presentation: str
    draw_up: Amount
    delivered: Amount
    rounding_error_percent: Exact
    drug: str
    name: str
    calculated: Amount
    active: Amount | None
    presentation_name: str
    strength: Amount
    syringe: str
    vials: VialsOut
    concentration: Amount


class BagOut(msgspec.Struct, frozen=True):
    """The bag by its label, and what it holds where that was measured."""

    id: str
    labelled: Amount | None
    actual: Amount | None


class FlushOut(msgspec.Struct, frozen=True):
    """What follows through the line."""

    fluid: str
    volume: Amount
    rate: Amount


class OverfillOut(msgspec.Struct, frozen=True):
    """What a fuller bag would do while the pump keeps its volume."""

    actual: Amount
    total_volume: Amount
    concentration: Amount
    delivered_percent: Exact
    delivered: Amount
    label_volume_percent: Exact
    source: str


class VehicleOut(msgspec.Struct, frozen=True):
    """What the drug is put into and what runs. `bag` is null for a syringe, an empty container and undiluted drug."""

    fluid: str | None
    bag: BagOut | None
    mode: Literal["add", "replace", "exact", "undiluted"]
    total_volume: Amount
    volume_to_infuse: Amount
    concentration: Amount
    flush: FlushOut | None
    delivered_percent: Exact
    withdraw: Amount | None
    from_bag: Amount
    line_volume: Amount | None
    primed_with: str | None
    overfill: OverfillOut | None


class RunOut(msgspec.Struct, frozen=True):
    """One rate held for one time."""

    id: str
    volume: Amount
    duration: Amount
    rate: Amount
    drug_rate: Amount


class PortionOut(msgspec.Struct, frozen=True):
    """One injection of a divided dose; `after` counts from the first."""

    number: int
    after: Amount
    dose: Amount
    draw_up: Amount
    before: str | None


class InfusionOut(msgspec.Struct, frozen=True):
    """One visit. `rate` and `drug_rate` are null where it has several (see `runs`) or none (see `portions`)."""

    number: int
    start: dt.datetime | None
    end: dt.datetime | None
    components: tuple[ComponentOut, ...]
    vehicle: VehicleOut | None
    rate: Amount | None
    drug_rate: Amount | None
    duration: Amount
    day: int
    step: str
    route: str
    recovery_until: dt.datetime | None
    recovery: Amount | None
    chair_time: Amount
    interval_hours: Exact | None
    runs: tuple[RunOut, ...]
    portions: tuple[PortionOut, ...]
    flags: tuple[str, ...]


class FollowUpOut(msgspec.Struct, frozen=True):
    """A score or call that is due; `after` counts from the last session."""

    what: str
    at: dt.datetime | None
    after: Amount
    primary: bool
    flags: tuple[str, ...]


class WatchedOut(msgspec.Struct, frozen=True):
    """A line for the nurse."""

    kind: str
    sentence: str
    when: str | None
    sources: tuple[str, ...]


class LimitOut(msgspec.Struct, frozen=True):
    """A measure beside a bound, on the rounded numbers."""

    limit: str
    drug: str
    session: int
    measure: str
    level: str
    found: Amount
    bound: Amount
    side: Literal["above", "below"]
    crossed: bool
    source: str


class PreparationOut(msgspec.Struct, frozen=True):
    """What is drawn up, run, watched and kept ready."""

    infusions: tuple[InfusionOut, ...]
    follow_up: tuple[FollowUpOut, ...]
    monitoring: tuple[WatchedOut, ...]
    rescue: tuple[WatchedOut, ...]
    working: tuple[str, ...]
    limits: tuple[LimitOut, ...]


class ArmOut(msgspec.Struct, frozen=True):
    """Events out of n in one arm of one study."""

    study: str
    events: int
    n: int
    arm: str


class ResultOut(msgspec.Struct, frozen=True):
    """One outcome at one time in the arm this regimen comes from."""

    outcome: str
    time: str
    arms: tuple[ArmOut, ...]
    proportion: Proportion


class LaterOut(msgspec.Struct, frozen=True):
    """A later study and what it found."""

    study: str
    direction: str
    sentence: str


class ExpectationOut(msgspec.Struct, frozen=True):
    """What is first asked, and all of it in `prospects`; `results` is what the regimen's own arm counted.

    `against` is what speaks against it, `later` everything later. A proportion here is believed, not counted: each arm has
    its own.
    """

    outcome: str | None
    arms: tuple[ComparableOut, ...]
    proportion: Proportion | None
    against: tuple[LaterOut, ...]
    certainty: str | None
    time: str | None
    new_clinic: Proportion | None
    new_patient: float | None
    next_patients: NextOut | None
    left_out: tuple[LeftOutOut, ...]
    prospects: tuple[ProspectOut, ...]
    results: tuple[ResultOut, ...]
    later: tuple[LaterOut, ...]


class SourceOut(msgspec.Struct, frozen=True):
    """How a source is cited and how much of it was read."""

    citation: str
    access: str


class ExposureOut(msgspec.Struct, frozen=True):
    """Predicted levels of one substance, in `unit`; areas in h·unit above the baseline; hours from the first start.

    `baseline` is what was measured. Null for a substance of the body itself (see `caveats`): then `peak` is the rise alone.
    """

    substance: str
    model: str
    unit: str
    baseline: float | None
    peak: SpannedOut
    bands: tuple[BandOut, ...]
    caveats: tuple[str, ...]
    drug: str
    site: str
    is_rise: bool
    rise: SpannedOut
    peak_at_h: float
    peak_session: int
    peak_after_h: float
    area: SpannedOut
    until_h: float
    lines: tuple[LineOut, ...]
    findings: tuple[FindingOut, ...]
    spread: str
    is_indicative: bool
    people: int
    seed: int
    sources: tuple[str, ...]


class PlanOut(msgspec.Struct, frozen=True):
    """A plan. `preparation` is null when a finding blocks the dose.

    `exposure` lists predicted levels where they were asked for (`--exposure`); empty, nobody asked or nothing is given.
    """

    software: Software
    catalog: CatalogRead
    standing: Literal["provisional", "adopted"]
    signable: bool
    clinic: str
    patient: PatientSummary
    regimen: str
    findings: tuple[FindingOut, ...]
    not_checked: tuple[NotCheckedOut, ...]
    disputes: tuple[DisputeOut, ...]
    preparation: PreparationOut | None
    exposure: tuple[ExposureOut, ...]
    expectation: ExpectationOut | None
    sources: dict[str, SourceOut]
    headline: str
    regimen_name: str
    basis: str
    access: str
    indication: str
    clinic_is_example: bool
    as_of: dt.date
    time_zone: str
    omitted: tuple[OmittedDose, ...]
    population: tuple[Match, ...]
    guideline_position: tuple[ClaimOut, ...]
    remarks: tuple[ClaimOut, ...]
    overrides: tuple[Override, ...]


def exact(value: Decimal) -> str:
    """A decimal in full, without trailing zeros or an exponent.

    >>> exact(Decimal("2100.00"))
    '2100'
    """
    return f"{value.normalize():f}" if value else "0"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the object. docs/plan.schema.json is this, indented."""
    made = json.loads(re.sub(r'(?<=\w)Out"', '"', json.dumps(msgspec.json.schema(PlanOut))))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "assuage plan", **made}


def schema_text() -> str:
    """The schema as it stands in docs/plan.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
