"""What is said of entries that were not understood, word for word, and of words that were guessed from a misspelling."""

from __future__ import annotations

import msgspec
import pytest
from tests.spec.given import DAY, catalog, clinic, patient

from assuage.finding import Finding
from assuage.patient import Unknown
from assuage.screening import Formulas, State
from assuage.screening.entries import entry_findings

SCORE = "score: {scale: nrs-0-10, value: 8, on: 2026-11-27}"


def said(*changes: str, without: tuple[str, ...] = ()) -> list[tuple[Finding, tuple[str, ...]]]:
    """Each finding on the words of such a patient, with the list it speaks of."""
    given = patient(*changes, without=without)
    return entry_findings(State(given, DAY, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog())))


def not_understood(which: str, message: str) -> tuple[Finding, tuple[str, ...]]:
    finding = Finding(
        rule=f"{which}-not-understood",
        severity="hold",
        blocks="dose",
        message=message,
        reason="Words that are not understood could name something that matters; they are never ignored.",
        resolve="Write the name as it stands in the list of terms, or have the clinic's own list extended.",
        sources=("editors",),
    )
    return finding, (which,)


def not_fully_understood(which: str, message: str) -> tuple[Finding, tuple[str, ...]]:
    finding = Finding(
        rule=f"{which}-not-fully-understood",
        severity="hold",
        blocks="sign",
        message=message,
        reason="Nothing that these words are known to name matters to a rule here; a person confirms that before signing.",
        resolve="Confirm it, or write the name as it stands in the list of terms.",
        sources=("editors",),
    )
    return finding, ()


def misspelt(rule: str, message: str) -> tuple[Finding, tuple[str, ...]]:
    finding = Finding(
        rule=rule,
        severity="note",
        blocks="none",
        message=message,
        reason="It is a known misspelling.",
        resolve="Correct the spelling if that is not what was meant.",
        sources=("editors",),
    )
    return finding, ()


def test_the_example_says_nothing() -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("which", "message"),
    [
        ("conditions", "Not understood as a condition: “zzyzx”."),
        ("medications", "Not understood as a drug: “zzyzx”."),
        ("allergies", "Not understood as an allergy: “zzyzx”."),
    ],
)
def test_an_entry_that_is_not_understood(which: str, message: str) -> None:
    assert said(f"{which}: [zzyzx]") == [not_understood(which, message)]


def test_entries_that_are_not_understood_are_one_finding_with_names_they_resemble() -> None:
    message = "Not understood as a drug: “digoxine” (perhaps digoxin or lignocaine), “zzyzx”."
    assert said("medications: [digoxine, zzyzx, zzyzx, paracetamol]") == [not_understood("medications", message)]


def test_at_most_three_names_are_offered_and_those_mentioned_come_first() -> None:
    ((found, _),) = said("medications: ['warfarin tramadol zopiclone digoxine']")
    message = "“warfarin tramadol zopiclone digoxine” (perhaps warfarin or tramadol or zopiclone)."
    assert found.message == f"Not understood as a drug: {message}"


def test_a_name_mentioned_and_resembled_is_offered_once() -> None:
    ((found, _),) = said("medications: ['warfarin warfarinn']")
    assert found.message == "Not understood as a drug: “warfarin warfarinn” (perhaps warfarin)."


@pytest.mark.parametrize(
    ("which", "words", "message"),
    [
        ("conditions", "hay fever for years", "Not fully understood as a condition: “hay fever for years” (perhaps hay fever)."),
        ("medications", "paracetamol since last year", "Not fully understood as a drug: “paracetamol since last year” (perhaps paracetamol)."),
        ("allergies", "penicillin rash as a child", "Not fully understood as an allergy: “penicillin rash as a child” (perhaps penicillin)."),
    ],
)  # fmt: skip
def test_an_entry_of_no_account(which: str, words: str, message: str) -> None:
    assert said(f"{which}: ['{words}']") == [not_fully_understood(which, message)]


def test_entries_of_no_account_are_one_finding_beside_the_others() -> None:
    words = "medications: ['paracetamol for years', 'penicillin as a child', 'paracetamol for years', zzyzx]"
    told = "“paracetamol for years” (perhaps paracetamol), “penicillin as a child” (perhaps penicillin)"
    assert said(words) == [
        not_understood("medications", "Not understood as a drug: “zzyzx”."),
        not_fully_understood("medications", f"Not fully understood as a drug: {told}."),
    ]


def test_a_treatment_tried_is_never_held_against_the_dose() -> None:
    pain = f"pain: {{diagnosis: postherpetic neuralgia, {SCORE}, tried: [scrambler]}}"
    assert said(pain) == [not_fully_understood("tried", "Not fully understood as a treatment tried: “scrambler”.")]


def test_each_misspelling_is_told_as_it_was_written_and_read() -> None:
    assert said("medications: [Pregabaline]") == [
        misspelt("medications-misspelt-pregabalin", "“Pregabaline” was read as pregabalin.")
    ]
    pain = f"pain: {{diagnosis: postherpetic neuralgia, {SCORE}, tried: [pregabaline]}}"
    assert said(pain) == [misspelt("tried-misspelt-pregabalin", "“pregabaline” was read as pregabalin.")]


def test_lists_that_were_not_asked_say_nothing_here_and_silence_no_other() -> None:
    found = said("allergies: [zzyzx]", without=("conditions", "medications"))
    assert found == [not_understood("allergies", "Not understood as an allergy: “zzyzx”.")]


@pytest.mark.parametrize(
    ("written", "told"),
    [("nerve trouble", "“nerve trouble”"), ("post herpetic neuralgia 2", "“post herpetic neuralgia 2”")],
)
def test_a_diagnosis_that_is_not_understood(written: str, told: str) -> None:
    ((found, about),) = said(f"pain: {{diagnosis: {written}, {SCORE}}}")
    assert about == ()
    near = found.message.removeprefix(f"Not understood as a diagnosis: {told}")
    assert near.startswith((" (perhaps ", "."))
    assert msgspec.structs.replace(found, message="") == Finding(
        rule="diagnosis-not-understood",
        severity="hold",
        blocks="sign",
        message="",
        reason="Whether the patient is like those of the trial cannot be said.",
        resolve="Write the diagnosis as it stands in the list of terms.",
        sources=("editors",),
    )


def test_a_diagnosis_that_mentions_a_condition_is_told_with_it() -> None:
    ((found, _),) = said(f"pain: {{diagnosis: hay fever for years, {SCORE}}}")
    assert found.message == "Not understood as a diagnosis: “hay fever for years” (perhaps hay fever)."


def test_a_diagnosis_is_looked_up_among_conditions() -> None:
    assert said(f"pain: {{diagnosis: postherpetic neuralgia, {SCORE}}}") == []
    assert [one.rule for one, _ in said(f"pain: {{diagnosis: warfarin, {SCORE}}}")] == ["diagnosis-not-understood"]
    assert said(f"pain: {{{SCORE}}}") == []


def test_words_of_an_ecg_that_are_not_understood() -> None:
    ecg = "ecg: {on: 2026-11-25, av_block: none, pr: 160 ms, text: 'delta wave seen 12, delta'}"
    assert said(ecg) == [
        (
            Finding(
                rule="ecg-words-not-understood",
                severity="hold",
                blocks="sign",
                message="Words of the ECG were not understood: delta, wave, seen.",
                reason="They could name a disorder that the recorded numbers do not show.",
                resolve="Read the ECG, and write any disorder into the list of conditions.",
                sources=("editors",),
            ),
            (),
        )
    ]


def test_findings_come_list_by_list_then_the_diagnosis_then_the_ecg() -> None:
    found = said(
        "conditions: [zzyzx] & medications: [pregabaline, zzyzx] & allergies: [zzyzx]",
        f"pain: {{diagnosis: nerve trouble, {SCORE}, tried: [scrambler]}}",
        "ecg: {on: 2026-11-25, av_block: none, pr: 160 ms, text: delta}",
    )
    assert [one.rule for one, _ in found] == [
        "conditions-not-understood", "medications-not-understood", "medications-misspelt-pregabalin",
        "allergies-not-understood", "tried-not-fully-understood", "diagnosis-not-understood", "ecg-words-not-understood",
    ]  # fmt: skip


def test_a_list_nobody_asked_is_unknown() -> None:
    given = patient(without=("conditions",))
    found = State(given, DAY, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog())).entries("conditions")
    assert isinstance(found, Unknown)
