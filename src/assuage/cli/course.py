"""assuage course show and verify: one course with its story, and whether its chain holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import msgspec
from cyclopts import Parameter

from assuage import __version__
from assuage.cli.as_json import print_json
from assuage.cli.options import TextOrJson
from assuage.cli.reader import Admitted, Because, Reader, admitted, refuse_unknown
from assuage.cli.reading import read_clinic_file
from assuage.cli.serve import EMBEDDED
from assuage.cli.users import Db, opened
from assuage.cli.writing import note
from assuage.screening import show_date

if TYPE_CHECKING:
    from assuage.cli.course_shown import Beside
    from assuage.registry.store import Known

Id = Annotated[str, Parameter(help="Id of the course; “assuage course list” names them.")]
HOLDS, BROKEN = 0, 2


def show(
    id: Id,
    /,
    *,
    reader: Reader,
    at: Annotated[
        int | None,
        Parameter(help="Number of a record: the course as it stood after it, corrections that came later left out."),
    ] = None,
    because: Because = None,
    clinic: Annotated[
        str | None,
        Parameter(help="Clinic profile, for its time zone; without it that of the course's order, or UTC."),
    ] = None,
    format: TextOrJson = "text",
) -> int:
    """One course: where it stands, what is due, and its story record by record, with its seal.

    Where the story tells numbers of an order that waits for its blind check, who reads it cannot check within the hour. Exit
    code 2 where the chain of the course does not hold.
    """
    from assuage.cli.course_page import course_page
    from assuage.cli.course_shown import shown
    from assuage.course.blind import gives_away

    profile = read_clinic_file(clinic) if clinic is not None else None
    with admitted(reader, to="course show") as found:
        known = found.course(id, "read course", because=because)
        zone = profile.zone if profile else _zone(known)
        one = shown(known, _beside(found, known), at=at, zone=zone)
        if gives_away(known.records[: one.after_record], known.state):
            found.note("read result of the check", id)
    if format == "json":
        print_json({"software": {"version": __version__}, **msgspec.structs.asdict(one)})
    else:
        course_page(one, zone).print()
    if not one.chain.holds:
        note(
            f"The chain of course {id} does not hold; what is shown may have been changed. See: assuage course verify {id}"
        )
    return HOLDS if one.chain.holds else BROKEN


def _zone(known: Known) -> ZoneInfo:
    from assuage.cli.course_shown import zone_of_order

    return ZoneInfo(zone_of_order(known.state) or "UTC")


def _beside(found: Admitted, known: Known) -> Beside:
    from assuage.cli.course_shown import Beside
    from assuage.registry import patients
    from assuage.registry.every_course import seals_of

    with found.registry.reading() as connection:
        patient = patients.by_id(connection, found.registry.keys, known.patient)
        seals = seals_of(connection, known.id)
    return Beside(seals, found.registry.verify_course(known.id), patient.is_restricted, patient.is_synthetic)


def verify(id: Id, /, *, db: Db = EMBEDDED) -> int:
    """Check the chain of one course and what is worked out from it. It shows nothing of the patient, and needs no account.

    Exit code 2 where something does not hold.
    """
    from assuage.course.chain import head
    from assuage.registry.every_course import erased_at, seals_of

    with opened(db) as registry:
        refuse_unknown(registry, id)
        with registry.reading() as connection:
            seals, gone = seals_of(connection, id), erased_at(connection, id)
        found = registry.verify_course(id)
    for one in found:
        print(one)
    if found:
        note(
            f"{len(found)} place{'' if len(found) == 1 else 's'} where course {id} does not hold. What is only worked out is mended by"
            " assuage registry rebuild; for the rest restore a backup and find out who had the database."
        )
        return BROKEN
    records = f"{len(seals)} record{'' if len(seals) == 1 else 's'}"
    print(
        f"Course {id}: the chain holds, {records}, seal {head(seals[-1])}."
        if seals
        else f"Course {id}: nothing is on record yet."
    )
    if gone is not None:
        print(
            f"It was erased on {show_date(gone.date())}: its key was destroyed, and the seals are all that can be checked."
        )
    return HOLDS
