"""The courses of studies over time: which results belong to one arm, and when each was seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

import msgspec

from assuage.charts.forest_rows import named, treated
from assuage.charts.responder import in_words
from assuage.errors import EvidenceError, Problem
from assuage.evidence.answered import BodyFound, ForestRow
from assuage.question import Measured, Told

HOURS_A_DAY = 24
WHERE = "a picture of effects over time"
NOTHING_GIVEN = "placebo"


class Placed(msgspec.Struct, frozen=True):
    """A result and the hours after the last infusion at which it was seen."""

    row: ForestRow
    hours: float


class Course(msgspec.Struct, frozen=True):
    """One arm, or one comparison, of one study by one outcome: its results in order of time.

    `number` names it in the picture, `panel` is the treatment it belongs to, `turn` counts studies within the panel.
    """

    number: int
    name: str
    treatment: str
    outcome: str
    panel: str
    turn: int
    is_comparator: bool
    placed: tuple[Placed, ...]

    @property
    def unit(self) -> str:
        """The unit of its effects; empty where none is needed."""
        return self.placed[0].row.unit


def one_measure(bodies: Sequence[BodyFound]) -> Measured:
    """The measure of all bodies. Errors: `EvidenceError` for none, or several."""
    measures = sorted({body.measure for body in bodies})
    if len(measures) != 1:
        raise EvidenceError(Problem(
            f"bodies measured as {' and '.join(measures)}" if measures else "no body of evidence", WHERE,
            "bodies in one measure: one axis has one meaning", "draw one picture for each measure",
        ))  # fmt: skip
    return measures[0]


def rows_of(bodies: Sequence[BodyFound]) -> list[ForestRow]:
    """The rows of all bodies, each once."""
    found: dict[tuple[str, str], ForestRow] = {}
    for body in bodies:
        for row in body.rows:
            found.setdefault((row.study, row.row), row)
    return list(found.values())


def hours_of(row: ForestRow) -> float | None:
    """Hours after the last infusion; none where nobody says."""
    return None if row.days is None else float(row.days) * HOURS_A_DAY


def courses_of(bodies: Sequence[BodyFound]) -> list[Course]:
    """Every result with a time and an interval, in the course it belongs to. Holds: no course has two studies or two arms."""
    rows = rows_of(bodies)
    grouped: dict[tuple[object, ...], list[Placed]] = {}
    for row in rows:
        hours = hours_of(row)
        if hours is not None and row.span is not None:
            grouped.setdefault(_key(row), []).append(Placed(row, hours))
    panels = _panels(rows)
    order = sorted(grouped.values(), key=lambda placed: (panels[placed[0].row.study], placed[0].row.unit))
    turns: dict[str, dict[str, int]] = {}
    courses = []
    for number, placed in enumerate(order, 1):
        first = placed[0].row
        # Effects in different units have panels and axes of their own.
        panel = f"{panels[first.study]}, {first.unit}" if first.unit else panels[first.study]
        studies = turns.setdefault(panel, {})
        turn = studies.setdefault(first.study, len(studies))
        name = f"{named(first)}, {treated(first)}, {outcome_name(first.outcome)}"
        in_order = tuple(sorted(placed, key=lambda one: one.hours))
        courses.append(Course(number, name, treated(first), outcome_name(first.outcome), panel, turn,
                              _is_comparator(first, rows), in_order))  # fmt: skip
    return courses


def _key(row: ForestRow) -> tuple[object, ...]:
    return row.study, row.drugs, row.comparator, row.outcome, row.unit, tuple(one.arm for one in row.given)


def _is_comparator(row: ForestRow, rows: Sequence[ForestRow]) -> bool:
    """Whether an arm is what others are set against."""
    others = {one.comparator for one in rows if one.study == row.study}
    return row.comparator is None and (NOTHING_GIVEN in row.drugs or " and ".join(row.drugs) in others)


def _panels(rows: Sequence[ForestRow]) -> dict[str, str]:
    """The treatment that each study is shown under: what it gave that was not only a comparator."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        treatments = found.setdefault(row.study, {})
        if not _is_comparator(row, rows):
            treatments[" + ".join(one.replace("-", " ") for one in row.drugs)] = None
    return {study: " and ".join(names) or NOTHING_GIVEN for study, names in found.items()}


def outcome_name(outcome: str) -> str:
    """An outcome of the catalog's vocabulary as it reads.

    >>> outcome_name("relief-50"), outcome_name("pain-score")
    ('at least 50 % relief', 'pain score')
    """
    head, _, last = outcome.replace(" ", "-").partition("-")
    return in_words(f">={last}% {head}") if head == "relief" and last.isdigit() else outcome.replace("-", " ")


def no_time_of(bodies: Sequence[BodyFound]) -> list[str]:
    """A sentence for each row that has no place in time, or no interval."""
    return list(_no_place(rows_of(bodies)))


def _no_place(rows: Sequence[ForestRow]) -> Iterator[str]:
    for row in rows:
        if row.days is None:
            yield f"{named(row)}: not drawn, its time after the last infusion is not known ({row.window.replace('-', ' ')})."
        elif row.span is None:
            yield f"{named(row)}: not drawn, no interval; {row.why_not}."


def words_at(bodies: Sequence[BodyFound]) -> list[tuple[float | None, Told]]:
    """Results in words, at the middle of the times that the rows of their body have; none where no row has one."""
    found: dict[tuple[str, str], tuple[float | None, Told]] = {}
    for body in bodies:
        hours = [at for at in (hours_of(row) for row in body.rows) if at is not None]
        for one in body.told:
            found.setdefault((one.study, one.sentence), (median(hours) if hours else None, one))
    return list(found.values())
