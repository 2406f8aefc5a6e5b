"""Check 5: what must lie beyond something else does."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from assuage.catalog.checks.subject import Finder, Subject, standing
from assuage.catalog.model import CheckProblem
from assuage.catalog.read import Entry
from assuage.drug import Limit
from assuage.errors import QuantityError
from assuage.finding import SEVERITIES
from assuage.quantity import Quantity, parse
from assuage.rule import Instrument, Measurement
from assuage.sourced import Fact
from assuage.study import Study

FIND = Finder("order")
LEVELS = ("recommended", "guideline", "label", "absolute")


def check(subject: Subject) -> Iterator[CheckProblem]:
    """Spans that end before they begin, and limits that do not nest."""
    for entry in subject.of("measurements", "instruments"):
        yield from _span(entry)
    for entry in subject.of("studies"):
        yield from _study(entry, entry.record)
    yield from _limits(subject)


def value_of(fact: Fact | None) -> Quantity | None:
    """The standing value as a quantity; none where there is none."""
    claim = standing(fact) if fact is not None else None
    try:
        return parse(claim.value) if claim else None
    except QuantityError:
        return None


def below(one: Quantity | None, two: Quantity | None, *, or_equal: bool = False) -> bool:
    """Whether one lies below two; true where they cannot be compared, which another check reports."""
    if one is None or two is None:
        return True
    try:
        sign = one.compare(two)
    except QuantityError:
        return True
    return sign < 0 or (or_equal and sign == 0)


def _span(entry: Entry) -> Iterator[CheckProblem]:
    record = entry.record
    if isinstance(record, Measurement):
        names, low, high = ("plausible_low", "plausible_high"), record.plausible_low, record.plausible_high
    else:
        assert isinstance(record, Instrument)
        if record.lowest is None or record.highest is None:
            return
        names, low, high = ("lowest", "highest"), record.lowest, record.highest
        for index, threshold in enumerate(record.thresholds):
            value = value_of(threshold)
            if not (below(value_of(low), value, or_equal=True) and below(value, value_of(high), or_equal=True)):
                yield FIND.error(entry, ("thresholds", str(index)), what=f"the threshold {value} lies outside the scale",
                                 expected=f"{value_of(low)} to {value_of(high)}", do="correct the threshold or the scale")  # fmt: skip
    if not below(value_of(low), value_of(high)):
        yield FIND.error(entry, (names[1],), what=f"{names[0]} {value_of(low)} is not below {names[1]} {value_of(high)}",
                         expected="a low end below the high end", do="exchange or correct them")  # fmt: skip


def _limits(subject: Subject) -> Iterator[CheckProblem]:
    """Of limits on one measure of one drug, the graver lies beyond the lesser: refuse beyond stop beyond warn."""
    groups: dict[tuple[object, ...], list[Entry]] = {}
    for entry in subject.of("limits"):
        limit: Limit = entry.record
        if (limit.above is None) == (limit.below is None):
            yield FIND.error(entry, (), what=f"{limit.id} has {'two bounds' if limit.above else 'no bound'}",
                             expected="exactly one of above and below", do="keep the one that is meant")  # fmt: skip
            continue
        side = "above" if limit.above is not None else "below"
        routes = (limit.route,) if limit.route else ("intravenous", "intramuscular")
        for route in routes:
            groups.setdefault((limit.drug, limit.measure, route, limit.weight, side, limit.cause), []).append(entry)
    reported: set[tuple[str, str]] = set()
    for key, members in groups.items():
        for one, two in itertools.combinations(members, 2):
            if (one.id, two.id) not in reported:
                problems = list(_pair(one, two, side=str(key[4])))
                reported.update((one.id, two.id) for _ in problems)
                yield from problems


def _pair(one: Entry, two: Entry, *, side: str) -> Iterator[CheckProblem]:
    first, second = one.record, two.record
    if first.severity == second.severity:
        return
    graver, lesser = sorted((one, two), key=lambda entry: SEVERITIES.index(entry.record.severity))
    far, near = value_of(graver.record.bound), value_of(lesser.record.bound)
    beyond = below(near, far, or_equal=True) if side == "above" else below(far, near, or_equal=True)
    if not beyond:
        yield FIND.error(
            graver, (side,),
            what=f"{graver.id} ({graver.record.severity}) speaks {side} {far}, {lesser.id} ({lesser.record.severity})"
            f" {side} {near}",
            expected="the graver limit at or beyond the lesser one", do="correct a bound or a severity",
        )  # fmt: skip


def _study(entry: Entry, study: Study) -> Iterator[CheckProblem]:
    for index, row in enumerate(study.outcomes):
        if row.interval_95 and not row.interval_95.lower <= row.interval_95.upper:
            yield FIND.error(entry, ("outcomes", str(index), "interval_95"),
                             what=f"the interval runs from {row.interval_95.lower} to {row.interval_95.upper}",
                             expected="a lower end not above the upper end", do="exchange or correct them")  # fmt: skip
    design = study.design
    if design and design.n_randomised is not None and design.n_analysed is not None:
        is_people = "session" not in (design.type or "")
        if design.n_analysed > design.n_randomised and is_people:
            yield FIND.error(entry, ("design", "n_analysed"),
                             what=f"{design.n_analysed} were analysed of {design.n_randomised} randomised",
                             expected="not more analysed than randomised", do="correct the counts")  # fmt: skip
