"""Findings about entries of lists and other words: what was not understood, what was guessed from a misspelling."""

from __future__ import annotations

from assuage.catalog.terms import Resolution
from assuage.finding import Finding
from assuage.patient import Unknown
from assuage.screening.state import KINDS, Entry, State

NOUNS = {"conditions": "a condition", "medications": "a drug", "allergies": "an allergy", "tried": "a treatment tried"}


def entry_findings(state: State) -> list[tuple[Finding, tuple[str, ...]]]:
    """What is to be said of each list, of the pain's diagnosis and of the words of the ECG, with the list it speaks of.

    An entry that is not understood blocks the dose when it could matter, and only the signature when it cannot
    (`free_text.is_of_no_account`) and among the treatments tried, which no rule reads.
    """
    found: list[tuple[Finding, tuple[str, ...]]] = []
    for which in KINDS:
        entries = state.entries(which)
        if isinstance(entries, Unknown):
            continue
        unknown = [entry for entry in entries if entry.resolution.term is None]
        grave = [entry for entry in unknown if entry.matters]
        minor = [entry for entry in unknown if not entry.matters]
        if grave:
            found.append((_not_understood(which, grave, state), (which,)))
        if minor:
            found.append((_minor(which, minor, state), ()))
        guessed = [entry for entry in entries if entry.resolution.matched_kind == "misspelling"]
        found.extend((_misspelt(which, entry, state), ()) for entry in guessed)
    return [*found, *((finding, ()) for finding in (*_diagnosis(state), *_ecg_words(state)))]


def _near(resolution: Resolution, state: State) -> str:
    mentioned = [state.catalog.terms[term].name for term in resolution.possible]
    names = [*dict.fromkeys((*mentioned, *resolution.nearest))]
    return f"“{resolution.text}”" + (f" (perhaps {' or '.join(names[:3])})" if names else "")


def _not_understood(which: str, entries: list[Entry], state: State) -> Finding:
    said = ", ".join(dict.fromkeys(_near(entry.resolution, state) for entry in entries))
    return Finding(
        rule=f"{which}-not-understood",
        severity="hold",
        blocks="dose",
        message=f"Not understood as {NOUNS[which]}: {said}.",
        reason="Words that are not understood could name something that matters; they are never ignored.",
        resolve="Write the name as it stands in the list of terms, or have the clinic's own list extended.",
        sources=("editors",),
    )


def _minor(which: str, entries: list[Entry], state: State) -> Finding:
    said = ", ".join(dict.fromkeys(_near(entry.resolution, state) for entry in entries))
    return Finding(
        rule=f"{which}-not-fully-understood",
        severity="hold",
        blocks="sign",
        message=f"Not fully understood as {NOUNS[which]}: {said}.",
        reason="Nothing that these words are known to name matters to a rule here; a person confirms that before signing.",
        resolve="Confirm it, or write the name as it stands in the list of terms.",
        sources=("editors",),
    )


def _misspelt(which: str, entry: Entry, state: State) -> Finding:
    assert entry.resolution.term is not None
    term = state.catalog.terms[entry.resolution.term]
    return Finding(
        rule=f"{which}-misspelt-{term.id}",
        severity="note",
        blocks="none",
        message=f"“{entry.listed.name}” was read as {term.name}.",
        reason="It is a known misspelling.",
        resolve="Correct the spelling if that is not what was meant.",
        sources=("editors",),
    )


def _diagnosis(state: State) -> list[Finding]:
    fact = state.patient.fact("pain.diagnosis")
    if isinstance(fact, Unknown):
        return []
    resolution = state.resolved(str(fact.value), "condition")
    if resolution.term is not None:
        return []
    finding = Finding(
        rule="diagnosis-not-understood",
        severity="hold",
        blocks="sign",
        message=f"Not understood as a diagnosis: {_near(resolution, state)}.",
        reason="Whether the patient is like those of the trial cannot be said.",
        resolve="Write the diagnosis as it stands in the list of terms.",
        sources=("editors",),
    )
    return [finding]


def _ecg_words(state: State) -> list[Finding]:
    if not state.ecg.left:
        return []
    finding = Finding(
        rule="ecg-words-not-understood",
        severity="hold",
        blocks="sign",
        message=f"Words of the ECG were not understood: {', '.join(state.ecg.left)}.",
        reason="They could name a disorder that the recorded numbers do not show.",
        resolve="Read the ECG, and write any disorder into the list of conditions.",
        sources=("editors",),
    )
    return [finding]
