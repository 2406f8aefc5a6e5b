"""A reaction as steps to do: first actions of the adverse-event dictionary, each pressed when it is done."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

from assuage.catalog import Catalog
from assuage.course.bedside import concerns
from assuage.course.state import SessionState
from assuage.web.bedside_fields import symptoms_for

EXPECTATION = {"yes": "Expected", "no": "Not expected", "sign-of-toxicity": "Sign of toxicity", "serious": "Serious",
               "with-series": "Comes with a series", "rare": "Rare"}  # fmt: skip


class Reaction(msgspec.Struct, frozen=True):
    """What may happen: its name, whether it is expected and by which sources, and the steps in their order."""

    id: str
    name: str
    steps: tuple[str, ...]
    expected: str
    sources: tuple[str, ...]
    note: str | None = None


def reactions(session: SessionState, catalog: Catalog) -> tuple[Reaction, ...]:
    """Every reaction that can be told of the drugs of a session."""
    return tuple(_reaction(one.id, one.name, session, catalog) for one in symptoms_for(session, catalog))


def reaction_of(session: SessionState, catalog: Catalog, id: str) -> Reaction | None:
    """The reaction of an id, where it can be told of this session."""
    return next((one for one in reactions(session, catalog) if one.id == id), None)


def _reaction(id: str, name: str, session: SessionState, catalog: Catalog) -> Reaction:
    known = catalog.events.get(id)
    if known is not None:
        sources = tuple(dict.fromkeys(one.source for one in known.seen_in))
        return Reaction(id, name, steps_of(known.action), EXPECTATION[known.expected], sources, known.note)
    lines = [
        one for one in catalog.watch.values()
        if concerns(one, session) and any(each.what == "symptom" and id in each.words for each in one.bounds)
    ]  # fmt: skip
    sources = tuple(dict.fromkeys(claim.source for one in lines for claim in one.authority))
    return Reaction(id, name, tuple(one.said for one in lines), "Named by a stop line", sources)


def steps_of(action: str) -> tuple[str, ...]:
    """The parts of a first action, in order. A sentence with a condition (“Severe: stop; …”) is one step and stays whole.

    Holds     no word of the action is lost or moved
    Checked   tests/unit/test_bedside_reaction.py
    """
    steps = []
    for sentence in re.split(r"(?<=\.)\s+", action):
        plain = sentence.rstrip(".")
        steps += [sentence] if ":" in plain or " if " in plain else re.split(r";\s*", plain)
    return tuple(f"{one[0].upper()}{one[1:]}" for one in steps if one)


def done(session: SessionState) -> dict[str, dt.datetime]:
    """When each step of a reaction was last pressed, by “reaction/number”."""
    found: dict[str, dt.datetime] = {}
    for _, observed in session.observed:
        for one in observed.found:
            if one.what == "reaction-step" and one.word:
                found[one.word] = max(observed.at, found.get(one.word, observed.at))
    return found
