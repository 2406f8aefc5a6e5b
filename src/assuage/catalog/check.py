"""assuage catalog check: everything that can be found wrong with facts as data, all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from assuage.catalog.model import Catalog, CheckProblem
from assuage.catalog.read import DATA, folder_of, read_entries, read_recalls
from assuage.errors import Problem

Behaviour = Callable[[Catalog], Iterable[CheckProblem]]


def check_catalog(*folders: Path | str, behaviour: Behaviour | None = None) -> tuple[CheckProblem, ...]:
    """Every problem of the shipped catalog, or of the folder given, in the order of the checks.

    Further folders are a clinic's own, laid over the first. `behaviour` plans with the catalog and says what went
    wrong; the catalog itself knows nothing of plans.
    """
    folder = folder_of(Path(folders[0]) if folders else DATA)
    entries = read_entries(folder)
    _, recalls = read_recalls(folder)
    found = [_problem("parse", one) for one in entries.unreadable]
    found += [_problem("shape", one) for one in (*entries.misshapen, *recalls)]
    return tuple(found)


def _problem(check: str, problem: Problem) -> CheckProblem:
    return CheckProblem(check, "error", problem.what, problem.where, problem.expected, problem.do)
