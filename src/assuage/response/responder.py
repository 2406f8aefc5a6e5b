"""Did it help? Percent change at day 14 against the baseline, by rules that were fixed before anybody looked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from assuage.catalog import Catalog
from assuage.course.state import Course
from assuage.response.scores import At, Baseline, at_day, baseline, instruments, scores

Verdict = Literal["substantial", "moderate", "less", "worse", "missing", "undefined", "not due"]
DAY_14 = "day 14"
WORDS: dict[Verdict, str] = {
    "substantial": "meets at least {substantial} %", "moderate": "meets at least {moderate} %, not {substantial} %",
    "less": "less than {moderate} %", "worse": "worse than before", "missing": "no score: counts as no response in the headline",
    "undefined": "cannot be said", "not due": "not due yet",
}  # fmt: skip


class Response(msgspec.Struct, frozen=True):
    """The response of one course at day 14.

    `fall_percent` is 100 × (baseline − score) ÷ baseline, none where either is missing or the baseline is zero; negative is
    worse. `is_responder` is the headline (at least moderate), in which a missing score is no response; `is_missing` shows
    it apart. `global_change` is the patient's own word beside it.
    """

    instrument: str | None
    baseline: Baseline | None
    at: At | None
    fall_percent: Fraction | None
    verdict: Verdict
    because: str
    moderate: Decimal
    substantial: Decimal
    global_change: str | None

    @property
    def is_missing(self) -> bool:
        return self.verdict == "missing"

    @property
    def is_responder(self) -> bool:
        """At least moderate relief; what is missing or undefined is none."""
        return self.verdict in ("moderate", "substantial")

    @property
    def is_substantial(self) -> bool:
        return self.verdict == "substantial"

    def fall_said(self) -> str:
        """The fall as it is told: whole, or with one digit that is cut and never rounded up to a threshold."""
        assert self.fall_percent is not None
        tenths = int(abs(self.fall_percent) * 10)
        whole, rest = divmod(tenths, 10)
        return f"{whole}.{rest}" if rest else f"{whole}"

    def said(self) -> str:
        """The verdict in words."""
        return WORDS[self.verdict].format(moderate=f"{self.moderate:f}", substantial=f"{self.substantial:f}")

    def sentence(self) -> str:
        """The verdict on a fall that was told before, as a sentence of its own."""
        return f"It {'is ' if self.verdict in ('less', 'worse') else ''}{self.said()}."


def day_14(state: Course, catalog: Catalog, *, zone: dt.tzinfo) -> dt.date | None:
    """The fourteenth day after the last infusion given, in the clinic's days; none where none was given."""
    last = state.day_14
    if last is None:
        return None
    after = catalog.practice["follow-up-primary"].fact.quantity.to("d").value
    return last.astimezone(zone).date() + dt.timedelta(days=int(after))


def response(state: Course, catalog: Catalog, *, zone: dt.tzinfo, today: dt.date) -> Response:
    """The response of a course.

    Give      the course; the catalog, for thresholds and windows; the clinic's zone; today, to tell missing from not due
    Holds     a zero baseline has no percent; a score that is missing is never a response; instruments are never mixed;
              worsening is a result; adding a higher score for day 14 never makes a response of none
    Source    at least 30 % moderate, at least 50 % substantial: catalog instrument `immpact-responder`
    Checked   tests/spec/test_response.py, tests/laws/test_response.py
    """
    moderate, substantial = thresholds(catalog)
    aim = day_14(state, catalog, zone=zone)
    word = _global_change(state)
    if aim is None:
        return Response(None, None, None, None, "not due", "no infusion was given", moderate, substantial, word)
    window = int(catalog.practice["day-14-window"].fact.quantity.to("d").value)
    first = min(one.started.at for one in state.sessions if one.started is not None and one.delivery != "not given")
    chosen = _instrument(state)
    if chosen is None:
        late = today > aim + dt.timedelta(days=window)
        why = _given_up(state)
        verdict: Verdict = "missing" if late or why else "not due"
        return Response(None, None, None, None, verdict, why or "no pain score on record", moderate, substantial, word)
    before = baseline(state, chosen, catalog=catalog, first=first.astimezone(zone).date())
    last = state.day_14
    assert last is not None
    after = [one for one in scores(state, chosen) if one.day > last.astimezone(zone).date()]
    at = at_day(after, aim, within_days=window, purpose=DAY_14)
    verdict, fall, because = _verdict(
        before, at, is_over=today > aim + dt.timedelta(days=window), limits=(moderate, substantial)
    )
    return Response(chosen, before, at, fall, verdict, because, moderate, substantial, word)


def _given_up(state: Course) -> str:
    """The reason on record why day 14 has no score, of after the last infusion; empty where there is none."""
    last = state.day_14
    return next(
        (one.why_missing for _, one in reversed(state.scores)
         if one.purpose == DAY_14 and one.why_missing and last is not None and one.at > last), "",
    )  # fmt: skip


def thresholds(catalog: Catalog) -> tuple[Decimal, Decimal]:
    """Moderate and substantial relief in per cent, from the catalog."""
    found = sorted(one.quantity.to("%").value for one in catalog.instruments["immpact-responder"].thresholds)
    return found[-2], found[-1]


def _instrument(state: Course) -> str | None:
    """The instrument of the baseline; where two were used, the one with more days before the first infusion, then NRS."""
    have = instruments(state)
    return max(have, key=lambda name: (len(scores(state, name)), name == "nrs"), default=None)


def _verdict(
    before: Baseline, at: At, *, is_over: bool, limits: tuple[Decimal, Decimal]
) -> tuple[Verdict, Fraction | None, str]:
    if at.found is None or at.found.value is None:
        recorded = at.why_not not in ("", "nobody asked, or nobody answered")
        return ("missing" if is_over or recorded else "not due"), None, at.why_not
    if before.value is None:
        return "undefined", None, f"no baseline: {before.why_not}"
    if before.value == 0:
        return "undefined", None, "the baseline is zero: a share of nothing is undefined"
    fall = 100 * (before.value - Fraction(at.found.value)) / before.value
    moderate, substantial = (Fraction(one) for one in limits)
    if fall < 0:
        return "worse", fall, ""
    if fall >= substantial:
        return "substantial", fall, ""
    return ("moderate" if fall >= moderate else "less"), fall, ""


def _global_change(state: Course) -> str | None:
    """The patient's own word of change, the latest."""
    words = [one for _, one in state.scores if one.instrument == "pgic" and one.word]
    return max(words, key=lambda one: one.day).word if words else None
