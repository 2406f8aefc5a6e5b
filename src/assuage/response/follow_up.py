"""How a score that is due is asked for: by a link, then by a call, then by a letter; then it is missing, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from assuage.course.event import Contacted
from assuage.course.state import Course

Way = Literal["link", "call", "letter"]
NextStep = Literal["link", "call", "letter", "record as missing"]
WAYS: tuple[Way, ...] = ("link", "call", "letter")


class Tried(msgspec.Struct, frozen=True):
    """What was tried for one purpose: each attempt in order, and what comes next."""

    attempts: tuple[Contacted, ...]
    next_step: NextStep

    @property
    def last(self) -> Contacted | None:
        """The latest attempt."""
        return self.attempts[-1] if self.attempts else None


def tried(state: Course, purpose: str, *, has_phone: bool) -> Tried:
    """What was tried for a purpose since the last infusion given, and the next step.

    Give      the course; the purpose of the score; whether a telephone number is on record
    Holds     each way is tried before the next, the least trouble first; without a number nobody is told to call; a score is
              never given up as missing before a letter was sent
    Checked   tests/spec/test_response_follow_up.py
    """
    since = state.day_14
    attempts = [one for _, one in state.contacts if one.purpose == purpose and (since is None or one.at >= since)]
    return Tried(tuple(attempts), _next(attempts, has_phone=has_phone))


def _next(attempts: Sequence[Contacted], *, has_phone: bool) -> NextStep:
    had = {one.way for one in attempts}
    for way in WAYS:
        if way not in had and (way != "call" or has_phone):
            return way
    return "record as missing"
