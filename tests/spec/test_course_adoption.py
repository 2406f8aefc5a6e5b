"""A clinic adopts a regimen when a physician and a pharmacist have both read its source."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from msgspec.structs import replace
from tests.courses import NURSE, PHARMACIST, PHYSICIAN, catalog, clinic

from assuage.course import Person
from assuage.course.adoption import Agreed, Proposed, Withdrawn, adopting, judge, standings

NOW = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
KIM = "kim-2015-magnesium"


def proposed(by: Person = PHYSICIAN, **changed: Any) -> Proposed:
    said = {
        "at": NOW,
        "regimen": KIM,
        "by": by,
        "catalog": "c1",
        "read": ("kim-2015",),
        "settled": {},
        "limits": "as shipped",
    }
    return Proposed(**{**said, **changed})


def agreed(by: Person = PHARMACIST, **changed: Any) -> Agreed:
    return Agreed(**{"at": NOW, "regimen": KIM, "by": by, "catalog": "c1", "read": ("kim-2015",), **changed})


def rules(*events: Any) -> set[str]:
    return {one.rule for one in judge(events[:-1], events[-1], catalog())}


def test_a_physician_and_a_pharmacist_adopt_in_either_order() -> None:
    for first, second in ((PHYSICIAN, PHARMACIST), (PHARMACIST, PHYSICIAN)):
        events = (proposed(first), agreed(second))
        assert rules(*events) == set()
        found = adopting(replace(clinic(), adopted=()), events).adoption(KIM)
        assert found is not None
        assert (found.physician, found.pharmacist) == (PHYSICIAN.name, PHARMACIST.name)


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ((proposed(NURSE),), "not-your-role"),
        ((proposed(read=()),), "source-not-read"),
        ((proposed(regimen="thompson-ketamine-lidocaine"),), "not-adoptable"),
        ((proposed(regimen="alternating-magnesium-ketamine"),), "not-adoptable"),
        ((proposed(regimen="nothing"),), "no-such-regimen"),
        ((agreed(),), "nothing-to-agree"),
        ((proposed(), agreed(replace(PHYSICIAN, role="pharmacist"))), "same-person-twice"),
        ((proposed(), agreed(Person("eve", "Eve", "physician"))), "one-profession"),
        ((proposed(), agreed(catalog="c2")), "another-catalog"),
        ((Withdrawn(at=NOW, regimen=KIM, by=PHYSICIAN, because="a recall"),), "nothing-to-withdraw"),
    ],
)
def test_what_does_not_adopt(events: tuple[Any, ...], rule: str) -> None:
    assert rule in rules(*events)


def test_what_was_withdrawn_is_adopted_no_more_until_it_is_put_up_again() -> None:
    gone = Withdrawn(at=NOW, regimen=KIM, by=PHYSICIAN, because="a recall")
    assert standings((proposed(), agreed(), gone))[KIM].adoption is None
    assert standings((proposed(), agreed(), gone, proposed(), agreed()))[KIM].adoption is not None
