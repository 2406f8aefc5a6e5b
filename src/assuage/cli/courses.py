"""assuage course list: every course on record, the one whose session comes next first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from assuage import __version__
from assuage.cli.as_json import print_json
from assuage.cli.options import TextOrJson
from assuage.cli.page import Column, Page
from assuage.cli.reader import Admitted, Reader, admitted
from assuage.cli.reading import read_clinic_file
from assuage.errors import PlanError, Problem, nearest
from assuage.paper.clinic.telling import instant
from assuage.screening import show_date

if TYPE_CHECKING:
    from assuage.registry.every_course import Line, Standing
    from assuage.registry.patients import PatientRecord

WIDE = 76
NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
UTC = ZoneInfo("UTC")
# Two lines a course: ids, stage and time above; patient, regimen and session below.
COLUMNS = (
    Column("Course, patient", 2), Column("Stage, regimen", 3), Column("Next session", width=17), Column("Version", is_whole=True),
)  # fmt: skip


def list_all(
    *,
    reader: Reader,
    stage: Annotated[
        str | None, Parameter(help="Only courses at this stage, such as prepared or “waiting for a check”.")
    ] = None,
    patient: Annotated[str | None, Parameter(help="Only courses of this patient, by id.")] = None,
    names: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Name the patients too; the audit says that names were read."),
    ] = False,
    clinic: Annotated[str | None, Parameter(help="Clinic profile, for its time zone; without it, UTC.")] = None,
    format: TextOrJson = "text",
) -> None:
    """Every course on record by id, the one whose session comes next first; no names unless they are asked for."""
    from assuage.registry.every_course import every_course

    wanted = _stage(stage)
    zone = read_clinic_file(clinic).zone if clinic is not None else UTC
    with admitted(reader, to="course list") as found:
        with found.registry.reading() as connection:
            lines = sorted(every_course(connection, of=patient), key=_next)
        found.note(f"read list of courses{' with names' if names else ''}", patient)
        chosen = [one for one in lines if wanted is None or one.stage == wanted]
        called = _named(found, chosen) if names else {}
    if format == "json":
        print_json({"software": {"version": __version__}, "stage": wanted, "patient": patient, "names": names, "on_record": len(lines),
                    "courses": [_as_data(one, called.get(one.patient)) for one in chosen]})  # fmt: skip
        return
    page = _listed(lines, chosen, wanted=wanted)
    page.paragraph(f"Times in {zone}.")
    page.paragraph("")
    joint = "\n" if page.width >= WIDE else ", "
    cells = [_cells(one, zone, called.get(one.patient) if names else "") for one in chosen]
    rows = [[joint.join(part for part in cell if part) for cell in row] for row in cells]
    page.listing(COLUMNS, rows, wide=WIDE)
    page.print()


def _stage(word: str | None) -> Standing | None:
    """The stage that is meant; hyphens stand for spaces. Errors: `PlanError` with the stages there are."""
    from assuage.registry.every_course import STANDINGS

    if word is None:
        return None
    plain = " ".join(word.replace("-", " ").replace("_", " ").split()).casefold()
    for one in STANDINGS:
        if one == plain:
            return one
    near = nearest(plain, STANDINGS)
    do = f"did you mean {' or '.join(f'“{one}”' for one in near)}?" if near else "choose one of these"
    raise PlanError(Problem(f"no stage is called “{word}”", "--stage", f"one of: {', '.join(STANDINGS)}", do))


def _next(one: Line) -> tuple[dt.datetime, int, str]:
    """By the time of the next session; those without one by how far they are, and the closed and erased last."""
    from assuage.registry.every_course import STANDINGS

    return one.next_at or NEVER, STANDINGS.index(one.stage), one.course


def _named(found: Admitted, lines: Sequence[Line]) -> dict[str, PatientRecord | None]:
    """Patients by id; none for one whose name is for nobody here: restricted or erased."""
    from assuage.registry import patients

    with found.registry.reading() as connection:
        return {
            one.patient: None
            if one.is_restricted or one.stage == "erased"
            else patients.by_id(connection, found.registry.keys, one.patient)
            for one in lines
        }


def _as_data(one: Line, who: PatientRecord | None) -> dict[str, Any]:
    name = None if who is None else {"family": who.identity.family, "given": who.identity.given, "birth_date": who.identity.birth_date}  # fmt: skip
    return {
        "course": one.course, "patient": one.patient, "name": name, "is_restricted": one.is_restricted, "stage": one.stage,
        "regimen": one.regimen, "next_session": one.next_session,
        "next_at": one.next_at.astimezone(dt.UTC) if one.next_at else None, "version": one.version,
    }  # fmt: skip


def _listed(lines: Sequence[Line], chosen: Sequence[Line], *, wanted: Standing | None) -> Page:
    page = Page()
    many = f"{len(lines)} course{'' if len(lines) == 1 else 's'}"
    counts = Counter(one.stage for one in lines)
    if wanted is not None:
        page.title(f"{len(chosen)} of {many}: {wanted}")
    else:
        page.title(f"{many}, next session first")
    page.paragraph(f"At each stage: {', '.join(f'{stage} {count}' for stage, count in sorted(counts.items()))}." if lines else "No course is on record.")  # fmt: skip
    return page


def _cells(one: Line, zone: dt.tzinfo, who: PatientRecord | Literal[""] | None) -> tuple[tuple[str, ...], ...]:
    """The cells of a row, each in its lines. `who` is none where the name is for nobody here, empty where it was not asked for."""
    called = ""
    if who is None:
        called = "(no name: restricted)" if one.is_restricted else "(no name: erased)"
    elif who:
        called = f"{who.identity.family.upper()}, {who.identity.given}, born {show_date(who.identity.birth_date)}"
    number = f"session {one.next_session}" if one.next_session is not None else ""
    when = instant(one.next_at, zone) if one.next_at else "day not set" if number else "none"
    return (
        (one.course, one.patient, called),
        (one.stage, one.regimen or "no regimen"),
        (when, number),
        (str(one.version),),
    )
