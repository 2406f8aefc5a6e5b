"""Paper: every paper of a course as PDF, made from the record at this moment."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from starlette.responses import Response

from assuage.course import Course
from assuage.paper import clinic as papers
from assuage.paper.clinic import Filed, Leaf
from assuage.web.acting import open_course
from assuage.web.asked import Asked
from assuage.web.bedside_fields import filed_of
from assuage.web.rendering import page
from assuage.web.route import CLINICIANS, Route

OF_THE_COURSE: dict[str, tuple[str, Callable[[Filed], Leaf]]] = {
    "check": ("Sheet for the blind check", papers.check_paper),
    "leaflet": ("Leaflet for the patient", papers.leaflet), "consent": ("Consent to a use outside the label", papers.consent),
    "summary": ("Summary of the series", papers.summary), "referrer": ("Letter to the referrer", papers.referrer_letter),
    "payer": ("Letter to the payer", papers.payer_letter),
}  # fmt: skip
OF_A_SESSION: dict[str, tuple[str, Callable[[Filed, int], Leaf]]] = {
    "flow-blank": ("Blank flow sheet", lambda filed, number: papers.flow_paper(filed, number, is_blank=True)),
    "flow": ("Flow sheet as filled", lambda filed, number: papers.flow_paper(filed, number, is_blank=False)),
    "discharge": ("Discharge sheet", papers.discharge),
}  # fmt: skip
ORDER, LABELS, BLIND = "order", "labels", "check"
NEED_NO_ORDER, OF_ANY_ORDER = ("referrer",), ("summary", "payer")
NAME = re.compile(r"(?P<kind>[a-z-]+?)(?:-(?P<number>[0-9]+))?")


def show(asked: Asked) -> Response:
    """The list of papers that can be printed now."""
    known, patient = open_course(asked)
    sessions = [one.number for one in known.state.sessions]
    return page(asked, "paper.html", patient=patient, course=known, orders=known.state.orders, sessions=sessions,
                of_the_course={name: words for name, (words, _) in OF_THE_COURSE.items() if _is_ready(name, known.state)},
                of_a_session={**{name: words for name, (words, _) in OF_A_SESSION.items()}, LABELS: "Labels"})  # fmt: skip


def _is_ready(name: str, state: Course) -> bool:
    """Whether there is anything to print: some papers are of an order in force, some of any, one needs none."""
    if name in NEED_NO_ORDER:
        return True
    return bool(state.orders) if name in OF_ANY_ORDER else state.order is not None


def printed(asked: Asked) -> Response:
    """One paper as PDF."""
    return _printed(asked, asked.path["paper"])


def unseen(asked: Asked) -> Response:
    """The sheet for the blind check. Whoever prints it has seen no number, so it counts as no look at the order."""
    return _printed(asked, BLIND)


def _printed(asked: Asked, name: str) -> Response:
    known, patient = open_course(asked)
    found = NAME.fullmatch(name)
    filed = filed_of(asked, known, patient)
    today = asked.now.astimezone(filed.zone).date()
    size: Literal["a4", "us-letter"] = "us-letter" if asked.asks("size") == "us-letter" else "a4"
    if found is None:
        return page(
            asked, "refused.html", status=404, what="There is no such paper.", resolve="Choose one from the list."
        )
    kind, number = found["kind"], int(found["number"] or 0)
    if kind in OF_THE_COURSE and not number:
        content = papers.leaf_pdf(OF_THE_COURSE[kind][1](filed), paper=size, on=today)
    elif kind == ORDER:
        content = papers.leaf_pdf(papers.order_paper(filed, number), paper=size, on=today)
    elif kind in OF_A_SESSION:
        content = papers.leaf_pdf(OF_A_SESSION[kind][1](filed, number), paper=size, on=today)
    elif kind == LABELS:
        content = papers.label_pdf(papers.labels(filed, number), on=today)
    else:
        return page(
            asked, "refused.html", status=404, what="There is no such paper.", resolve="Choose one from the list."
        )
    asked.note(f"printed {kind}", known.id)
    return Response(
        content, media_type="application/pdf", headers={"content-disposition": f'inline; filename="{kind}.pdf"'}
    )


ROUTES = (
    Route("/courses/{course}/paper", "paper", show, CLINICIANS, reads=True),
    Route(f"/courses/{{course}}/paper/{BLIND}", "sheet for the blind check", unseen, CLINICIANS, reads=True),
    Route("/courses/{course}/paper/{paper}", "printed paper", printed, CLINICIANS, reads=True),
)
