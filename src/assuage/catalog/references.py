"""What records of the catalog name: each reference with the place it is written at and the kind of thing it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from assuage.catalog.model import Catalog
from assuage.catalog.walk import Path, structs
from assuage.drug import Drug, Limit, Presentation, Synonym, Term
from assuage.kinetics import Band, Kinetics, Observed
from assuage.question import DESCRIBED, Appraisal, Conflict, Excluded, Question, Row, Told
from assuage.regimen import Component, Criterion, Expectation, Later, Omitted, Regimen
from assuage.rule import AdverseEvent, Applies, Condition, Formula, Instrument, Saying, Watch
from assuage.sourced import Claim, Fact
from assuage.study import PLACEBO, TOGETHER, Coded, Harm, Outcome, Responders, Study

# What a reference may name. `kept` is a drug of the catalog or of its list of terms; `asked` a term or a class of terms.
Target = Literal[
    "sources", "drugs", "forms", "studies", "regimens", "terms", "kept", "asked", "patient-fact", "arms", "rows"
]


class Reference(msgspec.Struct, frozen=True):
    """One name as written. `path` leads to it from the kind and id of its record; `of` narrows forms, arms, rows and terms."""

    path: Path
    target: Target
    name: str
    of: str = ""


# type → field → what it names; a field may hold one name, several, or a fact whose value is the name.
NAMES: dict[type[msgspec.Struct], dict[str, Target]] = {
    Claim: {"source": "sources"},
    Synonym: {"source": "sources"},
    Term: {"source": "sources", "contains": "terms"},
    Regimen: {"study": "studies", "source": "sources"},
    Component: {"drug": "drugs"},
    Omitted: {"drug": "kept"},
    Later: {"study": "studies"},
    Criterion: {"source": "sources", "fact": "patient-fact"},
    Expectation: {"study": "studies"},
    Presentation: {"drug": "drugs"},
    Limit: {"drug": "drugs"},
    Applies: {"drugs": "drugs", "together": "drugs", "rescue": "kept", "regimens": "regimens"},
    Condition: {"condition": "asked", "medication": "asked", "allergy": "asked", "fact": "patient-fact",
                "missing": "patient-fact"},
    Watch: {"drugs": "drugs", "keeps": "kept"},
    Saying: {"drugs": "drugs"},
    AdverseEvent: {"drugs": "drugs"},
    Instrument: {"source": "sources"},
    Formula: {"source": "sources"},
    Kinetics: {"drug": "drugs", "sources": "sources"},
    Band: {"drug": "drugs"},
    Observed: {"drug": "drugs", "source": "sources"},
    Coded: {"condition": "terms"},
    Question: {"regimens": "regimens"},
    Row: {"study": "studies"},
    Excluded: {"study": "studies"},
    Told: {"study": "studies"},
    Conflict: {"between": "studies"},
    Appraisal: {"study": "studies"},
}  # fmt: skip
ASKED_KINDS = {"condition": "condition", "medication": "drug", "allergy": "allergen"}


def references(path: tuple[str, str], record: Any) -> Iterator[Reference]:
    """Every reference that a record makes; claims of facts are read by their fact."""
    for where, part in structs(record, path):
        for field, target in NAMES.get(type(part), {}).items():
            of = ASKED_KINDS.get(field, "") if target == "asked" else ""
            yield from _named(getattr(part, field), target, where=(*where, field), of=of)
        if isinstance(part, Fact):
            yield from (Reference(where, "sources", claim.source) for claim in part.claims)
        elif isinstance(part, Component):
            yield from _forms(part.form, (*where, "form"), drug=part.drug)
        elif isinstance(part, Presentation):
            yield Reference((*where, "substance"), "forms", part.substance, part.drug)
        elif isinstance(part, Drug):
            yield Reference((*where, "doses_are_of"), "forms", part.doses_are_of, part.id)
        elif isinstance(part, Expectation):
            yield Reference((*where, "arm"), "arms", part.arm, part.study)
        elif isinstance(part, Coded | Row | Appraisal):
            yield from _of_evidence(part, where)


def _named(value: Any, target: Target, *, where: Path, of: str) -> Iterator[Reference]:
    if isinstance(value, str):
        if value:
            yield Reference(where, target, value, of)
    elif isinstance(value, tuple):
        yield from (Reference((*where, str(index)), target, name, of) for index, name in enumerate(value))


def _of_evidence(part: Coded | Row | Appraisal, where: Path) -> Iterator[Reference]:
    """What rows of studies, rows of questions and judgements of risk name beside a study or a term."""
    if isinstance(part, Coded):
        against = part.comparator.split(TOGETHER) if part.comparator else ()
        given = [(("drugs", str(index)), drug) for index, drug in enumerate(part.drugs)]
        for step, drug in (*given, *((("comparator",), drug) for drug in against)):
            if drug != PLACEBO:
                yield Reference((*where, *step), "kept", drug)
    elif isinstance(part, Row):
        yield Reference((*where, "row"), "rows", part.row, part.study)
        if part.versus is not None:
            yield Reference((*where, "versus"), "rows", part.versus, part.study)
    else:
        yield Reference((*where, "tool"), "sources", DESCRIBED[part.tool])


def _forms(fact: Fact, where: Path, *, drug: str) -> Iterator[Reference]:
    yield from (Reference(where, "forms", value, drug) for value in dict.fromkeys(claim.value for claim in fact.claims))


def known(catalog: Catalog) -> dict[tuple[Target, str], set[str]]:
    """Every name that a reference may make, by target and what narrows it."""
    names: dict[tuple[Target, str], set[str]] = {
        ("sources", ""): set(catalog.sources),
        ("drugs", ""): set(catalog.drugs),
        ("studies", ""): set(catalog.studies),
        ("regimens", ""): set(catalog.regimens),
        ("terms", ""): set(catalog.terms),
        ("kept", ""): {*catalog.drugs, *(term.id for term in catalog.terms.values() if term.kind == "drug")},
    }
    for drug in catalog.drugs.values():
        names["forms", drug.id] = {form.id for form in drug.substances}
    for study in catalog.studies.values():
        names["arms", study.id] = {arm.id for arm in study.arms} | {row.arm for row in study.responders}
        names["arms", study.id] |= {row.arm for row in study.outcomes}
        names["rows", study.id] = {row.coded.id for row in coded(study)}
    for kind in ("drug", "condition", "allergen"):
        mine = [term for term in catalog.terms.values() if term.kind in (kind, "drug" if kind == "allergen" else kind)]
        names["asked", kind] = {name for term in mine for name in (term.id, *term.classes)}
    return names


class CodedRow(msgspec.Struct, frozen=True):
    """A row of a study that says what it is: the row, its code, and its path within the study."""

    row: Responders | Outcome | Harm
    coded: Coded
    path: Path


def coded(study: Study) -> Iterator[CodedRow]:
    """The coded rows of a study, responders first, then other results, then harms."""
    rows: tuple[tuple[str, tuple[Responders | Outcome | Harm, ...]], ...] = (
        ("responders", study.responders),
        ("outcomes", study.outcomes),
        ("harms", study.harms),
    )
    for field, members in rows:
        for index, row in enumerate(members):
            if row.coded is not None:
                yield CodedRow(row, row.coded, (field, str(index)))
