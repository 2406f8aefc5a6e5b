"""Paths of the catalog in words: what a part of a record is called in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from assuage.catalog.model import FOLDERS, Catalog
from assuage.regimen import Regimen

SINGULAR = {
    "sources": "source", "drugs": "drug", "presentations": "presentation", "limits": "limit", "terms": "term",
    "regimens": "regimen", "studies": "study", "rules": "rule", "watch": "watch record", "events": "adverse event",
    "instruments": "instrument", "formulas": "formula", "measurements": "measurement", "practice": "number of practice",
    "kinetics": "kinetic model", "bands": "reference band", "observed": "set of observed levels", "questions": "question",
    "appraisals": "appraisal", "priors": "prior", "sayings": "saying",
}  # fmt: skip
# Fields whose name in the file says too little in a sentence.
FIELD_WORDS = {
    "volume_means": "meaning of the volume", "duration": "running time", "every": "time between sessions",
    "count": "number of sessions", "portion_interval": "time between portions", "above": "bound", "below": "bound",
    "at_most": "bound", "at_least": "bound", "cap": "ceiling", "fact": "value", "plausible_low": "lowest plausible value",
    "plausible_high": "highest plausible value", "portions": "number of portions", "washout": "wash-out",
}  # fmt: skip
QUIET = ("components", "steps", "bodies", "schedule", "fact", "when", "all", "any")
# Lists whose members are named with their kind.
OF_LISTS = {"steps": "step", "bodies": "body"}


def named(path: str | Sequence[str], catalog: Catalog) -> str:
    """A part of the catalog as people would call it.

    Give      path     the path of a fact, or its steps: kind, id, then the keys of the file
    Get       “dose of magnesium-sulfate in kim-2015-magnesium, step infusion”
    """
    kind, record, *rest = _split(path, catalog) if isinstance(path, str) else [*path, "", ""][: max(2, len(path))]
    title = f"{SINGULAR.get(kind, kind)} {record}"
    if not rest:
        return title
    home = record if kind == "regimens" else title
    drug, rest = _drug(kind, record, rest, catalog)
    field = rest[-1]
    word = FIELD_WORDS.get(field, field.replace("_", " "))
    if field.isdigit() and len(rest) > 1:
        word = f"{_one(rest[-2])} {int(field) + 1}"
        rest = rest[:-1]
    if rest[0] == "disputes":
        return f"{rest[1]} in {home}"
    around = "".join(_around(rest, index) for index in range(len(rest) - 1))
    return f"{word}{f' of {drug}' if drug else ''} in {home}{around.replace('_', ' ')}"


def _around(rest: Sequence[str], index: int) -> str:
    """One step between the record and the field: “, step infusion”, or a number where list members have no id."""
    part, before = rest[index], rest[index - 1] if index else ""
    if part.isdigit():
        return "" if before in QUIET or not before else f" {int(part) + 1}"
    if part in QUIET:
        return ""
    if before in OF_LISTS:
        return f", {OF_LISTS[before]} {part}"
    return f", {_one(part) if rest[index + 1].isdigit() else part}"


def _one(plural: str) -> str:
    return {
        "values": "value",
        "thresholds": "threshold",
        "notes": "note",
        "traps": "trap",
        "remarks": "remark",
        "sites_to_avoid": "site to avoid",
        "conflicts": "conflict",
        "codes": "code",
        "rows": "row",
        "judgements": "judgement",
        "domains": "domain",
        "answer": "sentence of the answer",
        "would_change": "thing that would change it",
    }.get(plural, plural)


def _split(path: str, catalog: Catalog) -> list[str]:
    """Steps of a path. An id may itself hold points (`vitals.sbp`): the longest known id is taken."""
    kind, _, rest = path.partition(".")
    known = catalog.records(kind) if kind in FOLDERS else {}
    own = [name for name in known if rest == name or rest.startswith(f"{name}.")]
    record = max(own, key=len, default=rest.partition(".")[0])
    return [kind, record, *(part for part in rest[len(record) :].split(".") if part)]


def _drug(kind: str, record: str, rest: list[str], catalog: Catalog) -> tuple[str, list[str]]:
    """The drug of a component in a regimen's path, and the path without the component."""
    if kind == "regimens" and len(rest) > 3 and rest[0] == "steps" and rest[2] == "components":
        regimen = catalog.regimens.get(record)
        step = next((s for s in regimen.steps if s.id == rest[1]), None) if isinstance(regimen, Regimen) else None
        if step is not None and rest[3].isdigit() and int(rest[3]) < len(step.components):
            return step.components[int(rest[3])].drug, [*rest[:2], *rest[4:]]
    return "", rest
