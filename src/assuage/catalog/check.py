"""The checks of a catalog: everything that can be found wrong with facts as data, all at once.

In order: 1 parse, 2 shape, 3 references, 4 units, 5 order, 6 arithmetic, 7 provenance, 8 disputes, 9 one home,
10 questions, 11 behaviour, 12 use. Each is a file of `checks`; behaviour is given by the caller, since the catalog
knows no plans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assuage.catalog.model import Catalog, CheckProblem
from assuage.catalog.read import (
    VERSION,
    Entry,
    Folder,
    by_kind,
    catalog_of,
    folder_of,
    other_files,
    read_entries,
    read_recalls,
)
from assuage.document import Node, read_yaml
from assuage.errors import CatalogError, DocumentError, Problem

if TYPE_CHECKING:
    from assuage.catalog.checks.subject import Subject

Behaviour = Callable[[Catalog], Iterable[CheckProblem]]
CHECKS = ("parse", "shape", "references", "units", "order", "arithmetic", "provenance", "disputes", "one home",
          "questions", "behaviour", "use")  # fmt: skip


def check_catalog(*folders: Path | str, behaviour: Behaviour | None = None) -> tuple[CheckProblem, ...]:
    """Every problem of a catalog, in the order of the checks, errors first; of the shipped one where none is named.

    A folder without a file VERSION is a clinic's own: it is checked over the whole catalog that is named, or over the
    shipped one. `behaviour` plans with the catalog and says what went wrong; it is not asked while something is
    unreadable or misshapen.

    Errors    `DocumentError` for a folder that cannot be read at all
    """
    given = [folder_of(Path(folder), f"{folder}/") for folder in folders] or [folder_of()]
    found: list[CheckProblem] = []
    catalog = None
    for folder in (folder for folder in given if VERSION in folder.contents):
        problems, catalog = _whole(folder)
        found += problems
    if catalog is None:
        catalog = catalog_of(folder_of())
    for folder in (folder for folder in given if VERSION not in folder.contents):
        problems, catalog = _own(catalog, folder)
        found += problems
    if behaviour is not None and not any(one.check in ("parse", "shape") and one.severity == "error" for one in found):
        found += behaviour(catalog)
    return tuple(sorted(found, key=lambda one: (one.severity != "error", CHECKS.index(one.check))))


def _checked(subject: Subject) -> Iterator[CheckProblem]:
    """Every check of records, in order. They are imported here: planning needs none of them."""
    from assuage.catalog.checks import (
        arithmetic,
        dispute,
        form,
        one_home,
        order,
        provenance,
        question,
        reference,
        unit,
        use,
    )

    for one in (form, reference, unit, order, arithmetic, provenance, dispute, one_home, question, use):
        yield from one.check(subject)


def _whole(folder: Folder) -> tuple[list[CheckProblem], Catalog]:
    from assuage.catalog.checks import form
    from assuage.catalog.checks.subject import Subject

    entries = read_entries(folder)
    others, unread = _others(folder)
    recalls, recall_problems = read_recalls(folder)
    found = [_problem("parse", one) for one in (*entries.unreadable, *unread)]
    found += [_problem("shape", one) for one in (*entries.misshapen, *recall_problems)]
    found += [*form.check_text(folder), *form.check_others(folder, other_files(folder))]
    version = folder.contents.get(VERSION, b"").decode("utf-8", "replace").strip()
    catalog = Catalog(version, folder.fingerprint, **by_kind(entries.records), recalls=recalls)
    subject = Subject(entries.records, catalog, others)
    return [*found, *_checked(subject)], catalog


def _own(catalog: Catalog, folder: Folder) -> tuple[list[CheckProblem], Catalog]:
    """A clinic's folder over a catalog: what laying it over refuses, and otherwise the notes on it."""
    from assuage.catalog.checks.subject import Subject
    from assuage.catalog.overlay import lay_over

    try:
        merged = lay_over(catalog, folder)
    except CatalogError as error:
        return [_problem("shape", one) for one in error.problems], catalog
    subject = Subject(read_entries(folder).records, merged)
    return [one for one in _checked(subject) if one.severity == "note"], merged


def check_added(merged: Catalog, entries: tuple[Entry, ...]) -> list[Problem]:
    """What a clinic added, checked within the catalog it was laid over. Only what has to be mended."""
    from assuage.catalog.checks.subject import Subject

    found = [one for one in _checked(Subject(entries, merged)) if one.severity == "error"]
    return [Problem(one.what, one.where, one.expected, one.do) for one in found]


def _others(folder: Folder) -> tuple[dict[str, Node], list[Problem]]:
    """The documents that other readers read, and what cannot be read in them."""
    found: dict[str, Node] = {}
    problems: list[Problem] = []
    for name, content in other_files(folder).items():
        if not name.endswith(".yaml"):
            continue
        try:
            found[name] = read_yaml(content.decode("utf-8", "replace"), folder.label + name)
        except DocumentError as error:
            problems.extend(error.problems)
    return found, problems


def _problem(check: str, problem: Problem) -> CheckProblem:
    return CheckProblem(check, "error", problem.what, problem.where, problem.expected, problem.do)
