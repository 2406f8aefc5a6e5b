"""What an answer holds: every row with its effect, every pool with its interval, every step of certainty. It computes nothing.

All effects here are as people read them: shares from 0 to 1, ratios, differences in points. No value is without an
interval, or without the words that say why there is none.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from assuage.question import Conflict, Domain, Excluded, Level, Measured, Risk, Told, Tool
from assuage.sourced import Claim, Kind

Design = Literal["parallel", "crossover", "single arm"]


class Span(msgspec.Struct, frozen=True):
    """A value with its interval at a stated confidence, and how both were reached."""

    value: float
    lower: float
    upper: float
    confidence: float
    method: str


class Tallied(msgspec.Struct, frozen=True):
    """Events out of n in one arm as the study counted them."""

    arm: str
    events: int
    n: int
    kind: Kind


class ForestRow(msgspec.Struct, frozen=True):
    """One study's result on a body's measure. `span` is none where no interval can be had; `why_not` then says why.

    `is_derived` is true where anything beyond the printed counts or interval was computed to get here (drawn hollow);
    `is_disputed` where readings of the study differ. `days` counts from the last infusion. `weight` is the share of
    the pool, none where nothing was pooled. `is_ours` marks a clinic's own record. `needed` tells the number needed to
    treat where two arms of different people were counted; `unit` is the unit of a difference as it was printed;
    `not_pooled` says why a pool leaves the row out.
    """

    study: str
    year: int | None
    row: str
    label: str
    design: Design
    condition: str
    drugs: tuple[str, ...]
    comparator: str | None
    outcome: str
    window: str
    measure: Measured
    span: Span | None
    why_not: str
    given: tuple[Tallied, ...]
    people: int | None
    is_derived: bool
    derivation: str
    is_disputed: bool
    disputes: tuple[str, ...]
    cautions: tuple[str, ...]
    days: Decimal | None = None
    infusions: int | None = None
    weight: float | None = None
    risk: Risk | None = None
    is_ours: bool = False
    needed: str = ""
    unit: str = ""
    not_pooled: str = ""


class Summary(msgspec.Struct, frozen=True):
    """One way to pool the rows: the mean effect, and the true effect to expect in one more study or clinic."""

    name: str
    span: Span
    expected: Span | None
    is_lead: bool


class Spreading(msgspec.Struct, frozen=True):
    """How much the studies differ: I² in per cent and τ on the scale of analysis, each with its interval; Cochran's Q."""

    i2: Span | None
    tau: Span | None
    q: float
    df: int
    p: float


class Without(msgspec.Struct, frozen=True):
    """The lead pool without one study."""

    study: str
    span: Span


class Small(msgspec.Struct, frozen=True):
    """A test for small-study effects, and whether there are enough studies for it to mean anything."""

    method: str
    p: float
    is_enough: bool


class Absolute(msgspec.Struct, frozen=True):
    """A pooled contrast as shares of people, at a stated share of the comparison arms: assumed, not pooled.

    `control_from` says whose share it is; `needed` tells the number needed to treat at that share.
    """

    control_share: float
    control_from: str
    treated: Span
    difference: Span
    needed: str


class PoolFound(msgspec.Struct, frozen=True):
    """The pool of a body: the leading summary first, others beside it, what was mixed, and what it hangs on.

    `chance_better` is the posterior probability that the mean effect lies on the side that helps; none for single arms.
    `people` counts those whose number is known. `absolute` is there for contrasts of shares. `notes` say what was left
    out, or could not be computed, and why.
    """

    k: int
    people: int
    prior: str
    prior_sources: tuple[str, ...]
    summaries: tuple[Summary, ...]
    spreading: Spreading | None
    chance_better: float | None
    mixed: tuple[str, ...]
    because: str
    without: tuple[Without, ...]
    small: tuple[Small, ...]
    absolute: Absolute | None = None
    notes: tuple[str, ...] = ()
    unit: str = ""

    @property
    def lead(self) -> Summary:
        """The summary that is told first."""
        return next(one for one in self.summaries if one.is_lead)


class DomainFound(msgspec.Struct, frozen=True):
    """One domain of a study's risk of bias."""

    domain: str
    risk: Risk
    reason: str


class RiskFound(msgspec.Struct, frozen=True):
    """Risk of bias of one study's result: the tool, every domain, and the overall judgement by the tool's rule."""

    study: str
    result: str
    tool: Tool
    overall: Risk
    rule: str
    domains: tuple[DomainFound, ...]
    reader: str
    second_reader: str | None


class StepFound(msgspec.Struct, frozen=True):
    """One step of certainty: what the reader judged, what the numbers themselves suggest, and whether both agree.

    `suggested` is none where no number speaks to the domain; `facts` are the numbers it was worked from, in words.
    """

    domain: Domain | str
    steps: int
    because: str
    suggested: int | None
    facts: tuple[str, ...]
    reader: str


class CertaintyFound(msgspec.Struct, frozen=True):
    """Certainty worked step by step: where it starts, every step, and the level it ends at."""

    starts: Level
    starts_because: str
    steps: tuple[StepFound, ...]
    level: Level
    disagreements: tuple[str, ...]


class BodyFound(msgspec.Struct, frozen=True):
    """Evidence on one outcome at one time: rows, pool or the reason there is none, certainty, and what is left out."""

    id: str
    title: str
    population: str
    comparison: str
    outcome: str
    time: str
    measure: Measured
    better: Literal["higher", "lower"]
    rows: tuple[ForestRow, ...]
    pool: PoolFound | None
    not_pooled: str | None
    matters: Claim | None
    told: tuple[Told, ...]
    excluded: tuple[Excluded, ...]
    risks: tuple[RiskFound, ...]
    certainty: CertaintyFound | None
    sentence: str


class Answer(msgspec.Struct, frozen=True):
    """A question answered: a plain summary, conflicts first, each body of evidence, methods, and what would change it.

    `sources` are ids of studies and sources in the order they are first named.
    """

    question: str
    asked: str
    short: str
    known: Literal["answered", "partly", "nobody knows"]
    summary: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    bodies: tuple[BodyFound, ...]
    methods: tuple[str, ...]
    would_change: tuple[str, ...]
    sources: tuple[str, ...]
