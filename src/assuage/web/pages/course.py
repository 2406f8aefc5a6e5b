"""One course: where it stands, what comes next, and everything that is on record, newest last."""

from __future__ import annotations

from starlette.responses import Response

from assuage.course.chain import head
from assuage.course.event import Corrected, Recorded, kind_of
from assuage.course.story import told
from assuage.registry.projection import due_of, stage_of
from assuage.web.acting import open_course
from assuage.web.asked import Asked
from assuage.web.rendering import page
from assuage.web.route import CLINICIANS, Route

# The next step of each stage: what it is called and where it is done.
NEXT: dict[str, tuple[str, str]] = {
    "referred": ("Record the facts", "facts"),
    "screening": ("Screen", "eligibility"),
    "not eligible": ("See what stands in the way", "eligibility"),
    "ordering": ("Plan and order", "plan"),
    "waiting for a check": ("Check it blind", "check"),
    "waiting for a signature": ("Sign", "sign"),
    "ready": ("Prepare", "prepare"),
    "between infusions": ("Prepare", "prepare"),
    "prepared": ("To the bedside", "bedside"),
    "running": ("To the bedside", "bedside"),
    "to reconcile": ("Reconcile", "reconcile"),
    "follow-up": ("Record the response", "response"),
    "scored": ("Response and decision", "response"),
}


def show(asked: Asked) -> Response:
    """The course."""
    known, patient = open_course(asked)
    stage = stage_of(known.state)
    corrected = known.state.corrected
    story = [
        (one, kind_of(one.event), told(one, asked.settings.profile.zone), one.number in corrected)
        for one in known.records
    ]
    return page(
        asked, "course.html", patient=patient, course=known, state=known.state, stage=stage, following=NEXT.get(stage),
        story=story, due=tuple(due_of(known.state)), head=head(known.head),
    )  # fmt: skip


def is_correction(one: Recorded) -> bool:
    """Whether a record mends another."""
    return isinstance(one.event, Corrected)


ROUTES = (Route("/courses/{course}", "course", show, CLINICIANS, reads=True),)
