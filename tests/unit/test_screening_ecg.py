"""Words of an ECG report: what they name, deny and leave open, and that a number is never cut in two."""

from __future__ import annotations

import pytest
from tests.spec.given import catalog

from assuage.catalog.terms import Resolution, resolve
from assuage.screening.ecg import EcgWords, read_words

FIRST, COMPLETE, FIBRILLATION = "first-degree-av-block", "complete-heart-block", "atrial-fibrillation"


def read(text: str) -> EcgWords:
    return read_words(text, lambda part: resolve(part, "condition", catalog().terms))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", EcgWords()),
        ("Normal sinus rhythm, rate 72/min; PR 160 ms. QTc 420 ms", EcgWords()),
        ("complete heart block", EcgWords(named=(COMPLETE,), said=("complete heart block",))),
        ("sinus rhythm, 1st-degree block", EcgWords(named=(FIRST,), said=("1st-degree block",))),
        ("1st-degree block; atrial fibrillation", EcgWords((FIRST, FIBRILLATION), (), ("1st-degree block", "atrial fibrillation"))),
        ("no first degree AV block", EcgWords(denied=(FIRST,))),
        ("No evidence of first degree AV block", EcgWords(denied=(FIRST,))),
        ("no signs of first degree AV block", EcgWords(denied=(FIRST,))),
        ("no sign of first degree AV block", EcgWords(denied=(FIRST,))),
        ("without first degree AV block", EcgWords(denied=(FIRST,))),
        ("NIL first degree AV block", EcgWords(denied=(FIRST,))),
        ("no first degree AV block; complete heart block", EcgWords((COMPLETE,), (FIRST,), ("complete heart block",))),
        ("no first degree AV block, no complete heart block", EcgWords(denied=(FIRST, COMPLETE))),
        ("complete heart block. complete heart block", EcgWords((COMPLETE,), (), ("complete heart block",) * 2)),
        ("delta waves; delta", EcgWords(left=("delta",))),
        ("epsilon, complete heart block", EcgWords((COMPLETE,), (), ("complete heart block",), ("epsilon",))),
        ("normal,, sinus;;\n\n.rhythm", EcgWords()),
    ],
)  # fmt: skip
def test_what_a_report_names_and_denies(text: str, found: EcgWords) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no change from complete heart block", ("no change from complete heart block",)),
        ("nothing but complete heart block", ("nothing but complete heart block",)),
        (
            "no doubt complete heart block or first degree AV block",
            ("no doubt complete heart block or first degree AV block",),
        ),
    ],
)
def test_a_longer_denial_counts_as_naming(text: str, said: tuple[str, ...]) -> None:
    found = read(text)
    assert COMPLETE in found.named
    assert found.denied == ()
    assert found.said == said


@pytest.mark.parametrize("mark", [".", ",", ";", ":", "\n", "...", ". "])
def test_a_mark_ends_a_part(mark: str) -> None:
    assert read(f"no first degree AV block{mark}complete heart block").named == (COMPLETE,)


def test_a_mark_within_a_number_does_not_end_a_part() -> None:
    asked: list[str] = []

    def note(part: str) -> Resolution:
        asked.append(part)
        return Resolution(part, left=("axis", "77", "delta", "0"))

    found = read_words(" odd wave 0.12 s ;  odd wave 1:1 ", note)
    assert asked == ["odd wave 0.12 s", "odd wave 1:1"]
    assert found == EcgWords(left=("delta",))


def test_a_denial_is_asked_after_without_its_word() -> None:
    asked: list[str] = []

    def note(part: str) -> Resolution:
        asked.append(part)
        return Resolution(part)

    read_words("no evidence of odd wave; no odd wave; north", note)
    assert asked == ["odd wave", "no evidence of odd wave", "odd wave", "no odd wave", "north"]


PLAIN = (
    "a all and at beats bpm ecg ekg the 12 lead axis intervals interval is leads limits min minute normal of otherwise"
    " rate reg regular resting rhythm sinus standard tracing waves within ms pr qrs qt qtc nsr"
)


def test_plain_words_of_a_report_say_nothing_alone_or_beside_others() -> None:
    assert read(PLAIN) == EcgWords()
    assert read(f"{PLAIN} zzyzx").left == ("zzyzx",)
