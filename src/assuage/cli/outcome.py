"""Exit codes of commands that judge a patient."""

from __future__ import annotations

from collections.abc import Iterable

from assuage.finding import Finding
from assuage.plan import Plan

PLANNED, REFUSED = 0, 3


def code_of(plan: Plan) -> int:
    """3 where a finding blocks the dose, else 0."""
    return REFUSED if plan.is_refused else PLANNED


def code_of_findings(findings: Iterable[Finding]) -> int:
    """The same for findings alone."""
    return REFUSED if any(one.blocks == "dose" for one in findings) else PLANNED
