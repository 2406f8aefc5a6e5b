"""Check 3: everything that is named exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assuage.catalog.checks.subject import Finder, Subject
from assuage.catalog.model import CheckProblem
from assuage.catalog.read import Entry
from assuage.catalog.references import Reference, known, references
from assuage.errors import nearest
from assuage.patient import fields
from assuage.regimen import Expectation, Regimen
from assuage.study import Study

FIND = Finder("references")
WORDS = {
    "sources": "source", "drugs": "drug", "studies": "study", "regimens": "regimen", "terms": "term",
    "kept": "drug or term", "asked": "term or class of terms", "patient-fact": "fact of a patient", "arms": "arm or row", "rows": "coded row",
    "forms": "form of the drug",
}  # fmt: skip
# Facts of a patient that are computed from others.
COMPUTED = (
    "age", "renal", "pain.duration", "creatinine_doubled", "creatinine.age", "pregnancy", "bmi", "egfr", "crcl", "ideal_weight",
    "adjusted_weight", "lean_weight", "egfr_indexed",
)  # fmt: skip
WHOLE = ("ecg", "vitals", "knee_jerk", "urine", "consent", "setting", "liver", *fields.LISTS)


def check(subject: Subject) -> Iterator[CheckProblem]:
    """Every name that nothing answers to, and every alias that two answer to."""
    names = known(subject.catalog)
    names["patient-fact", ""] = patient_facts()
    for entry in subject.of():
        for one in references((entry.kind, entry.id), entry.record):
            if one.name not in names.get((one.target, one.of), set()):
                yield _unknown(entry, one, names.get((one.target, one.of), set()))
        if isinstance(entry.record, Regimen):
            yield from _regimen(entry, entry.record, subject)
        elif isinstance(entry.record, Study):
            yield from _study(entry, entry.record)
    yield from _aliases(subject)


def patient_facts() -> set[str]:
    """Every fact of a patient that a rule or a criterion may ask for."""
    grouped = {f"{group}.{part}" for group, parts in fields.GROUPS.items() for part in parts}
    pain = {f"pain.{part}" for part in (*fields.PAIN, "scale")}
    return {*fields.SINGLE, *grouped, *fields.BARE, *pain, *COMPUTED, *WHOLE}


def _unknown(entry: Entry, one: Reference, names: set[str]) -> CheckProblem:
    near = nearest(one.name, names)
    kind = WORDS[one.target] + (f" {one.of}" if one.of and one.target in ("forms", "arms", "rows") else "")
    do = f"did you mean {' or '.join(near)}?" if near else "add it, or name another"
    return FIND.error(entry, one.path[2:], what=f"“{one.name}” is named and is no {kind} of the catalog",
                      expected=f"the id of a known {WORDS[one.target]}", do=do)  # fmt: skip


def _regimen(entry: Entry, regimen: Regimen, subject: Subject) -> Iterator[CheckProblem]:
    for index, expectation in enumerate(regimen.expectations):
        study = subject.catalog.studies.get(expectation.study)
        if study is not None and count_rows(study, expectation) != 1:
            yield FIND.error(
                entry, ("expectations", str(index)),
                what=f"{count_rows(study, expectation)} rows of {study.id} are {expectation.outcome} in"
                f" {expectation.arm} at {expectation.time}",
                expected="exactly one row", do="name the arm, the outcome and the time as the study's file does",
            )  # fmt: skip
    steps = {step.id for step in regimen.steps}
    for name in regimen.schedule.pattern if regimen.schedule else ():
        if name not in steps:
            yield FIND.error(entry, ("schedule", "pattern"), what=f"the pattern names “{name}”",
                             expected=f"a step of this regimen: {', '.join(sorted(steps))}", do="correct the name")  # fmt: skip


def count_rows(study: Study, expectation: Expectation) -> int:
    """How many rows of a study are the arm, outcome and time that are expected."""
    key = (expectation.arm, expectation.outcome, expectation.time)
    counted = sum((row.arm, row.threshold, row.time) == key for row in study.responders)
    return counted + sum((row.arm, row.measure, row.time) == key for row in study.outcomes)


def _study(entry: Entry, study: Study) -> Iterator[CheckProblem]:
    read = {reading.id for reading in study.readings}
    rows: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("arms", study.arms),
        ("responders", study.responders),
        ("outcomes", study.outcomes),
        ("harms", study.harms),
    )
    for field, members in rows:
        for index, row in enumerate(members):
            for name in row.reading:
                if name not in read:
                    step = getattr(row, "id", str(index))
                    yield FIND.error(entry, (field, step, "reading"), what=f"the reading “{name}” is not listed",
                                     expected=f"one of {', '.join(sorted(read))}", do="add the reading, or correct it")  # fmt: skip


def _aliases(subject: Subject) -> Iterator[CheckProblem]:
    """An id or alias that leads to two records of one kind leads to the wrong one for somebody."""
    for kind in ("sources", "regimens", "studies", "drugs", "questions"):
        first: dict[str, Entry] = {}
        for entry in subject.of(kind):
            for name in dict.fromkeys((entry.id, *entry.record.aliases)):
                same = first.setdefault(name, entry)
                if same is not entry and same.id != entry.id:
                    yield FIND.error(entry, ("aliases",), what=f"“{name}” means {same.id} and {entry.id}",
                                     expected="a name for one thing", do="remove the alias from one of them")  # fmt: skip
