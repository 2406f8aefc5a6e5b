"""Paper: every paper of a course as PDF, made from the record at this moment."""

from __future__ import annotations

from typing import Literal

from starlette.responses import Response

from assuage.paper.clinic import by_name
from assuage.paper.clinic.by_name import BLIND
from assuage.web.acting import open_course
from assuage.web.asked import Asked
from assuage.web.bedside_fields import filed_of
from assuage.web.rendering import page
from assuage.web.route import CLINICIANS, Route


def show(asked: Asked) -> Response:
    """The list of papers that can be printed now."""
    known, patient = open_course(asked)
    sessions = [one.number for one in known.state.sessions]
    return page(asked, "paper.html", patient=patient, course=known, orders=known.state.orders, sessions=sessions,
                of_the_course=by_name.of_the_course(known.state), of_a_session=by_name.of_a_session())  # fmt: skip


def printed(asked: Asked) -> Response:
    """One paper as PDF."""
    return _printed(asked, asked.path["paper"])


def unseen(asked: Asked) -> Response:
    """The sheet for the blind check. Whoever prints it has seen no number, so it counts as no look at the order."""
    return _printed(asked, BLIND)


def _printed(asked: Asked, name: str) -> Response:
    known, patient = open_course(asked)
    size: Literal["a4", "us-letter"] = "us-letter" if asked.asks("size") == "us-letter" else "a4"
    made = by_name.made(filed_of(asked, known, patient), name, size=size)
    if made is None:
        return page(
            asked, "refused.html", status=404, what="There is no such paper.", resolve="Choose one from the list."
        )
    asked.note(f"printed {made.kind}", known.id)
    return Response(
        made.content,
        media_type="application/pdf",
        headers={"content-disposition": f'inline; filename="{made.kind}.pdf"'},
    )


ROUTES = (
    Route("/courses/{course}/paper", "paper", show, CLINICIANS, reads=True),
    Route(f"/courses/{{course}}/paper/{BLIND}", "sheet for the blind check", unseen, CLINICIANS, reads=True),
    Route("/courses/{course}/paper/{paper}", "printed paper", printed, CLINICIANS, reads=True),
)
