"""One course: where it stands, what comes next, and everything that is on record, newest last."""

from __future__ import annotations

import datetime as dt

from starlette.responses import Response

from assuage.course.blind import gives_away
from assuage.course.chain import head
from assuage.course.event import Checked, Corrected, Recorded, Signed, kind_of
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
    corrected, is_blind = known.state.corrected, gives_away(known.records, known.state)
    story = [
        (one, kind_of(one.event), _told(one, asked.settings.profile.zone, is_blind=is_blind), one.number in corrected)
        for one in known.records
    ]
    return page(
        asked, "course.html", patient=patient, course=known, state=known.state, stage=stage, following=NEXT.get(stage),
        story=story, due=tuple(due_of(known.state)), head=head(known.head),
    )  # fmt: skip


def _told(one: Recorded, zone: dt.tzinfo, *, is_blind: bool) -> str:
    """A record in words; without the numbers that whoever has still to check the order is to work out."""
    match one.event:
        case Checked(order=number, differences=found) if is_blind and found:
            return f"Order {number} worked out blind: it differs. What differs is on the page of the check."
        case Signed(order=number) if is_blind:
            return f"Order {number} signed. Its words are told when the order that waits is checked."
    return told(one, zone)


def is_correction(one: Recorded) -> bool:
    """Whether a record mends another."""
    return isinstance(one.event, Corrected)


ROUTES = (Route("/courses/{course}", "course", show, CLINICIANS, reads=True),)
