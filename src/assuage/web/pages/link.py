"""A patient's own scores: a link without an account, one question at a time, for a phone and without script.

The page names nobody: who holds the link sees initials at most, and gives answers; nothing on record is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import segno
from markupsafe import Markup
from starlette.responses import PlainTextResponse, Response

from assuage.course import Command
from assuage.course.event import Contacted, Scored
from assuage.course.people import System
from assuage.errors import Problem, RegistryError
from assuage.registry import links
from assuage.registry.links import Link
from assuage.registry.patients import by_id
from assuage.web.acting import act, open_course, surroundings
from assuage.web.asked import Asked
from assuage.web.entering import own_address
from assuage.web.form import Form
from assuage.web.pages import follow_up
from assuage.web.pages.response import CHANGES, PURPOSES, Purpose
from assuage.web.rendering import go, page
from assuage.web.route import Route

# Asked for these, a patient says how pain changed and what else was noticed; before any infusion there is nothing to compare.
AFTER = ("end of infusion", "day after", "day 14", "week 4", "week 8", "week 12")
WORST = 10
# “I cannot say” instead of a number: the score is missing, and this is why.
CANNOT, CANNOT_SAY = "cannot", "the patient could not say"
FEELINGS = (
    "chest pain or a tight chest", "trouble breathing", "fainting", "sleepy", "dizzy", "feeling sick", "strange feelings or dreams",
    "weak muscles", "pain in the arm of the drip", "trouble passing water",
)  # fmt: skip
# With these nobody waits for the clinic to read an answer.
URGENT = FEELINGS[:3]
NOTHING = "nothing"
MOST_SIGNS = 300
QUIET = {"referrer-policy": "no-referrer"}


@dataclass(frozen=True)
class Answers:
    """What was answered so far; none for a question that was not asked yet. `wrong` says what to mend, in plain words."""

    step: str
    pain: str | None = None
    change: str | None = None
    feelings: tuple[str, ...] = ()
    other: str = ""
    wrong: str = ""

    @property
    def is_urgent(self) -> bool:
        """Something was ticked with which nobody waits."""
        return any(one in URGENT for one in self.feelings)


def make(asked: Asked) -> Response:
    """A nurse makes a link; it is shown once, as text and as a picture for a phone."""
    known, patient = open_course(asked)
    form = Form(asked)
    purpose = form.one_of("purpose", "score", words=PURPOSES)
    if purpose is None:
        return follow_up.show(asked, errors=tuple(form.errors), status=422)
    tried = Contacted(at=asked.now, purpose=purpose, way="link", reached=False)
    decision = act(asked, known.id, tried, key=form.key())
    if decision.is_refused:
        return follow_up.show(asked, findings=decision.findings, status=409)
    with asked.settings.registry.writing() as connection:
        keys = asked.settings.registry.keys
        token = links.make(connection, keys, course=known.id, purpose=purpose, at=asked.now)
    asked.note("made a link", known.id)
    address = f"{own_address(asked)}/answer/{token}"
    drawn = segno.make(address, micro=False).svg_inline(scale=5, svgclass="qr", lineclass=None, omitsize=True)
    picture = Markup(drawn)  # noqa: S704 (a code is drawn as lines, no text of anybody's)
    return page(
        asked, "link_made.html", patient=patient, course=known, address=address, picture=picture, purpose=purpose, days=links.LASTS.days
    )  # fmt: skip


def revoke(asked: Asked) -> Response:
    """Close a link before its time: it was sent to the wrong phone, or is no longer wanted."""
    known, _ = open_course(asked)
    purpose = Form(asked).one_of("purpose", "score", words=PURPOSES)
    if purpose is not None:
        with asked.settings.registry.writing() as connection:
            links.revoke(connection, known.id, purpose=purpose, at=asked.now)
        asked.note("revoked a link", known.id)
    return go(f"/courses/{known.id}/follow-up")


def ask(asked: Asked) -> Response:
    """The first question."""
    link = _opened(asked)
    return link if isinstance(link, Response) else _shown(asked, link, Answers("pain"))


def answer(asked: Asked) -> Response:
    """One answer; then the next question, or thanks. Nothing is recorded before the last."""
    link = _opened(asked)
    if isinstance(link, Response):
        return link
    said = _read(asked, link)
    if said.step != "thanks":
        return _shown(asked, link, said, status=422 if said.wrong else 200)
    try:
        _record(asked, link, said)
    except RegistryError:
        return _gone(asked, status=409)
    return _shown(asked, link, said)


def _opened(asked: Asked) -> Link | Response:
    """What the link opens; else the page that says so, or that too many were tried from here."""
    registry = asked.settings.registry
    with registry.reading() as connection:
        found = links.found(connection, registry.keys, asked.path["token"], at=asked.now)
        too_often = found is None and links.is_trying_too_often(connection, asked.from_where, at=asked.now)
    if found is not None:
        return found
    if too_often:
        return PlainTextResponse("Too many tries. Wait some minutes, or call the clinic.", status_code=429)
    asked.note(links.WRONG)
    return _gone(asked, status=410)


def _gone(asked: Asked, *, status: int) -> Response:
    return _quiet(page(asked, "answer_gone.html", status=status, phone=asked.settings.profile.phone))


def _shown(asked: Asked, link: Link, said: Answers, *, status: int = 200) -> Response:
    registry = asked.settings.registry
    known = registry.course(link.course)
    with registry.reading() as connection:
        who = by_id(connection, registry.keys, known.patient).identity
    return _quiet(page(
        asked, "answer.html", status=status, said=said, steps=_steps(link), initials=f"{who.given[:1]}. {who.family[:1]}.", changes=CHANGES,
        feelings=FEELINGS, nothing=NOTHING, cannot=CANNOT, worst=WORST, token=asked.path["token"], phone=asked.settings.profile.phone,
    ))  # fmt: skip


def _quiet(answer: Response) -> Response:
    """The address is the secret: no page that is opened from here learns it."""
    answer.headers.update(QUIET)
    return answer


def _steps(link: Link) -> tuple[str, ...]:
    return ("pain", "change", "feelings") if link.purpose in AFTER else ("pain",)


def _read(asked: Asked, link: Link) -> Answers:
    """Where the answers stand: the first question that has none yet is the next one; a wrong answer is asked again."""
    step, back = asked.text("step"), asked.text("back")
    pain, change = asked.text("pain"), asked.text("change")
    feelings, other = tuple(asked.texts("feelings")), asked.text("other")
    if back in _steps(link):
        return Answers(back, pain, change)
    if not _is_pain(pain):
        return Answers("pain", wrong="Please choose a number." if step == "pain" else "")
    if "change" not in _steps(link):
        return Answers("thanks", pain)
    if change not in CHANGES:
        return Answers("change", pain, wrong="Please choose one." if step == "change" else "")
    if step != "feelings":
        return Answers("feelings", pain, change)
    if not feelings and not other:
        return Answers("feelings", pain, change, wrong="Please choose what you noticed, or “Nothing”.")
    if len(other) > MOST_SIGNS or not {*feelings} <= {*FEELINGS, NOTHING}:
        return Answers(
            "feelings",
            pain,
            change,
            feelings,
            other,
            f"Please use at most {MOST_SIGNS} signs, and the words of the list.",
        )
    if NOTHING in feelings and (len(feelings) > 1 or other):
        return Answers(
            "feelings", pain, change, feelings, other, "You chose “Nothing” and something else. Please mend it."
        )
    return Answers("thanks", pain, change, feelings, other)


def _is_pain(text: str) -> bool:
    return text == CANNOT or (text.isascii() and text.isdigit() and len(text) <= len(str(WORST)) and int(text) <= WORST)


def _record(asked: Asked, link: Link, said: Answers) -> None:
    """Every answer and the end of the link, or nothing. Errors: `RegistryError` where one of them cannot be recorded."""
    registry = asked.settings.registry
    around = surroundings(asked)
    with registry.writing() as connection:
        if not links.use(connection, link, at=asked.now):
            raise RegistryError(
                Problem("a link that is used up", "a patient's answer", "an open link", "call the clinic")
            )
        for name, event in _events(asked, link, said):
            command = Command(event=event, by=System("patient"), key=f"link/{link.id}/{name}", surface="link")
            decision = registry.act_within(connection, link.course, command, around)
            if decision.is_refused:
                found = decision.findings[0]
                raise RegistryError(Problem(found.message, "a patient's answer", found.reason, found.resolve))


def _events(asked: Asked, link: Link, said: Answers) -> list[tuple[str, Scored]]:
    today = asked.now.astimezone(asked.settings.profile.zone).date()
    purpose: Purpose = next(one for one in PURPOSES if one == link.purpose)
    number = None if said.pain in (None, CANNOT) else Decimal(said.pain or "")
    symptoms = (*(one for one in said.feelings if one != NOTHING), *([said.other] if said.other else []))
    found = [("pain", Scored(at=asked.now, instrument="nrs", day=today, purpose=purpose, reported_by="patient", value=number,
                             why_missing=None if number is not None else CANNOT_SAY, symptoms=symptoms))]  # fmt: skip
    if said.change is not None:
        found.append(("change", Scored(at=asked.now, instrument="pgic", day=today, purpose=purpose, reported_by="patient", word=said.change)))  # fmt: skip
    return found


ROUTES = (
    Route("/courses/{course}/link", "patient's link", make, ("nurse", "physician"), ("POST",)),
    Route("/courses/{course}/link/revoke", "revoke a link", revoke, ("nurse", "physician"), ("POST",)),
    Route("/answer/{token}", "patient's answer", ask, None),
    Route("/answer/{token}", "patient's answer", answer, None, ("POST",)),
)
