"""From nodes to typed records: every problem is told, nothing is guessed, filled in or dropped."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec
import pytest

from assuage.document import read_yaml, shape
from assuage.errors import DocumentError
from assuage.quantity import Quantity
from assuage.sourced import Fact


class Inner(msgspec.Struct, frozen=True, rename={"is_": "is"}):
    id: str
    is_: bool = False


class Outer(msgspec.Struct, frozen=True):
    name: str
    dose: Quantity
    count: int | None = None
    ratio: Decimal | None = None
    on: dt.date | None = None
    mode: Literal["add", "replace"] = "add"
    members: tuple[Inner, ...] = ()
    words: dict[str, str] = {}
    either: Quantity | Literal["same"] = "same"
    fact: Fact | None = None


class Holder(msgspec.Struct, frozen=True):
    id: str
    fact: Fact


class Holders(msgspec.Struct, frozen=True):
    members: tuple[Holder, ...]


def outer(text: str) -> Outer:
    return shape(read_yaml(text, "a.yaml"), Outer, path=("outer",))


def told(text: str) -> list[tuple[str, str]]:
    with pytest.raises(DocumentError) as caught:
        outer(text)
    assert all(problem.expected and problem.do for problem in caught.value.problems)
    return [(problem.what, problem.where) for problem in caught.value.problems]


def test_a_whole_record() -> None:
    read = outer(
        "name: a\ndose: 30 mg/kg\ncount: 3\nratio: 0.30\non: 2026-02-03\nmode: replace\n"
        "members: [{id: x, is: true}]\nwords: {k: v}\neither: 5 mL\n"
        "fact: {value: 1 mg, source: s, where: w}\n"
    )
    assert read == Outer(
        "a", Quantity(Decimal(30), "mg/kg"), 3, Decimal("0.30"), dt.date(2026, 2, 3), "replace",
        (Inner("x", True),), {"k": "v"}, Quantity(Decimal(5), "mL"), read.fact,
    )  # fmt: skip
    assert read.fact
    assert (read.fact.id, read.fact.place, read.fact.value) == ("outer.fact", "a.yaml:10:7", "1 mg")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("cuont: 3", "the key “cuont” is not known here"),
        ("count: 3.0", "“3.0”"),
        ("count: 1e3", "“1e3”"),
        ("count: true", "“true”"),
        ("ratio: .5", "“.5”"),
        ("ratio: 0,5", "“0,5”"),
        ("ratio: NaN", "“NaN”"),
        ("on: 03/02/2026", "“03/02/2026”"),
        ("on: 2026-02-30", "“2026-02-30”"),
        ("mode: remove", "“remove”"),
        ("members: {id: x}", "a mapping of keys"),
        ("members: [{id: x, is: 'true '}]", "“true ”"),
        ("members: [x]", "“x”"),
        ("words: [k]", "a list"),
        ("either: 5", "“5”"),
        ("fact: 5 mg", "“5 mg”"),
    ],
)
def test_what_cannot_be_read_is_told(more: str, said: str) -> None:
    assert told(f"name: a\ndose: 1 mg\n{more}\n")[0][0] == said


def test_every_problem_at_once_each_with_its_line() -> None:
    assert [where.split(":")[1] for _, where in told("dose: 30\ncount: x\nmembers: [{}, {id: z, no_such: 1}]\n")] == [
        "1", "2", "3", "3", "1",
    ]  # fmt: skip


def test_a_near_name_is_offered() -> None:
    with pytest.raises(DocumentError) as caught:
        outer("name: a\ndose: 1 mg\nmembrs: []\n")
    assert caught.value.problems[0].do == "did you mean members?"


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("{value: 1 mg, source: s}", "the key “where” is missing"),
        ("{value: 1 mg, source: s, where: w, kind: guessed}", "“guessed”"),
        ("{claims: [{value: 1 mg, source: s, where: w}, {value: 2 mg, source: s, where: w}]}", "two claims are both called ['s', 's']"),
        ("{claims: [{value: 1 mg, source: s, where: w}], chosen: t, because: b}", "chosen is “t”"),
        ("{claims: [{value: 1 mg, source: s, where: w}], chosen: s}", "a choice without a reason"),
    ],
)  # fmt: skip
def test_a_fact_without_its_parts_is_refused(fact: str, said: str) -> None:
    assert told(f"name: a\ndose: 1 mg\nfact: {fact}\n")[0][0] == said


def test_a_member_of_a_list_is_called_by_its_id_in_the_path_of_a_fact() -> None:
    text = "members:\n- {id: b, fact: {value: 1 mg, source: s, where: w}}\n"
    read = shape(read_yaml(text, "a.yaml"), Holders, path=("top",))
    assert read.members[0].fact.id == "top.members.b.fact"
