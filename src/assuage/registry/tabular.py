"""Tables as files that other programs read: JSON Lines, CSV and Parquet. What is written is read back the same, or refused.

Instants are UTC with microseconds, decimals are written out, nothing and an empty text are two things. In CSV nothing is
`\\N`, and a text that begins with a backslash has one more before it.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from assuage.errors import Problem, RegistryError

Format = Literal["jsonl", "csv", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)
Kind = Literal["text", "int", "bool", "instant", "day", "exact"]
NOTHING = "\\N"
# A record of a course is one cell, and longer than the cells most files have.
LONGEST_CELL = 2**31 - 1


class Shape(msgspec.Struct, frozen=True):
    """A table: its name, and its columns with what each holds."""

    name: str
    columns: tuple[tuple[str, Kind], ...]


Row = tuple[Any, ...]


def as_text(value: Any, where: str) -> str | None:
    """A value as exact text; none stays none. Errors: `RegistryError` for what no file holds safely."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case dt.datetime():
            if value.tzinfo is None:
                raise _wrong(f"the time {value} without a zone", where, "an instant with its zone")
            return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case dt.date():
            return value.isoformat()
    text = str(value)
    if "\x00" in text:
        raise _wrong("a NUL sign", where, "text that every program can hold")
    return text


READING: dict[Kind, Callable[[str], Any]] = {
    "text": str,
    "int": int,
    "bool": lambda text: {"true": True, "false": False}[text],
    "instant": lambda text: dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=dt.UTC),
    "day": dt.date.fromisoformat,
    "exact": Decimal,
}


def from_text(text: str | None, kind: Kind, where: str) -> Any:
    """The value behind exact text. Errors: `RegistryError` where it is none of this kind."""
    if text is None:
        return None
    if "\x00" in text:
        raise _wrong("a NUL sign", where, "text as it was exported")
    try:
        return READING[kind](text)
    except (ValueError, KeyError, ArithmeticError):
        raise _wrong(f"“{text}”", where, f"a cell of kind {kind}, as it was exported") from None


def _wrong(what: str, where: str, expected: str) -> RegistryError:
    return RegistryError(Problem(what, where, expected, "export it again and leave the files as they are"))


def write(folder: Path, shape: Shape, rows: Iterable[Row], form: Format) -> tuple[Path, int]:
    """Write a table. Get: the file and how many rows."""
    path = folder / f"{shape.name}.{form}"
    names = [name for name, _ in shape.columns]
    texts = [
        [as_text(value, f"{shape.name}, row {number}, {name}") for name, value in zip(names, row, strict=True)]
        for number, row in enumerate(rows, 1)
    ]
    {"jsonl": _write_jsonl, "csv": _write_csv, "parquet": _write_parquet}[form](path, shape, texts)
    return path, len(texts)


def read(folder: Path, shape: Shape, form: Format) -> list[Row]:
    """Read a table back. Errors: `RegistryError` for other columns, a cell of another kind, or a file that is no such file."""
    path = folder / f"{shape.name}.{form}"
    try:
        texts = {"jsonl": _read_jsonl, "csv": _read_csv, "parquet": _read_parquet}[form](path, shape)
    except (OSError, UnicodeDecodeError, csv.Error, json.JSONDecodeError) as error:
        raise _wrong(f"a file that cannot be read: {error}", str(path), f"a {form} file as it was exported") from None
    return [
        tuple(
            from_text(text, kind, f"{path.name}, row {number}, {name}")
            for text, (name, kind) in zip(row, shape.columns, strict=True)
        )
        for number, row in enumerate(texts, 1)
    ]


Texts = Sequence[Sequence[str | None]]


def _write_jsonl(path: Path, shape: Shape, rows: Texts) -> None:
    names = [name for name, _ in shape.columns]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n")


def _read_jsonl(path: Path, shape: Shape) -> list[list[str | None]]:
    names = [name for name, _ in shape.columns]
    found = []
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, 1):
            row = json.loads(line)
            if (
                not isinstance(row, dict)
                or list(row) != names
                or any(not isinstance(one, str | None) for one in row.values())
            ):
                raise _wrong(
                    "a line of another shape",
                    f"{path.name}, line {number}",
                    f"the keys {', '.join(names)}, each a text or null",
                )
            found.append([row[name] for name in names])
    return found


def _write_csv(path: Path, shape: Shape, rows: Texts) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([name for name, _ in shape.columns])
        writer.writerows([[_in_cell(text) for text in row] for row in rows])


def _in_cell(text: str | None) -> str:
    if text is None:
        return NOTHING
    return f"\\{text}" if text.startswith("\\") else text


def _from_cell(cell: str) -> str | None:
    if cell == NOTHING:
        return None
    return cell[1:] if cell.startswith("\\") else cell


def _read_csv(path: Path, shape: Shape) -> list[list[str | None]]:
    csv.field_size_limit(LONGEST_CELL)
    names = [name for name, _ in shape.columns]
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        if next(reader, None) != names:
            raise _wrong("other columns", path.name, f"the columns {', '.join(names)}")
        found = []
        for number, row in enumerate(reader, 1):
            if len(row) != len(names):
                raise _wrong(f"{len(row)} cells", f"{path.name}, row {number}", f"{len(names)} cells")
            found.append([_from_cell(cell) for cell in row])
    return found


def _polars() -> Any:
    try:
        import polars
    except ImportError:
        raise RegistryError(Problem("polars is not installed", "this installation", "assuage with its tables extra",
                                    "install assuage[tables], or choose csv or jsonl")) from None  # fmt: skip
    return polars


def _write_parquet(path: Path, shape: Shape, rows: Texts) -> None:
    """Instants, days and counts have their own types there, for who reads the file with another program."""
    pl = _polars()
    typed = [
        [
            from_text(text, kind, path.name) if kind != "exact" else text
            for text, (_, kind) in zip(row, shape.columns, strict=True)
        ]
        for row in rows
    ]
    types = {"text": pl.String, "int": pl.Int64, "bool": pl.Boolean, "instant": pl.Datetime("us", "UTC"),
             "day": pl.Date, "exact": pl.String}  # fmt: skip
    schema = {name: types[kind] for name, kind in shape.columns}
    pl.DataFrame(typed, schema=schema, orient="row").write_parquet(path)


def _read_parquet(path: Path, shape: Shape) -> list[list[str | None]]:
    pl = _polars()
    names = [name for name, _ in shape.columns]
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _wrong(f"a file that cannot be read: {error}", path.name, "a parquet file as it was exported") from None
    if frame.columns != names:
        raise _wrong("other columns", path.name, f"the columns {', '.join(names)}")
    return [[as_text(value, path.name) for value in row] for row in frame.iter_rows()]


def fingerprint(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(2**20), b""):
            digest.update(block)
    return digest.hexdigest()
