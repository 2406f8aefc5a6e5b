"""Each act at the bedside: from the fields of its form to one event. The same for a press, a queue and a paper sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from assuage.course import event as e
from assuage.course.event import Event
from assuage.course.part import Measured
from assuage.course.state import SessionState
from assuage.quantity import Quantity
from assuage.registry.store import Known
from assuage.web.acting import second_person
from assuage.web.asked import Asked
from assuage.web.bedside_fields import NO_SYMPTOM, observed_of, symptoms_for
from assuage.web.bedside_home import gates_of
from assuage.web.bedside_reaction import reaction_of
from assuage.web.form import Form

RELATED: tuple[Literal["not assessed", "not related", "unlikely", "possible", "probable", "definite"], ...] = (
    "not assessed",
    "not related",
    "unlikely",
    "possible",
    "probable",
    "definite",
)
EXPECTED: tuple[Literal["expected", "unexpected", "not known"], ...] = ("expected", "unexpected", "not known")
OUTCOMES: tuple[Literal["recovered", "recovering", "not recovered", "fatal", "not known"], ...] = (
    "not known",
    "recovered",
    "recovering",
    "not recovered",
    "fatal",
)
DELIVERIES: tuple[Literal["given", "not given", "not known"], ...] = ("given", "not given", "not known")
STANDARD = "CTCAE v5"
# A pause that was pressed before anybody had time to say why.
NOT_SAID = "not said yet"
READ = "pump read"


@dataclass(frozen=True)
class AtBedside:
    """What a step is made from: what was sent, the course, the session it is about."""

    asked: Asked
    form: Form
    known: Known
    session: SessionState

    @property
    def number(self) -> int:
        return self.session.number

    def at(self) -> dt.datetime:
        """When it happened: now, or the time that was given for a late entry."""
        return happened(self.form)

    def volume(self, label: str = "volume on the pump") -> Quantity | None:
        """A volume read off the pump, where it was read."""
        return self.form.quantity("volume", label, unit="mL", optional=True)


def happened(form: Form) -> dt.datetime:
    """When it happened. A local time that there was twice, or never, is asked about: the hour of a clock that is put back."""
    asked = form.asked
    at = form.instant("at", "time", optional=True) or asked.now
    found = asked.text("at")
    if not found or not _is_local(found):
        return at
    if at.utcoffset() != at.replace(fold=1).utcoffset():
        first, second = (at.replace(fold=fold).isoformat() for fold in (0, 1))
        form.wrong("at", "time", what=f"{found} is not one instant, for the clocks are changed", do=f"Write {first} or {second}.")  # fmt: skip
    return at


def _is_local(text: str) -> bool:
    try:
        return dt.datetime.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


def phase_of(session: SessionState, at: dt.datetime) -> Literal["baseline", "during", "after"]:
    """Before, during or after the session, by the time of the observation and not of its entry."""
    if session.started is None or at < session.started.at:
        return "baseline"
    return "during" if session.ended_at is None or at <= session.ended_at else "after"


def _start(here: AtBedside) -> Event | None:
    asked, form = here.asked, here.form
    second = second_person(asked)
    if second is None:
        form.wrong(
            "second", "second person", what="nobody proved it", do="Let the second person enter account and password."
        )
    weight = form.quantity("weight", "weight of today", unit="kg")
    rate = form.quantity("rate", "rate on the pump", unit="mL/h") if here.session.planned.rate is not None else None
    site = form.text("site", "site", most=80)
    if second is None:
        return None
    return e.Started(at=here.at(), session=here.number, second=second, identity=tuple(asked.texts("identity")),
                     ready=tuple(asked.texts("ready")), weight=weight, rate=rate, site=site)  # fmt: skip


def _observe(here: AtBedside) -> Event:
    found, note = observed_of(here.form, here.session), here.form.text("note", "note", optional=True)
    if not found and not note and not here.form.errors:
        here.form.wrong("vitals.hr", "observation", what="nothing was entered", do="Enter a value or a note.")
    at = here.at()
    return e.Observed(at=at, session=here.number, phase=phase_of(here.session, at), found=found, note=note or None)


def _symptom(here: AtBedside) -> Event | None:
    """A symptom that comes up: told at once, before anything else is entered."""
    ids = (NO_SYMPTOM, *(one.id for one in symptoms_for(here.session, here.asked.settings.catalog)))
    word = here.form.one_of("symptom", "symptom", words=ids)
    at = here.at()
    if word is None:
        return None
    return e.Observed(at=at, session=here.number, phase=phase_of(here.session, at), found=(Measured("symptom", word=word),))  # fmt: skip


def _did(here: AtBedside) -> Event | None:
    """A step of the algorithm of a reaction was done, at the moment it was pressed."""
    reaction = reaction_of(here.session, here.asked.settings.catalog, here.asked.text("reaction"))
    number = here.form.number("number", "step", low=1, high=len(reaction.steps) if reaction else 1)
    if reaction is None or number is None:
        here.form.wrong("reaction", "reaction", what="no such step", do="Use the page of the bedside.")
        return None
    at, step = here.at(), reaction.steps[int(number) - 1]
    return e.Observed(at=at, session=here.number, phase=phase_of(here.session, at),
                      found=(Measured("reaction-step", word=f"{reaction.id}/{number}"),), note=f"{reaction.name}, step {number} done: {step}")  # fmt: skip


def _pause(here: AtBedside) -> Event:
    because = here.form.text("because", "reason", optional=True, most=200) or NOT_SAID
    return e.Paused(at=here.at(), session=here.number, because=because, volume=here.volume())


def _stop(here: AtBedside) -> Event:
    because = here.form.text("because", "reason", optional=True, most=500) or None
    return e.Stopped(at=here.at(), session=here.number, because=because, volume=here.volume())


def _end(here: AtBedside) -> Event:
    return e.Ended(at=here.at(), session=here.number, volume=here.volume())


def _resume(here: AtBedside) -> Event:
    rate = here.form.quantity("rate", "rate", unit="mL/h") if here.session.planned.runs else None
    return e.Resumed(at=here.at(), session=here.number, rate=rate, volume=here.volume())


def _rate(here: AtBedside) -> Event | None:
    rate, because = here.form.quantity("rate", "rate", unit="mL/h"), here.form.text("because", "reason", most=200)
    at, volume = here.at(), here.volume()
    return e.RateChanged(at=at, session=here.number, rate=rate, because=because, volume=volume) if rate else None


def _reading(here: AtBedside) -> Event | None:
    """What the pump shows as infused; it goes on at the rate it runs at."""
    volume, at = here.form.quantity("volume", "volume on the pump", unit="mL"), here.at()
    now = [one for one in sorted(here.session.segments, key=lambda each: each.at) if one.at <= at]
    if volume is None:
        return None
    if not now:
        here.form.wrong("volume", "volume on the pump", what="the pump was not running then", do="Correct the time.")
        return None
    return e.RateChanged(at=at, session=here.number, rate=now[-1].rate, because=READ, volume=volume)


def _portion(here: AtBedside) -> Event | None:
    asked, form = here.asked, here.form
    number = form.number("portion", "portion", low=1, high=len(here.session.planned.portions) or 1)
    volume, site = form.quantity("volume", "volume given", unit="mL"), form.text("site", "site", most=80)
    scale = asked.settings.catalog.instruments["nrs"]
    assert scale.lowest is not None
    assert scale.highest is not None
    low, high = int(scale.lowest.quantity.value), int(scale.highest.quantity.value)
    pain = form.number("pain", "pain before it", low=low, high=high, optional=True)
    at = here.at()
    if number is None or volume is None:
        return None
    rated = None if pain is None else Quantity(pain, "{score}")
    return e.PortionGiven(at=at, session=here.number, portion=int(number), volume=volume, site=site, pain=rated,
                          why_no_pain=asked.text("why_no_pain") or None)  # fmt: skip


def _flush(here: AtBedside) -> Event | None:
    volume, at = here.form.quantity("volume", "volume of the flush", unit="mL"), here.at()
    return e.Flushed(at=at, session=here.number, volume=volume) if volume else None


def _reconcile(here: AtBedside) -> Event | None:
    form = here.form
    delivery = form.one_of("delivery", "delivery", words=DELIVERIES)
    how, at = form.text("how", "what it was read from", most=200), here.at()
    volume = form.quantity("volume", "volume that went in", unit="mL", optional=delivery != "given")
    if volume is not None and delivery in ("not given", "not known"):
        form.wrong("volume", "volume that went in", what=f"a volume beside “{delivery}”", do="Leave it empty, or choose given.")  # fmt: skip
    discarded = form.quantity("discarded", "volume discarded", unit="mL", optional=True)
    witness = second_person(here.asked) if here.asked.text("second") else None
    if discarded is not None and discarded.value > 0 and witness is None:
        form.wrong("second", "witness", what="nobody proved to have seen what was discarded", do="Let the witness enter account and password.")  # fmt: skip
    if delivery is None:
        return None
    return e.Reconciled(at=at, session=here.number, delivery=delivery, how=how, volume=volume, discarded=discarded,
                        witnessed_by=witness)  # fmt: skip


def _discharge(here: AtBedside) -> Event:
    at = here.at()
    gates = gates_of(here.form, here.session, at)
    against = here.form.yes("against_advice")
    escort = here.form.text("escort", "escort", optional=against, most=120)
    return e.Discharged(at=at, session=here.number, gates=gates, escort=escort or None,
                        instructions=here.asked.text("instructions") or "given on paper", left_against_advice=against)  # fmt: skip


def _harm(here: AtBedside) -> Event | None:
    form, asked = here.form, here.asked
    term = form.one_of("term", "what happened", words=tuple(asked.settings.catalog.events))
    spoken, action = form.text("spoken", "words of the patient", most=500), form.text("action", "what was done", most=500)  # fmt: skip
    grades = asked.settings.catalog.instruments["ctcae-grade"]
    assert grades.lowest is not None
    assert grades.highest is not None
    low, high = int(grades.lowest.quantity.value), int(grades.highest.quantity.value)
    grade = form.number("grade", "grade", low=low, high=high)
    related = form.one_of("related", "relation to the drug", words=RELATED)
    outcome = form.one_of("outcome", "outcome so far", words=OUTCOMES)
    began, volume = here.at(), here.volume("volume that had gone in")
    if term is None or grade is None or related is None or outcome is None:
        return None
    known = asked.settings.catalog.events[term]
    expected = form.one_of("expected", "expected", words=EXPECTED) if asked.text("expected") else None
    reference = "; ".join(dict.fromkeys(one.source for one in known.seen_in)) or None
    return e.Harmed(
        at=asked.now, term=term, spoken=spoken, session=here.number, began=began, grade=int(grade), standard=STANDARD,
        is_serious=form.yes("is_serious"), related=related, expected=expected or expected_of(known.expected), action=action,
        antidote=asked.text("antidote") or None, outcome=outcome, volume=volume, reference=reference,
    )  # fmt: skip


def expected_of(word: str) -> Literal["expected", "unexpected"]:
    """What the word of the dictionary means for a report: only what it calls expected is."""
    return "expected" if word == "yes" else "unexpected"


def _call(here: AtBedside) -> Event:
    asked, form = here.asked, here.form
    reached = form.one_of("reached", "whether the patient was reached", words=("yes", "no")) == "yes"
    cleared = asked.text("cleared")
    said = form.text("said", "what was said", optional=not reached)
    return e.Called(at=here.at(), session=here.number, reached=reached, said=said or "not reached", symptoms=tuple(asked.texts("symptoms")),
                    feelings_cleared={"yes": True, "no": False}.get(cleared) if reached else None)  # fmt: skip


Step = Callable[[AtBedside], Event | None]
STEPS: dict[str, Step] = {
    "start": _start, "observe": _observe, "symptom": _symptom, "did": _did, "pause": _pause, "resume": _resume, "stop": _stop, "end": _end,
    "rate": _rate, "reading": _reading, "portion": _portion, "flush": _flush, "reconcile": _reconcile, "discharge": _discharge,
    "harm": _harm, "call": _call,
}  # fmt: skip
# What may wait on a device without network: never what needs a second person's password or a decision on what others recorded.
QUEUED = ("observe", "symptom", "did", "pause", "resume", "stop", "end", "rate", "reading", "portion", "flush")
