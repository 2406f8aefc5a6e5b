"""How the sessions of an order are made up and run, and how far they lie apart, line by line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

from assuage.course.order import Order, OrderedPortion, OrderedSession
from assuage.paper.clinic.telling import concentration, dose
from assuage.paper.words import listed, tie
from assuage.quantity import show

HOUR = dt.timedelta(hours=1)
RHYTHMS = {1: "Every day", 2: "Every other day", 7: "Once a week"}
# Words for how the drug and the bag are put together, by the mode of the order.
MODES = {
    "add": "added to the bag of {fluid}, nothing taken out first",
    "replace": "added to the bag of {fluid}, from which as much was taken out first",
    "exact": "made up with {fluid} in an empty container",
    "none": "undiluted",
}


def making(session: OrderedSession) -> Iterator[str]:
    """Every number that a hand needs: what is drawn up, in how much, at which rate for how long, and the flush."""
    for one in session.drugs:
        yield tie(f"{one.name} {dose(one)}: draw up {show(one.draw_up)} of {one.presentation_name}, {one.vials} opened; {one.basis}.")  # fmt: skip
    if session.portions:
        for each in session.portions:
            yield tie(f"Portion {each.number}, {_after(each)}: {show(each.dose)} in {show(each.draw_up)}.")
        return
    held = listed([f"{one.name} {show(concentration(one, session))}" for one in session.drugs])
    yield tie(f"{_mode(session)}: total volume {show(session.volume)}; in it {held}.")
    for run in session.runs:
        yield tie(f"Rate {show(run.rate)} for {show(run.duration)}: {show(run.volume)}.")
    if session.flush_volume is not None:
        rate = f" at {show(session.flush_rate)}" if session.flush_rate is not None else ""
        bag = (
            f"Pump {show(session.from_bag)} from the bag, then flush" if session.from_bag is not None else "Then flush"
        )
        yield tie(f"{bag} {show(session.flush_volume)}{rate}: the flush carries in the rest.")


def _after(one: OrderedPortion) -> str:
    return f"{show(one.after)} after the first" if one.after.value else "at the start"


def unmade(session: OrderedSession) -> str:
    """How a session is made and run, without a number that follows for this patient: for who works it out anew."""
    over = f"over {show(session.duration)}"
    if session.portions:
        every = f", {show(session.portions[1].after)} apart" if len(session.portions) > 1 else ""
        return tie(f"{len(session.portions)} equal intramuscular portions{every}. Work out the whole dose, and draw up for all.")  # fmt: skip
    bag = f" (bag {session.bag.replace('-', ' ')})" if session.bag else ""
    parts = "; the parts: " + ", ".join(show(run.duration) for run in session.runs) if len(session.runs) > 1 else ""
    return tie(f"{_mode(session)}{bag}, {over}{parts}.")


def _mode(session: OrderedSession) -> str:
    words = MODES.get(session.mode or "none", session.mode or "")
    return words.format(fluid=session.fluid or "no other fluid").capitalize()


def apart(order: Order) -> tuple[str, ...]:
    """Hours from each session to the one before, counted on the world's clock; none before the first or without a day."""
    starts = [one.start for one in order.sessions]
    return ("", *(_hours(before, after) if before and after else "" for before, after in pairwise(starts)))


def _hours(before: dt.datetime, after: dt.datetime) -> str:
    gap = after.astimezone(dt.UTC) - before.astimezone(dt.UTC)
    hours = gap / HOUR
    return tie(f"{hours:.0f} h" if hours == round(hours) else f"{hours:.1f} h")


def rhythm(order: Order, zone: dt.tzinfo) -> str:
    """“Every other day (48 h apart).” Where the clocks change or the days are uneven, the hours themselves."""
    found = [one for one in apart(order) if one]
    if len(found) < len(order.sessions) - 1:
        return "Days are not set."
    if not found:
        return "Once."
    days = {(after - before).days for before, after in pairwise(_days(order, zone))}
    gap = days.pop() if len(days) == 1 else 0
    if not gap:
        return f"Not evenly spaced: {listed(found)} apart."
    words = RHYTHMS.get(gap, f"Every {gap} days")
    if len(set(found)) == 1:
        return f"{words} ({found[0]} apart)."
    return f"{words}, at the same time of day; the clocks change between: {listed(found)} apart."


def _days(order: Order, zone: dt.tzinfo) -> list[dt.date]:
    return [one.start.astimezone(zone).date() for one in order.sessions if one.start is not None]
