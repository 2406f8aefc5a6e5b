"""What became of every part of a Bundle: understood, held as not known, excluded, or set aside; always with a reason."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import msgspec

from assuage.fhir.element import Element
from assuage.patient import Patient

# held: it concerns a fact that therefore stays unknown. excluded: its own status says that it does not count.
# set-aside: it is not about this patient, or not something that is read here.
Verdict = Literal["understood", "held", "excluded", "set-aside"]
WORDS: tuple[tuple[Verdict, str], ...] = (
    ("understood", "understood"), ("held", "held in doubt"), ("excluded", "excluded"), ("set-aside", "not read"),
)  # fmt: skip


class Said(msgspec.Struct, frozen=True):
    """One line of the account. `path` is the path in the JSON, `place` the file, line and column. Never a name."""

    verdict: Verdict
    what: str
    why: str
    path: str
    place: str

    def __str__(self) -> str:
        return f"{self.verdict}: {self.what}: {self.why} ({self.path}, {self.place})"


class PatientReading(msgspec.Struct, frozen=True):
    """A Patient and the account of the Bundle it was read from, in the order of the Bundle."""

    patient: Patient
    account: tuple[Said, ...]

    def those(self, verdict: Verdict) -> tuple[Said, ...]:
        """The lines with one verdict."""
        return tuple(said for said in self.account if said.verdict == verdict)

    def summary(self) -> str:
        """How much of the Bundle was understood, in one line."""
        counts = Counter(said.verdict for said in self.account)
        return ", ".join(f"{counts[verdict]} {word}" for verdict, word in WORDS)


class Account:
    """Collects the lines while a Bundle is read. Things not read are counted by kind, so that they fill one line."""

    def __init__(self) -> None:
        self.lines: list[Said] = []
        self.not_read: dict[str, list[Element]] = {}

    def say(self, verdict: Verdict, element: Element, *, what: str, why: str) -> None:
        """Add a line about an element."""
        self.lines.append(Said(verdict, what, why, element.path, element.place))

    def leave(self, kind: str, element: Element) -> None:
        """Count an element of a kind that is not read."""
        self.not_read.setdefault(kind, []).append(element)

    def all(self) -> tuple[Said, ...]:
        """All lines, things not read last."""
        left = [
            Said("set-aside", kind, f"not read here ({len(found)} in the Bundle)", found[0].path, found[0].place)
            for kind, found in self.not_read.items()
        ]
        return (*self.lines, *left)
