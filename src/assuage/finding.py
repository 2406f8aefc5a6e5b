"""Finding: the only way the system speaks to a clinician."""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["refuse", "stop", "hold", "warn", "note"]
Blocks = Literal["dose", "sign", "start", "none"]

SEVERITIES: tuple[Severity, ...] = ("refuse", "stop", "hold", "warn", "note")
BLOCKS: tuple[Blocks, ...] = ("dose", "sign", "start", "none")


class Finding(msgspec.Struct, frozen=True):
    """One thing a clinician should know.

    `rule` is the rule's id; `message` what was found; `reason` why it matters; `resolve` what would settle it;
    `sources` ids of sources; `cause` joins findings that say one thing (several sedatives: one sedation finding);
    `merged` names the rules joined into this one.
    """

    rule: str
    severity: Severity
    blocks: Blocks
    message: str
    reason: str
    resolve: str
    sources: tuple[str, ...] = ()
    cause: str | None = None
    merged: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[int, int]:
        """Order for printing: gravest first, then what it blocks."""
        return SEVERITIES.index(self.severity), BLOCKS.index(self.blocks)


def merge(findings: list[Finding]) -> tuple[Finding, ...]:
    """Join findings with one cause; keep the gravest severity and the earliest block; order gravest first.

    Holds: nothing is lost. Every message, resolve, source and rule of a joined finding is in the result, no severity or
    block gets weaker, and merging again changes nothing.
    """
    groups: dict[str, list[Finding]] = {}
    for index, finding in enumerate(findings):
        groups.setdefault(finding.cause or f"#{index}", []).append(finding)
    joined = [_join(group) for group in groups.values()]
    return tuple(sorted(joined, key=lambda finding: (*finding.rank, finding.rule)))


def _join(group: list[Finding]) -> Finding:
    if len(group) == 1:
        return group[0]
    ordered = sorted(group, key=lambda finding: (*finding.rank, finding.rule))
    first = ordered[0]
    return Finding(
        rule=first.rule,
        severity=first.severity,
        blocks=min((f.blocks for f in group), key=BLOCKS.index),
        message=" ".join(dict.fromkeys(f.message for f in ordered)),
        reason=" ".join(dict.fromkeys(f.reason for f in ordered)),
        resolve=" ".join(dict.fromkeys(f.resolve for f in ordered)),
        sources=tuple(dict.fromkeys(s for f in ordered for s in f.sources)),
        cause=first.cause,
        merged=tuple(dict.fromkeys(rule for f in ordered for rule in (f.rule, *f.merged))),
    )
