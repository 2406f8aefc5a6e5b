"""The blind check: exact, complete, and without a look at the answers."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.courses import Walk, parse

from assuage.course.blind import differences


def ordered() -> Walk:
    return Walk().referred().screened().ordered()


def test_what_agrees_has_no_difference_however_it_is_written() -> None:
    walk = ordered()
    (mine,) = walk.entered()
    assert walk.state.order is not None
    order = walk.state.order.order
    same = replace(mine, dose=parse("2.1 g"), draw_up=parse("4.20 mL"), strength=parse("0.5 g/mL"))
    assert differences(order, (same,)) == ()


@pytest.mark.parametrize(
    ("field", "slip", "words"),
    [
        ("weight", "71 kg", "weight"), ("strength", "50 mg/mL", "strength on the label"), ("dose", "210 mg", "dose"),
        ("draw_up", "4.25 mL", "volume to draw up"), ("total_volume", "100 mL", "total volume"), ("rate", "100 mL/h", "first rate"),
        ("dose", "8.52 mmol", "dose"),
    ],
)  # fmt: skip
def test_each_slip_is_found(field: str, slip: str, words: str) -> None:
    walk = ordered()
    (mine,) = walk.entered()
    assert walk.state.order is not None
    (found,) = differences(walk.state.order.order, (replace(mine, **{field: parse(slip)}),))
    assert f", {words}: " in found


def test_a_drug_that_was_not_worked_out_and_one_too_many() -> None:
    walk = ordered()
    (mine,) = walk.entered()
    assert walk.state.order is not None
    order = walk.state.order.order
    assert len(differences(order, ())) == 1
    assert len(differences(order, (mine, replace(mine, drug="ketamine")))) == 1


def test_a_check_that_differs_leaves_a_draft_and_a_later_one_that_agrees_settles_it() -> None:
    from tests.courses import PHARMACIST

    from assuage.course.event import Checked

    walk = ordered()
    (mine,) = walk.entered()
    walk.must(Checked(at=walk.at, order=1, entered=(replace(mine, dose=parse("210 mg")),)), PHARMACIST)
    assert walk.state.order is not None
    assert walk.state.order.standing == "draft"
    walk.must(Checked(at=walk.at, order=1, entered=(mine,)), PHARMACIST)
    assert walk.state.order.standing == "checked"


def test_differences_are_never_taken_from_the_writer() -> None:
    from tests.courses import PHARMACIST

    from assuage.course.event import Checked

    walk = ordered()
    (mine,) = walk.entered()
    sent = Checked(at=walk.at, order=1, entered=(replace(mine, dose=parse("210 mg")),), differences=())
    walk.must(sent, PHARMACIST)
    assert walk.state.order is not None
    assert walk.state.order.checks[0][1].differences
