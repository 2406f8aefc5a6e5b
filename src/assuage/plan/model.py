"""The Plan and its parts. One object; text, JSON, HTML, PDF, calendar and FHIR all read it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec

from assuage.catalog.clinic import Mode
from assuage.evidence.expectation import Prospect
from assuage.finding import Finding
from assuage.quantity import Quantity
from assuage.screening import NotChecked
from assuage.sourced import Claim


class Vials(msgspec.Struct, frozen=True):
    """Containers opened for one dose, and what is left over in them."""

    count: int
    wasted_volume: Quantity
    wasted: Quantity
    reconcile: bool


class ComponentPlan(msgspec.Struct, frozen=True):
    """One drug as drawn up. `dose` is what the drawn-up volume holds; `calculated` what arithmetic asked for.

    `delivered` is what reaches the patient after line and flush; `rounding_error_percent` compares dose with
    calculated. mmol and meq are of the substance named; none where equivalents are not used.
    """

    drug: str
    substance: str
    name: str
    role: str
    basis: str
    calculated: Quantity
    dose: Quantity
    mmol: Quantity | None
    meq: Quantity | None
    active: Quantity | None
    presentation: str
    presentation_name: str
    strength: Quantity
    draw_up: Quantity
    syringe: str
    vials: Vials
    delivered: Quantity
    concentration: Quantity
    rounding_error_percent: Decimal


class FlushPlan(msgspec.Struct, frozen=True):
    """The flush: volume, fluid and rate."""

    fluid: str
    volume: Quantity
    rate: Quantity


class OverfillCase(msgspec.Struct, frozen=True):
    """What a bag that really holds more would do: its volume, concentration and delivered share at the set volume."""

    actual: Quantity
    total_volume: Quantity
    concentration: Quantity
    delivered_percent: Decimal
    delivered: Quantity
    label_volume_percent: Decimal
    source: str


class VehiclePlan(msgspec.Struct, frozen=True):
    """The bag or syringe: what goes in, what comes out, what runs. `withdraw` is fluid taken out first.

    `volume_to_infuse` is all of the drug solution. Where the line was primed with drug, `from_bag` of it is pumped before
    the bag is empty, and the flush carries the rest out of the line at its own rate.
    """

    fluid: str | None
    bag: str | None
    labelled: Quantity | None
    actual: Quantity | None
    mode: Mode | Literal["undiluted"]
    withdraw: Quantity | None
    total_volume: Quantity
    volume_to_infuse: Quantity
    from_bag: Quantity
    concentration: Quantity
    line_volume: Quantity | None
    primed_with: str | None
    flush: FlushPlan | None
    delivered_percent: Decimal
    overfill: OverfillCase | None = None


class Run(msgspec.Struct, frozen=True):
    """One rate held for one time: the whole infusion, or a phase of it."""

    id: str
    volume: Quantity
    duration: Quantity
    rate: Quantity
    drug_rate: Quantity


class Portion(msgspec.Struct, frozen=True):
    """One intramuscular portion: minutes after the first, dose and volume; `before` says what is done before it."""

    number: int
    after: Quantity
    dose: Quantity
    draw_up: Quantity
    before: str | None


class Session(msgspec.Struct, frozen=True):
    """One visit: when, what is given, at which rate. `flags` are weekends, holidays and changed intervals.

    `day` counts from 1. `start`, `end` (all of the drug given) and `recovery_until` are none where no start was given;
    `chair_time` is from the start to the end of recovery.
    """

    number: int
    day: int
    step: str
    route: str
    start: dt.datetime | None
    end: dt.datetime | None
    recovery_until: dt.datetime | None
    duration: Quantity
    recovery: Quantity | None
    chair_time: Quantity
    components: tuple[ComponentPlan, ...]
    vehicle: VehiclePlan | None
    runs: tuple[Run, ...]
    portions: tuple[Portion, ...]
    interval_hours: Decimal | None
    flags: tuple[str, ...]


class FollowUp(msgspec.Struct, frozen=True):
    """A score or call that is due, with the flag if that day is closed. `after` counts from the last session's start."""

    what: str
    after: Quantity
    at: dt.datetime | None
    primary: bool
    flags: tuple[str, ...]


class Watched(msgspec.Struct, frozen=True):
    """A line for the nurse: what, when, and whose authority; `order` above 100 prints only on longer forms."""

    kind: str
    sentence: str
    when: str | None
    sources: tuple[str, ...]
    order: int


class Disputed(msgspec.Struct, frozen=True):
    """A disagreement between sources as it prints: both claims, which was chosen, and why."""

    fact: str
    claims: tuple[Claim, ...]
    chosen: str | None
    because: str | None


class ArmResult(msgspec.Struct, frozen=True):
    """Events of n in one arm, with the interval a clinician must see beside it (95 %, Wilson)."""

    study: str
    arm: str
    outcome: str
    time: str
    events: int
    n: int
    mean: float
    lower: float
    upper: float


class Expected(msgspec.Struct, frozen=True):
    """What was seen in the study arm this regimen comes from, what follows for the next patients, and what stands against it.

    `prospects` has one for each outcome and time that is asked; `certainty` is that of the first.
    """

    results: tuple[ArmResult, ...]
    against: tuple[LaterEvidence, ...]
    certainty: str | None
    prospects: tuple[Prospect, ...] = ()


class LaterEvidence(msgspec.Struct, frozen=True):
    """One later study and its finding in a sentence."""

    study: str
    direction: str
    sentence: str


class Match(msgspec.Struct, frozen=True):
    """One entry criterion of the trial beside this patient."""

    criterion: str
    verdict: Literal["met", "boundary", "not met", "not known"]
    found: str


class Cited(msgspec.Struct, frozen=True):
    """A source as it prints."""

    id: str
    citation: str
    access: str


class OmittedDose(msgspec.Struct, frozen=True):
    """A dose the source gave that is never offered."""

    drug: str
    role: str
    dose: str
    because: str
    changes: str


class LimitCheck(msgspec.Struct, frozen=True):
    """One measure of one drug beside one bound, on the rounded and deliverable numbers."""

    limit: str
    drug: str
    session: int
    measure: str
    level: str
    found: Quantity
    bound: Quantity
    side: Literal["above", "below"]
    crossed: bool
    source: str


class Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stop that two clinicians have taken upon themselves, in writing. `refuse` cannot be overridden."""

    rule: str
    prescriber: str
    second: str
    reason: str


class Preparation(msgspec.Struct, frozen=True):
    """Everything the pharmacist and the nurse need. Absent when a finding blocks the dose."""

    sessions: tuple[Session, ...]
    follow_up: tuple[FollowUp, ...]
    watch: tuple[Watched, ...]
    limits: tuple[LimitCheck, ...]
    working: tuple[str, ...]


class Spanned(msgspec.Struct, frozen=True):
    """A predicted number: the middle of simulated people, and the ends between which nine in ten of them lie.

    The ends are none where nobody knows how much people differ; the middle is then that of a typical person.
    """

    median: float
    p05: float | None = None
    p95: float | None = None


class LevelLine(msgspec.Struct, frozen=True):
    """What one model says: its part in the picture, its highest level, when that is, and the area above the baseline.

    `peak_at_h` is that of a typical person.
    """

    model: str
    name: str
    part: Literal["line", "upper", "lower", "envelope", "caution", "metabolite"]
    peak: Spanned
    peak_at_h: float
    area: Spanned
    because: str


class BandTime(msgspec.Struct, frozen=True):
    """A reference band, and for how many hours levels stand above its lower end, by the line and by the highest line.

    A reference, never a target. The hours are none where the level itself is not known, or the band has no lower end; those
    by the highest line, where there is but one. `reached_by` is the share of simulated people whose highest level lies above
    the lower end; none where nobody is simulated.
    """

    band: str
    seen: str
    population: str
    low: float | None
    high: float | None
    above_h: Spanned | None
    above_h_by_highest: float | None
    reached_by: float | None
    sources: tuple[str, ...]


class Exposed(msgspec.Struct, frozen=True):
    """The levels of one substance that the plan is expected to give, and what they rest on.

    Levels are in `unit`, areas in hours times `unit`, above the baseline and for ever. `baseline` is what was measured;
    where a substance of the body itself was not measured it is none, `peak` is the rise alone (`is_rise`) and the caveats say so.
    `people` were simulated with `seed`; the ends are indicative where how they differ was borrowed from another model. The highest level of a typical person comes in session `peak_session`,
    `peak_after_h` after its start; `peak_at_h` counts from the first start. Hours above bands are counted up to
    `until_h`.
    """

    substance: str
    drug: str
    model: str
    unit: str
    site: str
    baseline: float | None
    is_rise: bool
    peak: Spanned
    rise: Spanned
    peak_at_h: float
    peak_session: int
    peak_after_h: float
    area: Spanned
    until_h: float
    lines: tuple[LevelLine, ...]
    bands: tuple[BandTime, ...]
    caveats: tuple[str, ...]
    findings: tuple[Finding, ...]
    spread: str
    is_indicative: bool
    people: int
    seed: int
    sources: tuple[str, ...]


class PatientSummary(msgspec.Struct, frozen=True):
    """What identifies and describes the patient on the sheet, as text; unknown is a word."""

    id: str
    synthetic: bool
    birth_date: str
    age: str
    sex: str
    weight: str
    weight_on: str
    height: str
    sizes: tuple[str, ...]
    renal: tuple[str, ...]
    allergies: str
    diagnosis: str


class Plan(msgspec.Struct, frozen=True):
    """A proposal or an order for one patient and one regimen. `signable` is True only for an adopted regimen."""

    software_version: str
    catalog_version: str
    fingerprint: str
    standing: Literal["provisional", "adopted"]
    signable: bool
    clinic: str
    clinic_is_example: bool
    as_of: dt.date
    time_zone: str
    patient: PatientSummary
    regimen: str
    regimen_name: str
    basis: str
    access: str
    indication: str
    headline: str
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]
    disputes: tuple[Disputed, ...]
    preparation: Preparation | None
    omitted: tuple[OmittedDose, ...]
    population: tuple[Match, ...]
    guideline_position: tuple[Claim, ...]
    remarks: tuple[Claim, ...]
    expectation: Expected | None
    overrides: tuple[Override, ...]
    sources: tuple[Cited, ...]
    exposure: tuple[Exposed, ...] = ()

    @property
    def is_refused(self) -> bool:
        """True when any finding blocks the dose: no preparation is shown and the exit code is 3."""
        return any(finding.blocks == "dose" for finding in self.findings)
