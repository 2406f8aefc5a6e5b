"""Patient files with something wrong in them: bytes flipped, lines moved, values swapped, structure broken."""

from __future__ import annotations

import random
from collections.abc import Callable

NASTY = (
    "", "null", "~", "yes", "no", "-1", "0", "1e309", "NaN", "Infinity", ".5", "5.", "1,5", "1 000", "７０ kg", "70 KG",
    "154", "154 lb", "70 kg kg", "Mg", "2026-02-30", "2026-13-01", "9999-12-31", "0001-01-01", "1957-04-02T00:00",
    "[", "]", "{", "}", "{}", "[]", "[[[]]]", "{a: {b: {c: d}}}", "&a", "*a", "!!python/object:os.system", "|", ">",
    "'", '"', "#", ":", "- x", "\t", "\u202e", "\ufeff", "\x00", "MgSO4", "<script>", "${x}", "../../etc", "a" * 500,
    "true", "false", "99999999999999999999 kg", "0.0000000001 kg", "132/78", "78/132 mm[Hg]", "none", "NKDA", "?",
)  # fmt: skip


def mutated(text: str, chance: random.Random) -> bytes:
    """The text after one to four random changes, as the bytes of a file."""
    for _ in range(chance.randrange(1, 5)):
        text = chance.choice(CHANGES)(text, chance)
    raw = text.encode("utf-8", "surrogatepass")
    return _bytes(raw, chance) if chance.random() < 0.2 else raw


def _bytes(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(changed) + 1)
        changed[at : at + chance.randrange(0, 3)] = bytes(chance.randrange(256) for _ in range(chance.randrange(0, 3)))
    return bytes(changed)


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _drop_line(text: str, chance: random.Random) -> str:
    lines = _lines(text)
    lines.pop(chance.randrange(len(lines)))
    return "\n".join(lines) or " "


def _double_line(text: str, chance: random.Random) -> str:
    lines = _lines(text)
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    return "\n".join(lines)


def _swap_lines(text: str, chance: random.Random) -> str:
    lines = _lines(text)
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def _indent(text: str, chance: random.Random) -> str:
    lines = _lines(text)
    at = chance.randrange(len(lines))
    lines[at] = " " * chance.randrange(1, 5) + lines[at]
    return "\n".join(lines)


def _value(text: str, chance: random.Random) -> str:
    """Replace what stands after one colon by something nasty."""
    places = [at for at, letter in enumerate(text) if letter == ":"]
    if not places:
        return text
    at = chance.choice(places) + 1
    ends = [end for end in (text.find(mark, at) for mark in ",}\n") if end >= 0]
    return f"{text[:at]} {chance.choice(NASTY)}{text[min(ends, default=len(text)) :]}"


def _swap_values(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    one, other = chance.randrange(len(words)), chance.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


def _insert(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(NASTY) + text[at:]


def _cut(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + chance.randrange(1, 40) :] or " "


def _truncate(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(1, len(text) + 1)]


def _digit(text: str, chance: random.Random) -> str:
    places = [at for at, letter in enumerate(text) if letter.isdigit()]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + chance.choice("0123456789.-") + text[at + 1 :]


CHANGES: tuple[Callable[[str, random.Random], str], ...] = (
    _drop_line, _double_line, _swap_lines, _indent, _value, _value, _value, _swap_values, _insert, _cut, _truncate,
    _digit, _digit,
)  # fmt: skip
