"""A weight against the one before it, and against how it was obtained: what is held, what is shown, in which words."""

from __future__ import annotations

import pytest
from tests.spec.given import DAY, catalog, clinic, patient

from assuage.finding import Finding
from assuage.screening import Formulas, State
from assuage.screening.doubts import contradictions


def contradiction(message: str, resolve: str) -> Finding:
    reason = "Two entries cannot both be true, so neither is relied on."
    return Finding("contradictory-weight", "hold", "dose", message, reason, resolve, ("editors",))


def told(change: str) -> list[Finding]:
    given = patient(change)
    return contradictions(State(given, DAY, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog())))


def weight(value: str, *history: str, how: str = "measured", on: str = "2026-10-27") -> list[Finding]:
    before = ", ".join(f"{{value: {one}, on: {on}}}" for one in history)
    return told(f"weight: {{value: {value}, on: 2026-11-27, how: {how}, history: [{before}]}}")


@pytest.mark.parametrize("how", ["stated", "estimated"])
def test_a_weight_that_nobody_measured(how: str) -> None:
    assert weight("70 kg", how=how) == [
        Finding("weight-not-measured", "hold", "dose", f"Weight 70 kg was {how}, not measured.",
                "A dose per kilogram needs a measured weight.", "Weigh the patient.", ("i8",), cause="fact-weight")
    ]  # fmt: skip


def test_a_weight_far_from_the_last_one_is_also_shown_in_kilograms_if_it_was_pounds() -> None:
    # 70 lb × 0.45359237 = 31.75 kg; (70 − 56) ÷ 56 = 25 %.
    assert weight("70 kg", "56 kg") == [
        contradiction("Weight 70 kg; on 27-Oct-2026 it was 56 kg (25 % different).",
                      "Weigh again. If it was read in pounds, 70 lb is 31.8 kg.")
    ]  # fmt: skip


def test_tenths_of_a_kilogram_are_shown() -> None:
    # 154.3 lb = 69.99 kg; (69.99 − 56.25) ÷ 56.25 = 24.4 %; 154.3 lb is shown as the 70 kg it is.
    (found,) = weight("154.3 lb", "56.25 kg")
    assert found.message == "Weight 70 kg; on 27-Oct-2026 it was 56.3 kg (24 % different)."
    (found,) = weight("121.44 kg", "55 kg")
    assert found.message == "Weight 121.4 kg; on 27-Oct-2026 it was 55 kg (121 % different)."
    assert found.resolve == "Weigh again. If it was read in pounds, 121.4 lb is 55.1 kg."


def changed(message: str) -> Finding:
    return Finding("weight-changed", "note", "none", message, "The dose is computed from the new weight.",
                   "Confirm the new weight.", ("editors",))  # fmt: skip


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ("77 kg", "70 kg", "Weight 77 kg; on 27-Oct-2026 it was 70 kg (10 % different)."),
        ("63 kg", "70 kg", "Weight 63 kg; on 27-Oct-2026 it was 70 kg (10 % different)."),
        ("84 kg", "70 kg", "Weight 84 kg; on 27-Oct-2026 it was 70 kg (20 % different)."),
    ],
)
def test_a_weight_between_a_tenth_and_a_fifth_from_the_last_one_is_shown(now: str, before: str, said: str) -> None:
    assert weight(now, before) == [changed(said)]


@pytest.mark.parametrize(
    ("now", "before", "rules"),
    [("76.9 kg", "70 kg", []), ("63.1 kg", "70 kg", []), ("84.1 kg", "70 kg", ["contradictory-weight"]), ("55.9 kg", "70 kg", ["contradictory-weight"])],
)  # fmt: skip
def test_a_weight_beyond_either_bound_of_change(now: str, before: str, rules: list[str]) -> None:
    assert [one.rule for one in weight(now, before)] == rules


def test_an_earlier_weight_nobody_has_is_told_and_not_compared() -> None:
    assert weight("70 kg", "8 kg") == [
        contradiction("The weight of 27-Oct-2026: 8 kg is outside 30 kg to 250 kg. If it was read in pounds, write lb.",
            "Weigh again, and correct the history.",
        )
    ]  # fmt: skip


def test_an_earlier_weight_in_another_unit_is_shown_as_it_was_written() -> None:
    # 20 lb × 0.45359237 = 9.07 kg.
    (found,) = weight("70 kg", "20 lb")
    assert found.message.startswith("The weight of 27-Oct-2026: 20 lb (9.1 kg) is outside 30 kg to 250 kg.")


def test_a_weight_is_compared_with_the_one_before_it_alone() -> None:
    history = "[{value: 70 kg, on: 2026-10-27}, {value: 40 kg, on: 2025-10-27}]"
    assert told(f"weight: {{value: 70 kg, on: 2026-11-27, history: {history}}}") == []


def test_a_weight_not_measured_and_changed_is_told_twice() -> None:
    assert [one.rule for one in weight("80 kg", "70 kg", how="stated")] == ["weight-not-measured", "weight-changed"]
