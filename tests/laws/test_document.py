"""Laws of reading documents: one file has one meaning, in YAML and in JSON; no text makes the reader fall over."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assuage.document import Node, read_json, read_yaml
from assuage.errors import DocumentError

# Text that both formats can hold: no control characters, no halves of characters.
TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"), max_size=12
)
LEAF = st.one_of(TEXT, st.booleans(), st.none(), st.integers(-(10**6), 10**6))
TREE = st.recursive(
    LEAF, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)), max_leaves=12
)


def plain(node: Node) -> Any:
    """The value that a node stands for, without its places; numbers as text."""
    match node.kind:
        case "mapping":
            return {key: plain(child) for key, child in node.items()}
        case "sequence":
            return [plain(child) for child in node.value]
        case "null":
            return None
    return node.value


def as_text(value: Any) -> Any:
    """What `plain` gives back for a value: scalars as text, nothing as nothing."""
    if isinstance(value, dict):
        return {key: as_text(member) for key, member in value.items()}
    if isinstance(value, list):
        return [as_text(member) for member in value]
    return value if value is None or isinstance(value, str) else json.dumps(value)


@given(TREE)
def test_what_is_written_in_json_is_read_back(tree: Any) -> None:
    assert plain(read_json(json.dumps(tree), "a.json")) == as_text(tree)


@given(TREE)
def test_json_is_read_the_same_as_yaml(tree: Any) -> None:
    """Every JSON text is a YAML text; long keys are where the two part, so they are short here."""
    text = json.dumps(tree, ensure_ascii=False)
    assert plain(read_yaml(text, "a.yaml")) == as_text(tree)


Read = Callable[[str, str], Node]


def read_or_refused(read: Read, text: str) -> Node | DocumentError:
    try:
        return read(text, "a")
    except DocumentError as error:
        return error


@given(st.text(max_size=80), st.sampled_from([read_yaml, read_json]))
def test_any_text_is_read_or_refused(text: str, read: Read) -> None:
    came = read_or_refused(read, text)
    if isinstance(came, DocumentError):
        assert came.problems
        assert all(one.what and one.where and one.expected and one.do for one in came.problems)


@given(st.text(st.sampled_from("ab:- \n{}[],'\"&*!#?|>%@`0.1"), max_size=60))
def test_any_punctuation_is_read_or_refused(text: str) -> None:
    came = read_or_refused(read_yaml, text)
    assert isinstance(came, Node) or came.problems


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=6))
def test_a_key_that_stands_twice_is_always_refused(keys: list[str]) -> None:
    in_json = read_or_refused(read_json, "{" + ", ".join(f'"{key}": 1' for key in keys) + "}")
    in_yaml = read_or_refused(read_yaml, "".join(f"{key}: 1\n" for key in keys))
    twice = len(keys) - len(set(keys))
    for came in (in_json, in_yaml):
        assert (len(came.problems) if isinstance(came, DocumentError) else 0) == twice
