"""Three truth values against their tables, and what a condition asks."""

from __future__ import annotations

from itertools import product

import pytest
from tests.spec.given import fact

from assuage.patient import Unknown, Value
from assuage.quantity import parse
from assuage.rule import Condition
from assuage.screening.same import Same
from assuage.screening.truth import Truth, asked, judge, parts

ORDER: tuple[Truth, ...] = ("false", "unknown", "true")


class Made:
    """Knowledge made for a test: facts by name; a list is as true as the first thing asked of it says."""

    def __init__(self, **values: Value | Unknown) -> None:
        self.values = values

    def get(self, name: str) -> Value | Unknown:
        return self.values.get(name, Unknown("not asked"))

    def among(self, which: str, wanted: tuple[str, ...]) -> Truth:
        return wanted[0]  # type: ignore[return-value]


def said(truth: Truth) -> Condition:
    return Condition(condition=(truth,))


@pytest.mark.parametrize(("left", "right"), list(product(ORDER, ORDER)))
def test_all_is_the_lowest_and_any_the_highest(left: Truth, right: Truth) -> None:
    both = (said(left), said(right))
    assert judge(Condition(all=both), Made()) == min(left, right, key=ORDER.index)
    assert judge(Condition(any=both), Made()) == max(left, right, key=ORDER.index)


@pytest.mark.parametrize(("truth", "opposite"), [("true", "false"), ("false", "true"), ("unknown", "unknown")])
def test_not_turns_true_and_false_and_leaves_unknown(truth: Truth, opposite: Truth) -> None:
    assert judge(Condition(not_=said(truth)), Made()) == opposite


@pytest.mark.parametrize("which", ["condition", "medication", "allergy"])
def test_each_list_is_asked(which: str) -> None:
    assert judge(Condition(**{which: ("true",)}), Made()) == "true"


def test_missing_is_never_unknown() -> None:
    assert judge(Condition(missing="weight"), Made()) == "true"
    assert judge(Condition(missing="weight"), Made(weight=parse("70 kg"))) == "false"


@pytest.mark.parametrize(
    ("value", "words", "truth"),
    [("first", ("first", "second"), "true"), ("none", ("first",), "false"), (True, ("true",), "true"), (True, ("false",), "false")],
)  # fmt: skip
def test_a_word_is_one_of_the_words_or_not(value: Value, words: tuple[str, ...], truth: Truth) -> None:
    assert judge(Condition(fact="it", is_=words), Made(it=value)) == truth


@pytest.mark.parametrize(
    ("bound", "below", "at", "above"),
    [
        ("below", "true", "false", "false"),
        ("at_most", "true", "true", "false"),
        ("above", "false", "false", "true"),
        ("at_least", "false", "true", "true"),
    ],
)
def test_a_number_against_each_bound(bound: str, below: Truth, at: Truth, above: Truth) -> None:
    condition = Condition(fact="it", **{bound: fact("40 kg")})
    assert [judge(condition, Made(it=parse(value))) for value in ("39.9 kg", "40 kg", "40.1 kg")] == [below, at, above]
    assert judge(condition, Made()) == "unknown"


def test_a_condition_asks_what_it_names_once_and_in_order() -> None:
    condition = Condition(
        any=(
            Condition(all=(Condition(fact="a", is_=("x",)), Condition(not_=Condition(medication=("y",))))),
            Condition(missing="b"),
            Condition(fact="a", is_=("z",)),
            Condition(allergy=("q",)),
            Condition(condition=("r",)),
        )
    )
    assert asked(condition) == ("a", "medications", "b", "allergies", "conditions")
    assert len(parts(condition)) == 6


def test_a_cache_key_is_the_object_itself() -> None:
    one, other = {"a": 1}, {"a": 1}
    assert Same(one) == Same(one)
    assert Same(one) != Same(other)
    assert Same(one) != one
