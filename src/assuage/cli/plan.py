"""assuage plan: one patient, one regimen, one sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from assuage.cli.asked import ask
from assuage.cli.options import WHEN, WHERE, Moment, PatientFile, Place, RegimenId
from assuage.cli.outcome import code_of
from assuage.cli.reading import read_overrides_file
from assuage.cli.writing import deliver, refuse_output
from assuage.paper import WITH_CHARTS, render
from assuage.plan import Request, make_plan

if TYPE_CHECKING:
    from assuage.charts import Chart


@Parameter(name="*")
@dataclass(frozen=True)
class Preparing:
    """How it is made up, and which stops are taken on."""

    presentation: Annotated[
        tuple[str, ...],
        Parameter(
            help="Vial to use, by id; once for each drug. Without it, what the clinic stocks.",
            negative="",
            show_default=False,
        ),
    ] = ()
    mode: Annotated[
        Literal["add", "replace", "exact"] | None,
        Parameter(help="How the drug meets the bag: added to it, in place of the same volume, or made up exactly."),
    ] = None
    overrides: Annotated[
        str | None,
        Parameter(help="File with stops that two clinicians take upon themselves: rule, prescriber, second, reason."),
    ] = None


@Parameter(name="*")
@dataclass(frozen=True)
class Sheet:
    """What is printed, and where to."""

    format: Annotated[Literal["text", "json", "html", "pdf", "ics"], Parameter(help="Form of the sheet.")] = "text"
    paper: Annotated[Literal["a4", "us-letter"], Parameter(help="Paper size of a PDF.")] = "a4"
    output: Annotated[
        str | None,
        Parameter(name=("--output", "-o"), help="File to write, whole or not at all; without it, standard output."),
    ] = None
    force: Annotated[bool, Parameter(negative="", help="Overwrite the file if it exists.", show_default=False)] = False
    exposure: Annotated[
        bool,
        Parameter(
            negative="",
            help="Add the levels that the plan is expected to give, with their spread, drawn in html and pdf; takes a moment longer.",
            show_default=False,
        ),
    ] = False


AS_STOCKED, TO_THE_SCREEN = Preparing(), Sheet()


def plan(
    patient: PatientFile,
    /,
    *,
    regimen: RegimenId,
    when: Moment = WHEN,
    where: Place = WHERE,
    preparing: Preparing = AS_STOCKED,
    sheet: Sheet = TO_THE_SCREEN,
) -> int:
    """Plan one regimen for one patient: dose, dilution, rate, dates, what to watch, each with its source.

    Prints a proposal, or the findings that block the dose (exit code 3).
    """
    refuse_output(sheet.output, sheet.format, is_forced=sheet.force)
    asked = ask(patient, when, where)
    request = Request(asked.start, preparing.presentation, preparing.mode, read_overrides_file(preparing.overrides))
    chosen = asked.catalog.regimen(regimen)
    made = make_plan(
        asked.patient, chosen, catalog=asked.catalog, clinic=asked.clinic, as_of=asked.day, request=request
    )
    charts: tuple[Chart, ...] = ()
    if sheet.exposure:
        from assuage.cli.planned import with_levels

        made, charts = with_levels(made, asked, is_drawn=sheet.format in WITH_CHARTS)
    deliver(render(made, sheet.format, paper=sheet.paper, charts=charts), sheet.output)
    return code_of(made)
