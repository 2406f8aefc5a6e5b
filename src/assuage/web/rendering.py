"""Pages from templates: text is escaped, quantities keep number and unit together, dates cannot be misread."""

from __future__ import annotations

import datetime as dt
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, RedirectResponse

from assuage.course import Course
from assuage.course.gates_today import patient_of
from assuage.course.story import who
from assuage.patient import Unknown
from assuage.quantity import Quantity, show
from assuage.registry.projection import stage_of
from assuage.registry.sign_ins import IDLE
from assuage.registry.store import Known
from assuage.screening import show_date
from assuage.web.asked import Asked

FOLDER = Path(__file__).parent
THEMES = ("device", "light", "dim")
SEVERITY_WORDS = {"refuse": "Refused", "stop": "Stop", "hold": "Waits", "warn": "Warning", "note": "Note"}


@cache
def environment() -> Environment:
    """Templates of this package; a name that is missing is an error, not an empty place."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"), autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters.update(
        quantity=quantity,
        day=day,
        moment=moment,
        words=words,
        age=age,
        facts=facts,
        who=who,
        stage=_stage,
        local_path=local_path,
    )
    made.globals.update(severity_words=SEVERITY_WORDS)
    return made


def quantity(value: Quantity | None) -> Markup:
    """A quantity that does not break between number and unit; “not known” in words."""
    if value is None:
        return Markup('<span class="unknown">not known</span>')
    return Markup('<span class="q">{}</span>').format(show(value))


def day(value: dt.date | None) -> str:
    """A day as 03-Feb-2026."""
    return "not known" if value is None else show_date(value)


def moment(value: dt.datetime | None, zone: dt.tzinfo) -> Markup:
    """An instant in the clinic's zone: 03-Feb-2026 14:05, with the instant itself for machines."""
    if value is None:
        return Markup('<span class="unknown">not known</span>')
    local = value.astimezone(zone)
    return Markup('<time datetime="{}">{} {:%H:%M}</time>').format(value.isoformat(), show_date(local.date()), local)


def words(text: str) -> str:
    """An id as words."""
    return text.replace("-", " ").replace("_", " ")


class Banner(msgspec.Struct, frozen=True):
    """What of the facts stands in the banner. Not recorded, none known and a list are three different things."""

    allergies: str
    allergies_known: bool
    weight: str


def facts(course: Known) -> Banner:
    """Allergies and weight of a course, for the banner."""
    if course.state.facts is None:
        return Banner("Not recorded", False, "Not recorded")
    return _banner(course.state.facts.document)


@lru_cache(maxsize=1024)
def _banner(document: str) -> Banner:
    patient = patient_of(document)
    weight = patient.fact("weight")
    shown = "Not recorded"
    if not isinstance(weight, Unknown) and isinstance(weight.value, Quantity):
        shown = f"{show(weight.value)}, {day(weight.on)}{f', {weight.how}' if weight.how else ''}"
    if isinstance(patient.allergies, Unknown):
        return Banner("Not recorded", False, shown)
    names = ", ".join(one.name.replace("-", " ") for one in patient.allergies)
    return Banner(names or "None known", True, shown)


def _stage(state: Course) -> str:
    return stage_of(state)


def age(born: dt.date, now: dt.datetime) -> int:
    """Completed years today."""
    today = now.date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def local_path(address: str) -> str:
    """The path of an address, to come back to; nothing of what stands after it."""
    return urlsplit(address).path or "/"


def page(asked: Asked, template: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page with the frame around it. `values` are for the template."""
    theme = asked.cookies.get("theme", "device")
    frame: dict[str, Any] = {
        "asked": asked, "account": asked.sign_in.account if asked.sign_in else None, "zone": asked.settings.profile.zone,
        "theme": theme if theme in THEMES else "device", "is_demonstration": asked.settings.is_demonstration,
        "clinic_id": asked.settings.profile.id, "now": asked.now, "idle_s": int(IDLE.total_seconds()), "errors": [], "findings": [], "patient": None, "course": None,
    }  # fmt: skip
    text = environment().get_template(template).render({**frame, **values})
    return HTMLResponse(text, status_code=status)


def go(address: str) -> RedirectResponse:
    """On to another page after something was recorded: reloading it sends nothing again."""
    return RedirectResponse(address, status_code=303)


def escaped(text: str) -> Markup:
    """A text as it may stand in a page."""
    return escape(text)
