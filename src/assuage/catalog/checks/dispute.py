"""Check 8: claims that differ have a choice and a reason; what is open is said every time."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.catalog.checks.subject import Finder, Subject
from assuage.catalog.model import CheckProblem

FIND = Finder("disputes")
# Kinds from which nothing is planned: there a dispute may stay open, and is said.
BESIDE = ("practice", "instruments", "events")


def check(subject: Subject) -> Iterator[CheckProblem]:
    """Open disputes of facts, readings of studies that nobody could settle, choices of nothing."""
    for entry, path, fact in subject.facts():
        if fact.disputed and fact.chosen is None:
            said = "; ".join(f"{claim.value} ({claim.source}, {claim.where})" for claim in fact.claims)
            report = FIND.note if entry.kind in BESIDE else FIND.error
            yield report(entry, path, what=f"the claims differ and none is chosen: {said}",
                             expected="chosen: one of them, and because: a sentence", do="choose, with a reason")  # fmt: skip
        if fact.chosen is not None and len(fact.claims) == 1:
            yield FIND.note(entry, path, what="one claim, and a choice of it", expected="a choice only between claims",
                            do="leave out chosen and because")  # fmt: skip
    for entry in subject.of("studies"):
        for index, conflict in enumerate(entry.record.conflicts):
            if "unresolved" in conflict.trusted.casefold():
                said = "; ".join(one.value for one in conflict.values)
                yield FIND.note(entry, ("conflicts", str(index)), what=f"{conflict.field} is not settled: {said}",
                                expected="one reading that is trusted", do="read the paper in full")  # fmt: skip
