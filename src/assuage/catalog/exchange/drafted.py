"""Drafts of studies laid over a catalog before anyone writes them: what the catalog's checks say of them, first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from assuage.catalog.exchange.draft import file_of, yaml_of
from assuage.catalog.model import Catalog
from assuage.catalog.overlay import lay_over
from assuage.catalog.read import Folder
from assuage.errors import CatalogError, Problem
from assuage.study import Study


def files_of(studies: Sequence[Study], catalog: Catalog, folder: Folder, origins: Mapping[str, str]) -> dict[str, str]:
    """The files of new studies in a clinic's folder.

    Give      studies   the drafts
              catalog   what the folder is laid over
              folder    the clinic's folder as it is, in which the files will stand
              origins   id of a study → where it comes from, for messages
    Get       name of a file within the folder → its text
    Errors    `CatalogError` with everything that a check of the catalog with these files would have to mend
    """
    files = {file_of(study): yaml_of(study) for study in studies}
    contents = {**folder.contents, **{name: text.encode("utf-8") for name, text in files.items()}}
    try:
        lay_over(catalog, msgspec.structs.replace(folder, contents=contents))
    except CatalogError as error:
        places = {
            name: origins[study.id] for study in studies for name in (folder.label + file_of(study), file_of(study))
        }
        raise CatalogError(*(_placed(problem, places) for problem in error.problems)) from None
    return files


def _placed(problem: Problem, places: Mapping[str, str]) -> Problem:
    """A problem of a file that is not written yet, with the place that the file would be made from."""
    name = problem.where.split(":")[0]
    if name not in places:
        return problem
    return msgspec.structs.replace(problem, where=f"{places[name]}, which would become {name}")
