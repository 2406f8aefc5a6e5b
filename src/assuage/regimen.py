"""Regimen: what was given, in what, how fast, how often, on whom, as one source states it."""

from __future__ import annotations

from typing import Literal

import msgspec

from assuage.sourced import Claim, Fact

Role = Literal["therapy", "premedication", "blinding", "dysphoria"]
Route = Literal["intravenous", "intramuscular"]


class Component(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One drug of a step: `dose` (mg, mg/kg, mmol …) of `form`; `cap` is a ceiling of the regimen itself."""

    drug: str
    role: Role
    form: Fact
    dose: Fact
    cap: Fact | None = None


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One act: an infusion, a slow bolus, or divided intramuscular portions.

    `volume` is the vehicle as stated; `volume_means` is "vehicle" (drug is added to it) or "final" (made up to it);
    none means undiluted. `duration` is the running time of this step. A step with `share` runs that part of the
    prepared volume (Tanaka: half over 5 min, half over 60 min). `portions` and `portion_interval` are for divided
    injections; `after` names what happens between.
    """

    id: str
    route: Route
    components: tuple[Component, ...]
    fluid: Fact | None = None
    volume: Fact | None = None
    volume_means: Fact | None = None
    duration: Fact | None = None
    phases: tuple[Phase, ...] = ()
    portions: Fact | None = None
    portion_interval: Fact | None = None
    between: str | None = None


class Phase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of one prepared volume run at its own rate: `volume` of it over `duration`."""

    id: str
    volume: Fact
    duration: Fact


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many sessions and how far apart. `pattern` names the step of each session where they differ."""

    count: Fact
    every: Fact | None = None
    pattern: tuple[str, ...] = ()
    note: str | None = None


class Omitted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something the source gave that is never offered: the dose as stated, its role, and why it is left out."""

    drug: str
    role: Role
    dose: Fact
    because: str
    changes: str


class Later(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Evidence that came after, or stands against: a study and what it found, in a sentence."""

    study: str
    direction: Literal["against", "for", "qualifies", "context"]
    sentence: str
    where: str


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry criterion of the trial, to be matched against the patient.

    `fact` names what is compared; one of `is_one_of`, `at_least`, `above` states the criterion.
    """

    id: str
    sentence: str
    fact: str
    source: str
    where: str
    is_one_of: tuple[str, ...] = ()
    above: Fact | None = None
    at_least: Fact | None = None


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which outcome of which study arm says what to expect: rows are looked up in the study."""

    study: str
    arm: str
    outcome: str
    time: str


class Regimen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A regimen as published (or as its author proposed it), with its standing and what later evidence says."""

    id: str
    name: str
    basis: Literal["as-studied", "authors-practice", "hypothesis", "listed"]
    indication: str
    indications: tuple[str, ...]
    study: str | None
    source: str
    access: str
    steps: tuple[Step, ...]
    schedule: Schedule | None
    aliases: tuple[str, ...] = ()
    plannable: bool = True
    missing: tuple[str, ...] = ()
    settled_by: str | None = None
    sites_to_avoid: tuple[Claim, ...] = ()
    omitted: tuple[Omitted, ...] = ()
    later: tuple[Later, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    guideline_position: tuple[Claim, ...] = ()
    remarks: tuple[Claim, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    follow_up_from: str = "last infusion"


class Dispute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A disagreement that is not itself a dose of this regimen but must print beside it (18 or 17 patients)."""

    id: str
    about: str
    fact: Fact
