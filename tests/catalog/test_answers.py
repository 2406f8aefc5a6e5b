"""Every question that ships has its answer, without an exception, a number that is none, or an effect without interval."""

from __future__ import annotations

import re
from functools import cache
from math import isfinite

import msgspec
import pytest
from tests.questions import shipped

from assuage.catalog.walk import parts
from assuage.evidence.answer import answer
from assuage.evidence.answered import Answer, Span

PER_CENT = re.compile(r"\d %")


@cache
def found(name: str) -> Answer:
    return answer(shipped().questions[name], shipped())


def names() -> list[str]:
    return sorted(shipped().questions)


def spans(value: object) -> list[Span]:
    """Every value with an interval within."""
    if isinstance(value, Span):
        return [value]
    if isinstance(value, msgspec.Struct):
        return [span for name in type(value).__struct_fields__ for span in spans(getattr(value, name))]
    return [span for one in value for span in spans(one)] if isinstance(value, tuple | list) else []


@pytest.mark.parametrize("name", names())
def test_a_question_has_its_answer(name: str) -> None:
    one = found(name)
    assert one.known == shipped().questions[name].known
    assert len(one.summary) == len(shipped().questions[name].answer)
    assert not any("{" in sentence or "}" in sentence for sentence in one.summary)


@pytest.mark.parametrize("name", names())
def test_every_value_lies_in_its_interval(name: str) -> None:
    for span in spans(found(name)):
        assert isfinite(span.value)
        assert span.lower <= span.value <= span.upper
        assert span.method


@pytest.mark.parametrize("name", names())
def test_no_number_is_none(name: str) -> None:
    numbers = [value for _, value in parts(found(name)) if isinstance(value, float)]
    assert all(value == value for value in numbers)


@pytest.mark.parametrize("name", names())
def test_a_body_says_something_and_every_row_has_an_effect_or_a_reason(name: str) -> None:
    for body in found(name).bodies:
        assert body.sentence.endswith(".")
        assert (body.pool is None) == (body.not_pooled is not None)
        for row in body.rows:
            assert (row.span is None) == bool(row.why_not)
            assert (row.weight is None) == (body.pool is None or bool(row.not_pooled))


@pytest.mark.parametrize("name", names())
def test_what_is_mixed_is_what_was_named(name: str) -> None:
    for asked, body in zip(shipped().questions[name].bodies, found(name).bodies, strict=True):
        if body.pool is not None:
            assert asked.pool is not None
            assert len(body.pool.mixed) == len(asked.pool.mixed_on_purpose)


@pytest.mark.parametrize("name", names())
def test_every_source_stands_in_the_catalog(name: str) -> None:
    known = {*shipped().studies, *shipped().sources}
    assert set(found(name).sources) <= known


def test_an_answer_comes_out_the_same_through_json() -> None:
    one = found(names()[0])
    assert msgspec.json.decode(msgspec.json.encode(one), type=Answer) == one
