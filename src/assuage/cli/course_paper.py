"""assuage course paper: a paper of a course as PDF, the same that the browser prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from assuage.catalog.clinic import Clinic
from assuage.cli.course import Id
from assuage.cli.facts import load
from assuage.cli.options import CatalogFolders
from assuage.cli.page import Page
from assuage.cli.reader import Admitted, Because, Reader, admitted
from assuage.cli.reading import read_clinic_file
from assuage.cli.writing import deliver, refuse_output
from assuage.course import Course
from assuage.errors import PlanError, Problem, nearest

if TYPE_CHECKING:
    from assuage.catalog import Catalog
    from assuage.paper.clinic import Filed
    from assuage.registry.store import Known


@Parameter(name="*")
@dataclass(frozen=True)
class Setting:
    """What a paper is printed with."""

    clinic: Annotated[
        str | None,
        Parameter(help="Clinic profile; without it the shipped example, and the paper is marked as a demonstration."),
    ] = None
    catalog: CatalogFolders = ()


@Parameter(name="*")
@dataclass(frozen=True)
class Printing:
    """Where a paper goes, and its size."""

    output: Annotated[
        str | None,
        Parameter(name=("--output", "-o"), help="File to write, whole or not at all; without it, standard output."),
    ] = None
    force: Annotated[bool, Parameter(negative="", help="Overwrite the file if it exists.", show_default=False)] = False
    size: Annotated[Literal["a4", "us-letter"], Parameter(help="Paper size; labels have their own.")] = "a4"


EXAMPLE, TO_STANDARD_OUTPUT = Setting(), Printing()


def paper(
    id: Id,
    paper: Annotated[
        str | None, Parameter(help="Name of a paper, such as order-1 or flow-2; without it, the names there are.")
    ] = None,
    /,
    *,
    reader: Reader,
    because: Because = None,
    setting: Setting = EXAMPLE,
    printing: Printing = TO_STANDARD_OUTPUT,
) -> None:
    """A paper of a course as PDF: order, labels, sheet for the check, flow sheet, discharge, leaflet, consent, letters, summary.

    Who prints one with the numbers of an order cannot check that order blind within the hour.
    """
    from assuage.paper.clinic.by_name import BLIND, every, made

    if paper is None:
        _names(id, reader, because=because)
        return
    refuse_output(printing.output, "pdf", is_forced=printing.force)
    profile, catalog = read_clinic_file(setting.clinic), load(setting.catalog)
    with admitted(reader, to="course paper") as found:
        known = found.course(
            id, "read sheet for the blind check" if paper == BLIND else "read printed paper", because=because
        )
        done = made(_filed(found, known, profile, catalog), paper, size=printing.size)
        if done is None:
            raise PlanError(_no_paper(paper, every(known.state)))
        found.note(f"printed {done.kind}", id)
    deliver(done.content, printing.output)


def _names(id: str, reader: Reader, because: str | None) -> None:
    with admitted(reader, to="course paper") as found:
        known = found.course(id, "read paper", because=because)
    page = Page()
    page.title(f"Papers of course {id} that can be printed now")
    page.pairs(tuple(_every(known.state).items()))
    page.print()


def _every(state: Course) -> dict[str, str]:
    from assuage.paper.clinic.by_name import every

    return every(state)


def _no_paper(name: str, known: dict[str, str]) -> Problem:
    near = nearest(name, known)
    do = f"did you mean {' or '.join(near)}?" if near else "choose one of these"
    return Problem(f"no paper is called “{name}”", "PAPER", f"one of: {', '.join(known)}", do)


def _filed(found: Admitted, known: Known, profile: Clinic, catalog: Catalog) -> Filed:
    """What a paper is made from, at this moment."""
    from assuage.course.chain import head
    from assuage.paper.clinic import Filed, Named
    from assuage.registry.patients import by_id

    with found.registry.reading() as connection:
        patient = by_id(connection, found.registry.keys, known.patient)
    who = patient.identity
    named = Named(who.family, who.given, who.birth_date, who.sex, who.number, patient.is_synthetic)
    return Filed(named, known.id, known.state, known.records, head(known.head), catalog, profile.id, profile.zone, found.at,
                 profile.synthetic)  # fmt: skip
