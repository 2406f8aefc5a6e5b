"""What stands beside the numbers: disputes, what was left out, who was studied, what to expect, what came later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assuage.paper.block import Item, Part
from assuage.paper.outlook import headline, left_out, reasons_to_doubt
from assuage.paper.words import Numbering, plain, sentence, share, tie, valued
from assuage.plan.model import ArmResult, Disputed, Expected, Plan
from assuage.sourced import Claim

DIRECTIONS = {"against": "against", "for": "for", "qualifies": "qualifies", "context": "context"}
FEW = 2


def remarks_of(plan: Plan, number: Numbering) -> tuple[Part, ...]:
    """The parts that are neither findings nor preparation; a part with nothing to say is left out."""
    parts = (
        Part("disputed", "DISPUTED", tuple(_dispute(one, number) for one in plan.disputes)),
        *_expected(plan.expectation, number),
        Part("guideline", "GUIDELINE POSITION", _claims(plan.guideline_position, number)),
        Part(
            "population", "POPULATION MATCH", _population(plan), lead="Entry criteria of the study beside this patient."
        ),
        Part("omitted", "OMITTED", _omitted(plan)),
        Part("remarks", "REMARKS", _claims(plan.remarks, number)),
        Part("overrides", "OVERRIDDEN", _overrides(plan)),
        _not_checked(plan),
    )
    return tuple(part for part in parts if part.items)


def _dispute(disputed: Disputed, number: Numbering) -> Item:
    found = [f"{valued(claim.value)} {number.refs([claim.source])} ({claim.where})" for claim in disputed.claims]
    chosen = next((valued(claim.value) for claim in disputed.claims if claim.name == disputed.chosen), None)
    decided = f"Chosen: {chosen}." if chosen is not None else "Nobody has chosen."
    because = sentence(disputed.because or "")
    many = len(disputed.claims) > FEW
    return Item(
        tie(f"{sentence(disputed.fact)} {'; '.join(found) if many else ' against '.join(found)}."),
        more=(tie(f"{decided} {because}".strip()),),
    )


def _expected(expected: Expected | None, number: Numbering) -> tuple[Part, ...]:
    if expected is None:
        nothing = Item("What to expect is not known: no count could be read for this regimen.")
        return (Part("expect", "EXPECT", (nothing,)),)
    items = list(_prospects(expected, number))
    told = {(arm.study, arm.arm, arm.outcome, arm.time) for one in expected.prospects for arm in one.arms}
    rest = [one for one in expected.results if (one.study, one.arm, one.outcome, one.time) not in told]
    items += [Item(_result(one), refs=number.refs([one.study])) for one in rest]
    if not items:
        items = [Item("What to expect is not known: nobody was counted in an arm like this regimen.")]
    later = tuple(
        Item(tie(one.sentence), tag=DIRECTIONS.get(one.direction, one.direction), refs=number.refs([one.study]))
        for one in expected.against
    )
    return Part("expect", "EXPECT", tuple(items)), _left_out(expected), Part("later", "LATER EVIDENCE", later)


def _prospects(expected: Expected, number: Numbering) -> Iterator[Item]:
    """One item for each outcome and time; what stood under one before is not said again."""
    told: set[str] = set()
    for one in expected.prospects:
        if one.predicted is not None:
            doubts = [tie(line) for line in reasons_to_doubt(one, refs=number.refs(one.prior_sources))]
            refs = number.refs(arm.study for arm in one.arms if not arm.is_ours)
            yield Item(tie(headline(one)), more=tuple(line for line in doubts if line not in told), refs=refs)
            told.update(doubts)


def _left_out(expected: Expected) -> Part:
    """Arms of the same drug that do not tell what to expect here, with why: for the first of what is asked."""
    if not expected.prospects:
        return Part("unlike", "", ())
    first = expected.prospects[0]
    lead = f"Arms of the same drug, and why they do not tell who has {first.asked.had} {first.asked.when(is_series=first.is_series)}."
    return Part("unlike", "NOT COUNTED", tuple(Item(tie(line)) for line in left_out(first.left_out)), lead)


def _result(one: ArmResult) -> str:
    return tie(
        f"{plain(one.outcome)}, {plain(one.time)}: {one.events} of {one.n}"
        f" ({share(one.mean)}, 95 % interval {share(one.lower).removesuffix(' %')} to {share(one.upper)})"
    )


def _claims(claims: Iterable[Claim], number: Numbering) -> tuple[Item, ...]:
    return tuple(
        Item(
            tie(sentence(one.value)),
            more=(tie(sentence(one.note)),) if one.note else (),
            refs=number.refs([one.source]),
        )
        for one in claims
    )


def _population(plan: Plan) -> tuple[Item, ...]:
    return tuple(Item(tie(sentence(one.criterion)), tag=one.verdict, more=(tie(one.found),)) for one in plan.population)


def _omitted(plan: Plan) -> tuple[Item, ...]:
    return tuple(
        Item(
            tie(f"{one.drug.replace('-', ' ')} {one.dose} ({one.role}) is not given. {sentence(one.because)}"),
            more=(tie(sentence(one.changes)),),
        )
        for one in plan.omitted
    )


def _overrides(plan: Plan) -> tuple[Item, ...]:
    return tuple(
        Item(tie(f"{one.rule}: {sentence(one.reason)}"), more=(f"Taken on by {one.prescriber} and {one.second}.",))
        for one in plan.overrides
    )


def _not_checked(plan: Plan) -> Part:
    items = tuple(Item(tie(sentence(one.why)), tag=one.rule) for one in plan.not_checked)
    return Part("not-checked", "NOT CHECKED", items or (Item("Every rule that applies could be judged."),))
