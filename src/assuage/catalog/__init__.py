"""Facts as data, and the only reader of them."""

from assuage.catalog.check import check_catalog
from assuage.catalog.differ import differ
from assuage.catalog.disputes import Disagreement, disputes
from assuage.catalog.load import load_catalog
from assuage.catalog.model import Catalog, CheckProblem
from assuage.catalog.read import read_catalog
from assuage.catalog.recall import Use, recalled, uses

__all__ = [
    "Catalog",
    "CheckProblem",
    "Disagreement",
    "Use",
    "check_catalog",
    "differ",
    "disputes",
    "load_catalog",
    "read_catalog",
    "recalled",
    "uses",
]
