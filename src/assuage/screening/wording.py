"""Sentences of rules, filled with what the patient has and what it is compared with."""

from __future__ import annotations

from assuage.finding import Blocks, Finding, Severity
from assuage.patient import Unknown
from assuage.quantity import Quantity, show
from assuage.rule import Condition, Rule
from assuage.screening.derived import estimates
from assuage.screening.state import LISTS, State
from assuage.screening.truth import met

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
# Answers for people, where the name and the word side by side would not be plain.
SAID = {
    ("ecg.av_block", "first"): "first degree AV block on the ECG", ("ecg.av_block", "second"): "second degree AV block on the ECG",
    ("ecg.av_block", "third"): "third degree AV block on the ECG", ("pregnancy", "pregnant"): "recorded as pregnant",
    ("liver.child_pugh", "a"): "Child-Pugh grade A", ("liver.child_pugh", "b"): "Child-Pugh grade B",
    ("liver.child_pugh", "c"): "Child-Pugh grade C", ("urinary_symptoms", "yes"): "urinary symptoms",
    ("urine.normal", "no"): "urine not normal", ("setting.kit", "no"): "emergency kit", ("escort", "no"): "no escort",
    ("setting.airway", "no"): "airway skills", ("setting.monitoring", "no"): "continuous monitoring",
    ("drives_home", "yes"): "the patient drives home",
}  # fmt: skip


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
    return Finding(rule.id, severity, blocks, message, reason, resolve, sources, cause)


def filled(sentence: str, condition: Condition | None, state: State) -> str:
    """The sentence with {value} as what makes it true for this patient and {bound} as what that is compared with."""
    if condition is None or "{" not in sentence:
        return sentence
    true = met(condition, state)
    values = _listed(true, state) if ": {value}" in sentence else _named_by_the_sentence(true, state)
    return sentence.replace("{value}", ", ".join(dict.fromkeys(values))).replace("{bound}", _bounds(true))


def _listed(true: tuple[Condition, ...], state: State) -> list[str]:
    """Everything that makes a sentence such as “Low calcium: {value}” true, each with its name."""
    said: list[str] = []
    for part in true:
        said.extend(_held(part, state))
        if part.fact is not None:
            said.append(
                _word(part.fact, state) if part.is_ else f"{label(part.fact, state)} {_measured(part.fact, state)}"
            )
    return said


def _named_by_the_sentence(true: tuple[Condition, ...], state: State) -> list[str]:
    """For “Takes {value}, …” the entries of the list; for “Age {value}, …” the bare quantity."""
    entries = [entry for part in true for entry in _held(part, state)]
    return entries or [_measured(part.fact, state) for part in true if part.fact is not None and part.is_ is None]


def _held(part: Condition, state: State) -> tuple[str, ...]:
    return tuple(entry for which in LISTS if (wanted := getattr(part, which)) for entry in state.holding(which, wanted))


def _word(name: str, state: State) -> str:
    value = state.get(name)
    word = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    return SAID.get((name, word), f"{label(name, state)}: {word}")


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


def _bounds(true: tuple[Condition, ...]) -> str:
    bounds = (bound for part in true for bound in (part.below, part.at_most, part.above, part.at_least))
    return ", ".join(dict.fromkeys(show(bound.quantity) for bound in bounds if bound is not None))
