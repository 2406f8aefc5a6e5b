"""Rule: when to speak, how gravely, in which words, on whose authority. Conditions have three truth values."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from assuage.finding import Blocks, Severity
from assuage.quantity import show
from assuage.regimen import Route
from assuage.sourced import Claim, Fact


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"not_": "not", "is_": "is"}):
    """What is asked of the patient. Exactly one question: a combination, a list look-up, or a fact compared.

    any / all / not          three-valued (Kleene) combinations
    condition                the patient has a condition of one of these classes or ids
    medication               takes a drug of one of these classes or ids, or stopped it within its wash-out
    allergy                  is allergic to one of these
    fact with is             a word fact is one of these words; true and false are words
    fact with below …        a number fact against a bound; the bound is a sourced fact with a unit
    missing                  a fact is not known (two-valued: never unknown itself)
    """

    any: tuple[Condition, ...] | None = None
    all: tuple[Condition, ...] | None = None
    not_: Condition | None = None
    condition: tuple[str, ...] | None = None
    medication: tuple[str, ...] | None = None
    allergy: tuple[str, ...] | None = None
    fact: str | None = None
    is_: tuple[str, ...] | None = None
    below: Fact | None = None
    at_most: Fact | None = None
    above: Fact | None = None
    at_least: Fact | None = None
    missing: str | None = None


class Applies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which plans a rule looks at. Empty lists mean every plan. `drugs` are those given; `rescue` those kept ready.

    `drugs` and `rescue` hold together when any of the one is given or any of the other kept ready; `together` when all
    of them are given; `series` only when there is more than one session.
    """

    drugs: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    regimens: tuple[str, ...] = ()
    series: bool = False
    rescue: tuple[str, ...] = ()


class WhenUnknown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said when the condition cannot be decided. `hold` is the usual severity.

    A rule that blocks when it is true blocks at least as early when it is unknown. `cause` joins what is said here with
    other findings; it is apart from the rule's own cause, so that a gap is never told together with a danger.
    """

    severity: Severity
    blocks: Blocks
    sentence: str
    resolve: str
    cause: str | None = None


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule. `code` is its number in the table of rules; findings with one `cause` are merged.

    `when` is absent for rules that are decided elsewhere: `decided_by` is `plan` (same-day infusions, admixture),
    `bedside` (what happens during treatment), or `always` (a note that always prints).
    """

    id: str
    code: str
    applies: Applies
    severity: Severity
    blocks: Blocks
    sentence: str
    reason: str
    resolve: str
    authority: tuple[Claim, ...]
    when: Condition | None = None
    when_unknown: WhenUnknown | None = None
    decided_by: Literal["plan", "bedside", "always"] | None = None
    cause: str | None = None
    conflicts: tuple[Claim, ...] = ()


class Bound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a line for the nurse means for a machine: an observation, how it is compared, and what is done then.

    `what` is a measurement (`vitals.sbp`), a scale (`moaa-s`), a sign (`knee-jerk`) or `symptom`; `value` the place of
    the number among the record's own values; `words` what it may be for `is` (symptoms are words of the dictionary of
    adverse events). `falls by` and `rises by` are shares of the first value taken in the session. `recheck` is said once
    and stops when it is found again.
    """

    what: str
    side: Literal["below", "above", "at most", "at least", "falls by", "rises by", "is"]
    action: Literal["stop", "pause", "recheck"]
    value: int | None = None
    words: tuple[str, ...] = ()
    forever: bool = False


class Cadence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a line for the nurse is due again: what is observed, and how often, by places among the record's own values.

    `every` is the longest time between two; `within` how long that holds from the start, `then` the time between two after
    that. `at` are fixed times from the start instead.
    """

    what: tuple[str, ...]
    every: int | None = None
    within: int | None = None
    then: int | None = None
    at: tuple[int, ...] = ()


class Watch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something to observe, stop for, keep ready or confirm, for the nurse.

    `kind` says which list it prints in; `when` is the time in words; `values` thresholds, doses or intervals as facts.
    It prints for plans that give any of `drugs` by any of `routes` (none named: all), unless `only_if` is false for the
    patient; where that is not known it prints. `keeps` are drugs kept ready because of it (a rescue, an antidote).
    The first value of an `after` record is the least time of recovery after the last drug has run in. `order` up to
    100 prints on the one-page sheet.
    """

    id: str
    kind: Literal["baseline", "during", "after", "stop", "antidote", "rescue", "kit", "discharge", "site", "prepare"]
    drugs: tuple[str, ...]
    sentence: str
    authority: tuple[Claim, ...]
    when: str | None = None
    values: tuple[Fact, ...] = ()
    routes: tuple[Route, ...] = ()
    only_if: Condition | None = None
    keeps: tuple[str, ...] = ()
    bounds: tuple[Bound, ...] = ()
    cadence: Cadence | None = None
    conflicts: tuple[Claim, ...] = ()
    order: int = 100

    @property
    def said(self) -> str:
        """The sentence as it prints: {0}, {1} … are the record's own values, in order."""
        return re.sub(r"\{([0-9]+)\}", lambda found: show(self.values[int(found[1])].quantity), self.sentence)


class Saying(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence for patients or colleagues on a paper of the clinic, with whose authority it has.

    It prints on papers of this kind for courses that give any of `drugs` (none named: all), under `heading`, in `order`.
    """

    id: str
    paper: Literal["leaflet", "consent", "discharge", "referrer", "payer"]
    heading: str
    sentence: str
    authority: tuple[Claim, ...]
    drugs: tuple[str, ...] = ()
    order: int = 100


class AdverseEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word of the adverse-event dictionary: which drugs, expected or not and by whom, what to do first."""

    id: str
    name: str
    drugs: tuple[str, ...]
    expected: Literal["yes", "no", "sign-of-toxicity", "serious", "with-series", "rare"]
    action: str
    seen_in: tuple[Claim, ...]
    synonyms: tuple[str, ...] = ()
    note: str | None = None


class Instrument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A score: how it is counted, its threshold, where it may be used and under which licence."""

    id: str
    name: str
    scoring: str
    use: str
    licence: Fact
    lowest: Fact | None = None
    highest: Fact | None = None
    thresholds: tuple[Fact, ...] = ()
    accuracy: tuple[Fact, ...] = ()
    source: str = ""
    item_text_shipped: bool = False


class Formula(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body or renal formula: its name for people, where it is from, and its coefficients as facts."""

    id: str
    name: str
    coefficients: dict[str, Fact]
    source: str


class Measurement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact that is measured: the unit rules compare it in, what converts it, and what no living adult has.

    A value outside `plausible_low` to `plausible_high` is taken for a slip of unit or typing and holds the dose.
    `stale_as` names the age limit of the clinic profile that applies to it.
    """

    id: str
    name: str
    unit: str
    plausible_low: Fact
    plausible_high: Fact
    molar_mass: Fact | None = None
    valence: int | None = None
    stale_as: str | None = None
    slip: str | None = None


class Practice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number of practice that no single drug owns: spacing, follow-up days, overfill, rounding floors."""

    id: str
    sentence: str
    fact: Fact
