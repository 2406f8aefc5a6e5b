"""Where a row of a body stands in the catalog: its study, its record, the arm it counts, and what it is set against."""

from __future__ import annotations

import msgspec

from assuage.catalog.model import Catalog
from assuage.errors import EvidenceError, Problem, nearest, unknown_name
from assuage.evidence.effect import Count
from assuage.question import Row
from assuage.sourced import Kind
from assuage.study import TOGETHER, Arm, Coded, Harm, Outcome, Responders, Study

Record = Responders | Outcome | Harm
NO_COUNT = "the printed percentage is no whole count of the people"


class Side(msgspec.Struct, frozen=True):
    """One record of a study with what it is (`coded`) and its arm; the arm is none where a group in words was counted."""

    record: Record
    coded: Coded
    arm: Arm | None

    @property
    def label(self) -> str:
        """The arm as its study calls it."""
        return self.arm.label if self.arm else self.record.arm

    @property
    def counted(self) -> str | None:
        """What its n counts; none where it was not said."""
        return self.record.denominator if isinstance(self.record, Responders | Harm) else "patients"

    @property
    def kind(self) -> Kind:
        return self.record.kind

    @property
    def people(self) -> int | None:
        """How many people stand behind it, where that is known; sessions and infusions are not people."""
        counted = _n(self.record)
        if counted is not None and self.counted == "patients":
            return counted
        return self.arm.n if self.arm else None

    def count(self) -> Count | None:
        """Events out of n, where both were counted."""
        n = _n(self.record)
        events = self.record.events if isinstance(self.record, Responders) else None
        if isinstance(self.record, Harm):
            events = self.record.count
        return None if events is None or n is None else Count(events, n)


def _n(record: Record) -> int | None:
    if isinstance(record, Responders):
        return record.n
    return record.total if isinstance(record, Harm) else None


class Located(msgspec.Struct, frozen=True):
    """A row of a body: the study, its own side, and the side it is set against where there is one."""

    study: Study
    side: Side
    other: Side | None

    @property
    def sides(self) -> tuple[Side, ...]:
        return (self.side,) if self.other is None else (self.side, self.other)

    @property
    def comparator(self) -> str | None:
        """What it was compared with: the drugs of the other side, else as coded; none where nothing was."""
        return self.side.coded.comparator if self.other is None else TOGETHER.join(self.other.coded.drugs)


def located(row: Row, *, where: str, catalog: Catalog) -> Located:
    """The records that a row names.

    Give      the row; where it stands, for a refusal
    Errors    `UnknownName` for a study nobody knows; `EvidenceError` for a row that is not there, that is not coded, or
              that is set against one of another outcome, window or count
    """
    study = _study(row.study, where=where, catalog=catalog)
    side = side_of(study, row.row, where=where)
    other = None if row.versus is None else side_of(study, row.versus, where=where)
    if other is not None:
        _refuse_unlike(study, side, other)
    return Located(study, side, other)


def _study(name: str, *, where: str, catalog: Catalog) -> Study:
    if name in catalog.studies:
        return catalog.studies[name]
    raise unknown_name("study", name, known=catalog.studies, where=where)


def records(study: Study) -> tuple[Record, ...]:
    """Every responder row, result and harm of a study, in the order of its file."""
    return (*study.responders, *study.outcomes, *study.harms)


def side_of(study: Study, name: str, *, where: str) -> Side:
    """The record of a study whose `coded` has this id. Errors: `EvidenceError` where none has."""
    known = {record.coded.id: record for record in records(study) if record.coded is not None}
    if name in known:
        record = known[name]
        assert record.coded is not None
        return Side(record, record.coded, next((arm for arm in study.arms if arm.id == record.arm), None))
    near = nearest(name, known) or sorted(known)[:10]
    do = (
        f"choose one of {', '.join(near)}"
        if known
        else "give the row a `coded` with this id: an uncoded row is never used"
    )
    raise EvidenceError(
        Problem(f"no row of {study.id} is coded as “{name}”", where, "the id in the `coded` of a row of this study", do)
    )


def _refuse_unlike(study: Study, side: Side, other: Side) -> None:
    """Two sides of one contrast must count the same thing at the same time."""
    where, problems = f"{study.id}: {side.coded.id} against {other.coded.id}", []
    for name in ("outcome", "window", "condition"):
        one, two = getattr(side.coded, name), getattr(other.coded, name)
        if one != two:
            problems.append(Problem(f"{name} “{one}” against “{two}”", where, f"one {name} on both sides",
                                    "set the row against one that is alike, or give both a body of their own"))  # fmt: skip
    if side.counted != other.counted:
        problems.append(Problem(f"a count of {side.counted} against one of {other.counted}", where,
                                "the same counted on both sides", "set people against people"))  # fmt: skip
    if side.coded.id == other.coded.id:
        problems.append(Problem("a row against itself", where, "two different rows", "name the other arm's row"))
    if problems:
        raise EvidenceError(*problems)
