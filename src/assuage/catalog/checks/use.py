"""Check 11: what nobody refers to is reported."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.catalog.checks.form import texts
from assuage.catalog.checks.subject import Finder, Subject
from assuage.catalog.model import CheckProblem
from assuage.catalog.references import references
from assuage.catalog.walk import structs
from assuage.drug import Limit, Presentation
from assuage.regimen import Component
from assuage.rule import Watch
from assuage.sourced import Claim, Fact

FIND = Finder("use")


def check(subject: Subject) -> Iterator[CheckProblem]:
    """Sources that carry no claim, products and limits of drugs that no regimen gives or keeps, unread files."""
    used = {text for node in subject.others.values() for text in texts(node)}
    given: set[str] = set()
    for entry in subject.of():
        used |= {one.name for one in references((entry.kind, entry.id), entry.record) if one.target == "sources"}
        for _, part in structs(entry.record):
            if isinstance(part, Claim):
                used.add(part.source)
            elif isinstance(part, Fact):
                used |= {claim.source for claim in part.claims}
            elif isinstance(part, Component):
                given.add(part.drug)
            elif isinstance(part, Watch):
                given |= {*part.drugs, *part.keeps}
    used |= {entry.id for entry in subject.of("studies")}
    for entry in subject.of("sources"):
        if entry.id not in used:
            yield FIND.note(entry, (), what=f"no claim refers to the source {entry.id}",
                            expected="a source that something rests on", do="leave it out, or cite it")  # fmt: skip
    for entry in subject.of("presentations", "limits"):
        record: Presentation | Limit = entry.record
        if record.drug not in given:
            yield FIND.note(entry, (), what=f"{entry.id} is of {record.drug}, which no regimen gives and nothing keeps ready",
                            expected="a drug that is given or kept", do="leave it out, or add what gives it")  # fmt: skip
