"""What is signed, in words: nothing of the order is left out."""

from __future__ import annotations

import datetime as dt

from msgspec.structs import replace
from tests.courses import Walk, catalog, clinic

from assuage.course import Order, order_of
from assuage.course.gates_today import patient_of
from assuage.course.order import Basis
from assuage.course.spoken import prescription
from assuage.plan import Request, make_plan
from assuage.quantity import show

ZONE = clinic().zone
START = dt.datetime(2026, 11, 30, 9, 0, tzinfo=ZONE)
NAME = "EXAMPLE, Erna"


def order(regimen: str = "kim-2015-magnesium", start: dt.datetime | None = START) -> Order:
    plan = make_plan(
        patient_of(Walk().document), catalog().regimens[regimen], catalog=catalog(), clinic=clinic(), as_of=START.date(),
        request=Request(start=start),
    )  # fmt: skip
    return order_of(plan, catalog(), Basis(1, 2, 3, None))


def test_a_series_of_one_kind_is_one_sentence() -> None:
    assert prescription(order(), NAME, ZONE) == (
        "You are prescribing magnesium sulfate heptahydrate 2,100 mg in 104.2 mL over 60 min for EXAMPLE, Erna,"
        " three times on alternate days from 30-Nov-2026."
    )


def test_sessions_that_differ_are_each_told_with_all_their_days() -> None:
    one = order("alternating-magnesium-ketamine")
    said = prescription(one, NAME, ZONE)
    assert said.startswith("You are prescribing for EXAMPLE, Erna, 5 sessions in all: ")
    for session in one.sessions:
        assert all(f"{drug.name} {show(drug.dose)}" in said for drug in session.drugs)
        assert show(session.volume) in said
    assert "three times on alternate days from 30-Nov-2026; " in said
    assert said.endswith("twice on alternate days from 01-Dec-2026.")


def test_a_day_of_the_clinic_is_the_day_that_is_said() -> None:
    late = dt.datetime(2026, 11, 30, 23, 30, tzinfo=ZONE)
    assert "from 30-Nov-2026" in prescription(order(start=late), NAME, ZONE)


def test_days_that_are_not_alike_are_listed_and_days_not_set_are_said() -> None:
    one = order()
    first, second, third = one.sessions
    assert third.start is not None
    moved = replace(one, sessions=(first, second, replace(third, start=third.start + dt.timedelta(days=2))))
    assert "three times: on 30-Nov-2026, 02-Dec-2026 and 06-Dec-2026" in prescription(moved, NAME, ZONE)
    assert "days that are not set" in prescription(order(start=None), NAME, ZONE)
    assert prescription(replace(one, sessions=(first,)), NAME, ZONE).endswith("once on 30-Nov-2026.")


def test_injections_are_told_by_their_portions() -> None:
    one = order("anodyne-ketamine-im")
    said = prescription(one, NAME, ZONE)
    assert f"{len(one.sessions[0].portions)} intramuscular portions" in said
    assert show(one.sessions[0].volume) in said
