"""The preparation: which product, which lots, until when it may be used, and who saw what was thrown away."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from msgspec.structs import replace
from starlette.responses import Response

from assuage.course.event import Prepared
from assuage.course.order import OrderedDrug
from assuage.course.part import Lot
from assuage.course.people import Person
from assuage.course.state import SessionState
from assuage.finding import Finding
from assuage.registry.store import Known
from assuage.rule import Watch
from assuage.web.acting import act, new_key, open_course, second_person
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

# How long a preparation made outside a clean room may stand: a record of the catalog.
IMMEDIATE_USE = "prepare-immediate-use"
MOST_SESSIONS, MOST_CONTAINERS = 99, 50
# A dose may need containers of two lots.
ROWS = ("", ".other")
MONTHS = 12
MONTH = re.compile(r"(\d{4})-(\d{2})")


def waiting(known: Known) -> SessionState | None:
    """The first session that waits to be prepared; without one, the first that is prepared and not begun."""
    for status in ("planned", "prepared"):
        for one in known.state.sessions:
            if one.status == status:
                return one
    return None


def _chosen(asked: Asked, known: Known) -> SessionState | None:
    """The session that the address asks for, else the one that waits."""
    number = asked.asks("session")
    return known.state.session(int(number)) if number.isdigit() else waiting(known)


def show_prepare(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """What to make up for a session, with lots and times to enter."""
    known, patient = open_course(asked)
    session = _session_sent(asked, known) if asked.method == "POST" else _chosen(asked, known)
    watch = asked.settings.catalog.watch[IMMEDIATE_USE]
    zone = asked.settings.profile.zone
    return page(
        asked, "prepare.html", status=status, patient=patient, course=known, order=known.state.order, session=session, key=new_key(),
        version=known.version, is_controlled=session is not None and _is_controlled(asked, session), rows=ROWS, watch=watch,
        products={} if session is None else {one.drug: _products(asked, one) for one in session.planned.drugs},
        discard=_discard(asked.now, watch).astimezone(zone).strftime("%Y-%m-%dT%H:%M"), typed=typed(asked), findings=findings,
        errors=list(errors),
    )  # fmt: skip


def _products(asked: Asked, drug: OrderedDrug) -> list[tuple[str, str]]:
    """Every product of a drug that the catalog knows: the one in the hand is chosen, never assumed."""
    return [(one.id, one.name) for one in asked.settings.catalog.presentations.values() if one.drug == drug.drug]


def _discard(now: dt.datetime, watch: Watch) -> dt.datetime:
    return now + dt.timedelta(minutes=int(watch.values[0].quantity.to("min").value))


def _is_controlled(asked: Asked, session: SessionState) -> bool:
    """Whether waste of this session is witnessed: the catalog says so of its drugs."""
    return any(asked.settings.catalog.drugs[one.drug].controlled is not None for one in session.planned.drugs)


def _session_sent(asked: Asked, known: Known) -> SessionState | None:
    number = asked.text("session")
    return known.state.session(int(number)) if number.isdigit() else None


def prepare(asked: Asked) -> Response:
    """Record what was made up."""
    known, _ = open_course(asked)
    form = Form(asked)
    form.number("session", "session", low=1, high=MOST_SESSIONS)
    session = _session_sent(asked, known)
    if session is None:
        return show_prepare(asked, errors=tuple(form.errors), status=422)
    lots = tuple(lot for drug in session.planned.drugs for lot in _lots(asked, form, drug))
    discard = form.instant("discard_at", "time to discard it")
    lots = _witnessed(asked, form, session, lots)
    if form.errors or discard is None:
        return show_prepare(asked, errors=tuple(form.errors), status=422)
    local = asked.now.astimezone(asked.settings.profile.zone)
    mode = session.planned.mode
    event = Prepared(at=local, session=session.number, lots=lots, discard_at=discard, mode=mode)  # type: ignore[arg-type]
    version = asked.text("version")
    decision = act(
        asked, known.id, event, key=form.key() or new_key(), version=int(version) if version.isdigit() else None
    )
    if decision.is_refused:
        return show_prepare(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/bedside")


def _lots(asked: Asked, form: Form, drug: OrderedDrug) -> list[Lot]:
    """The lots of one drug: a second one only where something of it was written."""
    found: list[Lot] = []
    product = form.one_of(
        f"{drug.drug}.presentation", f"product of {drug.name}", words=tuple(one for one, _ in _products(asked, drug))
    )
    for row in ROWS:
        at = f"{drug.drug}{row}"
        if row and not any(asked.text(f"{at}.{part}") for part in ("lot", "expires", "opened", "wasted")):
            continue
        lot = form.text(f"{at}.lot", f"lot of {drug.name}", most=60)
        expires = _expiry(form, f"{at}.expires", drug.name)
        opened = form.number(f"{at}.opened", f"containers of {drug.name} opened", low=1, high=MOST_CONTAINERS)
        wasted = form.quantity(f"{at}.wasted", f"volume of {drug.name} wasted", unit="mL", optional=True)
        if product and lot and expires and opened is not None:
            found.append(Lot(product, lot, expires, int(opened), wasted))
    opened_in_all = sum(one.opened for one in found)
    if found and opened_in_all < drug.vials:
        form.wrong(f"{drug.drug}.opened", f"containers of {drug.name} opened",
                   what=f"{opened_in_all}, and the dose needs {drug.vials}", do="Count again, or record the other lot too.")  # fmt: skip
    return found


def _expiry(form: Form, field: str, name: str) -> dt.date | None:
    """A day, or a month as a label prints it: the product may be used to the month's last day."""
    month = MONTH.fullmatch(form.asked.text(field))
    if month is None or not 1 <= int(month[2]) <= MONTHS:
        return form.day(field, f"expiry of {name}")
    year = int(month[1])
    return dt.date(year, int(month[2]), calendar.monthrange(year, int(month[2]))[1])


def _witnessed(asked: Asked, form: Form, session: SessionState, lots: tuple[Lot, ...]) -> tuple[Lot, ...]:
    """Lots of controlled drugs with who saw the waste: what was wasted is said, if it was nothing too."""
    if not _is_controlled(asked, session):
        return lots
    by_presentation = {one.id: one.drug for one in asked.settings.catalog.presentations.values()}
    drugs = asked.settings.catalog.drugs
    controlled = [one for one in lots if drugs[by_presentation[one.presentation]].controlled is not None]
    for one in controlled:
        if one.wasted is None:
            drug = by_presentation[one.presentation]
            form.wrong(f"{drug}.wasted", "volume wasted", what="nothing was written", do="Write how much was thrown away; 0 where nothing was.")  # fmt: skip
    if not any(one.wasted is not None and one.wasted.value > 0 for one in controlled):
        return lots
    witness: Person | None = second_person(asked)
    if witness is None:
        form.wrong("second", "witness", what="nobody proved to have seen what was wasted",
                   do="Let a second person enter account and password.")  # fmt: skip
        return lots
    return tuple(replace(one, witnessed_by=witness) if one in controlled else one for one in lots)


ROUTES = (
    Route("/courses/{course}/prepare", "prepare", show_prepare, CLINICIANS, reads=True),
    Route("/courses/{course}/prepare", "prepare", prepare, ("pharmacist", "nurse"), ("POST",)),
)
