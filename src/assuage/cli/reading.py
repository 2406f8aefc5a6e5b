"""Files at the edge: read once, whole, as UTF-8 text; what cannot be read is refused in four parts."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from assuage.catalog.clinic import Clinic, read_clinic
from assuage.catalog.read import DATA
from assuage.document import Node, read, read_json, read_yaml, shape
from assuage.drug import Term
from assuage.errors import DocumentError, Problem, nearest
from assuage.patient import Patient, read_patient
from assuage.plan import Override

# A patient, a clinic or a bundle is far smaller; what is larger is another file.
MOST_BYTES = 20_000_000
EXAMPLE_CLINIC = DATA / "clinic-example.json"
STANDARD_INPUT = "(standard input)"
ENCODED_OTHERWISE = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
NOT_TEXT = {b"PK": "a ZIP archive or office document", b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\x1f\x8b": "a gzip archive"}  # fmt: skip


def read_document(place: str, standard: str) -> Node:
    """The document in a patient file; from standard input where `place` is `standard`. Errors: `DocumentError`."""
    if place == standard:
        return _read_standard_input()
    return read(read_text(Path(place), "patient file"), place)


def patient_of(node: Node, terms: Mapping[str, Term]) -> tuple[Patient, list[str]]:
    """The patient in a document, or in a FHIR R4 Bundle, and what must be said of how it was read.

    `terms` tell which of several names of a coded entry is understood. Errors: `DocumentError` with every problem.
    """
    if node.get("resourceType") is None:
        return read_patient(node), []
    from assuage.fhir import read_bundle

    reading = read_bundle(node, terms=terms)
    held = [f"From the bundle, {one}" for one in reading.those("held")]
    return reading.patient, [f"Of the bundle: {reading.summary()}.", *held]


def _read_standard_input() -> Node:
    text = _decoded(sys.stdin.buffer.read(MOST_BYTES + 1), STANDARD_INPUT, "patient file")
    return read_json(text, STANDARD_INPUT) if text.lstrip().startswith("{") else read_yaml(text, STANDARD_INPUT)


def read_clinic_file(place: str | None) -> Clinic:
    """The clinic profile in a file, or the shipped example where none is named. Errors: `DocumentError`."""
    path = Path(place) if place is not None else EXAMPLE_CLINIC
    name = place if place is not None else EXAMPLE_CLINIC.name
    return read_clinic(read(read_text(path, "clinic file"), name))


def read_overrides_file(place: str | None) -> tuple[Override, ...]:
    """Stops that two clinicians take upon themselves: a list of rule, prescriber, second, reason."""
    if place is None:
        return ()
    node = read(read_text(Path(place), "file of overrides"), place)
    return shape(node, tuple[Override, ...], path=("overrides",))


def read_text(path: Path, what: str) -> str:
    """The whole file as text. Errors: `DocumentError`: absent, a folder, not readable, not UTF-8, empty, far too large."""
    try:
        with path.open("rb") as file:
            content = _bounded(file)
    except FileNotFoundError:
        raise DocumentError(_absent(path, what)) from None
    except IsADirectoryError:
        raise DocumentError(Problem("this is a folder", str(path), f"a {what}", "name the file within it")) from None
    except (OSError, ValueError) as error:
        raise DocumentError(
            Problem(f"the {what} cannot be read: {getattr(error, 'strerror', None) or error}", str(path),
                    "a file that you may read", "check its name and permissions")
        ) from None  # fmt: skip
    return _decoded(content, str(path), what)


def _bounded(file: BinaryIO) -> bytes:
    return file.read(MOST_BYTES + 1)


def _absent(path: Path, what: str) -> Problem:
    try:
        beside = [one.name for one in path.parent.iterdir()]
    except OSError:
        return Problem(f"there is no folder {path.parent}", str(path), f"a {what}", "check the path")
    near = nearest(path.name, beside)
    same = [name for name in beside if name.casefold() in near]
    do = f"did you mean {path.parent / same[0]}?" if same else "check the name, or give the whole path"
    return Problem("there is no such file", str(path), f"a {what}", do)


def _decoded(content: bytes, name: str, what: str) -> str:
    if len(content) > MOST_BYTES:
        raise DocumentError(
            Problem("the file is far too large", name, f"a {what} of at most {MOST_BYTES // 1_000_000} MB",
                    "name the right file; a bundle holds one patient")
        )  # fmt: skip
    for start, kind in NOT_TEXT.items():
        if content.startswith(start):
            raise DocumentError(Problem(f"this is {kind}", name, f"a {what}, as text", "name the right file"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        kind = ENCODED_OTHERWISE.get(content[:2], "")
        raise DocumentError(
            Problem(f"the byte 0x{content[error.start]:02x} is not UTF-8" + (f"; this looks like {kind}" if kind else ""),
                    f"{name}:{line}", "text in UTF-8", "save the file as UTF-8 and read it over before you use it")
        ) from None  # fmt: skip
    if not text.strip():
        raise DocumentError(Problem("the file is empty", name, f"a {what}", "name the right file, or fill it in"))
    return text
