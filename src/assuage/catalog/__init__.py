"""Facts as data, and the only reader of them."""

from assuage.catalog.read import Catalog, read_catalog

__all__ = ["Catalog", "read_catalog"]
