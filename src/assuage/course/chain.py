"""Each record seals the one before it: a changed, removed or inserted record shows, whoever changed it.

The seal is over the stored content as bytes, which may be encrypted: erasing a patient's key makes the content unreadable
and leaves every seal as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from assuage.course.event import Recorded
from assuage.errors import CourseError, Problem

# What stands before the first record of a course.
BEGINNING = hashlib.sha256(b"assuage course, 1").hexdigest()
ENCODER = msgspec.json.Encoder(order="deterministic", decimal_format="string")
DECODER: msgspec.json.Decoder[Recorded] = msgspec.json.Decoder(Recorded)
# The head is printed in groups of four, so that two people can compare it aloud.
SHOWN, GROUP = 16, 4


def encoded(one: Recorded) -> bytes:
    """A record as bytes, the same bytes for the same record."""
    return ENCODER.encode(one)


def decoded(content: bytes) -> Recorded:
    """The record behind the bytes. Errors: `CourseError` where they are no record."""
    try:
        return DECODER.decode(content)
    except msgspec.MsgspecError as error:
        raise CourseError(Problem(f"a record that cannot be read: {error}", "the record of a course", "a record as it was written",
                                  "verify the registry and restore it from a backup")) from None  # fmt: skip


def seal(before: str, *, course: str, number: int, content: bytes) -> str:
    """The seal of a record: SHA-256 over the seal before it, the course, the number and the content, each with its length.

    Holds     any change of any part changes the seal
    Checked   tests/laws/test_course_chain.py
    """
    digest = hashlib.sha256()
    for part in (before.encode(), course.encode(), str(number).encode(), content):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


class Sealed(msgspec.Struct, frozen=True):
    """A record as it is stored: number, content and seal."""

    number: int
    content: bytes
    seal: str


def broken(course: str, sealed: Iterable[Sealed]) -> tuple[str, ...]:
    """Every place where the chain of a course does not hold: a number left out, a seal that does not fit."""
    found = []
    before, expected = BEGINNING, 1
    for one in sealed:
        if one.number != expected:
            found.append(f"course {course}: record {one.number} where {expected} was expected")
        if seal(before, course=course, number=one.number, content=one.content) != one.seal:
            found.append(f"course {course}: the seal of record {one.number} does not fit")
        before, expected = one.seal, one.number + 1
    return tuple(found)


def head(seal_of_last: str) -> str:
    """The head of a chain as it prints on a sheet.

    >>> head("0123456789abcdef0123")
    '0123 4567 89ab cdef'
    """
    shown = seal_of_last[:SHOWN]
    return " ".join(shown[at : at + GROUP] for at in range(0, len(shown), GROUP))
