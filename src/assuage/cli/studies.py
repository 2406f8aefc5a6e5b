"""assuage studies: every record of the evidence, and one with what was printed beside what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from assuage.catalog import Catalog
from assuage.cli.appraised import appraised, appraised_objects
from assuage.cli.as_json import made_with, print_json
from assuage.cli.facts import load
from assuage.cli.options import CatalogFolders, TextOrJson
from assuage.cli.page import Column, Page
from assuage.cli.reanalysed import compared, objects
from assuage.paper.studied import ACCESS, counted, proportion_text, readings_text
from assuage.paper.words import plain
from assuage.quantity import show_number
from assuage.study import Arm, Design, Harm, Outcome, Population, Responders, Study

WIDE = 110
COLUMNS = (Column("Record", is_whole=True), Column("Title", 5), Column("People", 1), Column("Nearness", 2), Column("Numbers", 2))  # fmt: skip
KINDS = {
    "primary_study": "Studies",
    "systematic_review": "Systematic reviews",
    "registry": "Registered trials, results not read",
    "guideline": "Guidelines",
    "health_technology_review": "Health technology reviews",
    "review": "Reviews",
    "narrative_review": "Narrative reviews",
    "label": "Labels",
    "instrument": "Instruments",
    "mechanism": "Mechanisms",
    "regimen": "Regimens described, not studied",
    "blog_post": "Posts",
}


def studies(
    study: Annotated[str | None, Parameter(help="Id or alias of one record.")] = None,
    /,
    *,
    catalog: CatalogFolders = (),
    format: TextOrJson = "text",
) -> None:
    """List the records of the evidence by kind, or one re-analysed: the printed result beside the recomputed one.

    A proportion is recomputed with its 95 % Wilson interval and never shown without it; two arms counted alike are
    compared with the intervals and exact tests that hold in small arms.
    """
    known = load(catalog)
    chosen = None if study is None else known.study(study)
    if format == "json":
        records = list(known.studies.values()) if chosen is None else [chosen]
        key = {"studies": [_object(one, known) for one in records]} if chosen is None else _object(chosen, known)
        print_json({**made_with(known), **key})
    elif chosen is None:
        _list(known)
    else:
        _page(chosen, known)


def _object(study: Study, catalog: Catalog) -> dict[str, Any]:
    found = {"study": study, "has_numbers": study.has_numbers, "recomputed": objects(study)}
    return {**found, **appraised_objects(study, catalog)}


def _list(catalog: Catalog) -> None:
    page = Page()
    without = [one for one in catalog.studies.values() if not one.has_numbers]
    page.title(
        f"{len(catalog.studies)} records of the evidence, by kind; {len(without)} of them without readable numbers"
    )
    page.paragraph("“assuage studies ID” shows one with every result and where it was read.")
    for kind, title in KINDS.items():
        mine = [one for one in catalog.studies.values() if one.record_type == kind]
        if mine:
            page.heading(title, str(len(mine)))
            page.listing(COLUMNS, [_row(one) for one in mine], wide=WIDE)
    page.print()


def _row(study: Study) -> tuple[str, ...]:
    design = study.design
    people = design.n_analysed or design.n_randomised if design else None
    numbers = _numbers(study) if study.has_numbers else "none readable"
    year = f" ({study.citation.year})" if study.citation.year else ""
    is_animal = bool(design and design.species and "human" not in design.species.casefold())
    return (
        study.id,
        f"{_mark(study)}{study.citation.title}{year}",
        "animals" if is_animal else people_text(people),
        study.directness or "",
        f"{numbers}; {ACCESS.get(study.access, study.access)}",
    )


def _mark(study: Study) -> str:
    """The word before the title of a retracted study, where the title does not begin with it."""
    is_said = study.citation.title.casefold().startswith("retracted")
    return "RETRACTED: " if study.retracted and not is_said else ""


def _numbers(study: Study) -> str:
    counts, others = len(study.responders), len(study.outcomes)
    return (
        f"{counts} count{'' if counts == 1 else 's'} of responders, {others} other result{'' if others == 1 else 's'}"
    )


def people_text(count: int | None) -> str:
    """A count of people, or that it is not known."""
    return f"{count:,}" if count is not None else "not known"


def _page(study: Study, catalog: Catalog) -> None:
    page = Page()
    page.title(f"{study.id}: {study.citation.title}")
    page.pairs((
        ("RETRACTED", study.retracted or ""),
        ("Citation", str(study.citation)),
        ("Read", f"{ACCESS.get(study.access, study.access)}; confidence {study.confidence}"),
        ("Kind", study.record_type.replace("_", " ")),
        ("Nearness", study.directness or ""),
        ("Also called", ", ".join(study.aliases)),
    ))  # fmt: skip
    if study.design is not None:
        page.heading("Design")
        page.pairs(_written(study.design))
    if study.population is not None:
        page.heading("Who was studied")
        page.pairs(_written(study.population))
    _results(page, study)
    appraised(page, study, catalog)
    for title, lines in (
        ("Harms", [_harm(one, study) for one in study.harms]),
        ("Monitoring", [study.monitoring] if study.monitoring else []),
        ("Follow-up", [study.follow_up] if study.follow_up else []),
        ("Against the review", list(study.against_seed)),
        ("Where readings differ", list(_conflicts(study))),
        ("Notes", list(study.notes)),
        ("Recalled, not read: never used as a value", [f"{r.field}: {r.value}. {r.status}" for r in study.remembered]),
        ("Read at", [f"[{r.id}] {r.read_at} ({r.access}): {r.what}" for r in study.readings]),
    ):
        if lines:
            page.heading(title)
            page.bullets(lines)
    page.print()


def _written(record: Design | Population) -> list[tuple[str, str]]:
    """What a record says, field by field, in its order."""
    pairs = []
    for field in msgspec.structs.fields(record):
        value = getattr(record, field.name)
        if value is None or value == ():
            continue
        text = ", ".join(value) if isinstance(value, tuple) else str(value)
        pairs.append((field.name.replace("_", " "), text))
    return pairs


def _results(page: Page, study: Study) -> None:
    page.heading("Arms")
    page.bullets([_arm(one) for one in study.arms] or ["none described"])
    page.heading("Responders", "as counted, then recomputed with the 95 % Wilson interval")
    page.bullets([_responders(one, study) for one in study.responders] or ["none readable"])
    page.heading("Other results", "as printed")
    page.bullets([_outcome(one, study) for one in study.outcomes] or ["none readable"])
    compared(page, study)


def _arm(arm: Arm) -> str:
    drugs = "; ".join(
        f"{one.drug} {show_number(one.dose) if one.dose is not None else ''} {one.unit or ''} {one.basis or ''}".strip()
        + (f" ({one.text})" if one.text else "")
        for one in arm.drugs
    )
    known = (
        f"n = {arm.n}" if arm.n is not None else "n not known",
        " ".join(drugs.split()),
        arm.route or "",
        f"{show_number(arm.volume_ml)} mL {arm.vehicle or ''}".strip()
        if arm.volume_ml is not None
        else arm.vehicle or "",
        f"over {show_number(arm.duration_min)} min" if arm.duration_min is not None else arm.duration_text or "",
        f"{arm.infusions} infusions" if arm.infusions is not None else arm.infusions_text or "",
        arm.interval or arm.schedule or "",
    )
    told = ", ".join(part for part in known if part)
    return f"{arm.id}, {arm.label}: {told} {readings_text(arm.reading, arm.confidence)}"


def _responders(row: Responders, study: Study) -> str:
    kind = " (count derived from a printed percentage)" if row.kind == "derived" else ""
    note = f" {row.note}" if row.note else ""
    return f"{_named(row.arm, study)}, {plain(row.threshold)}, {row.time}: {counted(row)}{kind} {readings_text(row.reading, row.confidence)}{note}"


def _outcome(row: Outcome, study: Study) -> str:
    value = f"{show_number(row.value)} {row.unit or ''}".strip() if row.value is not None else row.text or "no number"
    interval = row.interval_95
    spread = f" ± {show_number(row.dispersion)} {row.dispersion_type or ''}" if row.dispersion is not None else ""
    if row.value is not None and "mean" in (row.statistic or "") and not spread and interval is None:
        spread = " (spread not known)"
    between = f" (95 % interval {show_number(interval.lower)} to {show_number(interval.upper)})" if interval else ""
    p = f", p {row.p}" if row.p else ""
    text = f" {row.text}" if row.text and row.value is not None else ""
    parts = ", ".join(part for part in (_named(row.arm, study), row.measure, row.statistic or "", row.time) if part)
    against = f" against {row.versus}" if row.versus else ""
    note = f" {row.note}" if row.note else ""
    return f"{parts}: {value}{spread}{between}{against}{p}.{text} {readings_text(row.reading, row.confidence)}{note}"


def _harm(row: Harm, study: Study) -> str:
    where = readings_text(row.reading, row.confidence)
    if row.count is None or not row.total:
        share = f"{show_number(row.percent)} %" if row.percent is not None else ""
        return f"{_named(row.arm, study)}, {row.event}: {row.text or share or 'no count given'} {where}"
    # A harm can occur more than once in a session's patient: then it is no proportion.
    seen = f" = {proportion_text(row.count, row.total)}" if row.count <= row.total else ""
    text = f". {row.text}" if row.text else ""
    of = f"{row.count} of {row.total} {row.denominator or ''}".strip()
    return f"{_named(row.arm, study)}, {row.event}: {of}{seen}{text} {where}"


def _named(arm: str, study: Study) -> str:
    return next((f"{arm} ({one.label})" for one in study.arms if one.id == arm), arm)


def _conflicts(study: Study) -> Iterator[str]:
    for one in study.conflicts:
        values = "; ".join(f"{value.value} ({value.given_by})" for value in one.values)
        yield f"{one.field}: {values}. Trusted: {one.trusted}, because {one.because}"
