"""Findings about the facts themselves: stale, implausible, contradictory, soon too old."""

from __future__ import annotations

import datetime as dt

from assuage.finding import Blocks, Finding
from assuage.patient import Dated, Unknown
from assuage.quantity import EXACT, Quantity, show
from assuage.screening.derived import estimates
from assuage.screening.scope import Scope
from assuage.screening.state import Doubted, State, show_date
from assuage.screening.wording import label

# What a fact that cannot be used blocks; facts checked at the bedside block the start, others named here the signature.
FACT_BLOCKS: dict[str, Blocks] = {
    "vitals": "start", "knee_jerk": "start", "urine": "start", "setting": "start", "escort": "start",
    "drives_home": "start", "alt": "sign", "alp": "sign", "ggt": "sign", "consent": "sign", "pain": "sign",
    "stop_bang": "sign", "calcium": "sign", "potassium": "sign", "psychosis_screen": "sign",
    "substance_screen": "sign", "urinary_symptoms": "sign",
}  # fmt: skip
WHAT = {"stale": "is too old", "implausible": "is implausible", "later": "lies in the future",
        "contradictory": "is contradicted"}  # fmt: skip
LIVER = ("alt", "alp", "ggt")
# Words by which an allergy list says that there is nothing on it.
NONE_KNOWN = "no-known-allergies"


def doubt_finding(name: str, value: Doubted, *, state: State) -> Finding:
    """The finding for a fact that stands in the file and cannot be used. Findings on one fact are told together."""
    group = name.split(".")[0]
    return Finding(
        rule=f"not-usable-{name}",
        severity="hold",
        blocks=FACT_BLOCKS.get(group, "dose"),
        message=f"{_begin(label(name, state))} {WHAT[value.doubt]}: {value.reason.removesuffix('.')}.",
        reason="A value that cannot be trusted is not known, and not known is never taken for normal.",
        resolve="Measure it again, or correct the entry and its date.",
        sources=("editors",),
        cause=f"fact-{'liver' if group in LIVER else group}",
    )


def _begin(words: str) -> str:
    """Words as a sentence begins: ECG stays ECG."""
    return words[:1].upper() + words[1:]


def later_doubts(state: State, days: tuple[dt.date, ...], scope: Scope) -> list[Finding]:
    """Facts that will be too old only for a later infusion: they block that start, not the plan."""
    later = [State(state.patient, day, catalog=state.catalog, clinic=state.clinic, formulas=state.formulas)
             for day in days[1:]]  # fmt: skip
    findings = []
    for name in dict.fromkeys(name.split(".")[0] for name in scope.facts):
        fact = state.patient.facts.get(name)
        if fact is None or fact.on is None or state.too_old(name, fact):
            continue
        late = [(number, one.day) for number, one in enumerate(later, 2) if one.too_old(name, fact)]
        if late:
            findings.append(_later(name, fact, late, words=label(name, state)))
    return findings


def _later(name: str, fact: Dated, late: list[tuple[int, dt.date]], *, words: str) -> Finding:
    assert fact.on is not None
    when = ", ".join(f"infusion {number} on {show_date(day)}" for number, day in late)
    return Finding(
        rule=f"renew-{name}",
        severity="hold",
        blocks="start",
        message=f"{_begin(words)} from {show_date(fact.on)} will be too old for {when}.",
        reason="Ages of facts are judged at each infusion's start.",
        resolve=f"Record {words} again before that infusion.",
        sources=("editors",),
        cause="renew-before-later-infusions",
    )


def no_age_limit(state: State, scope: Scope) -> list[Finding]:
    """Facts whose age the clinic's profile does not limit: how old is too old is never assumed."""
    recorded = [name for name in scope.facts if name in state.patient.facts]
    wanted = dict.fromkeys(limit for name in recorded if (limit := state.age_limit(name)))
    if not wanted:
        return []
    names = ", ".join(wanted)
    return [
        Finding("age-limit-not-set", "hold", "dose", f"{state.clinic.id} does not say how old these may be: {names}.",
                "Without a limit a fact would count for ever.", f"Set `stale_after` for {names} in the clinic profile.",
                ("editors",))
    ]  # fmt: skip


def renal_estimates(state: State, scope: Scope) -> list[Finding]:
    """A warning when estimates of renal function stand on two sides of a bound; the lowest decides."""
    found = estimates(state)
    crossed = [
        bound for bound in scope.thresholds if len({value.compare(bound) >= 0 for value in found.values()}) > 1
    ]  # fmt: skip
    if not crossed:
        return []
    each = "; ".join(f"{show(value)} ({name})" for name, value in found.items())
    return [
        Finding("renal-estimates-disagree", "warn", "none",
                f"Estimates of renal function stand on both sides of {show(crossed[0])}: {each}. The lowest decides.",
                "Formulas differ, and none is right for every body.",
                "Think which fits this patient; cystatin C or a measured clearance can settle it.", ("editors",),
                cause="renal-function")
    ]  # fmt: skip


def contradictions(state: State) -> list[Finding]:
    """Facts that cannot both be true: allergies none and some, ECG words against numbers, weights far apart."""
    found = [_allergies(state), _ecg(state), *_weights(state), _pregnancy(state), _liver(state), _pressure(state)]
    return [finding for finding in found if finding is not None]


def _contradiction(name: str, message: str, resolve: str, blocks: Blocks = "dose") -> Finding:
    reason = "Two entries cannot both be true, so neither is relied on."
    return Finding(f"contradictory-{name}", "hold", blocks, message, reason, resolve, ("editors",))


def _allergies(state: State) -> Finding | None:
    entries = state.entries("allergies")
    if isinstance(entries, Unknown):
        return None
    none = [entry for entry in entries if entry.resolution.term == NONE_KNOWN]
    if not none or len(none) == len(entries):
        return None
    names = ", ".join(f"“{entry.listed.name}”" for entry in entries)
    return _contradiction("allergies", f"The allergy list says none and names some: {names}.", "Ask the patient again.")


def _ecg(state: State) -> Finding | None:
    """Words that name an AV block against a recorded degree of none, or that deny one against a recorded degree.

    A bundle branch block is no contradiction: it stops by its own rule.
    """
    recorded = state.get("ecg.av_block")
    is_open = isinstance(recorded, Unknown) or recorded == "none"
    words, verb = (state.ecg.named, "name") if is_open else (state.ecg.denied, "deny")
    wanted = ("av-block",) if recorded == "none" else ("av-block", "heart-block")
    blocks = [term for term in words if any(state.has_class(term, one) for one in wanted)]
    if not blocks:
        return None
    names = ", ".join(sorted(state.catalog.terms[term].name for term in blocks))
    said = f"av_block is recorded as {recorded}"
    if isinstance(recorded, Unknown):
        is_written = "ecg.av_block" in state.patient.facts
        said = f"no degree of AV block {'that can be relied on ' if is_written else ''}is recorded"
    return _contradiction(
        "ecg", f"The ECG's words {verb} {names}, but {said}.", "Read the ECG again and record the degree of block."
    )


def _weights(state: State) -> list[Finding]:
    fact = state.patient.fact("weight")
    if isinstance(fact, Unknown) or not isinstance(fact.value, Quantity):
        return []
    findings = []
    if fact.how in ("stated", "estimated"):
        findings.append(
            Finding("weight-not-measured", "hold", "dose", f"Weight {fact.value} was {fact.how}, not measured.",
                    "A dose per kilogram needs a measured weight.", "Weigh the patient.", ("i8",), cause="fact-weight")
        )  # fmt: skip
    for before in fact.earlier[:1]:
        assert isinstance(before.value, Quantity)
        assert before.on is not None
        findings.extend(_weight_change(state, fact.value, before.value, on=before.on))
    return findings


def _weight_change(state: State, now: Quantity, before: Quantity, *, on: dt.date) -> list[Finding]:
    kilograms, earlier = state.in_unit("weight", now), state.in_unit("weight", before)
    if reason := state.implausible("weight", earlier, written=before):
        return [
            _contradiction(
                "weight", f"The weight of {show_date(on)}: {reason}", "Weigh again, and correct the history."
            )
        ]
    change = EXACT.divide(abs(kilograms.value - earlier.value) * 100, earlier.value)
    practice = state.catalog.practice
    told = (
        f"Weight {show(kilograms, places=1)}; on {show_date(on)} it was {show(earlier, places=1)}"
        f" ({change:.0f} % different)."
    )
    if change > practice["weight-change"].fact.quantity.value:
        pounds = Quantity(kilograms.value, "[lb_av]")
        read = f"{show(pounds, places=1)} is {show(pounds.to('kg'), places=1)}"
        resolve = f"Weigh again. If it was read in pounds, {read}."
        return [_contradiction("weight", told, resolve)]
    if change >= practice["weight-change-shown"].fact.quantity.value:
        return [
            Finding("weight-changed", "note", "none", told, "The dose is computed from the new weight.",
                    "Confirm the new weight.", ("editors",))
        ]  # fmt: skip
    return []


def _pregnancy(state: State) -> Finding | None:
    pregnancy = state.patient.facts.get("pregnancy")
    if pregnancy is not None and pregnancy.value == "pregnant" and state.get("sex") == "male":
        return _contradiction("pregnancy", "Recorded as male and pregnant.", "Correct the sex or the pregnancy entry.")
    return None


def _liver(state: State) -> Finding | None:
    """A Child-Pugh grade without a liver disease on the list of conditions."""
    has_disease = state.among("condition", ("liver-disease", "cirrhosis", "moderate-liver-disease",
                                            "severe-liver-disease", "hepatic-failure"))  # fmt: skip
    if "liver.child_pugh" not in state.patient.facts or has_disease != "false":
        return None
    return _contradiction(
        "liver", "A Child-Pugh grade is recorded, and no liver disease is listed.", "Add the disease, or remove the grade.",
        "sign",
    )  # fmt: skip


def _pressure(state: State) -> Finding | None:
    """A diastolic pressure that is not below the systolic."""
    upper, lower = state.quantity("vitals.sbp"), state.quantity("vitals.dbp")
    if upper is None or lower is None or lower.compare(upper) < 0:
        return None
    told = f"Blood pressure {show(upper)} systolic, {show(lower)} diastolic: the second must be below the first."
    return _contradiction("pressure", told, "Measure again.", "start")
