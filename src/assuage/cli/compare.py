"""assuage compare: every regimen side by side for one patient. Nothing is ranked."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import Parameter

from assuage.cli.as_json import made_with, print_json
from assuage.cli.asked import Asked, ask
from assuage.cli.options import WHEN, WHERE, Moment, PatientFile, Place, TextOrJson
from assuage.cli.page import Column, Page
from assuage.cli.planned import planned, state_of
from assuage.cli.shown import ACCESS, BASIS, as_studied, proportion_text
from assuage.cli.threads import one_thread
from assuage.paper.outlook import ahead, sure
from assuage.paper.words import plain, said
from assuage.plan import Plan, Request
from assuage.plan.model import ArmResult, LimitCheck, Session
from assuage.quantity import Quantity, show
from assuage.regimen import Regimen
from assuage.screening import show_date

if TYPE_CHECKING:
    from assuage.cli.exposures import Row
    from assuage.evidence.expectation import Prospect
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
ORDER = "In the order of their ids: nothing is ranked, and counts from different studies are not compared here. The next ten are those of a new clinic, a 95 % interval."
MEASURES = ("rate", "concentration")


class Compared(msgspec.Struct, frozen=True):
    """One regimen beside this patient. Lists are empty where nothing is planned, or nobody counted."""

    regimen: str
    name: str
    verdict: str
    blocked_by: tuple[str, ...]
    findings: dict[str, int]
    as_studied: str
    dose: tuple[str, ...]
    chair_time: tuple[str, ...]
    rate: tuple[str, ...]
    concentration: tuple[str, ...]
    limits: tuple[str, ...]
    tried_in: str
    match: tuple[str, ...]
    responders: tuple[str, ...]
    against: tuple[str, ...]
    other_later: tuple[str, ...]
    standing: str
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


def _rows(asked: Asked, who: People) -> list[Compared]:
    from assuage.cli.exposures import reached

    state, request = state_of(asked), Request(start=asked.start)
    found = []
    for regimen in asked.catalog.regimens.values():
        plan = planned(asked, regimen, request)
        levels, silent = reached(plan, state, who=who)
        found.append(_compared(regimen, plan, levels=levels, silent=silent))
    return found


def _print(asked: Asked, rows: list[Compared], who: People) -> None:
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


def _compared(regimen: Regimen, plan: Plan, *, levels: tuple[Row, ...], silent: tuple[str, ...]) -> Compared:
    sessions = plan.preparation.sessions if plan.preparation else ()
    limits = plan.preparation.limits if plan.preparation else ()
    blocking = tuple(one.message for one in plan.findings if one.blocks == "dose")
    return Compared(
        regimen=regimen.id,
        name=regimen.name,
        verdict=_verdict(regimen, plan),
        blocked_by=blocking,
        findings={blocks: sum(one.blocks == blocks for one in plan.findings) for blocks in ("dose", "sign", "start", "none")},
        as_studied=as_studied(regimen),
        dose=_unique(text for session in sessions for text in _doses(session)),
        chair_time=_unique(said(session.chair_time) for session in sessions),
        rate=_unique(f"{said(run.rate)}, {said(run.drug_rate)}" for session in sessions for run in session.runs),
        concentration=_unique(said(session.vehicle.concentration) for session in sessions if session.vehicle),
        limits=_unique(_limit(check) for check in _worst(limits)),
        tried_in=regimen.indication.replace("-", " "),
        match=tuple(f"{one.criterion.rstrip('.')}: {one.verdict}" for one in plan.population),
        responders=_responders(plan),
        against=_later(plan, against=True),
        other_later=_later(plan, against=False),
        standing=f"{plan.standing}; {BASIS[regimen.basis]}; {ACCESS.get(regimen.access, regimen.access)}",
        exposure=levels,
        not_predicted=silent,
    )  # fmt: skip


def _verdict(regimen: Regimen, plan: Plan) -> str:
    if not regimen.plannable:
        return "cannot be planned"
    if plan.preparation is None:
        return "not planned"
    return "order" if plan.signable else "proposal"


def _doses(session: Session) -> Iterator[str]:
    for one in session.components:
        yield f"{one.name} {show(one.dose)}{'' if one.role == 'therapy' else f' ({one.role})'}"


def _worst(limits: Iterable[LimitCheck]) -> Iterator[LimitCheck]:
    """Of each limit on a rate or a concentration, the check that comes nearest or crosses furthest."""
    kept: dict[str, LimitCheck] = {}
    for check in limits:
        if check.measure not in MEASURES:
            continue
        before = kept.get(check.limit)
        if before is None or _is_further(check.found, before.found, check.side):
            kept[check.limit] = check
    return iter(kept.values())


def _is_further(one: Quantity, other: Quantity, side: str) -> bool:
    compared = one.compare(other)
    return compared > 0 if side == "above" else compared < 0


def _limit(check: LimitCheck) -> str:
    verb = "crosses" if check.crossed else "within"
    bound = "at most" if check.side == "above" else "at least"
    return f"{check.measure} {said(check.found)} {verb} the {check.level} limit, {bound} {said(check.bound)} [{check.source}]"


def _responders(plan: Plan) -> tuple[str, ...]:
    if plan.expectation is None:
        return ()
    return tuple(
        f"{one.events}/{one.n} = {proportion_text(one.events, one.n)}: {plain(one.outcome)}, {one.time} [{one.study}]"
        f"{_ahead(one, plan.expectation.prospects)}"
        for one in plan.expectation.results
    )


def _ahead(result: ArmResult, prospects: Iterable[Prospect]) -> str:
    """How many of the next ten in a new clinic, where this count tells it; nothing where it does not."""
    key = (result.study, result.arm, result.outcome, result.time)
    for one in prospects:
        if one.predicted and key in [(arm.study, arm.arm, arm.outcome, arm.time) for arm in one.arms]:
            return f"; {ahead(one.predicted.next_patients)}; {sure(one).lower().rstrip('.')}"
    return ""


def _later(plan: Plan, *, against: bool) -> tuple[str, ...]:
    later = plan.expectation.against if plan.expectation else ()
    return tuple(
        f"{one.direction}: {one.sentence} [{one.study}]" for one in later if (one.direction == "against") == against
    )


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _cells(row: Compared) -> tuple[str, ...]:
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


def _expected(row: Compared) -> str:
    """Expected levels in sentences; why there are none where a dose is shown without them."""
    from assuage.cli.exposures import row_text

    told = [f"{row_text(one)}." for one in row.exposure]
    if row.dose:
        told += [f"not predicted: {text}" for text in row.not_predicted]
    return " ".join(told) or NO_LEVELS


def _short(row: Compared) -> tuple[str, ...]:
    """A row of the table: the same in few words; studies are named, not told."""
    found = ", ".join(f"{count} {SHORT[blocks]}" for blocks, count in row.findings.items() if count)
    met = f"{sum(one.endswith(': met') for one in row.match)} of {len(row.match)} criteria met" if row.match else ""
    against = ", ".join(dict.fromkeys(one.rsplit("[", 1)[1].rstrip("]") for one in row.against))
    return (
        "\n".join(textwrap.wrap(row.regimen, ID_WIDTH)), f"{row.verdict}: {found}", row.as_studied, "; ".join(row.dose) or NO_DOSE, " or ".join(row.chair_time),
        "; ".join((*row.rate, *row.concentration, *_crossed(row))), "; ".join(part for part in (row.tried_in, met) if part),
        "; ".join(row.responders) or NOT_COUNTED, f"against: {against}" if against else NONE_AGAINST, row.standing,
    )  # fmt: skip


def _crossed(row: Compared) -> tuple[str, ...]:
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
