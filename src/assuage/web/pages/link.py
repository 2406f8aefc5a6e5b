"""A patient's own scores: a link without an account, one question at a time, for a phone and without script.

The page names nobody: who holds the link sees initials at most, and gives answers; nothing on record is shown.
"""

from __future__ import annotations

from decimal import Decimal

import segno
from markupsafe import Markup
from starlette.responses import Response

from assuage.course import Command
from assuage.course.event import Scored
from assuage.course.people import System
from assuage.registry import links
from assuage.registry.links import Link
from assuage.registry.patients import by_id
from assuage.web.acting import open_course, surroundings
from assuage.web.asked import Asked
from assuage.web.form import Form
from assuage.web.pages.response import CHANGES, PURPOSES, Purpose
from assuage.web.rendering import page
from assuage.web.route import Route

FEELINGS = ("sleepy", "dizzy", "sick", "strange feelings", "pain in the arm", "something else", "nothing")


def make(asked: Asked) -> Response:
    """A nurse makes a link; it is shown once, as text and as a picture for a phone."""
    known, patient = open_course(asked)
    purpose = Form(asked).one_of("purpose", "purpose", words=PURPOSES) or "day 14"
    with asked.settings.registry.writing() as connection:
        token = links.make(connection, known.id, purpose=purpose, at=asked.now)
    asked.note("made a link", known.id)
    scheme = "https" if asked.settings.is_secure else "http"
    address = f"{scheme}://{asked.headers.get('host', '127.0.0.1')}/answer/{token}"
    picture = Markup(segno.make(address, micro=False).svg_inline(scale=5, svgclass="qr", lineclass=None, omitsize=True))
    return page(
        asked, "link_made.html", patient=patient, course=known, address=address, picture=picture, days=links.LASTS.days
    )


def _opened(asked: Asked) -> Link | None:
    with asked.settings.registry.reading() as connection:
        return links.found(connection, asked.path["token"], at=asked.now)


def _initials(asked: Asked, link: Link) -> str:
    registry = asked.settings.registry
    known = registry.course(link.course)
    with registry.reading() as connection:
        who = by_id(connection, registry.keys, known.patient).identity
    return f"{who.given[:1]}. {who.family[:1]}."


def ask(asked: Asked) -> Response:
    """The first question."""
    link = _opened(asked)
    if link is None:
        return page(asked, "answer_gone.html", status=410)
    return page(asked, "answer.html", step="pain", link=link, initials=_initials(asked, link), given={}, changes=CHANGES, feelings=FEELINGS,
                token=asked.path["token"], wrong="")  # fmt: skip


def answer(asked: Asked) -> Response:
    """One answer; then the next question, or thanks. Nothing is recorded before the last."""
    link = _opened(asked)
    if link is None:
        return page(asked, "answer_gone.html", status=410)
    pain, change, feelings = asked.text("pain"), asked.text("change"), asked.texts("feelings")
    given = {"pain": pain, "change": change}
    step, wrong = "thanks", ""
    if not (pain.isascii() and pain.isdigit() and 0 <= int(pain) <= 10):
        step, wrong = "pain", "Please choose a number." if "pain" in asked.form or asked.text("step") == "pain" else ""
    elif change not in CHANGES:
        step, wrong = "change", "Please choose one." if asked.text("step") == "change" else ""
    elif asked.text("step") != "feelings":
        step = "feelings"
    if step != "thanks":
        return page(asked, "answer.html", step=step, link=link, initials=_initials(asked, link), given=given, changes=CHANGES,
                    feelings=FEELINGS, token=asked.path["token"], wrong=wrong, status=422 if wrong else 200)  # fmt: skip
    if not _record(asked, link, int(pain), change, tuple(one for one in feelings if one in FEELINGS)):
        return page(asked, "answer_gone.html", status=409)
    return page(asked, "answer.html", step="thanks", link=link, initials=_initials(asked, link), given=given, changes=CHANGES,
                feelings=FEELINGS, token=asked.path["token"], wrong="")  # fmt: skip


def _record(asked: Asked, link: Link, pain: int, change: str, feelings: tuple[str, ...]) -> bool:
    """True where both answers are on the course; only then is the link used up."""
    registry, today = asked.settings.registry, asked.now.astimezone(asked.settings.profile.zone).date()
    purpose: Purpose = next(one for one in PURPOSES if one == link.purpose)
    score = Scored(
        at=asked.now,
        instrument="nrs",
        day=today,
        purpose=purpose,
        reported_by="patient",
        value=Decimal(pain),
        symptoms=feelings,
    )
    word = Scored(at=asked.now, instrument="pgic", day=today, purpose=purpose, reported_by="patient", word=change)
    for name, event in (("pain", score), ("change", word)):
        command = Command(event=event, by=System("patient"), key=f"link/{link.id}/{name}", surface="link")
        if registry.act(link.course, command, surroundings(asked)).is_refused:
            return False
    with registry.writing() as connection:
        links.used(connection, link, at=asked.now)
    return True


ROUTES = (
    Route("/courses/{course}/link", "patient's link", make, ("nurse", "physician"), ("POST",)),
    Route("/answer/{token}", "patient's answer", ask, None),
    Route("/answer/{token}", "patient's answer", answer, None, ("POST",)),
)
