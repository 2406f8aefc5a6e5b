"""Study cards: who did it, how much of it was read, how it was done, what it found here, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assuage.catalog import Catalog
from assuage.charts.forest_rows import counted, share_of_pool, study_name, treated
from assuage.evidence.answered import BodyFound, ForestRow, RiskFound
from assuage.evidence.rows import study_label
from assuage.paper.block import Item, Pair
from assuage.paper.evidence.piece import Card
from assuage.paper.evidence.telling import READ, joined, people_text, row_text
from assuage.paper.words import plain, sentence, tie
from assuage.quantity import show_number
from assuage.study import Arm, ArmDrug, Design, Study


def cards_of(bodies: Sequence[BodyFound], catalog: Catalog) -> tuple[Card, ...]:
    """A card for each study among the rows of some bodies, in the order in which they first appear.

    Holds     every row of every body stands on the card of its study, and so does every appraisal
    """
    names = dict.fromkeys(row.study for body in bodies for row in body.rows)
    return tuple(_card(name, bodies, catalog) for name in names)


def anchor_of(study: str) -> str:
    """The address of a study's card within the page."""
    return f"study-{study}"


def name_of(study: str, catalog: Catalog) -> str:
    """A study as people call it: first author and year; by its id where no author is named."""
    known = catalog.studies.get(study)
    return study_label(known) if known is not None else study_name(study)


def _card(name: str, bodies: Sequence[BodyFound], catalog: Catalog) -> Card:
    study = catalog.studies.get(name)
    title = f"{name_of(name, catalog)} ({name})" if name_of(name, catalog) != name else name
    return Card(
        anchor_of(name),
        title,
        tuple(_pairs(study)) if study is not None else (Pair("Record", "this clinic's own, not of the catalog"),),
        tuple(_result(row, body) for body in bodies for row in body.rows if row.study == name),
        tuple(_risks(name, bodies)),
    )


def _pairs(study: Study) -> Iterator[Pair]:
    pairs = (
        ("RETRACTED", study.retracted or ""),
        ("Citation", str(study.citation)),
        ("Read", f"{READ.get(study.access, study.access)}; confidence {study.confidence}"),
        ("Design", _design(study.design)),
        ("People", _people(study)),
        ("Nearness", study.directness or ""),
        *(("Arm", _arm(arm)) for arm in study.arms),
    )
    yield from (Pair(label, tie(text)) for label, text in pairs if text)


def _design(design: Design | None) -> str:
    if design is None:
        return "not stated"
    return joined((design.type or "type not stated", design.blinding or "blinding not stated"))


def _people(study: Study) -> str:
    design, population = study.design, study.population
    randomised = design.n_randomised if design else None
    analysed = design.n_analysed if design else None
    counts = joined(
        (f"{randomised:,} randomised" if randomised is not None else "", f"{analysed:,} analysed" if analysed is not None else ""),
        between=", ",
    )  # fmt: skip
    species = design.species if design and design.species else ""
    return joined((population.condition or "" if population else "", species, counts or "number not stated"))


def _arm(arm: Arm) -> str:
    known = (
        joined([_drug(one) for one in arm.drugs], between=" and "),
        arm.route or "",
        f"over {show_number(arm.duration_min)} min" if arm.duration_min is not None else arm.duration_text or "",
        _times(arm),
        arm.interval or arm.schedule or "",
        f"n = {arm.n:,}" if arm.n is not None else "n not stated",
    )
    return f"{arm.label}: {joined(known, between=', ')}"


def _times(arm: Arm) -> str:
    if arm.infusions is None:
        return arm.infusions_text or ""
    return "1 infusion" if arm.infusions == 1 else f"{arm.infusions} infusions"


def _drug(drug: ArmDrug) -> str:
    dose = f"{show_number(drug.dose)} {drug.unit or ''}".strip() if drug.dose is not None else ""
    told = f"({drug.text})" if drug.text else ""
    return joined((drug.drug.replace("-", " "), dose, told), between=" ")


def _result(row: ForestRow, body: BodyFound) -> Item:
    weight = f"weight {share_of_pool(row.weight)}" if row.weight is not None else ""
    text = joined((treated(row), counted(row), row_text(row), weight))
    return Item(tie(sentence(text)), tag=f"{body.title}:", more=tuple(tie(line) for line in _remarks(row, body)))


def _remarks(row: ForestRow, body: BodyFound) -> Iterator[str]:
    """How a number was reached, and everything that speaks against it."""
    if row.span is not None:
        by = "" if row.span.method.startswith("as ") else "by "
        yield sentence(
            f"{row.span.confidence * 100:g} % interval {by}{row.span.method}; {row.derivation or 'as printed'}"
        )
    elif row.derivation:
        yield sentence(row.derivation)
    if row.people is not None and not row.given:
        yield sentence(people_text(row.people))
    if row.days is not None:
        yield sentence(f"day {show_number(row.days)} after the last infusion")
    yield from (sentence(f"Number needed to treat: {text}") for text in (row.needed,) if text)
    if row.not_pooled and body.pool is not None:
        yield sentence(f"Left out of the pool: {row.not_pooled}")
    yield from (sentence(f"Readings differ: {plain(text)}") for text in row.disputes)
    yield from (sentence(f"Caution: {plain(text)}") for text in row.cautions)


def _risks(study: str, bodies: Sequence[BodyFound]) -> Iterator[Item]:
    """Every appraisal of the study once, however many bodies use it."""
    for results, one in together(one for body in bodies for one in body.risks if one.study == study):
        text, more = appraisal_text(one)
        yield Item(
            tie(text),
            tag=f"{'; '.join(results)}, by {one.tool}: {one.overall}.",
            more=tuple(tie(line) for line in more),
        )


def together(risks: Iterable[RiskFound]) -> Iterator[tuple[tuple[str, ...], RiskFound]]:
    """Appraisals of one study, those judged alike in every word told once, with the results that they are of."""
    found: dict[tuple[object, ...], list[RiskFound]] = {}
    for one in risks:
        alike = (one.tool, one.domains, one.reader, one.second_reader)
        found.setdefault(alike, []).append(one)
    for same in found.values():
        yield tuple(dict.fromkeys(one.result.replace("-", " ") for one in same)), same[0]


def appraisal_text(one: RiskFound) -> tuple[str, tuple[str, ...]]:
    """The rule and the readers of an appraisal, and a line for each domain."""
    readers = one.reader if one.second_reader is None else f"{one.reader} and {one.second_reader}"
    alone = " One reader only." if one.second_reader is None else ""
    lines = (f"{domain.domain}: {domain.risk}. {sentence(plain(domain.reason))}" for domain in one.domains)
    return f"{sentence(one.rule)} Read by {readers}.{alone}", tuple(lines)
