"""assuage exposure: the levels that a plan is expected to give, as text, JSON, a picture or a page."""

from __future__ import annotations

import contextlib
import gc
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from cyclopts import Parameter

from assuage.cli.as_json import made_with
from assuage.cli.asked import Asked, ask
from assuage.cli.moment import read_day
from assuage.cli.options import WHEN, WHERE, Moment, PatientFile, Place
from assuage.cli.outcome import PLANNED, REFUSED, code_of
from assuage.cli.plan import AS_STOCKED, Preparing
from assuage.cli.planned import planned, state_of
from assuage.cli.reading import read_overrides_file
from assuage.cli.threads import one_thread
from assuage.cli.writing import deliver, refuse_output
from assuage.errors import AssuageError, PlanError, Problem
from assuage.plan import Plan, Request

if TYPE_CHECKING:
    from assuage.charts import Chart
    from assuage.exposure.population import People as Who
    from assuage.plan.exposed import Outlook
    from assuage.plan.pumped import Ran

PICTURES = ("svg", "png", "html")


@Parameter(name="*")
@dataclass(frozen=True)
class People:
    """How many people are simulated."""

    n: Annotated[
        int | None,
        Parameter(
            help="People to simulate: 10,000 without this option, 2,000 to compare; 1 is the typical person alone, without an interval."
        ),
    ] = None
    seed: Annotated[int, Parameter(help="The same seed gives the same people, and the same numbers.")] = 1


@Parameter(name="*")
@dataclass(frozen=True)
class Answer:
    """What is asked for, and where it goes."""

    regimen: Annotated[
        str | None,
        Parameter(help="Id or alias of a regimen; “assuage regimens” lists them. Needed unless all are compared."),
    ] = None
    compare: Annotated[
        bool,
        Parameter(
            negative="", help="Every regimen that can be planned, side by side; nothing is ranked.", show_default=False
        ),
    ] = False
    levels: Annotated[
        str | None,
        Parameter(
            help="File of measured levels: what they say of this patient, and of the next infusion; with --as-of, the day on which they are known."
        ),
    ] = None
    ran: Annotated[
        str | None,
        Parameter(
            help="File of how the pump really ran: starts, rates, volumes, pauses of sessions; those it does not name are as planned."
        ),
    ] = None
    format: Annotated[Literal["text", "json", "svg", "png", "html"], Parameter(help="Form of the answer.")] = "text"
    output: Annotated[
        str | None,
        Parameter(name=("--output", "-o"), help="File to write, whole or not at all; without it, standard output."),
    ] = None
    force: Annotated[bool, Parameter(negative="", help="Overwrite the file if it exists.", show_default=False)] = False


AS_USUAL, AS_TEXT = People(), Answer()


def exposure(
    patient: PatientFile,
    /,
    *,
    answer: Answer = AS_TEXT,
    people: People = AS_USUAL,
    when: Moment = WHEN,
    where: Place = WHERE,
    preparing: Preparing = AS_STOCKED,
) -> int:
    """Predict the levels that a plan gives: the highest, the area, hours above reference bands, each with its spread.

    What is simulated is what is drawn up and pumped. Levels are predicted, not measured: no dose
    follows from them. Nothing is predicted of what is not given (exit code 3 where a finding blocks it).
    """
    _refuse(answer)
    refuse_output(answer.output, answer.format, is_forced=answer.force)
    one_thread()
    with _nothing_collected():
        from assuage.exposure.population import MANY, USUAL
        from assuage.exposure.population import people as checked

        usual = MANY if answer.compare else USUAL
        who = checked(usual if people.n is None else people.n, people.seed)
        if answer.levels is not None:
            return _measured(patient, answer, who, when, where=where, preparing=preparing)
        asked = ask(patient, when, where)
        overrides = read_overrides_file(preparing.overrides)
        request = Request(asked.start, preparing.presentation, preparing.mode, overrides, says_what_to_expect=False)
        if answer.compare:
            _compare(asked, request, who, answer)
            return PLANNED
        return _one(asked, request, who, answer)


@contextlib.contextmanager
def _nothing_collected() -> Iterator[None]:
    """The catalog and its answer are no garbage: looking through them for some, twice more when Python ends, takes a fifth of the time."""
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if is_collecting:
            gc.enable()


def _refuse(answer: Answer) -> None:
    problems = []
    if answer.compare == (answer.regimen is not None):
        what = "both --regimen and --compare" if answer.compare else "--regimen is missing, or has no value"
        problems.append(
            Problem(what, "the command line", "one regimen, or --compare for all of them",
                    "“assuage regimens” lists the ids")
        )  # fmt: skip
    if answer.compare and answer.format == "html":
        problems.append(
            Problem("--compare has no page", "--format html", "text, json, svg or png", "leave --compare out for a page with sliders")
        )  # fmt: skip
    if answer.levels is not None and (answer.compare or answer.format in PICTURES):
        problems.append(
            Problem("measured levels with --compare, or as a picture", "--levels", "one regimen, as text or JSON", "leave the other option out")
        )  # fmt: skip
    if answer.ran is not None and (answer.compare or answer.format == "html"):
        problems.append(
            Problem("how a pump ran with --compare, or as a page with sliders", "--ran", "one regimen, as text, json, svg or png", "leave the other option out")
        )  # fmt: skip
    if problems:
        raise PlanError(*problems)


def _measured(patient: str, answer: Answer, who: Who, when: Moment, *, where: Place, preparing: Preparing) -> int:
    from assuage.cli import measured

    # Beside a start, an as-of day says only which levels can be known.
    known_on = read_day(when.as_of, "--as-of") if when.as_of is not None and when.start is not None else None
    asked = ask(patient, when if known_on is None else replace(when, as_of=None), where)
    drawings, problems = measured.drawings_of(str(answer.levels), asked, known_on=known_on)
    overrides = read_overrides_file(preparing.overrides)
    request = Request(asked.start, preparing.presentation, preparing.mode, overrides, says_what_to_expect=False)
    plan = planned(asked, asked.catalog.regimen(str(answer.regimen)), request)
    if plan.is_refused and not problems:
        return _one(asked, request, who, answer)
    ran = _ran(answer, plan, asked)
    found = measured.learned(
        plan, asked, who=who, drawings=() if plan.is_refused else drawings, problems=problems, ran=ran
    )
    if answer.format == "json":
        deliver(json_text(measured.as_object(plan, found, asked=asked)), answer.output)
    else:
        deliver(_printed(lambda: measured.as_text(plan, found, asked=asked)), answer.output)
    return code_of(plan)


def _compare(asked: Asked, request: Request, who: Who, answer: Answer) -> None:
    from assuage.cli.exposures import as_object, comparison, comparison_charts, print_comparison

    found = comparison(asked, request, who)
    match answer.format:
        case "json":
            deliver(json_text(as_object(asked, found)), answer.output)
        case "text":
            deliver(_printed(lambda: print_comparison(asked, found, who)), answer.output)
        case _:
            deliver(_picture(comparison_charts(asked, found), answer.format), answer.output)


def _one(asked: Asked, request: Request, who: Who, answer: Answer) -> int:
    from assuage.plan.exposed import Asking, outlook

    plan = planned(asked, asked.catalog.regimen(str(answer.regimen)), request)
    is_drawn = answer.format in PICTURES
    if plan.is_refused and is_drawn:
        _say_refused(plan)
        return REFUSED
    state = state_of(asked)
    ran = _ran(answer, plan, asked)
    found = outlook(plan, state, asking=Asking(who, is_drawn, _marks() if is_drawn else (), ran=ran))
    if is_drawn and not found.exposed:
        raise AssuageError(*_unpredicted(found.unpredicted))
    match answer.format:
        case "json":
            deliver(json_text(_object(plan, found, asked)), answer.output)
        case "text":
            # Not before: what lays out a page takes as long to load as a tenth of the whole answer.
            from assuage.cli.levels import print_levels

            deliver(_printed(lambda: print_levels(plan, found, asked.catalog)), answer.output)
        case "html":
            deliver(_page(plan, found, asked, request), answer.output)
        case _:
            from assuage.charts.expected import expected_charts

            deliver(_picture(expected_charts(plan, found), answer.format), answer.output)
    return code_of(plan)


def _ran(answer: Answer, plan: Plan, asked: Asked) -> Mapping[int, Ran]:
    if answer.ran is None or plan.is_refused:
        return {}
    from assuage.cli.ran import read_ran_file

    return read_ran_file(answer.ran, plan, asked)


def _page(plan: Plan, found: Outlook, asked: Asked, request: Request) -> str:
    from assuage.charts.expected import expected_charts
    from assuage.charts.explored import Exploring, explored, redrawn
    from assuage.paper.explorer import Drawn, explorer_page
    from assuage.plan.exposed import with_exposure

    whole = with_exposure(plan, found.exposed, state_of(asked))
    asking = Exploring(
        asked.patient, asked.catalog.regimen(plan.regimen), asked.catalog, asked.clinic, asked.day, request
    )
    known = explored(asking)
    return explorer_page(whole, Drawn(expected_charts(whole, found), redrawn(whole, found, known.settings), known))


def _marks() -> tuple[float, ...]:
    from assuage.charts.expected import TOLD_H

    return TOLD_H


def _object(plan: Plan, found: Outlook, asked: Asked) -> dict[str, Any]:
    from assuage.paper.convert import exposure_object

    return {
        **made_with(asked.catalog),
        "patient": plan.patient.id,
        "regimen": plan.regimen,
        "as_of": asked.day,
        "dose_is_blocked": plan.is_refused,
        "findings": [one for one in plan.findings if one.blocks == "dose"],
        "exposure": [exposure_object(one) for one in found.exposed],
        "not_predicted": found.unpredicted,
    }


def json_text(content: dict[str, Any]) -> str:
    """One JSON document, indented."""
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode("utf-8") + "\n"


def _printed(show: Callable[[], None]) -> str:
    """What a page prints, as text."""
    page = io.StringIO()
    with contextlib.redirect_stdout(page):
        show()
    return page.getvalue()


def _picture(charts: Sequence[Chart], format: str) -> str | bytes:
    from assuage.charts import png, stacked, svg

    whole = stacked(charts)
    return png(whole) if format == "png" else svg(whole)


def _say_refused(plan: Plan) -> None:
    """Why there is no picture; standard output stays empty."""
    print("Nothing is drawn: nothing is given, because of findings.", file=sys.stderr)
    for one in plan.findings:
        if one.blocks == "dose":
            print(f"{one.severity}: {one.message}\n  to settle: {one.resolve}", file=sys.stderr)


def _unpredicted(told: Sequence[str]) -> tuple[Problem, ...]:
    return tuple(
        Problem(f"no level is predicted. {one}", "the patient", "what the models need", "give it, or use --format text")
        for one in told or ("Nothing is given.",)
    )
