"""Responders: a proportion is never drawn without its interval, nor without its count."""

from __future__ import annotations

import re

import msgspec

from assuage.charts.chart import Chart, Table, altair
from assuage.charts.look import COLOURS, INK, SOFT, configured
from assuage.evidence import wilson
from assuage.plan import Plan

ROW, WIDTH = 30, 360
UNDER = ("Share of people counted as better, with its 95 % interval (Wilson).",
         "Arms of different studies stand side by side and are not compared.")  # fmt: skip


class Counted(msgspec.Struct, frozen=True):
    """One arm: whose, what was counted, and how many of how many."""

    study: str
    arm: str
    outcome: str
    time: str
    events: int
    n: int


def responder_chart(title: str, arms: tuple[Counted, ...]) -> Chart:
    """One row for each arm: the share, its interval, the count.

    Errors    `AssuageError` of `wilson` for a count that cannot be
    Source    intervals: evidence/proportion.py
    """
    alt = altair()
    rows = []
    for number, one in enumerate(arms):
        seen = wilson(one.events, one.n)
        rows.append({
            "n": number, "arm": f"{one.arm} [{one.study}]", "what": f"{one.outcome}, {one.time}", "share": seen.mean * 100,
            "low": seen.lower * 100, "high": seen.upper * 100, "count": f"{one.events} of {one.n}",
        })  # fmt: skip
    data = alt.Chart(alt.Data(values=rows))
    y = alt.Y("n:O", axis=None)
    axis = alt.Axis(title="people counted as better, %", tickCount=5)
    x = alt.X("share:Q", scale=alt.Scale(domain=[0, 100]), axis=axis)
    colour = COLOURS["line"][0]
    interval = data.mark_rule(strokeWidth=2.5, color=colour).encode(
        y=y, x=alt.X("low:Q", scale=alt.Scale(domain=[0, 100]), axis=axis), x2="high:Q"
    )
    share = data.mark_point(filled=True, size=90, color=colour, opacity=1, shape="diamond").encode(y=y, x=x)
    count = data.mark_text(align="left", dx=6, color=INK, fontSize=11).encode(y=y, x=alt.value(WIDTH), text="count:N")
    names = data.mark_text(align="right", dx=-8, dy=-6, color=INK, fontSize=11, limit=0).encode(
        y=y, x=alt.value(0), text="arm:N"
    )
    whats = data.mark_text(align="right", dx=-8, dy=8, color=SOFT, fontSize=10, limit=0).encode(
        y=y, x=alt.value(0), text="what:N"
    )
    plot = alt.layer(interval, share, count, names, whats).properties(width=WIDTH, height=ROW * len(rows))
    whole = plot.properties(title=alt.TitleParams(title, subtitle=list(UNDER), offset=14))
    return Chart(title, " ".join((*UNDER, *(_sentence(one) for one in arms))), configured(whole), _table(title, arms))


def responders_of(plan: Plan) -> Chart | None:
    """The chart of what was counted in the arms that a plan's regimen comes from; none where nobody counted."""
    results = plan.expectation.results if plan.expectation else ()
    arms = tuple(
        Counted(one.study, one.arm, in_words(one.outcome), in_words(one.time), one.events, one.n) for one in results
    )
    return responder_chart(f"Counted as better: {plan.regimen}", arms) if arms else None


def in_words(text: str) -> str:
    """A threshold as it reads.

    >>> in_words(">=50% pain reduction")
    'at least 50 % pain reduction'
    """
    for sign, words in ((">=", "at least "), ("<=", "at most ")):
        text = text.replace(sign, words)
    return re.sub(r"(\d)%", r"\1 %", text)


def _sentence(one: Counted) -> str:
    """A count with its interval: who hears the picture told hears no less than who sees it."""
    seen = wilson(one.events, one.n)
    low, high = f"{seen.lower:.0%}".removesuffix("%"), f"{seen.upper:.0%}".replace("%", " %")
    return (
        f"{one.arm}: {one.events} of {one.n} ({seen.mean:.0%}, 95 % interval {low} to {high})".replace("%,", " %,")
        + "."
    )


def _table(title: str, arms: tuple[Counted, ...]) -> Table:
    head = ("Study", "Arm", "Counted as better", "When", "Events of n", "Share", "95 % interval")
    rows = []
    for one in arms:
        seen = wilson(one.events, one.n)
        share, low, high = (f"{value * 100:.1f} %" for value in (seen.mean, seen.lower, seen.upper))
        rows.append((one.study, one.arm, one.outcome, one.time, f"{one.events} of {one.n}", share, f"{low} to {high}"))
    return Table(title, head, tuple(rows))
