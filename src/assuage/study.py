"""Study: what was done and what was seen, each number with the reading it came from."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from assuage.sourced import Access, Kind

Confidence = Literal["high", "medium", "low", "unverified"]
RecordType = Literal["primary_study", "systematic_review", "registry", "blog_post", "narrative_review", "regimen",
                     "mechanism", "guideline", "review", "health_technology_review", "instrument", "label"]  # fmt: skip
Role = Literal["seed", "added", "review", "measurement", "safety", "registered"]


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text someone read: its short name in this file, the address, how much of it, what was taken.

    The address is where it was read, often a mirror; what to cite is the record's `citation`.
    """

    id: str
    read_at: str
    access: str
    what: str


class Citation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the paper is cited. DOI and PMID are bare. `authors_missing` says why no author is named."""

    title: str
    authors: tuple[str, ...] = ()
    authors_missing: str | None = None
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
        named = [name for name in self.authors if name != "et al."]
        people = ", ".join(named[:3]) + (" et al" if len(named) > 3 or len(named) < len(self.authors) else "")
        people = people or (f"[Authors {self.authors_missing}]" if self.authors_missing else "")
        place = " ".join(str(part) for part in (self.journal, self.year) if part)
        numbers = "".join(
            text.format(part)
            for text, part in ((" {}", self.volume), ("({})", self.issue), (":{}", self.pages))
            if part
        )
        ids = [
            f"{name} {part}".strip()
            for name, part in (("doi", self.doi), ("PMID", self.pmid), ("", self.pmcid), ("", self.registry))
            if part
        ]
        parts = (people, self.title, f"{place}{numbers}".strip(), *ids)
        return " ".join(part if part.endswith(("?", ".", "!")) else f"{part}." for part in parts if part)


class Design(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the study was done. Counts are of people unless the name says otherwise."""

    type: str | None = None
    blinding: str | None = None
    n_randomised: int | None = None
    n_analysed: int | None = None
    planned_n: int | None = None
    setting: str | None = None
    species: str | None = None
    models: tuple[str, ...] = ()
    infusions: int | None = None
    infusions_excluded: int | None = None
    sessions_per_arm: int | None = None
    reading: tuple[str, ...] = ()
    reading_detail: str | None = None
    confidence: Confidence | None = None
    confidence_detail: str | None = None


class Population(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who was studied, as far as it could be read."""

    condition: str | None = None
    duration_min_months: int | None = None
    duration_years_median: str | None = None
    onset: str | None = None
    baseline_pain: str | None = None
    instrument: str | None = None
    dn4_baseline: str | None = None
    exclusion: tuple[str, ...] = ()
    pre_test: str | None = None
    age: str | None = None
    mean_age: int | None = None
    female: int | None = None
    female_percent: Decimal | None = None
    male: str | None = None
    weight: str | None = None
    planned_n: int | None = None
    reading: tuple[str, ...] = ()
    reading_detail: str | None = None
    confidence: Confidence | None = None
    confidence_detail: str | None = None


class ArmDrug(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One drug of an arm, the dose as printed; `dose` is none where no number was readable.

    `basis` says what the dose is per (body weight, fixed, titrated); `salt` what was said, or not said, of the salt.
    Where the source gives a range or steps, `text` or `basis` holds them and `dose` is one value out of them: the
    highest or first, or, with `kind` derived, the middle, which nobody printed. Nothing is planned from a study's dose;
    regimens carry their own claims.
    """

    drug: str
    dose: Decimal | None = None
    unit: str | None = None
    basis: str | None = None
    salt: str | None = None
    text: str | None = None
    kind: Kind = "stated"


class Arm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One group as treated. `reading` and `confidence` say where its numbers were read.

    `derived` holds numbers computed from the printed ones (never printed by the authors), each named with its unit.
    """

    id: str
    label: str
    reading: tuple[str, ...]
    confidence: Confidence
    n: int | None = None
    drugs: tuple[ArmDrug, ...] = ()
    route: str | None = None
    vehicle: str | None = None
    volume_ml: Decimal | None = None
    duration_min: Decimal | None = None
    duration_text: str | None = None
    rate: str | None = None
    infusions: int | None = None
    infusions_text: str | None = None
    interval: str | None = None
    interval_days: Decimal | None = None
    schedule: str | None = None
    co_medication: str | None = None
    derived: dict[str, str] = {}
    reading_detail: str | None = None
    confidence_detail: str | None = None


Outcomes = Literal[
    "relief-50", "relief-30", "relief-complete", "relief-partial", "relief-any", "relief-3-points", "relief-brief", "relief-for-hours",
    "relief-unstated", "no-recurrence", "none", "pain-score", "pain-change-percent", "pain-over-time", "allodynia", "hyperalgesia",
    "analgesic-use", "any-adverse-event", "adverse-event", "serious-adverse-event", "withdrawal", "agitation", "chest-tightness",
    "confusion", "dizziness", "dry-mouth", "dysarthria", "flushing", "gastrointestinal", "hallucination", "headache", "liver-injury",
    "nausea", "psychomimetic", "somnolence", "tinnitus",
]  # fmt: skip
Window = Literal[
    "during-infusion", "within-4-hours", "24-hours", "1-week", "2-weeks", "4-weeks", "5-weeks", "after-5-weeks", "3-months", "4-months",
    "6-months", "12-months", "after-the-series", "last-follow-up", "over-the-study", "not-stated",
]  # fmt: skip
# What a row may name beside drugs: an inert infusion, whatever the fluid. Several drugs given together are joined so.
PLACEBO, TOGETHER = "placebo", " and "
# Words that say it is not known: like nothing else, not even like one another.
NOT_SAID = frozenset({"not-stated", "relief-unstated"})


class Coded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a row is, in one vocabulary for all studies, so that likes are pooled with likes and with nothing else.

    `id` names the row within its study. `condition` is a term of the catalog; `drugs` are drugs of the catalog or
    terms, sorted, without what both arms had, or `placebo`. `comparator` is what a printed difference was against; none
    for an arm seen by itself, which is compared with the `drugs` of the row it is set against. `days` is the middle of
    the window, counted from the last infusion, where it is known; a named event is an outcome of its own. A row without
    this is never pooled.
    """

    id: str
    condition: str
    drugs: tuple[str, ...]
    outcome: Outcomes
    window: Window
    comparator: str | None = None
    days: Decimal | None = None
    infusions: int | None = None
    because: str | None = None


class Responders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events out of n, for a threshold at a time; `denominator` says what n counts. Sessions are not people.

    `arm` is an arm's id or a group of arms in words. `events` is none where a percentage is no whole count of n (see
    `note`); `kind` is derived where the count was computed from a printed percentage.
    """

    arm: str
    threshold: str
    time: str
    n: int
    reading: tuple[str, ...]
    confidence: Confidence
    events: int | None = None
    denominator: Literal["patients", "sessions"] = "patients"
    kind: Kind = "stated"
    hours: Decimal | None = None
    pools: tuple[str, ...] = ()
    coded: Coded | None = None
    reading_detail: str | None = None
    note: str | None = None


class Interval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A 95 % confidence interval as printed, in the unit of its outcome."""

    lower: Decimal
    upper: Decimal


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Any other result: `value` where a number was printed, `text` where words were.

    `arm` is an arm's id, a comparison, or the subject of the row in words.
    """

    arm: str
    time: str
    measure: str
    reading: tuple[str, ...]
    confidence: Confidence
    statistic: str | None = None
    value: Decimal | None = None
    text: str | None = None
    unit: str | None = None
    dispersion: Decimal | None = None
    dispersion_type: str | None = None
    interval_95: Interval | None = None
    p: str | None = None
    versus: str | None = None
    kind: Kind = "stated"
    hours: Decimal | None = None
    pools: tuple[str, ...] = ()
    coded: Coded | None = None
    reading_detail: str | None = None
    note: str | None = None


class Harm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An adverse event as reported: count of total, or words where no count was given.

    `denominator` says what `total` counts: patients, sessions or infusions. Sessions are not people.
    """

    arm: str
    event: str
    reading: tuple[str, ...]
    confidence: Confidence
    count: int | None = None
    total: int | None = None
    percent: Decimal | None = None
    denominator: Literal["patients", "sessions", "infusions"] | None = None
    text: str | None = None
    kind: Kind = "stated"
    pools: tuple[str, ...] = ()
    coded: Coded | None = None
    reading_detail: str | None = None


class ConflictValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the values and who gives it."""

    value: str
    given_by: str


class Conflict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two or more values for one field, which one is trusted, and why."""

    field: str
    values: tuple[ConflictValue, ...]
    trusted: str
    because: str


class Remembered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Recalled, not read. Shown with that word; never used as a value."""

    field: str
    value: str
    status: Literal["UNVERIFIED (memory)"]


class Study(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One record of the evidence: a study, review, guideline, label, instrument, registration or comment.

    `directness` says how near its patients are to neuralgia after zoster; none where the question does not arise.
    `retracted` says that it was taken back, in the words of whoever says so.
    """

    id: str
    record_type: RecordType
    role: Role
    citation: Citation
    access: Access
    confidence: Confidence
    directness: str | None = None
    retracted: str | None = None
    aliases: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    design: Design | None = None
    population: Population | None = None
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
