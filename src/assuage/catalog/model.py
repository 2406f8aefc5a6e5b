"""Catalog: everything that is known, by kind and id."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import msgspec

from assuage.drug import Drug, Limit, Presentation, Term
from assuage.errors import unknown_name
from assuage.kinetics import Band, Kinetics, Observed
from assuage.question import Appraisal, Prior, Question
from assuage.regimen import Regimen
from assuage.rule import AdverseEvent, Formula, Instrument, Measurement, Practice, Rule, Saying, Watch
from assuage.sourced import Source
from assuage.study import Study

# folder → the field of Catalog it fills (the same word), the type of a record, and whether a file holds a list of them
FOLDERS: dict[str, tuple[type[msgspec.Struct], bool]] = {
    "sources": (Source, True),
    "drugs": (Drug, False),
    "presentations": (Presentation, False),
    "limits": (Limit, True),
    "terms": (Term, True),
    "regimens": (Regimen, False),
    "studies": (Study, False),
    "rules": (Rule, True),
    "watch": (Watch, True),
    "events": (AdverseEvent, True),
    "instruments": (Instrument, False),
    "formulas": (Formula, False),
    "measurements": (Measurement, True),
    "practice": (Practice, True),
    "kinetics": (Kinetics, False),
    "bands": (Band, True),
    "observed": (Observed, True),
    "questions": (Question, False),
    "appraisals": (Appraisal, True),
    "priors": (Prior, True),
    "sayings": (Saying, True),
}


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A clinic's choice between the claims of one fact, by two people.

    `fact` is the path of the fact, `chosen` the name of a claim, `value` what that claim said when it was chosen: a
    claim that says something else now has to be read again.
    """

    fact: str
    chosen: str
    value: str
    because: str
    physician: str
    pharmacist: str
    on: dt.date


class Recall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact, a source or a record that must no longer be relied on: what, why, who said so and when.

    `what` is the path of a fact (`regimens.kim-2015-magnesium.steps.infusion.duration`) or the id of a source, or of
    another record as `kind.id`.
    """

    what: str
    because: str
    by: str
    on: dt.date


class Catalog(msgspec.Struct, frozen=True):
    """Everything that is known. `fingerprint` is the SHA-256 of the files it was read from, a clinic's own included.

    `overlays` are the fingerprints of a clinic's own folders, in the order they were laid over; `choices` the clinic's
    choices by the path of the fact; `recalls` by what is recalled.
    """

    version: str
    fingerprint: str
    sources: dict[str, Source] = {}
    drugs: dict[str, Drug] = {}
    presentations: dict[str, Presentation] = {}
    limits: dict[str, Limit] = {}
    terms: dict[str, Term] = {}
    regimens: dict[str, Regimen] = {}
    studies: dict[str, Study] = {}
    rules: dict[str, Rule] = {}
    watch: dict[str, Watch] = {}
    events: dict[str, AdverseEvent] = {}
    instruments: dict[str, Instrument] = {}
    formulas: dict[str, Formula] = {}
    measurements: dict[str, Measurement] = {}
    practice: dict[str, Practice] = {}
    kinetics: Mapping[str, Kinetics] = {}
    bands: Mapping[str, Band] = {}
    observed: Mapping[str, Observed] = {}
    questions: Mapping[str, Question] = {}
    appraisals: Mapping[str, Appraisal] = {}
    priors: Mapping[str, Prior] = {}
    sayings: Mapping[str, Saying] = {}
    choices: dict[str, Choice] = {}
    recalls: dict[str, Recall] = {}
    overlays: tuple[str, ...] = ()

    def regimen(self, name: str) -> Regimen:
        """The regimen with this id or alias. Errors: `UnknownName` with the nearest known ids."""
        for regimen in self.regimens.values():
            if name == regimen.id or name in regimen.aliases:
                return regimen
        raise unknown_name("regimen", name, known=self.regimens, where="--regimen")

    def study(self, name: str) -> Study:
        """The record with this id or alias. Errors: `UnknownName`."""
        for study in self.studies.values():
            if name == study.id or name in study.aliases:
                return study
        raise unknown_name("study", name, known=self.studies, where="study id")

    def question(self, name: str) -> Question:
        """The question with this id or alias. Errors: `UnknownName`."""
        for question in self.questions.values():
            if name == question.id or name in question.aliases:
                return question
        raise unknown_name("question", name, known=self.questions, where="question id")

    def model(self, name: str) -> Kinetics:
        """The kinetic model with this id or alias. Errors: `UnknownName`."""
        for model in self.kinetics.values():
            if name == model.id or name in model.aliases:
                return model
        raise unknown_name("kinetic model", name, known=self.kinetics, where="model")

    def records(self, kind: str) -> dict[str, msgspec.Struct]:
        """The records of one kind, by id; `kind` is a folder of the catalog."""
        found: dict[str, msgspec.Struct] = getattr(self, kind)
        return found


Severity = Literal["error", "note"]


class CheckProblem(msgspec.Struct, frozen=True):
    """One thing that a check of the catalog found: which check, how bad, and the four parts of it.

    `where` is file, line and column. An error has to be mended before the catalog ships; a note is worth knowing.
    """

    check: str
    severity: Severity
    what: str
    where: str
    expected: str
    do: str

    def __str__(self) -> str:
        return (
            f"{self.severity} ({self.check}): {self.what}\n  where: {self.where}\n  expected: {self.expected}"
            f"\n  do: {self.do}"
        )
