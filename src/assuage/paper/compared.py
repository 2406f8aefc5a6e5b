"""One regimen beside a patient in a row of words: for the table of a terminal and for the columns of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from assuage.evidence.expectation import Prospect
from assuage.paper.outlook import ahead, sure
from assuage.paper.studied import ACCESS, BASIS, as_studied, proportion_text
from assuage.paper.words import plain, said
from assuage.plan import Plan
from assuage.plan.model import ArmResult, LimitCheck, Session
from assuage.quantity import Quantity, show
from assuage.regimen import Regimen

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


def compared(regimen: Regimen, plan: Plan) -> Compared:
    """One regimen, planned for one patient, as a row beside the others. Every number stands as it prints."""
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
