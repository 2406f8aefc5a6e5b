"""assuage compare: every regimen side by side for one patient. Nothing is ranked."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import Parameter

from assuage.cli.as_json import made_with, print_json
from assuage.cli.asked import Asked, ask
from assuage.cli.options import WHEN, WHERE, Moment, PatientFile, Place, TextOrJson
from assuage.cli.page import Column, Page
from assuage.cli.planned import planned, state_of
from assuage.cli.threads import one_thread
from assuage.paper.compared import ORDER, Compared, compared
from assuage.plan import Request
from assuage.screening import show_date

if TYPE_CHECKING:
    from assuage.cli.exposures import Row
    from assuage.exposure.population import People

WIDE = 150
# An id that is longer goes on at a hyphen.
ID_WIDTH = 22
COLUMNS = (
    Column("Regimen", width=ID_WIDTH + 2), Column("For this patient", 4), Column("As studied", 4), Column("Dose here", width=13),
    Column("Chair", width=8), Column("Rate and concentration", width=15), Column("Tried in", 4), Column("Better, 95 % interval", 4),
    Column("Later evidence", width=15), Column("Standing", width=13),
)  # fmt: skip
# What stands in the table has its place there; levels follow it, a list for each substance. A card holds its own.
CARD = (*COLUMNS[:6], Column("Expected levels"), *COLUMNS[6:])
LEVELS = "Levels are rises above the baseline, predicted, not measured: nothing rests on them, and a higher level is not a better one."


class Levelled(Compared, frozen=True):
    """A row with the levels that the plan is expected to give. Empty where nothing is planned or nothing is predicted."""

    exposure: tuple[Row, ...]
    not_predicted: tuple[str, ...]


Simulated = Annotated[
    bool,
    Parameter(
        negative="",
        help="Simulate people, so that every expected level has its spread; takes a moment longer.",
        show_default=False,
    ),
]


def compare(
    patient: PatientFile,
    /,
    *,
    when: Moment = WHEN,
    where: Place = WHERE,
    exposure: Simulated = False,
    format: TextOrJson = "text",
) -> None:
    """Every regimen side by side for one patient: verdict, dose, time, rate, expected levels, population, results, standing.

    Nothing is ranked or recommended. Each regimen is planned as “assuage plan” would plan it. Levels
    are those of one typical person unless people are simulated.
    """
    one_thread()
    from assuage.exposure.population import MANY, USUAL_SEED, people

    asked = ask(patient, when, where)
    who = people(MANY if exposure else 1, USUAL_SEED)
    rows = _rows(asked, who)
    if format == "json":
        head: dict[str, Any] = {"patient": asked.patient.id, "as_of": asked.day, "order": ORDER}
        simulated = {"people": who.count, "seed": who.seed, "levels": LEVELS}
        print_json({**made_with(asked.catalog), **head, **simulated, "regimens": rows})
        return
    _print(asked, rows, who)


def _rows(asked: Asked, who: People) -> list[Levelled]:
    from assuage.cli.exposures import reached

    state, request = state_of(asked), Request(start=asked.start)
    found = []
    for regimen in asked.catalog.regimens.values():
        plan = planned(asked, regimen, request)
        levels, silent = reached(plan, state, who=who)
        row = msgspec.structs.asdict(compared(regimen, plan))
        found.append(Levelled(**row, exposure=levels, not_predicted=silent))
    return found


def _print(asked: Asked, rows: list[Levelled], who: People) -> None:
    from assuage.cli.exposures import of_whom, print_rows

    page = Page()
    synthetic = " (synthetic: a made-up patient)" if asked.patient.synthetic else ""
    page.title(f"Regimens side by side for {asked.patient.id}{synthetic}")
    page.paragraph(f"Facts as of {show_date(asked.day)}. Clinic {asked.clinic.id}. {ORDER}")
    page.paragraph(f"{LEVELS} {of_whom(who)}")
    page.paragraph("")
    if page.width >= WIDE:
        page.listing(COLUMNS, [_short(row) for row in rows], wide=WIDE)
        page.heading("Expected levels", f"rises above the baseline. {of_whom(who)}")
        print_rows(page, [one for row in rows for one in row.exposure])
        silent = [(row.regimen, " ".join(row.not_predicted)) for row in rows if row.not_predicted and row.dose]
        if silent:
            page.heading("Not predicted", "though a dose is shown")
            page.pairs(silent)
    else:
        page.listing(CARD, [_cells(row) for row in rows], wide=WIDE)
    page.print()


def _cells(row: Levelled) -> tuple[str, ...]:
    """A card: whole sentences."""
    found = "; ".join(f"{count} {TOLD[blocks]}" for blocks, count in row.findings.items() if count)
    verdict = f"{row.verdict}. {found}." + (f" Blocked: {' '.join(row.blocked_by)}" if row.blocked_by else "")
    later = " ".join(row.against) or NONE_AGAINST
    if row.other_later:
        later += f" {len(row.other_later)} more, not against it: assuage regimens {row.regimen}."
    return (
        f"{row.regimen}: {row.name}", verdict, row.as_studied, "; ".join(row.dose) or NO_DOSE, " or ".join(row.chair_time),
        "; ".join((*row.rate, *row.concentration, *row.limits)), _expected(row), f"{row.tried_in}. {'; '.join(row.match)}".strip(),
        "; ".join(row.responders) or NOT_COUNTED, later, row.standing,
    )  # fmt: skip


def _expected(row: Levelled) -> str:
    """Expected levels in sentences; why there are none where a dose is shown without them."""
    from assuage.cli.exposures import row_text

    told = [f"{row_text(one)}." for one in row.exposure]
    if row.dose:
        told += [f"not predicted: {text}" for text in row.not_predicted]
    return " ".join(told) or NO_LEVELS


def _short(row: Levelled) -> tuple[str, ...]:
    """A row of the table: the same in few words; studies are named, not told."""
    found = ", ".join(f"{count} {SHORT[blocks]}" for blocks, count in row.findings.items() if count)
    met = f"{sum(one.endswith(': met') for one in row.match)} of {len(row.match)} criteria met" if row.match else ""
    against = ", ".join(dict.fromkeys(one.rsplit("[", 1)[1].rstrip("]") for one in row.against))
    return (
        "\n".join(textwrap.wrap(row.regimen, ID_WIDTH)), f"{row.verdict}: {found}", row.as_studied, "; ".join(row.dose) or NO_DOSE, " or ".join(row.chair_time),
        "; ".join((*row.rate, *row.concentration, *_crossed(row))), "; ".join(part for part in (row.tried_in, met) if part),
        "; ".join(row.responders) or NOT_COUNTED, f"against: {against}" if against else NONE_AGAINST, row.standing,
    )  # fmt: skip


def _crossed(row: Levelled) -> tuple[str, ...]:
    """The limits that are crossed, else that none of so many is."""
    crossed = tuple(text for text in row.limits if " crosses " in text)
    count = len(row.limits)
    return crossed or ((f"within {count} limit{'' if count == 1 else 's'} on them",) if count else ())


NO_DOSE, NO_LEVELS = "none shown", "none: nothing is given"
NOT_COUNTED, NONE_AGAINST = "nobody counted, or not in this arm", "nothing recorded against it"
SHORT = {"dose": "blocking the dose", "sign": "signing", "start": "each start", "none": "to know"}
TOLD = {
    "dose": "blocking the dose",
    "sign": "blocking signing",
    "start": "to settle before each start",
    "none": "to know",
}
