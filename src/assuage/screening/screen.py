"""screen(): every rule that applies, judged on what is known; what could not be judged is said, never passed over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.finding import BLOCKS, Blocks, Finding, Severity, merge
from assuage.patient import Patient
from assuage.quantity import Quantity
from assuage.regimen import Regimen
from assuage.rule import Condition, Rule
from assuage.screening.body import Formulas
from assuage.screening.doubts import FACT_BLOCKS, contradictions, doubt_finding, entry_findings, later_doubts
from assuage.screening.state import LISTS, Doubted, State
from assuage.screening.truth import asked, judge


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

    `days` are the days of the infusions; ages of facts are judged on each. Holds: an added contraindication never
    removes a stop; a value made unknown never removes a finding (its rule stays, in `merged` at least).
    """
    formulas = Formulas(catalog.formulas)
    state = State(patient, days[0], catalog=catalog, clinic=clinic, formulas=formulas)
    given = given_drugs(regimen)
    judged = _Judged(state)
    for rule in catalog.rules.values():
        if applies(rule, regimen, given):
            judged.rule(rule)
    judged.doubts()
    later = later_doubts(patient, days, judged.names(), catalog=catalog, clinic=clinic, formulas=formulas)
    findings = [*judged.findings, *contradictions(state), *entry_findings(state), *later]
    return Screening(merge(judged.attach(findings)), tuple(judged.not_checked))


def given_drugs(regimen: Regimen | None) -> frozenset[str]:
    """The drugs a regimen gives, by id; empty without one."""
    steps = regimen.steps if regimen else ()
    return frozenset(component.drug for step in steps for component in step.components)


def applies(rule: Rule, regimen: Regimen | None, given: frozenset[str]) -> bool:
    """Whether a rule looks at this regimen; without a regimen every rule of the four drugs is asked."""
    scope = rule.applies
    if regimen is None:
        return not scope.regimens
    routes = {step.route for step in regimen.steps}
    many = regimen.schedule is not None and regimen.schedule.count.claims != () and _count(regimen) > 1
    return (
        (not scope.drugs or bool(given & set(scope.drugs)))
        and given >= set(scope.together)
        and (not scope.routes or bool(routes & set(scope.routes)))
        and (not scope.regimens or regimen.id in scope.regimens)
        and (not scope.series or many)
    )


def _count(regimen: Regimen) -> int:
    assert regimen.schedule is not None
    return int(regimen.schedule.count.quantity.value)


class _Judged:
    """Findings so far, and the rules that wait for facts nobody knows."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.findings: list[Finding] = []
        self.not_checked: list[NotChecked] = []
        self.waiting: dict[str, list[Rule]] = {}
        self.asked: dict[str, None] = {"weight": None}

    def names(self) -> tuple[str, ...]:
        """Every fact that a rule asked about, weight first: it is always needed."""
        return tuple(self.asked)

    def rule(self, rule: Rule) -> None:
        """Judge one rule; rules decided by the planner are left to it."""
        if rule.when is None:
            if rule.decided_by == "always":
                self.findings.append(_finding(rule, rule.severity, rule.blocks, rule.sentence, resolve=rule.resolve))
            return
        names = asked(rule.when)
        self.asked.update(dict.fromkeys(names))
        truth = judge(rule.when, self.state)
        if truth == "true":
            sentence = _filled(rule.sentence, rule.when, self.state)
            self.findings.append(_finding(rule, rule.severity, rule.blocks, sentence, resolve=rule.resolve))
        elif truth == "unknown":
            self._unknown(rule, names)

    def _unknown(self, rule: Rule, names: tuple[str, ...]) -> None:
        if rule.when_unknown is not None:
            said = rule.when_unknown
            self.findings.append(_finding(rule, said.severity, said.blocks, said.sentence, resolve=said.resolve))
            return
        roots = [name for name in names if self._is_unknown(name)]
        for root in roots:
            self.waiting.setdefault(root, []).append(rule)
        self.not_checked.append(NotChecked(rule.id, "; ".join(self._why(root) for root in roots)))

    def _is_unknown(self, name: str) -> bool:
        if name in LISTS.values():
            which = next(key for key, value in LISTS.items() if value == name)
            return self.state.among(which, ()) == "unknown"
        return isinstance(self.state.get(name), Doubted)

    def _why(self, name: str) -> str:
        value = self.state.get(name)
        if isinstance(value, Doubted):
            return f"{words(name)}: {value.reason}"
        return f"{words(name)}: not asked, or an entry was not understood"

    def doubts(self) -> None:
        """A finding for every asked fact that stands in the file and cannot be used."""
        for name in self.asked:
            value = self.state.get(name) if name not in LISTS.values() else None
            if isinstance(value, Doubted) and value.doubt != "missing":
                self.findings.append(doubt_finding(name, value))

    def attach(self, findings: list[Finding]) -> list[Finding]:
        """Name every waiting rule on the finding that speaks of its fact; where none does, say that it is not known."""
        result = list(findings)
        for root, rules in self.waiting.items():
            ids = tuple(rule.id for rule in rules)
            place = next((i for i, one in enumerate(result) if _speaks_of(one, root)), None)
            if place is None:
                result.append(_not_known(root, rules))
            else:
                one = result[place]
                merged = tuple(dict.fromkeys((*(one.merged or (one.rule,)), *ids)))
                result[place] = msgspec.structs.replace(one, merged=merged)
        return result


def words(name: str) -> str:
    """A fact's name for people."""
    return name.replace(".", " ").replace("_", " ")


def _speaks_of(finding: Finding, root: str) -> bool:
    return finding.rule.endswith(f"-not-asked:{root}") or finding.rule in (
        f"{root}-not-asked",
        f"{root}-not-understood",
        f"not-usable-{root}",
    )


def _not_known(root: str, rules: list[Rule]) -> Finding:
    grave = any(rule.severity in ("refuse", "stop") for rule in rules)
    severity: Severity = "hold" if grave else "note"
    blocks: Blocks = FACT_BLOCKS.get(root.split(".")[0], "sign") if grave else "none"
    return Finding(
        rule=f"not-known-{root}",
        severity=severity,
        blocks=blocks,
        message=f"Not known: {words(root)}. {len(rules)} rule{'s' if len(rules) > 1 else ''} could not be judged.",
        reason="Not known is never taken for normal.",
        resolve=f"Record {words(root)} with its date.",
        sources=("editors",),
        merged=(f"not-known-{root}", *(rule.id for rule in rules)),
    )


def _finding(rule: Rule, severity: Severity, blocks: Blocks, message: str, *, resolve: str) -> Finding:
    assert blocks in BLOCKS
    sources = tuple(dict.fromkeys(claim.source for claim in (*rule.authority, *rule.conflicts)))
    conflicts = "".join(f" {claim.where}: {claim.value} [{claim.source}]." for claim in rule.conflicts)
    reason = rule.reason + (f" Sources disagree:{conflicts}" if conflicts else "")
    return Finding(rule.id, severity, blocks, message, reason, resolve, sources, rule.cause, ())


def _filled(sentence: str, condition: Condition, state: State) -> str:
    """The sentence with {value} as what the patient has and {bound} as what it is compared with."""
    if "{" not in sentence:
        return sentence
    return sentence.replace("{value}", _value_text(condition, state)).replace("{bound}", _bound_text(condition, state))


def _parts(condition: Condition) -> list[Condition]:
    inner = (*(condition.all or ()), *(condition.any or ()), *((condition.not_,) if condition.not_ else ()))
    return [part for one in inner for part in _parts(one)] or [condition]


def _value_text(condition: Condition, state: State) -> str:
    said: list[str] = []
    for part in _parts(condition):
        if judge(part, state) != "true":
            continue
        for which in LISTS:
            wanted = getattr(part, which)
            said.extend(state.holding(which, wanted) if wanted else ())
        value = state.get(part.fact) if part.fact else None
        if isinstance(value, Quantity):
            said.append(str(value.to_places(1)))
        elif value is not None:
            said.append(str(value))
    return ", ".join(dict.fromkeys(said)) or "not known"


def _bound_text(condition: Condition, state: State) -> str:
    bounds = (bound for part in _parts(condition) for bound in (part.below, part.at_most, part.above, part.at_least))
    return ", ".join(dict.fromkeys(str(bound.quantity) for bound in bounds if bound is not None))


Planner = Callable[[Rule], Finding]
