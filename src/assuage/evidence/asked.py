"""What is asked of the evidence for one plan: an outcome, and when; in the words of the studies' rows."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from assuage.catalog.model import Catalog
from assuage.regimen import Expectation, Regimen
from assuage.study import Coded, Outcomes, Responders, Window

DAYS_A_WEEK = 7
# What people had who had it; every outcome that is a response, and none that is the lack of one.
HAD: dict[Outcomes, str] = {
    "relief-50": "at least half their pain gone", "relief-30": "at least 30 % of their pain gone",
    "relief-complete": "no pain left", "relief-partial": "part of their pain gone", "relief-any": "some relief, of no stated size",
    "relief-3-points": "pain lower by at least 3 points of 10", "relief-brief": "brief relief",
    "relief-for-hours": "relief for some hours", "relief-unstated": "relief by a rule that is not stated",
    "no-recurrence": "no recurrence",
}  # fmt: skip
# When, seen from `{}`: the infusion, or the last of several.
WHEN: dict[Window, str] = {
    "during-infusion": "during {}", "within-4-hours": "within four hours of {}", "24-hours": "24 hours after {}",
    "1-week": "one week after {}", "2-weeks": "two weeks after {}", "4-weeks": "four weeks after {}",
    "5-weeks": "five weeks after {}", "after-5-weeks": "more than five weeks after {}", "3-months": "three months after {}",
    "4-months": "four months after {}", "6-months": "six months after {}", "12-months": "twelve months after {}",
    "after-the-series": "after the series, on a day that is not stated", "last-follow-up": "at the last follow-up",
    "over-the-study": "over the whole study", "not-stated": "at a time that is not stated",
}  # fmt: skip
_WEEKS = re.compile(r"(\d+)-weeks?")


class Asked(msgspec.Struct, frozen=True):
    """An outcome and a time. `days` is the day after the last infusion; none where the window has no day."""

    outcome: Outcomes
    window: Window
    days: Decimal | None

    @property
    def had(self) -> str:
        """“at least half their pain gone”."""
        return HAD[self.outcome]

    def when(self, *, is_series: bool) -> str:
        """“two weeks after the last infusion”."""
        return when_words(self.window, is_series=is_series)


def outcome_words(outcome: Outcomes) -> str:
    """An outcome as it reads, a response or not."""
    return HAD.get(outcome) or ("no relief" if outcome == "none" else outcome.replace("-", " "))


def when_words(window: Window, *, is_series: bool) -> str:
    """A window as it reads.

    >>> when_words("2-weeks", is_series=True)
    'two weeks after the last infusion'
    """
    return WHEN[window].format("the last infusion" if is_series else "the infusion")


def ask(outcome: Outcomes, window: Window) -> Asked:
    """A question for an outcome and a window. Holds: a window of whole weeks is that many times seven days."""
    weeks = _WEEKS.fullmatch(window)
    return Asked(outcome, window, Decimal(weeks[1]) * DAYS_A_WEEK if weeks else None)


# Asked of a regimen whose own study counted nobody: relief of at least half, two weeks after the last infusion.
USUAL = ask("relief-50", "2-weeks")


def asked_of(regimen: Regimen, catalog: Catalog) -> tuple[Asked, ...]:
    """What the regimen's own study counted as relief, each once; where it counted nothing, what is usually asked.

    Get       outcomes that are responses: “unchanged” is none
    """
    rows = (row_of(one, catalog) for one in regimen.expectations)
    found = [
        _asked(row.coded) for row in rows if row is not None and row.coded is not None and row.coded.outcome in HAD
    ]
    return tuple(dict.fromkeys(found)) or (USUAL,)


def row_of(expectation: Expectation, catalog: Catalog) -> Responders | None:
    """The count that a regimen's expectation names; none where nobody was counted."""
    key = (expectation.arm, expectation.outcome, expectation.time)
    rows = catalog.studies[expectation.study].responders
    return next((row for row in rows if (row.arm, row.threshold, row.time) == key), None)


def _asked(coded: Coded) -> Asked:
    return Asked(coded.outcome, coded.window, coded.days)
