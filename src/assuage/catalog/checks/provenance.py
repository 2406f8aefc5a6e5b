"""Check 7: every number says who said it, where, and in which words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assuage.catalog.checks.subject import Finder, Subject, standing
from assuage.catalog.model import CheckProblem
from assuage.catalog.read import Entry
from assuage.catalog.walk import Path, facts
from assuage.drug import Limit
from assuage.rule import Rule
from assuage.sourced import Claim

FIND = Finder("provenance")
EMPTY = re.compile(r"[\s\-–—.?]*|n/?a|tbd|unknown", re.IGNORECASE)
MEMORY, UNVERIFIED = "memory", "UNVERIFIED (memory)"
# What a number known only from memory may do to a plan.
FROM_MEMORY = ("hold", "warn", "note")
# Fields of a regimen's step and schedule that end in what is drawn up, and of a vial.
DOSING = ("steps", "schedule", "strength", "volume")


def check(subject: Subject) -> Iterator[CheckProblem]:
    """Claims without a place, without the words or without a derivation; numbers from memory that license a dose."""
    for entry, path, claim in subject.claims():
        yield from _claim(entry, path, claim)
    for entry, path, fact in subject.facts("regimens", "presentations"):
        stands = standing(fact)
        if stands is not None and stands.source == MEMORY and path[0] in DOSING:
            yield FIND.error(entry, path, what=f"{stands.value} is known only from memory and would be given",
                             expected="a value that somebody read", do="choose a claim with a source, or leave it not stated")  # fmt: skip
    for entry in subject.of("limits", "rules"):
        yield from _gravity(entry)
    for entry in subject.of("studies"):
        if entry.record.retracted and entry.record.has_numbers:
            yield FIND.note(entry, ("retracted",), what=f"{entry.id} was retracted, and its numbers stand: {entry.record.retracted}",
                            expected="no number of it in any answer", do="leave it out of every question; keep the record, so that nobody enters it anew")  # fmt: skip
    for entry, path, fact in subject.facts():
        if fact.claims and fact.standing == "confirmed" and any(c.source == MEMORY for c in fact.claims):
            yield FIND.error(entry, path, what="a confirmed fact rests on memory", expected="a source that was read",
                             do="remove the claim, or take the standing back")  # fmt: skip


def _claim(entry: Entry, path: Path, claim: Claim) -> Iterator[CheckProblem]:
    if EMPTY.fullmatch(claim.source) or EMPTY.fullmatch(claim.value):
        yield FIND.error(entry, path, what="a claim without a value or a source", expected="both", do="fill them in")
    if EMPTY.fullmatch(claim.where):
        yield FIND.error(entry, path, what=f"{claim.value} ({claim.source}) has no place",
                         expected="page, table, section or sentence", do="write where in the source it stands")  # fmt: skip
    if claim.source == "seed" and claim.kind == "stated" and not claim.as_written and claim.value[:1].isdigit():
        yield FIND.error(entry, path, what=f"{claim.value} is stated by the review without its words",
                         expected="as_written: the words of the review", do="copy the words")  # fmt: skip
    if claim.kind == "derived" and not claim.derivation:
        yield FIND.error(entry, path, what=f"{claim.value} is derived and does not say how",
                         expected="derivation: such as 30 mg/kg × 70 kg = 2,100 mg", do="write the derivation")  # fmt: skip
    if claim.kind == "read-off-figure" and not claim.note:
        yield FIND.error(entry, path, what=f"{claim.value} was read off a figure and has no error",
                         expected="note: how far off the reading may be", do="write the estimated error")  # fmt: skip
    if claim.source == MEMORY and (claim.kind != "assumed" or UNVERIFIED not in (claim.note or "")):
        yield FIND.error(entry, path, what=f"{claim.value} is from memory and does not say so",
                         expected=f"kind: assumed, and “{UNVERIFIED}” in the note", do="mark it")  # fmt: skip


def _gravity(entry: Entry) -> Iterator[CheckProblem]:
    """A number known only from memory may hold or warn. A rule without a number may do more, and it is said."""
    record = entry.record
    if isinstance(record, Limit):
        claims = [claim for fact in (record.above, record.below) if fact for claim in (standing(fact),) if claim]
    else:
        assert isinstance(record, Rule)
        claims = list(record.authority)
    if not claims or record.severity in FROM_MEMORY or any(claim.source != MEMORY for claim in claims):
        return
    has_number = isinstance(record, Limit) or any(facts(record))
    report = FIND.error if has_number else FIND.note
    yield report(entry, ("severity",), what=f"{entry.id} ({record.severity}) rests on memory alone",
                 expected="a source that somebody read, or hold, warn or note", do="find a source, or lower the severity")  # fmt: skip
