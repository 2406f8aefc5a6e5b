"""The blind check: what a second person worked out without seeing ours, beside the order. Nothing near is near enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assuage.catalog import Catalog
from assuage.course.event import Checked, Recorded, Signed
from assuage.course.order import Order, OrderedDrug, OrderedSession
from assuage.course.part import Entered
from assuage.course.state import Course
from assuage.errors import CourseError, Problem, QuantityError
from assuage.quantity import Quantity, show

WORDS = {
    "weight": "weight", "strength": "strength on the label", "dose": "dose", "draw_up": "volume to draw up",
    "total_volume": "total volume", "rate": "first rate",
}  # fmt: skip


def steps_of(order: Order) -> tuple[tuple[OrderedSession, OrderedDrug], ...]:
    """What has to be checked: each drug of each step once, in the first session of the step."""
    first: dict[str, OrderedSession] = {}
    for session in order.sessions:
        first.setdefault(session.step, session)
    return tuple((session, drug) for session in first.values() for drug in session.drugs)


def as_stated(catalog: Catalog, order: Order, session: OrderedSession, drug: OrderedDrug) -> str:
    """The dose as the regimen states it: per kilogram, or as a fixed dose; never what follows for this weight.

    Errors    `CourseError` where the catalog has this regimen no more, or not with this drug
    """
    regimen = catalog.regimens.get(order.regimen)
    steps = [one for one in regimen.steps if one.id == session.step] if regimen else []
    parts = [one for step in steps for one in step.components]
    component = next((one for one in parts if (one.drug, one.role) == (drug.drug, drug.role)), None)
    if component is None:
        raise CourseError(Problem(f"{drug.name} of {order.regimen}, which this catalog does not state", "a blind check", "an order of a regimen of the catalog",
                                  "screen again and order anew"))  # fmt: skip
    text = show(component.dose.quantity)
    if component.cap is not None:
        text += f", at most {show(component.cap.quantity)}"
    rule = catalog.drugs[drug.drug].weight_for_dose
    if "/kg" in component.dose.quantity.unit and rule is not None and rule.value != "actual":
        text += f", by {rule.value} weight"
    return text


def differences(order: Order, entered: tuple[Entered, ...]) -> tuple[str, ...]:
    """Each number that differs from the order, and each drug that was not worked out or not ordered.

    Holds     exact: 4.2 mL is 4.20 mL and is not 4.25 mL; units of one dimension are compared as what they are
    Checked   tests/spec/test_course_blind.py
    """
    found = []
    by = {(one.step, one.drug): one for one in entered}
    for session, drug in steps_of(order):
        mine = by.pop((session.step, drug.drug), None)
        if mine is None:
            found.append(f"{drug.name} of step {session.step} was not worked out.")
            continue
        found += _compared(order, session, drug, mine)
    found += [f"{one.drug} in step {one.step} was worked out and is not in the order." for one in by.values()]
    return tuple(found)


def gives_away(records: Iterable[Recorded], state: Course) -> bool:
    """Whether the story of a course tells who has still to check its order what the numbers are.

    A check that differed says both numbers; the words of an earlier signature say the dose, which may be the same again.
    """
    if state.order is None or state.order.standing != "draft":
        return False
    return any(
        isinstance(one.event, Signed) or (isinstance(one.event, Checked) and one.event.differences) for one in records
    )


def _compared(order: Order, session: OrderedSession, drug: OrderedDrug, mine: Entered) -> Iterator[str]:
    ours: dict[str, Quantity | None] = {
        "weight": order.weight, "strength": drug.strength, "dose": drug.dose, "draw_up": drug.draw_up,
        "total_volume": session.total_volume, "rate": session.rate,
    }  # fmt: skip
    for name, words in WORDS.items():
        theirs: Quantity | None = getattr(mine, name)
        if not _same(ours[name], theirs):
            yield f"{drug.name}, {words}: the order says {_said(ours[name])}, the check says {_said(theirs)}."


def _same(ours: Quantity | None, theirs: Quantity | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    try:
        return ours.compare(theirs) == 0
    except QuantityError:
        return False


def _said(value: Quantity | None) -> str:
    return "nothing" if value is None else show(value)
