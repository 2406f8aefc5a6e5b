"""assuage catalog: checks, disputes, changes, provenance and recalls of the facts themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from assuage.catalog import Catalog, CheckProblem, Use, check_catalog, differ, disputes, read_catalog, recalled, uses
from assuage.catalog.disputes import Disagreement
from assuage.catalog.provenance import Provenance, read_provenance
from assuage.catalog.read import DATA
from assuage.cli.as_json import made_with, print_json
from assuage.cli.behaviour import planned_for_the_example
from assuage.cli.facts import load
from assuage.cli.options import CatalogFolders, TextOrJson
from assuage.cli.page import Column, Page
from assuage.errors import CatalogError, Problem
from assuage.paper.studied import claim_text

BROKEN, SOUND = 2, 0
WIDE = 120
STATES = {
    "readable": "read, or its abstract was",
    "second-hand": "known only through someone else's account",
    "lost": "stood in the review and is gone",
    "not-found": "sought and not readable",
    "not-tried": "nobody has sought it here",
}
PROVENANCE = (Column("What", 4), Column("Kind", is_whole=True), Column("Used for", 4), Column("State", 3), Column("Where", 4))  # fmt: skip


def check(*folders: Annotated[str, Parameter(help="A catalog, then a clinic's own folders; without one, the shipped catalog.")],
          format: TextOrJson = "text") -> int:  # fmt: skip
    """Check a catalog: shapes, sources, units, disputes, arithmetic, and a plan of every regimen for a made-up patient.

    Exit code 2 where something has to be mended; notes alone leave 0.
    """
    paths = [_folder(name) for name in folders]
    problems = check_catalog(*paths, behaviour=planned_for_the_example)
    errors = [one for one in problems if one.severity == "error"]
    if format == "json":
        print_json({"sound": not errors, "problems": problems})
    else:
        _print_check(problems, len(errors))
    return BROKEN if errors else SOUND


def _print_check(problems: tuple[CheckProblem, ...], errors: int) -> None:
    page = Page()
    page.title(f"{errors} to mend, {len(problems) - errors} worth knowing" if problems else "Nothing to mend")
    for one in problems:
        page.paragraph("")
        page.pairs([(one.severity, f"{one.what} ({one.check})")])
        page.paragraph(f"where: {one.where}", indent=4)
        page.paragraph(f"expected: {one.expected}", indent=4)
        page.paragraph(f"do: {one.do}", indent=4)
    page.print()


def list_disputes(*, catalog: CatalogFolders = (), format: TextOrJson = "text") -> None:
    """List where sources disagree, which claim was chosen by whom and why, and what nobody states."""
    known = load(catalog)
    found = disputes(known)
    if format == "json":
        print_json({**made_with(known), "disputes": found})
        return
    page = Page()
    open_ones = sum(one.is_open for one in found)
    page.title(f"{len(found)} places where sources disagree or are silent; {open_ones} open")
    for section in dict.fromkeys(one.section for one in found):
        mine = [one for one in found if one.section == section]
        page.heading(section, str(len(mine)))
        for one in mine:
            _print_dispute(page, one)
    page.print()


def _print_dispute(page: Page, one: Disagreement) -> None:
    state = "open: nothing is planned from it" if one.is_open else f"{one.chosen} stands, chosen by the {one.by}"
    if one.section == "not stated":
        state = "assumed by the editors"
    page.bullets([f"{one.about}: {state}"])
    for claim in one.claims:
        page.paragraph(claim_text(claim), indent=4)
    if one.because:
        page.paragraph(f"Because: {one.because}", indent=4)


def diff(
    old: Annotated[str, Parameter(help="Folder of the earlier catalog.")],
    new: Annotated[str | None, Parameter(help="Folder of the later one; without it, the shipped catalog.")] = None,
    /,
    *,
    format: TextOrJson = "text",
) -> None:
    """Say what changed between two catalogs, one sentence for each fact."""
    before, after = _read(old), read_catalog() if new is None else _read(new)
    sentences = differ(before, after)
    if format == "json":
        print_json({"old": made_with(before)["catalog"], "new": made_with(after)["catalog"], "changes": sentences})
        return
    page = Page()
    page.title(f"{len(sentences)} changes from {before.version} to {after.version}" if sentences else "The same facts")
    page.bullets(sentences)
    page.print()


def _read(name: str) -> Catalog:
    return read_catalog(_folder(name))


def _folder(name: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        raise CatalogError(
            Problem("there is no such folder", name, "a folder of a catalog, with regimens, sources and the rest in it",
                    f"check the name; the shipped catalog is {DATA}")
        )  # fmt: skip
    return path


def provenance(*, format: TextOrJson = "text") -> None:
    """List every link, citation and image of the review that the catalog began from, and what became of it."""
    items = read_provenance()
    if format == "json":
        print_json({"items": items})
        return
    page = Page()
    page.title(f"{len(items)} things the review points to")
    page.paragraph("")
    page.listing(PROVENANCE, [_provenance_row(one) for one in items], wide=WIDE)
    page.print()


def _provenance_row(one: Provenance) -> tuple[str, ...]:
    ids = [f"doi {one.doi}" if one.doi else "", f"PMID {one.pmid}" if one.pmid else "", one.address or ""]
    state = f"{one.state}: {STATES[one.state]}" + (f". {one.note}" if one.note else "")
    where = ", ".join(part for part in ids if part) or "no address"
    return one.title, one.kind, one.what_the_seed_used_it_for, state, where


def recall(
    fact: Annotated[str | None, Parameter(help="Path of a fact, or the id of a source or record.")] = None,
    /,
    *,
    catalog: CatalogFolders = (),
    format: TextOrJson = "text",
) -> None:
    """Say what rests on a fact, source or record; without one, what was recalled or refuted, with what rests on it."""
    known = load(catalog)
    found = recalled(known) if fact is None else {fact: uses(known, fact)}
    if format == "json":
        print_json({**made_with(known), "recalled": fact is None, "uses": found})
        return
    page = Page()
    page.title(_recall_title(fact, found))
    for name, used in found.items():
        page.paragraph("")
        page.paragraph(f"{name}: {len(used)} uses", style="bold")
        page.bullets([one.sentence for one in used] or ["Nothing rests on it."])
    page.print()


def _recall_title(fact: str | None, found: dict[str, tuple[Use, ...]]) -> str:
    if fact is not None:
        return f"What rests on {fact}. Plans and orders made with it have to be looked at again if it was wrong."
    return f"{len(found)} facts recalled or refuted" if found else "Nothing has been recalled or refuted"
