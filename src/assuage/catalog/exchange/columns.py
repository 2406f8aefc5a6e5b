"""The columns of a table of studies: one for each field of a record, named as the field is or as people call it.

One row is one arm with one result. Columns of a study, its citation, design and patients are filled in one of its rows,
or in all of them alike; so are those of an arm. A result is named by exactly one of `threshold`, `measure`, `harm`.
"""

from __future__ import annotations

from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from assuage.study import Arm, ArmDrug, Citation, Design, Harm, Outcome, Population, Reading, Responders, Study


class Column(msgspec.Struct, frozen=True):
    """One column: its head, the path of the field it fills, what the field holds, whether the record cannot be without it."""

    head: str
    path: tuple[str, ...]
    holds: Any
    is_needed: bool = False


class Part(msgspec.Struct, frozen=True):
    """One part of a record and the columns that fill it."""

    record: type[msgspec.Struct]
    columns: tuple[Column, ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of its columns, in order."""
        return tuple(column.head for column in self.columns)


def columns_of(
    record: type[msgspec.Struct], names: dict[str, str], prefix: str = "", leaving: tuple[str, ...] = ()
) -> tuple[Column, ...]:
    """A column for each field, those of a part within it included. `names` are heads other than prefix and field."""
    hints = get_type_hints(record)
    found: list[Column] = []
    for field in msgspec.structs.fields(record):
        holds = _without_none(hints[field.name])
        if field.name in leaving or _is_list_of_records(holds):
            continue
        head = names.get(field.name, f"{prefix}{field.name}")
        if isinstance(holds, type) and issubclass(holds, msgspec.Struct):
            within = columns_of(
                holds, {k.partition(".")[2]: v for k, v in names.items() if k.startswith(f"{field.name}.")}, f"{head}_"
            )
            found += [Column(one.head, (field.name, *one.path), one.holds) for one in within]
        else:
            found.append(Column(head, (field.name,), holds, field.required))
    return tuple(found)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        (rest,) = [one for one in get_args(hint) if one is not type(None)]
        return rest
    return hint


def _is_list_of_records(holds: Any) -> bool:
    members = [one for one in get_args(holds) if one is not Ellipsis]
    return get_origin(holds) is tuple and isinstance(members[0], type) and issubclass(members[0], msgspec.Struct)


STUDY = Part(Study, columns_of(
    Study, {"id": "study", "confidence": "study_confidence"}, leaving=("citation", "design", "population"),
))  # fmt: skip
CITATION = Part(Citation, columns_of(Citation, {}))
DESIGN = Part(Design, columns_of(
    Design, {"type": "design", "n_randomised": "n_randomised", "n_analysed": "n_analysed", "blinding": "blinding"}, "design_",
))  # fmt: skip
POPULATION = Part(Population, columns_of(Population, {"condition": "condition"}, "population_"))
# Where an arm was read, and how sure that is, is said by the first of its rows.
ARM = Part(Arm, columns_of(Arm, {"id": "arm"}, "arm_", ("reading", "confidence")))
DRUG = Part(ArmDrug, columns_of(
    ArmDrug, {"drug": "drug", "dose": "dose", "unit": "dose_unit", "basis": "dose_basis", "salt": "salt", "text": "dose_text", "kind": "dose_kind"},
))  # fmt: skip
READING = Part(Reading, columns_of(Reading, {"access": "read_access", "what": "read_what"}, leaving=("id",)))
ROW = ("arm", "reading")
RESPONDERS = Part(Responders, columns_of(Responders, {"kind": "result_kind"}, leaving=ROW))
OUTCOME = Part(Outcome, columns_of(
    Outcome, {"kind": "result_kind", "interval_95.lower": "lower_95", "interval_95.upper": "upper_95"}, leaving=ROW,
))  # fmt: skip
HARM = Part(
    Harm, columns_of(Harm, {"event": "harm", "count": "events", "total": "n", "kind": "result_kind"}, leaving=ROW)
)

# A result is of the part whose column is filled.
RESULTS = {"threshold": RESPONDERS, "measure": OUTCOME, "harm": HARM}
FIELDS = {"threshold": "responders", "measure": "outcomes", "harm": "harms"}
OF_STUDY = (STUDY, CITATION, DESIGN, POPULATION)
# An arm is one that is described; a group is several arms, a comparison or another subject, in words.
GROUP, READINGS = "group", "reading"
OF_ROW = ("confidence",)
OF_RESULT = tuple(dict.fromkeys(head for part in RESULTS.values() for head in part.heads if head not in OF_ROW))
MOST_DRUGS = 9
# Parts of a record that no column holds; an export says which of them a study has.
NOT_CARRIED = ("conflicts", "remembered")


def drug_columns(number: int) -> tuple[Column, ...]:
    """The columns of the first, second … drug of an arm; from the second on they end in its number."""
    end = "" if number == 1 else f"_{number}"
    return tuple(Column(f"{one.head}{end}", one.path, one.holds, one.is_needed) for one in DRUG.columns)


def heads(drugs: int = MOST_DRUGS) -> tuple[str, ...]:
    """Every head of a table whose arms have at most so many drugs, in the order of an export."""
    names = [head for part in OF_STUDY for head in part.heads]
    names += [*ARM.heads, GROUP, *(one.head for number in range(1, drugs + 1) for one in drug_columns(number))]
    names += [*RESULTS, *OF_RESULT, *OF_ROW, READINGS, *READING.heads]
    return tuple(dict.fromkeys(names))


def is_list(column: Column) -> bool:
    """Whether a cell of the column holds several texts."""
    return get_origin(column.holds) in (tuple, dict)
