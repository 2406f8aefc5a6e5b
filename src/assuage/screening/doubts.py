"""Findings about the facts themselves: stale, implausible, contradictory, not understood."""

from __future__ import annotations

import datetime as dt

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.catalog.terms import resolve
from assuage.finding import Blocks, Finding
from assuage.patient import Dated, Patient, Unknown
from assuage.quantity import EXACT, Quantity
from assuage.screening.body import Formulas
from assuage.screening.state import KINDS, Doubted, Entry, State, show_date

# What a fact that cannot be used blocks; facts checked at the bedside block the start, liver tests the signature.
FACT_BLOCKS: dict[str, Blocks] = {
    "vitals": "start", "knee_jerk": "start", "urine": "start", "setting": "start", "escort": "start",
    "alt": "sign", "alp": "sign", "ggt": "sign", "consent": "sign", "pain": "sign", "stop_bang": "sign",
    "weight": "dose", "height": "dose", "age": "dose", "bmi": "dose", "creatinine": "dose", "renal": "dose",
    "egfr": "dose", "crcl": "dose", "ecg": "dose", "magnesium": "dose", "calcium": "dose", "potassium": "dose",
    "conditions": "dose", "medications": "dose", "allergies": "dose", "pregnancy": "dose", "sex": "dose",
}  # fmt: skip
# Words by which an allergy list says that there is nothing on it.
NONE_KNOWN = "no-known-allergies"


def doubt_finding(name: str, value: Doubted) -> Finding:
    """The finding for a fact that stands in the file and cannot be used."""
    what = {"stale": "is too old", "implausible": "is implausible", "later": "lies in the future",
            "contradictory": "is contradicted"}[value.doubt]  # fmt: skip
    blocks = FACT_BLOCKS.get(name.split(".")[0], "dose")
    return Finding(
        rule=f"not-usable-{name}",
        severity="hold",
        blocks="dose" if value.doubt != "stale" and blocks != "start" else blocks,
        message=f"{name.replace('.', ' ').replace('_', ' ').capitalize()} {what}: {value.reason}",
        reason="A value that cannot be trusted is not known, and not known is never taken for normal.",
        resolve="Measure it again, or correct the entry and its date.",
        sources=("editors",),
        cause=f"fact-{name.split('.')[0]}",
    )


def later_doubts(
    patient: Patient,
    days: tuple[dt.date, ...],
    names: tuple[str, ...],
    *,
    catalog: Catalog,
    clinic: Clinic,
    formulas: Formulas,
) -> list[Finding]:
    """Facts that will be too old only for a later infusion: they block that start, not the plan."""
    findings = []
    first = State(patient, days[0], catalog=catalog, clinic=clinic, formulas=formulas)
    states = [State(patient, day, catalog=catalog, clinic=clinic, formulas=formulas) for day in days[1:]]
    for name in names:
        fact = patient.fact(name)
        if isinstance(fact, Unknown) or "." in name or first.too_old(name, fact):
            continue
        late = [(i + 2, state.day) for i, state in enumerate(states) if state.too_old(name, fact)]
        if late:
            findings.append(_later(name, fact, late))
    return findings


def _later(name: str, fact: Dated, late: list[tuple[int, dt.date]]) -> Finding:
    assert fact.on is not None
    when = ", ".join(f"infusion {number} on {show_date(day)}" for number, day in late)
    label = name.replace("_", " ").capitalize()
    return Finding(
        rule=f"renew-{name}",
        severity="hold",
        blocks="start",
        message=f"{label} from {show_date(fact.on)} will be too old for {when}.",
        reason="Ages of facts are judged at each infusion's start.",
        resolve=f"Record {name.replace('_', ' ')} again before that infusion.",
        sources=("editors",),
        cause="renew-before-later-infusions",
    )


def entry_findings(state: State) -> list[Finding]:
    """Every list entry that is not understood, with the nearest known terms; misspellings understood are said."""
    findings: list[Finding] = []
    for which in ("conditions", "medications", "allergies", "tried"):
        entries = state.entries(which)
        if isinstance(entries, Unknown):
            continue
        unknown = [entry for entry in entries if entry.resolution.term is None]
        if unknown:
            findings.append(_not_understood(which, unknown, state))
        guessed = [entry for entry in entries if entry.resolution.matched_kind == "misspelling"]
        findings.extend(_misspelt(which, entry, state) for entry in guessed)
    return findings


def _not_understood(which: str, entries: list[Entry], state: State) -> Finding:
    terms = state.catalog.terms
    said = []
    for entry in entries:
        names = [terms[term].name for term in entry.resolution.possible] or list(entry.resolution.nearest)
        near = f" (perhaps {' or '.join(names[:3])})" if names else ""
        said.append(f"“{entry.listed.name}”{near}")
    noun = {"conditions": "condition", "medications": "drug", "allergies": "allergy", "tried": "treatment tried"}[which]
    return Finding(
        rule=f"{which}-not-understood",
        severity="hold",
        blocks="sign" if which == "tried" else "dose",
        message=f"Not understood as a {noun}: {', '.join(said)}.",
        reason="Words that are not understood could name something that matters; they are never ignored.",
        resolve="Write the name as it stands in the list of terms, or have the clinic's own list extended.",
        sources=("editors",),
    )


def _misspelt(which: str, entry: Entry, state: State) -> Finding:
    term = state.catalog.terms[entry.resolution.term or ""]
    return Finding(
        rule=f"{which}-misspelt-{term.id}",
        severity="note",
        blocks="none",
        message=f"“{entry.listed.name}” was read as {term.name}.",
        reason="It is a known misspelling.",
        resolve="Correct the spelling if that is not what was meant.",
        sources=("editors",),
    )


def contradictions(state: State) -> list[Finding]:
    """Facts that cannot both be true: allergies none and some, ECG words against numbers, weights far apart."""
    found = [_allergies(state), _ecg(state), *_weights(state), _pregnancy(state)]
    return [finding for finding in found if finding is not None]


def _contradiction(name: str, message: str, resolve: str, blocks: Blocks = "dose") -> Finding:
    reason = "Two entries cannot both be true, so neither is relied on."
    return Finding(f"contradictory-{name}", "hold", blocks, message, reason, resolve, ("editors",))


def _allergies(state: State) -> Finding | None:
    entries = state.entries("allergies")
    if isinstance(entries, Unknown) or len(entries) < 2:
        return None
    none = [entry for entry in entries if entry.resolution.term == NONE_KNOWN]
    if not none or len(none) == len(entries):
        return None
    names = ", ".join(f"“{entry.listed.name}”" for entry in entries)
    return _contradiction("allergies", f"The allergy list says none and names some: {names}.", "Ask the patient again.")


def _ecg(state: State) -> Finding | None:
    words = " ".join(
        str(f.value) for name in ("ecg.text", "ecg.rhythm") if not isinstance(f := state.patient.fact(name), Unknown)
    )
    if not words:
        return None
    resolution = resolve(words, KINDS["conditions"], state.catalog.terms)
    named = {*([resolution.term] if resolution.term else []), *resolution.possible}
    blocks = sorted(name for name in named if "heart-block" in (name, *state.catalog.terms[name].classes))
    recorded = state.get("ecg.av_block")
    if not blocks or (isinstance(recorded, str) and recorded != "none"):
        return None
    names = ", ".join(state.catalog.terms[name].name for name in blocks)
    said = "av_block is not recorded" if isinstance(recorded, Unknown) else f"av_block is recorded as {recorded}"
    return _contradiction(
        "ecg", f"The ECG's words name {names}, but {said}.", "Read the ECG again and record the block."
    )


def _weights(state: State) -> list[Finding]:
    fact = state.patient.fact("weight")
    if isinstance(fact, Unknown) or not isinstance(fact.value, Quantity):
        return []
    findings = []
    if fact.how in ("stated", "estimated"):
        findings.append(
            Finding("weight-not-measured", "hold", "dose", f"Weight {fact.value} was {fact.how}, not measured.",
                    "A dose per kilogram needs a measured weight.", "Weigh the patient.", ("i8",))
        )  # fmt: skip
    before = next((one for one in fact.earlier if isinstance(one.value, Quantity)), None)
    if before is not None and isinstance(before.value, Quantity):
        findings.extend(_weight_change(state, fact.value, before))
    return findings


def _weight_change(state: State, now: Quantity, before: Dated) -> list[Finding]:
    assert isinstance(before.value, Quantity)
    assert before.on is not None
    kilograms, earlier = state.in_unit("weight", now), state.in_unit("weight", before.value)
    change = EXACT.divide(abs(kilograms.value - earlier.value) * 100, earlier.value)
    practice = state.catalog.practice
    told = f"Weight {kilograms.to_places(1)}; on {show_date(before.on)} it was {earlier.to_places(1)} ({change:.0f} % different)."
    if change > practice["weight-change"].fact.quantity.value:
        pounds = Quantity(kilograms.value, "[lb_av]").to("kg").to_places(1)
        resolve = f"Weigh again. If {kilograms.value} was read in pounds, it is {pounds}."
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
