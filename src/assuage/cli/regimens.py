"""assuage regimens: what can be planned, and every number of one regimen with its source and place."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter

from assuage.catalog import Catalog
from assuage.catalog.walk import facts
from assuage.catalog.words import named
from assuage.cli.as_json import made_with, print_json
from assuage.cli.facts import load
from assuage.cli.options import CatalogFolders, TextOrJson
from assuage.cli.page import Column, Page
from assuage.paper.studied import ACCESS, BASIS, as_studied, claim_text, fact_text, proportion_text, value_text
from assuage.paper.words import plain
from assuage.regimen import Expectation, Omitted, Regimen
from assuage.sourced import Fact
from assuage.study import Responders

WIDE = 120
COLUMNS = (
    Column("Regimen", is_whole=True), Column("As studied", 4), Column("Tried in", 2), Column("Standing", 2),
    Column("Can be planned", 2),
)  # fmt: skip
DIRECTIONS = ("against", "qualifies", "for", "context")


def regimens(
    regimen: Annotated[str | None, Parameter(help="Id or alias of one regimen.")] = None,
    /,
    *,
    catalog: CatalogFolders = (),
    format: TextOrJson = "text",
) -> None:
    """List the regimens, or one with every number's source, its standing, conflicts and later evidence."""
    known = load(catalog)
    chosen = None if regimen is None else known.regimen(regimen)
    if format == "json":
        print_json({**made_with(known), **({"regimens": list(known.regimens.values())} if chosen is None else _object(chosen, known))})  # fmt: skip
    elif chosen is None:
        _list(known)
    else:
        _page(chosen, known)


def _object(regimen: Regimen, catalog: Catalog) -> dict[str, Any]:
    seen = [(one, _row(one, catalog)) for one in regimen.expectations]
    results = [
        {"study": one.study, "outcome": one.outcome, "time": one.time, "events": row.events, "n": row.n,
         "shown": proportion_text(row.events, row.n)}
        for one, row in seen if row is not None and row.events is not None
    ]  # fmt: skip
    return {"regimen": regimen, "results": results}


def _list(catalog: Catalog) -> None:
    page = Page()
    page.title(f"{len(catalog.regimens)} regimens, in the order of their ids; nothing is ranked")
    page.paragraph("“assuage regimens ID” shows one with every number's source.")
    page.paragraph("")
    rows = [
        (one.id, as_studied(one), one.indication.replace("-", " "), _standing(one),
         "yes" if one.plannable else f"no: {'; '.join(one.missing)}")
        for one in catalog.regimens.values()
    ]  # fmt: skip
    page.listing(COLUMNS, rows, wide=WIDE)
    page.print()


def _standing(regimen: Regimen) -> str:
    return f"{BASIS[regimen.basis]}; {ACCESS.get(regimen.access, regimen.access)}"


def _page(regimen: Regimen, catalog: Catalog) -> None:
    page = Page()
    page.title(f"{regimen.id}: {regimen.name}")
    page.pairs((
        ("Standing", f"{_standing(regimen)}. A proposal until a clinic adopts it."),
        ("As studied", as_studied(regimen)),
        ("Tried in", ", ".join(regimen.indications).replace("-", " ")),
        ("Study", regimen.study or "none"),
        ("Also called", ", ".join(regimen.aliases)),
        ("Missing", "; ".join(regimen.missing)),
        ("Settled by", regimen.settled_by or ""),
    ))  # fmt: skip
    _facts(page, regimen, catalog)
    _criteria(page, regimen)
    _results(page, regimen, catalog)
    _later(page, regimen)
    _omitted(page, regimen)
    for title, claims in (
        ("Guidelines and labels", regimen.guideline_position),
        ("Sites to avoid", regimen.sites_to_avoid),
        ("Remarks", regimen.remarks),
    ):
        if claims:
            page.heading(title)
            page.bullets([claim_text(claim) for claim in claims])
    _sources(page, regimen, catalog)
    page.print()


def _facts(page: Page, regimen: Regimen, catalog: Catalog) -> None:
    page.heading("Numbers", "each with its source and place")
    kept = [one for one in facts(regimen) if not one.id.startswith(_not_given(regimen))]
    for fact in kept:
        page.bullets([f"{_label(fact, regimen, catalog)}: {fact_text(fact)}; {fact.standing}"])
        for claim in fact.claims:
            mark = "chosen: " if fact.chosen == claim.name else ""
            page.paragraph(f"{mark}{claim_text(claim)}", indent=4)
        if fact.because:
            page.paragraph(f"Because: {fact.because}", indent=4)


def _not_given(regimen: Regimen) -> tuple[str, ...]:
    return tuple(f"regimens.{regimen.id}.{part}" for part in ("omitted", "criteria"))


def _label(fact: Fact, regimen: Regimen, catalog: Catalog) -> str:
    """What the fact is, without the name of the regimen, which stands at the head of the page."""
    dispute = next((one for one in regimen.disputes if one.fact is fact), None)
    if dispute is not None:
        return dispute.about
    return named(fact.id, catalog).replace(f" in {regimen.id}", "")


def _criteria(page: Page, regimen: Regimen) -> None:
    if regimen.criteria:
        page.heading("Who was let in")
        page.bullets([f"{one.sentence} [{one.source}], {one.where}" for one in regimen.criteria])


def _row(one: Expectation, catalog: Catalog) -> Responders | None:
    study = catalog.studies.get(one.study)
    rows = study.responders if study else ()
    return next((r for r in rows if (r.arm, r.threshold, r.time) == (one.arm, one.outcome, one.time)), None)


def _results(page: Page, regimen: Regimen, catalog: Catalog) -> None:
    page.heading("What was seen", "in its own study; no promise for another patient")
    texts = []
    for one in regimen.expectations:
        row = _row(one, catalog)
        if row is not None and row.events is not None:
            seen = proportion_text(row.events, row.n)
            texts.append(f"{row.events}/{row.n} = {seen}, 95 % Wilson: {plain(one.outcome)}, {one.time} [{one.study}]")
    page.bullets(texts or ["Nobody counted responders, or the counts were not readable."])


def _later(page: Page, regimen: Regimen) -> None:
    page.heading("Later evidence")
    ordered = sorted(regimen.later, key=lambda one: DIRECTIONS.index(one.direction))
    page.bullets(
        [f"{one.direction}: {one.sentence} [{one.study}], {one.where}" for one in ordered] or ["none recorded"]
    )


def _omitted(page: Page, regimen: Regimen) -> None:
    if regimen.omitted:
        page.heading("Given in the study, never offered")
        page.bullets([_omission(one) for one in regimen.omitted])


def _omission(one: Omitted) -> str:
    dose = "; ".join(claim_text(claim) for claim in one.dose.claims) or value_text("not stated")
    return f"{one.drug} ({one.role}) {dose}. {one.because} {one.changes}"


def _sources(page: Page, regimen: Regimen, catalog: Catalog) -> None:
    page.heading("Sources")
    names = dict.fromkeys((regimen.source, *(claim.source for fact in facts(regimen) for claim in fact.claims),
                           *(one.study for one in regimen.later)))  # fmt: skip
    known = [(name, catalog.sources[name]) for name in names if name in catalog.sources]
    page.pairs([(f"[{name}]", f"{one.citation} ({ACCESS[one.access]})") for name, one in known])
