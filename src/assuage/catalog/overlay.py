"""A clinic's own folder laid over the shipped catalog. A clinic can choose; it cannot silence."""

from __future__ import annotations

from assuage.catalog.model import Catalog
from assuage.catalog.read import Folder
from assuage.errors import CatalogError, Problem


def lay_over(catalog: Catalog, folder: Folder) -> Catalog:
    """The catalog with a clinic's folder laid over it. Errors: `CatalogError` with everything it may not do."""
    raise CatalogError(
        Problem("a clinic's own folder cannot be laid over the catalog yet", folder.label, "no folder", "leave it out")
    )
