"""Options that several commands share, each with its help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from cyclopts import Parameter

PatientFile = Annotated[
    str, Parameter(help="Patient file: YAML or JSON, or a FHIR R4 Bundle; - reads standard input.", show_default=False)
]
TextOrJson = Annotated[Literal["text", "json"], Parameter(help="Text to read, or JSON for another program.")]
RegimenId = Annotated[str, Parameter(help="Id or alias of a regimen; “assuage regimens” lists them.")]

CatalogFolders = Annotated[
    tuple[str, ...],
    Parameter(
        name="--catalog",
        help="Folder of the clinic's own records, laid over the shipped catalog.",
        negative="",
        show_default=False,
    ),
]


@Parameter(name="*")
@dataclass(frozen=True)
class Moment:
    """When facts are judged and sessions start."""

    start: Annotated[
        str | None,
        Parameter(help="First session: day and local time, such as 2026-11-30T09:00; an offset is accepted."),
    ] = None
    tz: Annotated[
        str | None,
        Parameter(help="Time zone of the start, such as America/Winnipeg; without it, the clinic's."),
    ] = None
    as_of: Annotated[
        str | None,
        Parameter(help="Instead of a start: the day on which facts are judged, such as 2026-11-30; without it, today."),
    ] = None


@Parameter(name="*")
@dataclass(frozen=True)
class Place:
    """The clinic, the catalog, and what completes the patient."""

    clinic: Annotated[
        str | None,
        Parameter(help="Clinic profile; without it the shipped example, with which nothing can be signed."),
    ] = None
    catalog: CatalogFolders = ()
    also: Annotated[
        str | None,
        Parameter(help="Patient file with what a bundle cannot carry, such as consent; it replaces nothing in it."),
    ] = None


WHEN, WHERE = Moment(), Place()
