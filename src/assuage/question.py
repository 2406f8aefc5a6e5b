"""Question: what a clinician asks of the evidence, which rows answer it, which do not and why, and how sure that is.

A question holds choices and judgements, never a result: every number is computed from the rows it names.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec

from assuage.sourced import Claim

Measured = Literal["PLO", "OR", "RR", "RD", "MD", "SMD", "ROM"]
Model = Literal["arms", "contrasts", "differences"]
Mixed = Literal[
    "species", "condition", "drug", "comparator", "outcome", "time", "counted", "single arms", "repeated studies"
]
Domain = Literal["risk of bias", "inconsistency", "indirectness", "imprecision", "publication bias"]
Raised = Literal["large effect", "dose and response", "confounding against the effect"]
Level = Literal["high", "moderate", "low", "very low"]
Tool = Literal["RoB 2", "RoB 2 crossover", "ROBINS-I", "case series"]
Risk = Literal["low", "some concerns", "moderate", "serious", "high", "critical", "no information"]
# The domains of each tool, in its order, the judgements it knows, and the source that describes it.
RANDOMISED = ("randomisation process", "deviations from intended interventions", "missing outcome data",
              "measurement of the outcome", "selection of the reported result")  # fmt: skip
DOMAINS: dict[Tool, tuple[str, ...]] = {
    "RoB 2": RANDOMISED,
    "RoB 2 crossover": ("randomisation process", "period and carryover effects", *RANDOMISED[1:]),
    "ROBINS-I": ("confounding", "selection of participants", "classification of interventions",
                 "deviations from intended interventions", "missing data", "measurement of outcomes",
                 "selection of the reported result"),
    "case series": ("selection", "ascertainment", "causality", "reporting"),
}  # fmt: skip
JUDGED: dict[Tool, tuple[Risk, ...]] = {
    "RoB 2": ("low", "some concerns", "high"),
    "RoB 2 crossover": ("low", "some concerns", "high"),
    "ROBINS-I": ("low", "moderate", "serious", "critical", "no information"),
    "case series": ("low", "some concerns", "high", "no information"),
}
DESCRIBED: dict[Tool, str] = {
    "RoB 2": "rob-2", "RoB 2 crossover": "rob-2-crossover", "ROBINS-I": "robins-i", "case series": "murad-2018",
}  # fmt: skip


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of a study's responders, results or harms by the id in its `coded`; `versus` is the row it is set against.

    A result that was printed as a difference with its interval needs no `versus`.
    """

    study: str
    row: str
    versus: str | None = None
    note: str | None = None


class Excluded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A study a reader might look for here, and why it is not among the rows."""

    study: str
    because: str


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A study that answers in words only: which way it points, in one sentence of ours."""

    study: str
    direction: Literal["for", "against", "neither", "qualifies"]
    sentence: str


class Pool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the rows of a body are put together, and what is mixed on purpose, with the reason.

    The priors are claims: τ half-normal of this scale, the mean normal where both are given, on the scale of analysis.
    """

    model: Model
    because: str
    tau_scale: Claim
    mean: Claim | None = None
    mean_sd: Claim | None = None
    mixed_on_purpose: tuple[Mixed, ...] = ()


class Judgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One domain of certainty: steps down (0, −1, −2, −3), why, and who judged it when."""

    domain: Domain
    steps: int
    because: str
    reader: str
    on: dt.date


class Upgrade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason to raise certainty, which evidence that began low may have."""

    reason: Raised
    steps: int
    because: str
    reader: str
    on: dt.date


class Grade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Certainty of one body of evidence: where it starts, and every step from there. The level is computed."""

    starts: Literal["high", "low"]
    starts_because: str
    judgements: tuple[Judgement, ...]
    upgrades: tuple[Upgrade, ...] = ()


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Evidence on one outcome at one time: the rows, whether they are pooled, and how sure it is.

    Exactly one of `pool` and `not_pooled` is given. `better` says which direction helps the patient;
    `matters` is the smallest difference that a patient would feel, where a source gives one.
    """

    id: str
    title: str
    population: str
    comparison: str
    outcome: str
    time: str
    measure: Measured
    better: Literal["higher", "lower"]
    rows: tuple[Row, ...] = ()
    pool: Pool | None = None
    not_pooled: str | None = None
    matters: Claim | None = None
    told: tuple[Told, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    grade: Grade | None = None


class Conflict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two findings that do not agree, shown before anything else, and what may explain it."""

    between: tuple[str, ...]
    sentence: str
    explained_by: str


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question in a clinician's words, with its bodies of evidence.

    `known` says how far it can be answered at all. `answer` are sentences of ours that hold no number of ours, not even
    a time: a place in braces is filled by computation. It is `{BODY.estimate}`, `.expected`, `.people`, `.k`, `.chance` or
    `.per100` of the body of that id; `{STUDY.row.ROW}`, one row by itself; or `{claim.NAME}` out of `claims`, which hold
    what others print.
    """

    id: str
    asked: str
    short: str
    known: Literal["answered", "partly", "nobody knows"]
    answer: tuple[str, ...]
    bodies: tuple[Body, ...]
    aliases: tuple[str, ...] = ()
    regimens: tuple[str, ...] = ()
    claims: dict[str, Claim] = {}
    conflicts: tuple[Conflict, ...] = ()
    would_change: tuple[str, ...] = ()
    read_on: dt.date | None = None


class DomainRisk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One domain of a tool for risk of bias: the judgement, its reason, and what it rests on."""

    domain: str
    risk: Risk
    reason: str
    reading: tuple[str, ...]


class Appraisal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Risk of bias of one result of a study. The overall judgement is computed by the rule of the tool.

    `result` is the outcome and the window of the study's coded rows, joined by a hyphen: the judgement is that of every
    row coded so, in whichever arm. `id` is `study.result`; `reading` of a domain names readings of the study, since most
    papers were read as abstracts.
    """

    id: str
    study: str
    result: str
    tool: Tool
    domains: tuple[DomainRisk, ...]
    reader: str
    on: dt.date
    second_reader: str | None = None
    note: str | None = None


class Prior(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is believed of a plan's result before its arms are seen, as claims on the logit scale, and within which window.

    `window_days` is how far from the asked time an arm may have been measured and still be comparable.
    """

    id: str
    tau_scale: Claim
    mean: Claim
    mean_sd: Claim
    window_days: Decimal
    because: str
