"""The catalog that a command works with."""

from __future__ import annotations

from pathlib import Path

from assuage.catalog import Catalog, load_catalog


def load(overlays: tuple[str, ...]) -> Catalog:
    """The shipped catalog with the clinic's own folders over it. Errors: `AssuageError` with every problem."""
    return load_catalog(*(Path(folder) for folder in overlays))
