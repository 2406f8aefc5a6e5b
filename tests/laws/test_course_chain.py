"""Any change of any record shows, whichever byte, row or order it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assuage.course.chain import BEGINNING, Sealed, broken, head, seal

CONTENTS = st.lists(st.binary(max_size=40), min_size=1, max_size=6)


def chained(course: str, contents: list[bytes]) -> list[Sealed]:
    before, found = BEGINNING, []
    for number, content in enumerate(contents, 1):
        before = seal(before, course=course, number=number, content=content)
        found.append(Sealed(number, content, before))
    return found


@given(CONTENTS)
def test_a_chain_as_it_was_written_holds(contents: list[bytes]) -> None:
    assert broken("c", chained("c", contents)) == ()


@given(CONTENTS, st.data())
def test_a_changed_byte_shows(contents: list[bytes], data: st.DataObject) -> None:
    sealed = chained("c", contents)
    at = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.binary(max_size=41).filter(lambda one: one != sealed[at].content))
    sealed[at] = Sealed(sealed[at].number, other, sealed[at].seal)
    assert broken("c", sealed)


@given(st.lists(st.binary(max_size=20), min_size=2, max_size=6), st.data())
def test_a_row_left_out_or_doubled_shows(contents: list[bytes], data: st.DataObject) -> None:
    """The last row left out shows by the count and the head of the course, which are kept beside it."""
    sealed = chained("c", contents)
    at = data.draw(st.integers(0, len(sealed) - 2))
    assert broken("c", [*sealed[:at], *sealed[at + 1 :]])
    assert broken("c", [*sealed[: at + 1], *sealed[at:]])


@given(CONTENTS)
def test_a_chain_of_another_course_does_not_fit(contents: list[bytes]) -> None:
    assert broken("d", chained("c", contents))


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_parts_cannot_be_shifted_into_one_another(first: bytes, second: bytes) -> None:
    """Lengths are sealed too: “ab” + “c” is not “a” + “bc”."""
    one = seal(BEGINNING, course="ab", number=1, content=b"c" + first)
    other = seal(BEGINNING, course="a", number=1, content=b"bc" + second)
    assert one != other


def test_the_head_is_read_aloud_in_four_groups() -> None:
    assert head("0123456789abcdef" * 4) == "0123 4567 89ab cdef"
