"""Going home: every gate of the catalog is answered, the score is by a named variant, and time is reckoned, not ticked."""

from __future__ import annotations

import datetime as dt

import msgspec

from assuage.catalog import Catalog
from assuage.course.bedside import concerns
from assuage.course.part import Gate
from assuage.course.state import SessionState
from assuage.quantity import show, show_number
from assuage.rule import Instrument, Watch
from assuage.web.form import Form

# The line of the catalog that a score answers, the scores that may, and the one that also asks for full single items.
SCORE_LINE = "discharge-score"
VARIANTS = ("aldrete-modified", "aldrete-required-items", "padss", "padss-intake")
WITH_FULL_ITEMS = "aldrete-required-items"
MINUTE = dt.timedelta(minutes=1)


class HomeLine(msgspec.Struct, frozen=True):
    """A gate that a person answers: the id of its line, and the sentence."""

    id: str
    sentence: str


def lines_of(kind: str, session: SessionState, catalog: Catalog) -> tuple[Watch, ...]:
    """The lines of one list that are about a session, in their order."""
    mine = [one for one in catalog.watch.values() if one.kind == kind and concerns(one, session)]
    return tuple(sorted(mine, key=lambda one: (one.order, one.id)))


def asked_of(session: SessionState, catalog: Catalog) -> tuple[HomeLine, ...]:
    """The gates that a person answers; the score has fields of its own."""
    return tuple(HomeLine(one.id, one.said) for one in lines_of("discharge", session, catalog) if one.id != SCORE_LINE)


def variants(catalog: Catalog) -> tuple[Instrument, ...]:
    """The scores that may be used; which one was used is stored."""
    return tuple(catalog.instruments[one] for one in VARIANTS)


def gates_of(form: Form, session: SessionState, at: dt.datetime) -> tuple[Gate, ...]:
    """Every gate with what was found; one that was not answered is a problem of the form, never left out.

    Give      the form as it was sent; the session; when the patient leaves
    Get       gates: the score, each line of the catalog, the time since the end where the order asks for recovery
    """
    catalog = form.asked.settings.catalog
    found = [_score(form, catalog)]
    for one in asked_of(session, catalog):
        word = form.asked.text(f"gate:{one.id}")
        if word not in ("met", "not met"):
            form.wrong(f"gate:{one.id}", one.sentence.rstrip("."), what="not answered", do="Say yes or not yet.")
        found.append(Gate(one.sentence, word == "met", word))
    return (*(one for one in found if one is not None), *_rested(session, at))


def _score(form: Form, catalog: Catalog) -> Gate | None:
    variant = form.one_of("score.variant", "discharge score", words=VARIANTS)
    if variant is None:
        return None
    known = catalog.instruments[variant]
    assert known.lowest is not None
    assert known.highest is not None
    low, high, least = known.lowest.quantity.value, known.highest.quantity.value, known.thresholds[0].quantity.value
    total = form.number("score.total", "points of the score", low=int(low), high=int(high))
    if total is None:
        return None
    is_full = variant != WITH_FULL_ITEMS or form.yes("score.full")
    full = "" if is_full else ", items that must be full are not"
    found = f"{total} of {show_number(high)} ({variant}){full}"
    return Gate(
        f"{known.name}: at least {show_number(least)} of {show_number(high)}", total >= least and is_full, found
    )


def _rested(session: SessionState, at: dt.datetime) -> tuple[Gate, ...]:
    recovery = session.planned.recovery
    if recovery is None or session.ended_at is None:
        return ()
    minutes = (at - session.ended_at) // MINUTE
    met = minutes >= recovery.to("min").value
    return (Gate(f"Recovery of {show(recovery)} after the end", met, f"{minutes} min since the end"),)
