"""The sheet: a Plan in words, in one order. Text, HTML and PDF lay it out; none of them adds or leaves out a number."""

from __future__ import annotations

import re

from assuage.finding import BLOCKS, Finding
from assuage.paper.block import Box, Item, Pair, Part, Sheet
from assuage.paper.expected import expected_of
from assuage.paper.remark import remarks_of
from assuage.paper.visit import visits_of
from assuage.paper.words import Numbering, said, sentence, tie, when
from assuage.plan.model import FollowUp, LimitCheck, Plan, Preparation
from assuage.quantity import show
from assuage.screening import show_date

ACCESS = {
    "seed": "known only through the review this catalog starts from",
    "secondary": "known only second-hand",
    "weak": "known only from a weak source",
    "abstract": "read in abstract only",
    "full-text": "read in full",
    "full-text-partial": "read in part",
    "title-only": "only the title was read",
    "not-found": "the source was not found",
    "memory": "UNVERIFIED (memory)",
    "editorial": "a choice of the editors",
    "arithmetic": "by arithmetic",
}
BLOCKED = {
    "dose": ("BLOCKS THE DOSE", "Nothing is planned and no dose is shown until this is settled."),
    "sign": ("BLOCKS SIGNING", "This can be read; it cannot become an order until this is settled."),
    "start": ("BEFORE EACH START", "Settled at the bedside before a session starts."),
    "none": ("TO KNOW", ""),
}
# key, heading, kinds of record; a kind the list does not name prints under WATCH.
WATCHED = (
    ("before", "BEFORE", ("prepare", "kit", "baseline", "site")),
    ("watch", "WATCH", ("during",)),
    ("stop", "STOP IF", ("stop",)),
    ("rescue", "RESCUE", ("antidote", "rescue")),
    ("after", "AFTER", ("after", "discharge")),
)
NAMED = {"prepare": "when making it", "kit": "ready", "baseline": "baseline", "site": "site", "antidote": "antidote"}
BOXES = (
    "No.", "Weight (kg)", "Product and strength", "Dose", "Volume drawn up", "Rate", "Lot and expiry", "Started", "Stopped",
    "Made by", "Checked by",
)  # fmt: skip
SHORT = 10


def order_sheet(plan: Plan) -> Sheet:
    """The sheet of a plan. Holds: every finding, dispute, unjudged rule, dose and source of the plan is in it."""
    number = Numbering(source.id for source in plan.sources)
    made = plan.preparation
    prepared = _prepared(made, plan, number) if made else ()
    return Sheet(
        standing=tie(plan.headline),
        title=tie(plan.regimen_name),
        is_refused=made is None,
        is_signable=plan.signable,
        signature=_signature(plan),
        band=_band(plan),
        visits=visits_of(plan) if made else (),
        parts=(
            *_findings(plan, number),
            *prepared,
            _body(plan),
            *expected_of(plan, number),
            *remarks_of(plan, number),
            _sources(plan),
        ),
        boxes=_boxes(made) if made else None,
        foot=_foot(plan),
    )


def _signature(plan: Plan) -> str:
    if plan.preparation is None:
        return "NOT SIGNABLE: nothing is planned"
    if plan.signable:
        return "Can be signed by the prescriber"
    if plan.standing == "adopted":
        return "NOT SIGNABLE: a finding above blocks signing"
    if plan.clinic_is_example:
        return "NOT SIGNABLE: made with an example clinic"
    return "NOT SIGNABLE: this clinic has not adopted the regimen"


def _band(plan: Plan) -> tuple[Pair, ...]:
    one = plan.patient
    synthetic = " (synthetic)" if one.synthetic else ""
    pairs = (
        Pair("Patient", f"{one.id}{synthetic}"),
        Pair("Born", one.birth_date if one.age == one.birth_date else f"{one.birth_date} ({one.age})"),
        Pair("Sex", one.sex),
        Pair("Weight", one.weight if one.weight_on == one.weight else f"{one.weight}, {one.weight_on}"),
        Pair("Height", one.height),
        Pair("Allergies", one.allergies),
        Pair("Pain", one.diagnosis),
    )
    return tuple(Pair(pair.label, tie(pair.value)) for pair in pairs)


def _body(plan: Plan) -> Part:
    """Computed sizes and renal function, each with its formula."""
    lines = (*plan.patient.renal, *plan.patient.sizes)
    return Part("body", "RENAL FUNCTION AND SIZE", tuple(Item(tie(line)) for line in lines))


def _findings(plan: Plan, number: Numbering) -> tuple[Part, ...]:
    parts = []
    for blocks in BLOCKS:
        title, lead = BLOCKED[blocks]
        found = sorted((one for one in plan.findings if one.blocks == blocks), key=lambda one: one.rank)
        if found:
            parts.append(Part(f"blocks-{blocks}", title, tuple(_finding(one, number) for one in found), lead))
    return tuple(parts)


def _finding(one: Finding, number: Numbering) -> Item:
    more = [f"Why: {sentence(one.reason)}"] if one.reason else []
    if one.resolve:
        more.append(f"To settle: {sentence(one.resolve)}")
    return Item(
        tie(number.renumbered(sentence(one.message))),
        tag=one.severity.upper(),
        more=tuple(tie(number.renumbered(line)) for line in more),
        refs=number.refs(one.sources),
    )


def _prepared(made: Preparation, plan: Plan, number: Numbering) -> tuple[Part, ...]:
    parts = (
        Part("follow-up", "FOLLOW-UP", tuple(_follow_up(one, plan.time_zone) for one in made.follow_up)),
        *_watched(made, number),
        Part("working", "WORKING", tuple(Item(tie(line)) for line in made.working)),
        Part("limits", "LIMITS", _limits(made, number), "On the rounded numbers that are drawn up and pumped."),
    )
    return tuple(part for part in parts if part.items)


def _follow_up(one: FollowUp, zone: str) -> Item:
    at = when(one.at, zone) if one.at else f"{show(one.after)} after the last session starts"
    text = f"{at}: {sentence(one.what)}" + (
        " Primary score." if one.primary and "primary" not in one.what.casefold() else ""
    )
    return Item(tie(text), tag=tie(f"{show(one.after)}"), more=tuple(tie(flag) for flag in one.flags))


def _watched(made: Preparation, number: Numbering) -> tuple[Part, ...]:
    known = {kind for _, _, kinds in WATCHED for kind in kinds}
    parts = []
    for key, title, kinds in WATCHED:
        mine = [one for one in made.watch if one.kind in kinds or (key == "watch" and one.kind not in known)]
        items = tuple(
            Item(
                tie(sentence(one.sentence)), tag=tie(one.when or NAMED.get(one.kind, "")), refs=number.refs(one.sources)
            )
            for one in mine
        )
        parts.append(Part(key, title, items))
    return tuple(parts)


def _limits(made: Preparation, number: Numbering) -> tuple[Item, ...]:
    """Each limit once, at the session that comes nearest to it or crosses it furthest."""
    nearest: dict[str, LimitCheck] = {}
    for check in made.limits:
        best = nearest.get(check.limit)
        if best is None or _further(check, best):
            nearest[check.limit] = check
    return tuple(_limit(check, number) for check in nearest.values())


def _further(check: LimitCheck, best: LimitCheck) -> bool:
    compared = check.found.compare(best.found)
    return compared > 0 if check.side == "above" else compared < 0


def _limit(check: LimitCheck, number: Numbering) -> Item:
    side = "at most" if check.side == "above" else "at least"
    measure = re.sub(r"(\d)h\b", r"\1 h", check.measure.replace("-", " "))
    text = f"{check.drug.replace('-', ' ')}, {measure}: {said(check.found)}; {check.level} limit {side} {said(check.bound)}"
    return Item(tie(text), tag="CROSSED" if check.crossed else "within", refs=number.refs([check.source]))


def _sources(plan: Plan) -> Part:
    return Part("sources", "SOURCES", tuple(
        Item(tie(one.citation), tag=f"[{number}]", more=(ACCESS.get(one.access, one.access),))
        for number, one in enumerate(plan.sources, 1)
    ))  # fmt: skip


def _boxes(made: Preparation) -> Box:
    return Box(
        "SECOND CHECK AND RECORD",
        "Cover the figures above. Work from the vial's label and the chart, write, then compare.",
        BOXES,
        tuple(str(session.number) for session in made.sessions),
    )


def _foot(plan: Plan) -> tuple[Pair, ...]:
    example = " (example)" if plan.clinic_is_example else ""
    return (
        Pair("Regimen", f"{plan.regimen}, for {plan.indication.replace('-', ' ')}"),
        Pair("Clinic", f"{plan.clinic}{example}"),
        Pair("Catalog", f"{plan.catalog_version}, {plan.fingerprint[:SHORT]}"),
        Pair("Software", f"assuage {plan.software_version}"),
        Pair("Facts as of", show_date(plan.as_of)),
        Pair("Times", plan.time_zone),
    )
