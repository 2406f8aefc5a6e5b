"""What an observation means while something runs: the nurse's lines for machines, each with its sentence and source.

Nothing here stops a pump. It says what the line says, as a finding; a person acts.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from assuage.catalog import Catalog
from assuage.course.event import Observed
from assuage.course.part import Measured
from assuage.course.state import SessionState
from assuage.errors import QuantityError
from assuage.finding import Finding, merge
from assuage.quantity import Quantity, Substance
from assuage.rule import Bound, Measurement, Watch

HUNDRED = Decimal(100)
COMPARED = ("below", "above", "at most", "at least")
# A sentence of the record says what to do; this says why it is told now.
REASON = "A line of the regimen's stop list is met by what was just recorded."
ACTIONS = {"stop": "stop", "pause": "hold", "recheck": "warn"}


def judged(session: SessionState, now: Observed, catalog: Catalog) -> tuple[Finding, ...]:
    """Every stop line that an observation meets, gravest first.

    Give      the session before the observation is added; the observation; the catalog whose lines count
    Holds     one more thing observed never removes a finding; a value that was doubted counts as it is
    Checked   tests/laws/test_course_bedside.py, tests/spec/test_course_bedside.py
    """
    lines = [one for one in catalog.watch.values() if one.bounds and concerns(one, session)]
    found = [finding for line in lines for finding in _of_line(line, session, now, catalog=catalog)]
    return merge([*found, *_unlikely(now, catalog)])


def standing(session: SessionState, catalog: Catalog) -> tuple[Finding, ...]:
    """Every stop line that what was observed last still meets: for each thing observed, by its latest value.

    Give      a session with all that was observed; the catalog whose lines count
    Get       findings as `judged` tells them, gravest first; none before the start
    Holds     a later value that meets no line ends what the earlier one met, nothing else does; a line that ends the
              session for good stands whatever comes after
    Checked   tests/spec/test_course_bedside.py
    """
    if session.started is None:
        return ()
    ordered = sorted(session.observed, key=lambda one: (one[1].at, one[0]))
    latest = {one.what: place for place, (_, event) in enumerate(ordered) for one in event.found}
    found: list[Finding] = []
    for place, (_, event) in enumerate(ordered):
        before = replace(session, observed=tuple(ordered[:place]))
        mine = tuple(one for one in event.found if latest[one.what] == place)
        found += judged(before, replace(event, found=mine), catalog)
        over = replace(event, found=tuple(one for one in event.found if latest[one.what] != place))
        found += [one for one in judged(before, over, catalog) if one.severity == "refuse"]
    return merge(found)


def concerns(line: Watch, session: SessionState) -> bool:
    """Whether a line is about a drug and a way of giving of this session."""
    drugs = {one.drug for one in session.planned.drugs}
    return bool(drugs & set(line.drugs)) and (not line.routes or session.planned.route in line.routes)


def _of_line(line: Watch, session: SessionState, now: Observed, *, catalog: Catalog) -> Iterator[Finding]:
    """What a line says of each thing observed: once, by the gravest of its bounds that is met."""
    for measured in now.found:
        met = [
            _finding(line, bound, measured, session)
            for bound in line.bounds
            if bound.what == measured.what and _meets(bound, line, _read(measured, catalog), session)
        ]
        if met:
            yield min(met, key=lambda one: one.rank)


def _read(measured: Measured, catalog: Catalog) -> Measured:
    """The same value in the unit of its measurement: a level in mg/dL or mEq/L is one in mmol/L, through its substance."""
    known = catalog.measurements.get(measured.what)
    value = _in_unit(measured.value, known) if known is not None and measured.value is not None else None
    return measured if value is None else replace(measured, value=value)


def _meets(bound: Bound, line: Watch, measured: Measured, session: SessionState) -> bool:
    if bound.side == "is":
        return measured.word in bound.words
    if measured.value is None or bound.value is None:
        return False
    limit = line.values[bound.value].quantity
    if bound.side in COMPARED and not _comparable(measured.value, limit):
        return False  # Kept and marked: a value in no unit of it never passes for a safe one, nor stops the record.
    match bound.side:
        case "below":
            return measured.value.compare(limit) < 0
        case "above":
            return measured.value.compare(limit) > 0
        case "at most":
            return measured.value.compare(limit) <= 0
        case "at least":
            return measured.value.compare(limit) >= 0
    first = first_value(session, bound.what)
    if first is None or not _comparable(measured.value, first):
        return False
    # (now − first) × 100 against first × limit: no division, so no rounding decides.
    change = (measured.value.to(first.unit).value - first.value) * HUNDRED
    allowed = first.value * limit.to("%").value
    return change > allowed if bound.side == "rises by" else -change > allowed


def _comparable(one: Quantity, other: Quantity) -> bool:
    try:
        one.compare(other)
    except QuantityError:
        return False
    return True


def first_value(session: SessionState, what: str) -> Quantity | None:
    """The first value of something in this session: what a fall or a rise is counted from."""
    values = (one.value for _, observed in session.observed for one in observed.found if one.what == what)
    return next((value for value in values if value is not None), None)


def _finding(line: Watch, bound: Bound, measured: Measured, session: SessionState) -> Finding:
    action = bound.action
    if action == "recheck" and _met_before(line, bound, session):
        action = "stop"
    severity = "refuse" if bound.forever else ACTIONS[action]
    sources = tuple(dict.fromkeys(claim.source for claim in line.authority))
    seen = f"{measured.value}" if measured.value is not None else (measured.word or "").replace("-", " ")
    what = (
        measured.what.removeprefix("vitals.").replace("-", " ").upper()
        if "." in measured.what
        else measured.what.replace("-", " ")
    )
    verb = {"stop": "Stop now", "pause": "Pause and call", "recheck": "Measure again now"}[action]
    message = f"{verb}: {what} {seen}. {line.said}"
    return Finding(
        line.id, severity, "start", message, REASON,  # type: ignore[arg-type]
        "Act first; record what was done, and the values after it.", sources,
    )  # fmt: skip


def _met_before(line: Watch, bound: Bound, session: SessionState) -> bool:
    """Whether the same line was met by the value taken just before: then it was rechecked, and stands."""
    for _, observed in reversed(session.observed):
        values = [one for one in observed.found if one.what == bound.what]
        if values:
            return any(_meets(bound, line, one, session) for one in values)
    return False


def _unlikely(now: Observed, catalog: Catalog) -> Iterator[Finding]:
    """A value that no living adult has is kept, marked and asked about; it never blocks the record."""
    for one in now.found:
        if (doubt := doubt_of(one, catalog)) is not None:
            yield Finding(
                "implausible-observation", "warn", "none", doubt,
                "A slip of the finger at the bedside is more common than such a value.",
                "Measure again; if it is right leave it, if it was typed wrong correct it.", ("editors",),
            )  # fmt: skip


def doubt_of(one: Measured, catalog: Catalog) -> str | None:
    """Why a value is hard to believe, in a sentence; none where it is not, or where nobody said what is believable."""
    known = catalog.measurements.get(one.what)
    if known is None or one.value is None:
        return None
    low, high = known.plausible_low.quantity, known.plausible_high.quantity
    value = _in_unit(one.value, known)
    if value is None:
        name = f"{known.name[0].upper()}{known.name[1:]}"
        return f"{name} {one.value} is in no unit of it, such as {known.unit}: no line was judged by it."
    if value.compare(low) >= 0 and value.compare(high) <= 0:
        return None
    return f"{known.name[0].upper()}{known.name[1:]} {one.value} lies outside {low} to {high}."


def _in_unit(value: Quantity, known: Measurement) -> Quantity | None:
    solute = (
        Substance(known.id, known.name, known.molar_mass.quantity.value, known.valence) if known.molar_mass else None
    )
    try:
        return value.to(known.unit, solute)
    except QuantityError:
        return None
