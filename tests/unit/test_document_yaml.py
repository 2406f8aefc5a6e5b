"""YAML: one meaning for each file, places kept, whatever has two readings refused."""

from __future__ import annotations

import pytest

from assuage.document import Node, read_yaml
from assuage.errors import DocumentError


def told(text: str) -> list[tuple[str, str]]:
    """What is refused and where, for each problem."""
    with pytest.raises(DocumentError) as caught:
        read_yaml(text, "a.yaml")
    assert all(problem.expected and problem.do for problem in caught.value.problems)
    return [(problem.what, problem.where) for problem in caught.value.problems]


def test_every_value_keeps_its_place() -> None:
    root = read_yaml("a: 1\nb:\n  - x\n  - {c: 'y'}\n", "f.yaml")
    assert root.get("a") == Node("plain", "1", "f.yaml", 1, 4)
    sequence = root.get("b")
    assert sequence
    assert [member.where for member in sequence.value] == ["f.yaml:3:5", "f.yaml:4:5"]
    assert sequence.value[1].get("c") == Node("text", "y", "f.yaml", 4, 9)


@pytest.mark.parametrize("text", ["0.30", "1_000", "0x10", "12:30:45", "2026-11-30", "1e5", ".5", "007", "true"])
def test_a_plain_value_stays_as_it_was_written(text: str) -> None:
    assert read_yaml(f"a: {text}\n", "a.yaml").get("a") == Node("plain", text, "a.yaml", 1, 4)


@pytest.mark.parametrize(
    "value",
    ["132/78 mm[Hg]", "90 mL/min/{1.73_m2}", "154 [lb_av]", "60 [in_i]"],
)
def test_units_with_brackets_need_no_quotes(value: str) -> None:
    inside = read_yaml(f"a: {{b: {value}, c: 1}}\n", "a.yaml").get("a")
    assert inside
    assert [(key, node.value) for key, node in inside.items()] == [("b", value), ("c", "1")]


@pytest.mark.parametrize(
    ("text", "said", "where"),
    [
        ("a: 1\nb: 2\na: 3\n", "the key “a” stands twice", "a.yaml:3:4"),
        ("a: yes\n", "“yes” is a boolean to some readers and a word to others", "a.yaml:1:4"),
        ("? [a]\n: 1\n", "a key is a list or mapping", "a.yaml:1:3"),
        ("a: &x 1\n", "the file holds the anchor “&x”", "a.yaml:1:4"),
        ("a: !!python/object:os.system x\n", "the file holds the tag “!!python/object:os.system”", "a.yaml:1:4"),
        ("a: !mine x\n", "the file holds the tag “!mine”", "a.yaml:1:4"),
        ("a: 'x\n", "this is not YAML: found unexpected end of stream", "a.yaml:2:1"),
        ("a: b: c\n", "this is not YAML: mapping values are not allowed in this context", "a.yaml:1:5"),
        ("a: 1\n---\nb: 2\n", "this is not YAML: but found another document", "a.yaml:2:1"),
        ("a: 1\nb: \x07\n", "this is not YAML: unacceptable character #x0007: control characters are not allowed", "a.yaml:2"),
        ("a: \x00\n", "the file holds a null character", "a.yaml"),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_with_its_place(text: str, said: str, where: str) -> None:
    assert told(text) == [(said, where)]


def test_an_alias_is_refused_where_it_stands() -> None:
    assert told("a: &x 1\nb: *x\n") == [
        ("the file holds the anchor “&x”", "a.yaml:1:4"), ("the file holds the alias “*x”", "a.yaml:2:4"),
    ]  # fmt: skip


def test_a_file_that_would_unfold_without_end_is_refused_at_once() -> None:
    """Nine levels of nine aliases would be 9 to the 9th nodes."""
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert len(told("\n".join(lines) + "\n")) == 10 + 81


@pytest.mark.parametrize("text", ["a: what? 5 * 6 & more!\n", "a: '&x *y !z'\n", "# *note* & more!\na: b\n"])
def test_the_same_characters_within_a_text_are_text(text: str) -> None:
    assert read_yaml(text, "a.yaml").get("a")


def test_every_problem_of_a_file_is_told() -> None:
    assert len(told("a: yes\nb: no\nb: on\n")) == 4


def test_a_file_nested_too_deeply_and_one_too_long_are_refused() -> None:
    assert told("[" * 200 + "]" * 200)[0][0] == "the file is nested too deeply"
    assert told("a" * 5_000_001)[0][0] == "the file holds 5,000,001 characters"


def test_an_empty_file_is_nothing() -> None:
    assert read_yaml("# only a comment\n", "a.yaml").kind == "null"
