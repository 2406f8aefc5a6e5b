"""Sentences of rules, filled with what the patient has and what it is compared with."""

from __future__ import annotations

from assuage.finding import Blocks, Finding, Severity
from assuage.patient import Unknown
from assuage.quantity import Quantity, show
from assuage.rule import Condition, Rule
from assuage.screening.derived import estimates
from assuage.screening.state import LISTS, State
from assuage.screening.truth import judge, parts

LABELS = {
    "ecg": "ECG", "ecg.av_block": "AV block on the ECG", "ecg.text": "words of the ECG", "renal": "renal function",
    "alt": "ALT", "alp": "ALP", "ggt": "GGT", "bmi": "body mass index", "knee_jerk.present": "knee jerk",
    "liver.child_pugh": "Child-Pugh grade", "egfr_reported": "reported eGFR", "pain.dn4": "DN4",
    "urine.last_4h": "urine in the last 4 h", "urine.normal": "urine normal", "consent.off_label": "off-label consent",
    "setting.kit": "emergency kit", "setting.airway": "airway skills", "setting.monitoring": "continuous monitoring",
    "creatinine_doubled": "whether creatinine has doubled", "stop_bang": "STOP-Bang", "drives_home": "whether the patient drives home",
    "escort": "an escort",
    "sex": "sex", "conditions": "other conditions",
}  # fmt: skip
SAID = {True: "yes", False: "no"}


def label(name: str, state: State) -> str:
    """A fact's name for people."""
    measurement = state.catalog.measurements.get(name)
    return LABELS.get(name) or (measurement.name if measurement else name.replace(".", " ").replace("_", " "))


def rule_finding(rule: Rule, message: str, *, state: State) -> Finding:
    """What a rule says when it is true."""
    return _finding(rule, filled(message, rule.when, state), rule.severity, rule.blocks, rule.resolve, rule.cause)


def unknown_finding(rule: Rule, facts: tuple[str, ...], why: str, *, state: State) -> Finding:
    """What a rule says when it cannot be judged, with {value} as the facts that are not known."""
    said = rule.when_unknown
    assert said is not None
    sentence = said.sentence.replace("{value}", ", ".join(label(name, state) for name in facts))
    message = f"{sentence} {why}" if why else sentence
    return _finding(rule, message, said.severity, said.blocks, said.resolve, said.cause)


def _finding(
    rule: Rule, message: str, severity: Severity, blocks: Blocks, resolve: str, cause: str | None
) -> Finding:  # fmt: skip
    sources = tuple(dict.fromkeys(claim.source for claim in (*rule.authority, *rule.conflicts)))
    conflicts = "".join(f" {claim.value}: {claim.where} [{claim.source}]." for claim in rule.conflicts)
    reason = rule.reason + (f" Another text says otherwise:{conflicts}" if conflicts else "")
    return Finding(rule.id, severity, blocks, message, reason, resolve, sources, cause, ())


def filled(sentence: str, condition: Condition | None, state: State) -> str:
    """The sentence with {value} as what the patient has and {bound} as what it is compared with."""
    if condition is None or "{" not in sentence:
        return sentence
    single = parts(condition)
    met = [part for part in single if judge(part, state) == "true"]
    # One compared fact is named by the sentence itself; of several, the value has to say which it is.
    is_one = len({part.fact for part in single if part.fact and part.is_ is None}) == 1
    return sentence.replace("{value}", _values(met, state, is_one)).replace("{bound}", _bounds(met))


def _values(met: list[Condition], state: State, is_one: bool) -> str:
    said: list[str] = []
    for part in met:
        for which in LISTS:
            wanted = getattr(part, which)
            said.extend(state.holding(which, wanted) if wanted else ())
        if part.fact is not None and part.is_ is None:
            measured = _measured(part.fact, state)
            said.append(measured if is_one else f"{label(part.fact, state)} {measured}")
        elif part.fact is not None:
            value = state.get(part.fact)
            said.append(f"{label(part.fact, state)} {SAID[value] if isinstance(value, bool) else value}")
    return ", ".join(dict.fromkeys(said))


def _measured(name: str, state: State) -> str:
    """A quantity as recorded, with what it is in the unit of the bound where that differs."""
    if name == "renal":
        formula, lowest = min(estimates(state).items(), key=lambda pair: pair[1].value)
        return f"{show(lowest)} ({formula})"
    value, fact = state.get(name), state.patient.fact(name)
    assert isinstance(value, Quantity)
    if isinstance(fact, Unknown) or not isinstance(fact.value, Quantity) or fact.value.unit == value.unit:
        return show(value)
    return f"{show(fact.value)} ({show(value, places=2)})"


def _bounds(met: list[Condition]) -> str:
    bounds = (bound for part in met for bound in (part.below, part.at_most, part.above, part.at_least))
    return ", ".join(dict.fromkeys(show(bound.quantity) for bound in bounds if bound is not None))
