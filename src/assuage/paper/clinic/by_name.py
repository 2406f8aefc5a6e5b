"""Every paper of a course by its name: what each is called, which can be printed now, and one as PDF."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from assuage.course import Course
from assuage.paper.clinic.flow import flow_paper
from assuage.paper.clinic.labels import labels
from assuage.paper.clinic.leaf import Filed, Leaf
from assuage.paper.clinic.letters import consent, discharge, leaflet, payer_letter, referrer_letter
from assuage.paper.clinic.printed import Size, label_pdf, leaf_pdf
from assuage.paper.clinic.series import summary
from assuage.paper.clinic.sheets import check_paper, order_paper

OF_THE_COURSE: dict[str, tuple[str, Callable[[Filed], Leaf]]] = {
    "check": ("Sheet for the blind check", check_paper),
    "leaflet": ("Leaflet for the patient", leaflet), "consent": ("Consent to a use outside the label", consent),
    "summary": ("Summary of the series", summary), "referrer": ("Letter to the referrer", referrer_letter),
    "payer": ("Letter to the payer", payer_letter),
}  # fmt: skip
OF_A_SESSION: dict[str, tuple[str, Callable[[Filed, int], Leaf]]] = {
    "flow-blank": ("Blank flow sheet", lambda filed, number: flow_paper(filed, number, is_blank=True)),
    "flow": ("Flow sheet as filled", lambda filed, number: flow_paper(filed, number, is_blank=False)),
    "discharge": ("Discharge sheet", discharge),
}  # fmt: skip
ORDER, LABELS, BLIND = "order", "labels", "check"
NEED_NO_ORDER, OF_ANY_ORDER = ("referrer",), ("summary", "payer")
NAME = re.compile(r"(?P<kind>[a-z-]+?)(?:-(?P<number>[0-9]+))?")


def of_the_course(state: Course) -> dict[str, str]:
    """Papers of the course as a whole that can be printed now, by name: some are of an order in force, some of any, one needs none."""
    return {name: words for name, (words, _) in OF_THE_COURSE.items() if _is_ready(name, state)}


def _is_ready(name: str, state: Course) -> bool:
    if name in NEED_NO_ORDER:
        return True
    return bool(state.orders) if name in OF_ANY_ORDER else state.order is not None


def of_a_session() -> dict[str, str]:
    """Papers of each session, by the beginning of their name; the number of the session follows."""
    return {**{name: words for name, (words, _) in OF_A_SESSION.items()}, LABELS: "Labels"}


def every(state: Course) -> dict[str, str]:
    """Every paper that can be printed now: its whole name and what it is."""
    orders = {f"{ORDER}-{one.order.number}": f"Order {one.order.number}, {one.standing}" for one in state.orders}
    sessions = {
        f"{name}-{one.number}": f"{words}, session {one.number}"
        for one in state.sessions
        for name, words in of_a_session().items()
    }
    return {**orders, **of_the_course(state), **sessions}


class Made(msgspec.Struct, frozen=True):
    """A paper as PDF. `kind` is its name without the number: for a file, and for the audit."""

    kind: str
    content: bytes


def made(filed: Filed, name: str, *, size: Size = "a4") -> Made | None:
    """A paper by its name, such as “order-1” or “leaflet”; none where no paper is called so. “order” is the one in force.

    Errors    `PlanError` for an order or a session that is not there, or what cannot be typeset
    """
    found = NAME.fullmatch(name)
    if found is None:
        return None
    kind, number = found["kind"], int(found["number"] or 0)
    today = filed.at.astimezone(filed.zone).date()
    if kind == LABELS:
        return Made(kind, label_pdf(labels(filed, number), on=today))
    leaf = _leaf(filed, kind, number)
    return None if leaf is None else Made(kind, leaf_pdf(leaf, paper=size, on=today))


def _leaf(filed: Filed, kind: str, number: int) -> Leaf | None:
    if kind == ORDER:
        return order_paper(filed, number)
    if kind in OF_A_SESSION:
        return OF_A_SESSION[kind][1](filed, number)
    if kind in OF_THE_COURSE and not number:
        return OF_THE_COURSE[kind][1](filed)
    return None
