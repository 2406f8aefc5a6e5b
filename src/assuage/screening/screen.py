"""screen(): every rule that applies, judged on what is known; what could not be judged is said, never passed over."""

from __future__ import annotations

import datetime as dt

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.finding import BLOCKS, SEVERITIES, Finding, merge
from assuage.patient import Patient
from assuage.regimen import Regimen
from assuage.rule import Rule
from assuage.screening.body import Formulas
from assuage.screening.doubts import contradictions, doubt_finding, later_doubts, no_age_limit, renal_estimates
from assuage.screening.entries import entry_findings
from assuage.screening.scope import Scope, Scoped, scope_of
from assuage.screening.state import LISTS, Doubted, State
from assuage.screening.truth import judge
from assuage.screening.wording import label, rule_finding, unknown_finding


class NotChecked(msgspec.Struct, frozen=True):
    """A rule that could not be judged, and why."""

    rule: str
    why: str


class Screening(msgspec.Struct, frozen=True):
    """What screening found. `findings` are merged and ordered gravest first."""

    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]


def screen(
    patient: Patient,
    regimen: Regimen | None,
    *,
    catalog: Catalog,
    clinic: Clinic,
    days: tuple[dt.date, ...],
) -> Screening:
    """Judge every rule that applies to the regimen (every rule, without one) on the day of the first infusion.

    `days` are the days of the infusions; ages of facts are judged on each.
    Holds     an added contraindication never removes a refusal or a stop; a value made unknown never removes what a
              rule said (its id stays in `rule` or `merged`) and never lets a blocked dose through, unless the value
              was itself one side of a contradiction
    Checked   tests/laws/test_screening.py, tests/spec/test_rules.py
    """
    state = State(patient, days[0], catalog=catalog, clinic=clinic, formulas=Formulas.of(catalog))
    scope = scope_of(regimen, catalog)
    judged = _Judged(state)
    for scoped in scope.rules:
        judged.rule(scoped)
    for finding, roots in _about_facts(state, scope):
        judged.add(finding, roots)
    for finding in (*contradictions(state), *renal_estimates(state, scope), *later_doubts(state, days, scope)):
        judged.add(finding)
    return Screening(merge(judged.all()), tuple(judged.not_checked))


def _about_facts(state: State, scope: Scope) -> list[tuple[Finding, tuple[str, ...]]]:
    """Findings about facts that stand in the file and cannot be used, each with the facts it speaks of.

    A part of a group that shares its group's doubt (the whole ECG is too old) is not told again.
    """
    found: list[tuple[Finding, tuple[str, ...]]] = []
    told: dict[str, Doubted] = {}
    for name in _groups_first(scope.facts):
        if name in LISTS.values():
            continue
        value, group = state.get(name), name.split(".")[0]
        if not isinstance(value, Doubted) or value.doubt == "missing":
            continue
        told.setdefault(name, value)
        if group == name or group not in told or told[group].doubt != value.doubt:
            found.append((doubt_finding(name, value, state=state), (name,)))
    return [*found, *entry_findings(state), *((finding, ()) for finding in no_age_limit(state, scope))]


def _groups_first(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names with the group of each dotted one before it."""
    return tuple(dict.fromkeys(one for name in names for one in (name.split(".")[0], name)))


class _Judged:
    """Findings so far, and the rules that wait for facts nobody knows."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.findings: list[Finding] = []
        self.not_checked: list[NotChecked] = []
        self.waiting: dict[str, list[Rule]] = {}
        self.speaks_of: dict[str, int] = {}  # fact → place of the finding that tells of its absence

    def add(self, finding: Finding, roots: tuple[str, ...] = ()) -> None:
        """Keep a finding, and note which unknown facts it already tells of."""
        for root in roots:
            self.speaks_of.setdefault(root, len(self.findings))
        self.findings.append(finding)

    def rule(self, scoped: Scoped) -> None:
        """Judge one rule; rules decided elsewhere are left to it."""
        rule = scoped.rule
        if rule.when is None:
            if rule.decided_by == "always":
                self.add(rule_finding(rule, rule.sentence, state=self.state))
            return
        truth = judge(rule.when, self.state)
        if truth == "true":
            gone = tuple(name for name in scoped.missing if self.state.is_unknown(name))
            why = self._reasons(gone)
            self.add(rule_finding(rule, f"{rule.sentence} {why}".strip(), state=self.state), gone)
        elif truth == "unknown":
            self._unknown(scoped)

    def _unknown(self, scoped: Scoped) -> None:
        """What the rule itself says of not knowing; else it waits for the finding on each fact it lacks.

        A rule always waits for its lists: what was not asked, or not understood, is told in one place.
        """
        rule = scoped.rule
        roots = tuple(name for name in scoped.names if self.state.is_unknown(name))
        facts = tuple(root for root in roots if root not in LISTS.values())
        for root in roots:
            if rule.when_unknown is None or root not in facts:
                self.waiting.setdefault(root, []).append(rule)
        if rule.when_unknown is not None and facts:
            self.add(unknown_finding(rule, facts, self._reasons(facts), state=self.state), facts)
        else:
            self.not_checked.append(NotChecked(rule.id, "; ".join(self._why(root) for root in roots)))

    def _reasons(self, names: tuple[str, ...]) -> str:
        """Reasons the file itself gives for facts that were not obtained."""
        given = [self.state.patient.not_obtained.get(name) and self.state.why_missing(name) for name in names]
        told = [one for one in given if one]
        for name in names:
            value = self.state.get(name)
            if isinstance(value, Doubted) and value.doubt == "missing" and value.reason.startswith("it cannot"):
                told.append(value.reason)
        return f"({'; '.join(dict.fromkeys(told))})" if told else ""

    def _why(self, name: str) -> str:
        value = self.state.get(name)
        if isinstance(value, Doubted):
            return f"{label(name, self.state)}: {value.reason}"
        return f"{label(name, self.state)}: an entry was not understood"

    def all(self) -> list[Finding]:
        """Every finding, with each waiting rule named on the one that tells of its fact."""
        for root, rules in self.waiting.items():
            place = self.speaks_of.get(root, self.speaks_of.get(root.split(".")[0]))
            said = _not_known(label(root, self.state), root, rules)
            if place is None:
                self.add(said)
            else:
                self.findings[place] = _with_waiting(self.findings[place], said)
        return self.findings


def _with_waiting(one: Finding, waiting: Finding) -> Finding:
    """A finding that also stands for the rules that wait for its fact: never weaker than what they ask for."""
    return msgspec.structs.replace(
        one,
        severity=min(one.severity, waiting.severity, key=SEVERITIES.index),
        blocks=min(one.blocks, waiting.blocks, key=BLOCKS.index),
        merged=tuple(dict.fromkeys((*(one.merged or (one.rule,)), *waiting.merged[1:]))),
    )


def _not_known(name: str, root: str, rules: list[Rule]) -> Finding:
    """A fact nobody knows, with the rules that wait for it; it blocks as early as the gravest of them."""
    grave = [rule for rule in rules if rule.severity in ("refuse", "stop", "hold")]
    return Finding(
        rule=f"not-known-{root}",
        severity="hold" if grave else "note",
        blocks=min((rule.blocks for rule in grave), key=BLOCKS.index, default="none"),
        message=f"Not known: {name}. {len(rules)} rule{'s' if len(rules) > 1 else ''} could not be judged.",
        reason="Not known is never taken for normal.",
        resolve=f"Record {name} with its date.",
        sources=("editors",),
        merged=(f"not-known-{root}", *(rule.id for rule in rules)),
    )
