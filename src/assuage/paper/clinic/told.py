"""The evidence as it is told on paper: counts with their reach, what speaks for and against, harms, and the sources by number."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.paper.clinic.leaf import Filed, Section
from assuage.paper.clinic.telling import counted, last_order
from assuage.paper.outlook import plainly
from assuage.paper.words import Numbering, plain, sentence
from assuage.plan.model import Expected
from assuage.plan.reference import expectation
from assuage.rule import Saying

NOBODY = "Nobody has counted who is helped by this; what to expect is not known."
NOTHING_AGAINST = "Nothing is recorded against it; that is not the same as proof."


def given(filed: Filed) -> set[str]:
    """The drugs of this course; none where nothing was ordered."""
    held = last_order(filed)
    return {one.drug for session in held.order.sessions for one in session.drugs} if held else set()


def sayings(filed: Filed, paper: str, *headings: str) -> Iterator[Section]:
    """Sections of what the catalog says on a paper, for the drugs of this course."""
    drugs = given(filed)
    mine = [one for one in filed.catalog.sayings.values() if one.paper == paper and (not one.drugs or drugs & set(one.drugs))]  # fmt: skip
    for heading in headings or tuple(dict.fromkeys(one.heading for one in mine)):
        found = sorted((one for one in mine if one.heading == heading), key=_place)
        if found:
            yield Section(heading, sentences=tuple(one.sentence for one in found))


def _place(one: Saying) -> int:
    return one.order


def expected_of(filed: Filed) -> Expected | None:
    """What the catalog has of the regimen; none where it knows the regimen no more."""
    held = last_order(filed)
    regimen = filed.catalog.regimens.get(held.order.regimen) if held else None
    return expectation(regimen, filed.catalog) if regimen else None


def helped(filed: Filed) -> Iterator[str]:
    """For a patient to read: each count of who was helped, and how far so few people can be trusted."""
    expected = expected_of(filed)
    told = next((one for one in expected.prospects if one.arms), None) if expected else None
    if told is None:
        yield NOBODY
        return
    yield from plainly(told)
    yield "In other groups it may be more or fewer. Some get better by themselves."


def evidence(filed: Filed) -> tuple[Section, ...]:
    """For who judges: for and against, each number with its interval, each with its study, and the studies themselves."""
    expected = expected_of(filed)
    results, beside = (expected.results, expected.against) if expected else ((), ())
    numbering = Numbering(dict.fromkeys((*(one.study for one in results), *(one.study for one in beside))))
    seen = tuple(
        f"{sentence(plain(one.outcome)).removesuffix('.')}, {one.time}: {counted(one.events, one.n)} {numbering.refs((one.study,))}."
        for one in results
    )
    against, others = (
        tuple(f"{one.sentence} {numbering.refs((one.study,))}" for one in beside if (one.direction == "against") is it)
        for it in (True, False)
    )
    level = expected.certainty.split(" (")[0] if expected and expected.certainty else "not graded"
    return (
        Section("What was seen with this regimen", items=(*(seen or (NOBODY,)), *others), sentences=(f"Certainty: {level}.",)),
        Section("What speaks against it", items=against or (NOTHING_AGAINST,)),
        Section("Sources", items=tuple(_cited(filed, numbering, (*results, *beside)))),
    )  # fmt: skip


def _cited(filed: Filed, numbering: Numbering, named: tuple[object, ...]) -> Iterator[str]:
    for study in dict.fromkeys(str(getattr(one, "study", "")) for one in named):
        source = filed.catalog.sources.get(study)
        yield f"{numbering.refs((study,))} {source.citation if source else study}"


def harms(filed: Filed) -> Iterator[str]:
    """For a patient to read: everything unwanted that is known of the drugs, in a plainer word where there is one."""
    drugs = given(filed)
    for one in filed.catalog.events.values():
        if drugs & set(one.drugs):
            name = f"{one.name[0].lower()}{one.name[1:]}"
            told = f"{one.synonyms[0].capitalize()} ({name})" if one.synonyms else one.name
            yield f"{told}: {'; '.join(dict.fromkeys(claim.value for claim in one.seen_in))}."
