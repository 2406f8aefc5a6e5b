"""Rules that only the planner can decide: what is mixed with what, which product, how often, which waste."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assuage.finding import Finding
from assuage.plan.schedule import Visit
from assuage.plan.step import Bench, Prepared
from assuage.rule import Rule

Decision = Callable[[Bench, Mapping[str, Prepared], Sequence[Visit]], bool]


def decided(bench: Bench, prepared: Mapping[str, Prepared], days: Sequence[Visit]) -> list[Finding]:
    """Findings of every rule that is left to the planner and fires on this plan."""
    found = []
    for rule in bench.catalog.rules.values():
        decision = DECISIONS.get(rule.id)
        if decision is not None and decision(bench, prepared, days):
            found.append(_finding(rule))
    return found


def _finding(rule: Rule) -> Finding:
    sources = tuple(dict.fromkeys(claim.source for claim in (*rule.authority, *rule.conflicts)))
    return Finding(rule.id, rule.severity, rule.blocks, rule.sentence, rule.reason, rule.resolve, sources, rule.cause)


def _same_day(bench: Bench, prepared: Mapping[str, Prepared], days: Sequence[Visit]) -> bool:
    return len({visit.date for visit in days}) < len(days)


def _same_container(bench: Bench, prepared: Mapping[str, Prepared], days: Sequence[Visit]) -> bool:
    return any(len(step.components) > 1 for step in bench.regimen.steps)


def _with_adrenaline(bench: Bench, prepared: Mapping[str, Prepared], days: Sequence[Visit]) -> bool:
    return any(bench.catalog.presentations[name].with_adrenaline for name in _used(bench, prepared))


def _preserved(bench: Bench, prepared: Mapping[str, Prepared], days: Sequence[Visit]) -> bool:
    used = [bench.catalog.presentations[name] for name in _used(bench, prepared)]
    return any(one.drug == "lidocaine" and (one.preserved is not False or one.multi_dose) for one in used)


def _controlled(bench: Bench, prepared: Mapping[str, Prepared], days: Sequence[Visit]) -> bool:
    return any(one.vials.reconcile for each in prepared.values() for one in each.components)


def _used(bench: Bench, prepared: Mapping[str, Prepared]) -> set[str]:
    asked = set(bench.request.presentations)
    return asked | {one.presentation for each in prepared.values() for one in each.components}


def _total_is_unclear(bench: Bench, prepared: Mapping[str, Prepared], days: Sequence[Visit]) -> bool:
    """A divided dose whose claim does not say that it is the total could be the dose of one portion."""
    doses = [c.dose.claim() for step in bench.regimen.steps if step.portions is not None for c in step.components]
    return any("total" not in f"{claim.as_written} {claim.where} {claim.note}".casefold() for claim in doses)


DECISIONS: dict[str, Decision] = {
    "same-day-infusions": _same_day,
    "one-container": _same_container,
    "lidocaine-with-adrenaline": _with_adrenaline,
    "lidocaine-preserved": _preserved,
    "controlled-drug-waste": _controlled,
    "intramuscular-total": _total_is_unclear,
}
