"""What differs among the rows of a body, by their codes alone: the names that a pool has to give for it."""

from __future__ import annotations

from collections.abc import Sequence

from assuage.catalog.model import Catalog
from assuage.catalog.references import CodedRow, coded
from assuage.question import Body, Mixed, Row
from assuage.study import NOT_SAID, TOGETHER, Harm, Responders


def found_row(catalog: Catalog, study: str, name: str | None) -> CodedRow | None:
    """The row of a study with this code; none where either is unknown."""
    record = catalog.studies.get(study)
    return next((one for one in coded(record) if one.coded.id == name), None) if record else None


def mixtures(body: Body, catalog: Catalog) -> tuple[Mixed, ...]:
    """Names of what is not the same in every row. Rows that cannot be found are left to the check of references.

    An arm by itself has no comparator, so arms do not differ in it. What is not stated counts as different.
    """
    is_arms = body.pool is not None and body.pool.model == "arms"
    pairs = [(row, found_row(catalog, row.study, row.row)) for row in body.rows]
    rows = [(row, one) for row, one in pairs if one is not None]
    values: dict[Mixed, list[object]] = {
        "species": [_species(catalog, row.study) for row, _ in rows],
        "condition": [one.coded.condition for _, one in rows],
        "drug": [one.coded.drugs for _, one in rows],
        "comparator": [] if is_arms else [_against(catalog, row, one) for row, one in rows],
        "outcome": [one.coded.outcome for _, one in rows],
        "time": [one.coded.window for _, one in rows],
        "counted": [_counted(one) for _, one in rows],
    }
    found: list[Mixed] = [name for name, given in values.items() if len(set(given)) > 1 or NOT_SAID & set(given)]
    if not is_arms and any(_against(catalog, row, one) is None for row, one in rows):
        found.append("single arms")
    if _repeated([row.study for row in body.rows]):
        found.append("repeated studies")
    return tuple(found)


def _species(catalog: Catalog, study: str) -> str:
    design = catalog.studies[study].design
    return design.species if design is not None and design.species is not None else "human"


def _against(catalog: Catalog, row: Row, one: CodedRow) -> str | None:
    """What the row is set against: the drugs of the other row, or what a printed difference was against."""
    other = found_row(catalog, row.study, row.versus)
    return TOGETHER.join(other.coded.drugs) if other is not None else one.coded.comparator


def _counted(one: CodedRow) -> str:
    """What a count counts. A result that is no count is one of patients."""
    return one.row.denominator or "patients" if isinstance(one.row, Responders | Harm) else "patients"


def _repeated(studies: Sequence[str]) -> bool:
    return len(set(studies)) < len(studies)
