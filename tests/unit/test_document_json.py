"""JSON: numbers stay text, places are kept, and what YAML refuses is refused here too."""

from __future__ import annotations

import pytest

from assuage.document import Node, read, read_json
from assuage.errors import DocumentError


def told(text: str) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        read_json(text, "a.json")
    return caught.value.problems[0].what, caught.value.problems[0].where


def test_every_value_keeps_its_place_and_its_digits() -> None:
    root = read_json('{"a": 0.30,\n "b": [true, null, "0.30"]}', "f.json")
    assert root.get("a") == Node("plain", "0.30", "f.json", 1, 7)
    sequence = root.get("b")
    assert sequence
    assert [(node.kind, node.value, node.line) for node in sequence.value] == [
        ("plain", "true", 2), ("null", "", 2), ("text", "0.30", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said", "where"),
    [
        ('{"a": 1,\n"a": 2}', "the key “a” stands twice", "a.json:2:6"),
        ("[1, 2", "this is not JSON: Expecting ',' delimiter", "a.json:1:6"),
        ('{"a": 1} x', "this is not JSON: text after the end of the document", "a.json:1:10"),
        ("", "this is not JSON: a value was expected", "a.json:1:1"),
        ('{"a": 01}', "this is not JSON: Expecting ',' delimiter", "a.json:1:8"),
        ('{"a": "\\u0000"}', "a text holds a null character or half of a character", "a.json:1:7"),
        ('["\\ud800"]', "a text holds a null character or half of a character", "a.json:1:2"),
        ('{"\\ud800": 1}', "a text holds a null character or half of a character", "a.json:1:1"),
        ("[" * 70 + "]" * 70, "the file is nested too deeply", "a.json:1:62"),
        ("[" * 100_000, "the file is nested too deeply", "a.json"),
    ],
)
def test_what_is_refused_is_told_with_its_place(text: str, said: str, where: str) -> None:
    assert told(text) == (said, where)


def test_a_byte_order_mark_says_nothing() -> None:
    assert read_json("\ufeff{}", "a.json") == read_json("{}", "a.json")


def test_a_whole_character_beyond_the_first_plane_is_kept() -> None:
    assert read_json('"\\ud83d\\ude00"', "a.json").value == "\N{GRINNING FACE}"


def test_the_name_of_the_file_says_how_it_is_read() -> None:
    assert read('{"a": 1}', "A.JSON").get("a") == Node("plain", "1", "A.JSON", 1, 7)
    assert read("a: 1\n", "a.yml").get("a") == Node("plain", "1", "a.yml", 1, 4)
