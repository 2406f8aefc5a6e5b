"""Expected exposure on paper: a few lines, each with the spread, the model and what it cannot be trusted for."""

from __future__ import annotations

import math
from collections.abc import Iterator

from assuage.paper.block import Item, Part
from assuage.paper.words import Numbering, sentence, tie
from assuage.plan.model import BandTime, Exposed, Plan, Spanned

LEAD = "Predicted, not measured. Nothing in this plan rests on it; reference bands are no targets."
FIGURES = 3
ONE_IN_A_HUNDRED = 0.01
# How the lines under a level begin.
BESIDE, REACHED, SPREAD = "Beside it: ", "Reached: ", "Interval: "
# Parts of which the highest counts for a warning, and those by which there are several.
COUNT_FOR_WARNINGS, SEVERAL = ("line", "upper", "envelope", "caution"), ("envelope", "caution")
UNITS = {"ug/mL": "mcg/mL"}


def expected_of(plan: Plan, number: Numbering) -> tuple[Part, ...]:
    """The part, or none where no levels were asked for."""
    if not plan.exposure:
        return ()
    return (Part("exposure", "EXPECTED EXPOSURE", tuple(_item(one, number) for one in plan.exposure), LEAD),)


def _item(one: Exposed, number: Numbering) -> Item:
    beside = "; ".join(_beside(one))
    beside = f"{BESIDE}{beside}" if beside else ""
    bands = "; ".join(text for band in one.bands if (text := _band(band, one)))
    spread = f"{SPREAD}{one.spread}" if one.peak.p05 is not None else ""
    more = (beside, f"{REACHED}{bands}" if bands else "", spread, " ".join(sentence(text) for text in one.caveats), *(f.message for f in one.findings))  # fmt: skip
    return Item(
        tie(headline(one)), more=tuple(tie(sentence(line)) for line in more if line), refs=number.refs(one.sources)
    )


def headline(one: Exposed) -> str:
    """The highest level in one sentence, with its baseline and spread.

    A rise alone says that it is one.
    """
    unit = UNITS.get(one.unit, one.unit)
    what = "highest rise" if one.is_rise else "highest level"
    text = f"{one.substance.capitalize()}: {what} {span(one.peak, indicative=one.is_indicative)} {unit}"
    if one.baseline is not None:
        text += f", from {one.baseline:g} {unit} measured before"
    return f"{text}, {hours(one.peak_after_h)} after the start of session {one.peak_session}."


def _beside(one: Exposed) -> Iterator[str]:
    """The lines beside the line: an upper line, an envelope, the ends of a range."""
    unit = UNITS.get(one.unit, one.unit)
    named = {
        "upper": "upper line",
        "envelope": "another model",
        "caution": "with the lower clearance",
        "lower": "lower end",
    }
    for line in one.lines[1:]:
        yield f"{named.get(line.part, line.part)} {level(line.peak.median)} {unit} ({line.name})"
    counting = [line.peak.median for line in one.lines if line.part in COUNT_FOR_WARNINGS]
    if any(line.part in SEVERAL for line in one.lines):
        yield f"for warnings the highest counts, {level(max(counting))} {unit}"


def _band(band: BandTime, one: Exposed) -> str:
    """A band that is reached by the line or by the highest line; the others are told elsewhere."""
    if band.above_h is None or band.low is None or (one.baseline is not None and band.low <= one.baseline):
        return ""
    if not band.above_h.median and not band.above_h_by_highest:
        return ""
    # Where there is but one line nobody reckoned the highest.
    by_highest = hours(band.above_h.median if band.above_h_by_highest is None else band.above_h_by_highest)
    also = f", by the highest line {by_highest}" if by_highest != hours(band.above_h.median) else ""
    reached = "" if band.reached_by is None else f"by {share_text(band.reached_by, one.people)}, "
    return f"{band.low:,g} {UNITS.get(one.unit, one.unit)} ({band.seen}; {band.population}) {reached}for {hours(band.above_h.median)}{also}"


def span(value: Spanned, *, indicative: bool = False) -> str:
    """“1.14 (5 to 95 %: 1.05 to 1.25)”, or the middle alone where nobody knows the spread."""
    if value.p05 is None or value.p95 is None:
        return level(value.median)
    mark = ", indicative" if indicative else ""
    return f"{level(value.median)} (5 to 95 %{mark}: {level(value.p05)} to {level(value.p95)})"


def share_text(share: float, people: int) -> str:
    """A share of simulated people in whole per cent; never none or all of them where some are not.

    >>> share_text(0.0712, 10_000), share_text(0.0004, 10_000), share_text(0.9996, 10_000), share_text(0.0, 10_000)
    ('7 % of people', 'fewer than 1 % of people', 'more than 99 % of people', 'nobody of 10,000')
    """
    if share == 0:
        return f"nobody of {people:,}"
    if share == 1:
        return f"everybody of {people:,}"
    if share < ONE_IN_A_HUNDRED:
        return "fewer than 1 % of people"
    if share > 1 - ONE_IN_A_HUNDRED:
        return "more than 99 % of people"
    return f"{share * 100:.0f} % of people"


def level(value: float) -> str:
    """A predicted number in three figures.

    >>> level(1.1401), level(391.6), level(0.0)
    ('1.14', '392', '0')
    """
    if not value:
        return "0"
    rounded = float(f"{value:.{FIGURES - 1}e}")
    places = FIGURES - 1 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:,.{max(0, places)}f}"


def hours(value: float) -> str:
    """A time in hours and minutes.

    >>> hours(1.0), hours(0.25), hours(2.5), hours(30.0)
    ('1 h', '15 min', '2 h 30 min', '30 h')
    """
    minutes = round(value * 60)
    whole, rest = divmod(minutes, 60)
    parts = [f"{whole:,} h" if whole else "", f"{rest} min" if rest or not whole else ""]
    return " ".join(part for part in parts if part)
