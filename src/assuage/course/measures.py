"""What may be added to everything that is done for a pain: one measure at a time, few arms at once, no third layer of sedation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from assuage.catalog import Catalog
from assuage.catalog.terms import resolve
from assuage.course.command import Command, Surroundings, told
from assuage.course.event import MeasureBegun
from assuage.course.gates_today import patient_of
from assuage.course.state import Course, Measure
from assuage.finding import Finding
from assuage.screening.body import Formulas
from assuage.screening.state import State

DEPRESSANT = "cns-depressant"
SERIES = "infusion series"


def in_progress(state: Course) -> tuple[Measure, ...]:
    """Measures that run: begun and not judged, or judged and kept."""
    return tuple(one for one in state.measures if one.ended is None or one.ended.keeps)


def unjudged(state: Course, catalog: Catalog, *, now: dt.datetime) -> tuple[Measure, ...]:
    """Measures that are too fresh to be judged: what another one does could not be told from them."""
    wait = dt.timedelta(days=float(catalog.practice["one-measure-at-a-time"].fact.quantity.to("d").value))
    return tuple(one for one in state.measures if one.ended is None and now - one.begun.at < wait)


def depresses(name: str, catalog: Catalog) -> bool | None:
    """Whether a drug of this name depresses the central nervous system; none where the name is not understood."""
    found = resolve(name, "drug", catalog.terms)
    return None if found.term is None else DEPRESSANT in found.classes


def layers(state: Course, around: Surroundings) -> tuple[str, ...]:
    """Everything that depresses the central nervous system now, each once: what is taken, what is ordered, what was added.

    Give      the course; catalog, clinic and instant
    Holds     a drug stopped within its wash-out counts; a name that is not understood is in no layer and is told apart
    Checked   tests/spec/test_course_measures.py
    """
    catalog = around.catalog
    found: dict[str, str] = {}
    for name in (*_taken(state, around), *_ordered(state), *(one.begun.name for one in in_progress(state))):
        if depresses(name, catalog):
            found.setdefault(resolve(name, "drug", catalog.terms).term or name, name)
    return tuple(found.values())


def _taken(state: Course, around: Surroundings) -> tuple[str, ...]:
    if state.facts is None:
        return ()
    known = State(
        patient_of(state.facts.document), around.now.astimezone(around.clinic.zone).date(), catalog=around.catalog, clinic=around.clinic,
        formulas=Formulas.of(around.catalog),
    )  # fmt: skip
    return known.holding("medication", (DEPRESSANT,))


def _ordered(state: Course) -> tuple[str, ...]:
    """Drugs of sessions that are still to come or running."""
    left = [one for one in state.sessions if one.status in ("planned", "prepared", "running", "paused")]
    return tuple(dict.fromkeys(drug.drug for one in left for drug in one.planned.drugs))


def arms(state: Course) -> tuple[str, ...]:
    """Series of infusions that run: the order of this course, and those the ledger names."""
    ordered = [state.order.order.regimen] if state.order is not None and _ordered(state) else []
    return tuple(dict.fromkeys((*ordered, *(one.begun.name for one in in_progress(state) if one.begun.sort == SERIES))))


def begun(state: Course, event: MeasureBegun, _: Command, around: Surroundings) -> Iterator[Finding]:
    """What speaks against adding a measure."""
    yield from _too_soon(state, around)
    if event.sort == SERIES:
        yield from _too_many_arms(state, event, around)
    yield from _another_layer(state, event, around)


def _too_soon(state: Course, around: Surroundings) -> Iterator[Finding]:
    wait = around.catalog.practice["one-measure-at-a-time"].fact.quantity
    fresh = [one.begun.name for one in unjudged(state, around.catalog, now=around.now)]
    if fresh:
        yield told("one-measure-at-a-time", f"{', '.join(fresh)}: added less than {wait} ago and not judged.",
                   reason="What two measures do together cannot be told apart.",
                   resolve="Wait until it is judged, or say why another is added now.", severity="warn")  # fmt: skip


def _too_many_arms(state: Course, event: MeasureBegun, around: Surroundings) -> Iterator[Finding]:
    most = around.catalog.practice["arms-at-once"].fact.quantity.value
    running = [one for one in arms(state) if one != event.name]
    if len(running) >= most:
        yield told("arms-at-once", f"{len(running)} series run already: {', '.join(running)}.",
                   reason=f"At most {most:f} run at once.", resolve="End one before another begins.", severity="stop")  # fmt: skip


def _another_layer(state: Course, event: MeasureBegun, around: Surroundings) -> Iterator[Finding]:
    most = around.catalog.practice["depressant-layers"].fact.quantity.value
    had = layers(state, around)
    does = depresses(event.name, around.catalog)
    is_new = resolve(event.name, "drug", around.catalog.terms).term not in {
        resolve(one, "drug", around.catalog.terms).term for one in had
    }
    if len(had) < most:
        return
    if does and is_new:
        yield told("third-depressant", f"{event.name} would be one more that depresses the central nervous system, beside {', '.join(had)}.",
                   reason=f"At most {most:f} run at once.", resolve="End one first, or choose a measure that does not sedate.",
                   severity="stop")  # fmt: skip
    elif does is None and event.sort in ("oral drug", SERIES, "sleep", "mood"):
        yield told("depressant-not-known", f"Whether {event.name} depresses the central nervous system is not known; {', '.join(had)} do.",
                   reason="Not known is not safe.", resolve="Use the generic name of the drug, or say why it does not sedate.",
                   severity="warn")  # fmt: skip
