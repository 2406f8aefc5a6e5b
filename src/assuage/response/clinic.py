"""What a clinic's courses came to: how many got how far, who was better at day 14, what was missing, what did harm.

Each course is read once into `Figures`, which hold nothing that names anybody; everything else is counted from those.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from assuage.catalog import Catalog
from assuage.course.ledger import doses
from assuage.course.state import Course, SessionState
from assuage.evidence.proportion import Proportion, wilson
from assuage.response.duration import relief
from assuage.response.responder import Verdict, day_14, response
from assuage.response.survival import Between

STEPS = ("screened", "eligible", "started", "completed", "scored")
# Verdicts that rest on a score of day 14.
ANSWERED: tuple[Verdict, ...] = ("substantial", "moderate", "less", "worse")


class HarmCount(msgspec.Struct, frozen=True):
    """An adverse event as it is counted: its term, grade, gravity, and the drugs of the infusion it belongs to."""

    term: str
    grade: int
    is_serious: bool
    drugs: tuple[str, ...]
    session: int | None


class Figures(msgspec.Struct, frozen=True):
    """One course as it is counted. Nothing here says who it is.

    `verdict` is that of a day on which everything is late; `is_answered_for` says whether somebody recorded a score or
    the reason why there is none, and `over` is the last day on which a score still counts: until then an answer that is
    not there is not missing. `sessions` are the infusions of which drug went in or may have, each with its drugs.
    """

    regimen: str | None
    steps: tuple[str, ...]
    sessions: tuple[tuple[int, tuple[str, ...]], ...]
    harms: tuple[HarmCount, ...]
    is_ordered: bool
    overridden: tuple[str, ...]
    day_14: dt.date | None
    over: dt.date | None
    verdict: Verdict
    is_answered_for: bool
    relief: Between | None

    def verdict_on(self, today: dt.date) -> Verdict:
        """The verdict as of a day: what nobody has answered yet is not due until its window is over."""
        if self.verdict == "missing" and not self.is_answered_for and (self.over is None or today <= self.over):
            return "not due"
        return self.verdict


def figures_of(state: Course, catalog: Catalog, *, zone: dt.tzinfo) -> Figures:
    """A course as it is counted.

    Give      the course; the catalog, for thresholds and windows; the clinic's zone
    Holds     the same on every day; a course counts for a step only where it took every step before it
    Checked   tests/spec/test_response_clinic.py
    """
    found = response(state, catalog, zone=zone, today=dt.date.max)
    early = response(state, catalog, zone=zone, today=dt.date.min)
    aim = day_14(state, catalog, zone=zone)
    window = dt.timedelta(days=float(catalog.practice["day-14-window"].fact.quantity.to("d").value))
    lasted = relief(state, found, zone=zone)
    begun = [one for one in state.sessions if one.started is not None and one.delivery != "not given"]
    return Figures(
        regimen=_regimen(state), steps=_steps(state, begun, is_scored=found.verdict in ANSWERED),
        sessions=tuple((one.number, _drugs(one)) for one in begun), harms=tuple(_harms(state)), is_ordered=bool(state.orders),
        overridden=tuple(one.rule for one in state.overrides), day_14=aim, over=aim + window if aim else None,
        verdict=found.verdict, is_answered_for=early.verdict != "not due",
        relief=Between(lasted.more_than, lasted.at_most) if lasted is not None and lasted.began else None,
    )  # fmt: skip


def _regimen(state: Course) -> str | None:
    last = state.last_given
    given = next(
        (one.order.regimen for one in state.orders if last is not None and one.order.number == last.order), None
    )
    if given is not None:
        return given
    if state.orders:
        return state.orders[-1].order.regimen
    return state.screening[1].regimen if state.screening else None


def _steps(state: Course, begun: Sequence[SessionState], *, is_scored: bool) -> tuple[str, ...]:
    """Steps in a row from the first; the first that was not taken ends them."""
    left = [
        one
        for one in state.sessions
        if one.status in ("planned", "prepared", "running", "paused", "stopped", "cancelled")
    ]
    took = {
        "screened": bool(state.screenings), "eligible": any(one.verdict == "eligible" for _, one in state.screenings),
        "started": bool(begun), "completed": bool(begun) and not left and all(one.delivery == "given" for one in begun),
        "scored": is_scored,
    }  # fmt: skip
    found: list[str] = []
    for one in STEPS:
        if not took[one]:
            break
        found.append(one)
    return tuple(found)


def _drugs(session: SessionState) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.drug for one in doses(session)))


def _harms(state: Course) -> Iterable[HarmCount]:
    for _, one in state.harms:
        session = state.session(one.session) if one.session is not None else None
        yield HarmCount(one.term, one.grade, one.is_serious, _drugs(session) if session else (), one.session)


class Step(msgspec.Struct, frozen=True):
    """How many courses got so far, of those that got one step less far."""

    name: str
    courses: int
    of: int


def funnel(every: Sequence[Figures]) -> tuple[Step, ...]:
    """Screened, eligible, started, completed, scored at day 14: each of those counted in the step before."""
    counts = [sum(name in one.steps for one in every) for name in STEPS]
    return tuple(
        Step(name, count, before) for name, count, before in zip(STEPS, counts, (len(every), *counts), strict=False)
    )


class Responders(msgspec.Struct, frozen=True):
    """Response at day 14 of the courses that are due, by regimen.

    `moderate` and `substantial` are of all that are due: who has no score is no response there. `answered` are those with a
    score that can be compared, and `of_answered` the moderate ones among them (none where nobody has). `missing` and
    `undefined` show apart; `worse` is a result of its own.
    """

    regimen: str
    due: int
    moderate: Proportion
    substantial: Proportion
    answered: int
    of_answered: Proportion | None
    missing: int
    undefined: int
    worse: int


def responders(every: Sequence[Figures], *, today: dt.date) -> tuple[Responders, ...]:
    """Responders by regimen, with 95 % Wilson intervals.

    Holds     a missing score never makes a response; the counts of a regimen sum to what is due
    Source    at least moderate and substantial relief: catalog instrument `immpact-responder`; `wilson`
    Checked   tests/spec/test_response_clinic.py, tests/laws/test_response_clinic.py
    """
    by_regimen: dict[str, list[Verdict]] = {}
    for one in every:
        verdict = one.verdict_on(today)
        if one.regimen is not None and verdict != "not due":
            by_regimen.setdefault(one.regimen, []).append(verdict)
    return tuple(_responders(regimen, verdicts) for regimen, verdicts in sorted(by_regimen.items()))


def _responders(regimen: str, verdicts: Sequence[Verdict]) -> Responders:
    count = Counter(verdicts)
    substantial, moderate = count["substantial"], count["substantial"] + count["moderate"]
    answered, due = sum(count[one] for one in ANSWERED), len(verdicts)
    return Responders(
        regimen, due, wilson(moderate, due), wilson(substantial, due), answered, wilson(moderate, answered) if answered else None,
        count["missing"], count["undefined"], count["worse"],
    )  # fmt: skip


class Month(msgspec.Struct, frozen=True):
    """Scores of day 14 that fell due in a month: how many courses, how many have one, how many are missing."""

    month: dt.date
    due: int
    answered: int
    missing: int


def by_month(every: Iterable[Figures], *, today: dt.date) -> tuple[Month, ...]:
    """Missing scores by the month in which day 14 fell; one that can have none (no baseline) has been answered."""
    due: Counter[dt.date] = Counter()
    missing: Counter[dt.date] = Counter()
    for one in every:
        verdict = one.verdict_on(today)
        if one.day_14 is not None and verdict != "not due":
            month = one.day_14.replace(day=1)
            due[month] += 1
            missing[month] += verdict == "missing"
    return tuple(Month(one, due[one], due[one] - missing[one], missing[one]) for one in sorted(due))


class Overrides(msgspec.Struct, frozen=True):
    """Courses with an order in which a stop was taken on by two people, of all with an order; and which rules, how often."""

    share: Proportion | None
    rules: tuple[tuple[str, int], ...]


def overrides(every: Sequence[Figures]) -> Overrides:
    """How often a stop was overridden, and which."""
    ordered = [one for one in every if one.is_ordered]
    rules = Counter(rule for one in ordered for rule in one.overridden)
    share = wilson(sum(bool(one.overridden) for one in ordered), len(ordered)) if ordered else None
    return Overrides(share, tuple(sorted(rules.items(), key=lambda pair: (-pair[1], pair[0]))))


def lasted(every: Iterable[Figures], regimen: str) -> tuple[Between, ...]:
    """How long relief lasted where it began, under one regimen: an interval a course."""
    return tuple(one.relief for one in every if one.regimen == regimen and one.relief is not None)
