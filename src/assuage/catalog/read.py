"""From folders of YAML to a Catalog, every problem reported at once with file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from assuage.document import Node, Shaper, read_yaml
from assuage.document.shape import FAILED
from assuage.drug import Drug, Limit, Presentation, Term
from assuage.errors import CatalogError, DocumentError, Problem, unknown_name
from assuage.regimen import Regimen
from assuage.rule import AdverseEvent, Formula, Instrument, Measurement, Practice, Rule, Watch
from assuage.sourced import Source
from assuage.study import Study

DATA = Path(__file__).parent / "data"


class Catalog(msgspec.Struct, frozen=True):
    """Everything that is known, by kind and id. `fingerprint` is the SHA-256 of the files it was read from."""

    version: str
    fingerprint: str
    sources: dict[str, Source] = {}
    drugs: dict[str, Drug] = {}
    presentations: dict[str, Presentation] = {}
    limits: dict[str, Limit] = {}
    terms: dict[str, Term] = {}
    regimens: dict[str, Regimen] = {}
    studies: dict[str, Study] = {}
    rules: dict[str, Rule] = {}
    watch: dict[str, Watch] = {}
    events: dict[str, AdverseEvent] = {}
    instruments: dict[str, Instrument] = {}
    formulas: dict[str, Formula] = {}
    measurements: dict[str, Measurement] = {}
    practice: dict[str, Practice] = {}

    def regimen(self, name: str) -> Regimen:
        """The regimen with this id or alias. Errors: `UnknownName` with the nearest known ids."""
        for regimen in self.regimens.values():
            if name == regimen.id or name in regimen.aliases:
                return regimen
        raise unknown_name("regimen", name, known=self.regimens, where="--regimen")

    def study(self, name: str) -> Study:
        """The record with this id or alias. Errors: `UnknownName`."""
        for study in self.studies.values():
            if name == study.id or name in study.aliases:
                return study
        raise unknown_name("study", name, known=self.studies, where="study id")


# folder → the field of Catalog it fills, the type of a record, and whether a file holds one record or a list of them
FOLDERS: dict[str, tuple[str, type[msgspec.Struct], bool]] = {
    "sources": ("sources", Source, True),
    "drugs": ("drugs", Drug, False),
    "presentations": ("presentations", Presentation, False),
    "limits": ("limits", Limit, True),
    "terms": ("terms", Term, True),
    "regimens": ("regimens", Regimen, False),
    "studies": ("studies", Study, False),
    "rules": ("rules", Rule, True),
    "watch": ("watch", Watch, True),
    "events": ("events", AdverseEvent, True),
    "instruments": ("instruments", Instrument, False),
    "formulas": ("formulas", Formula, False),
    "measurements": ("measurements", Measurement, True),
    "practice": ("practice", Practice, True),
}


def catalog_files(folder: Path = DATA) -> list[Path]:
    """The YAML files of a catalog, in one fixed order."""
    return [path for name in FOLDERS for path in sorted((folder / name).glob("*.yaml"))]


def fingerprint_of(files: list[Path], folder: Path) -> str:
    """SHA-256 over the names and bytes of the files."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(path.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()


def read_catalog(folder: Path = DATA) -> Catalog:
    """Read a catalog. Errors: `CatalogError` with every problem of shape, naming or duplication."""
    files = catalog_files(folder)
    problems: list[Problem] = []
    fields: dict[str, dict[str, Any]] = {field: {} for field, _, _ in FOLDERS.values()}
    for path in files:
        field = FOLDERS[path.parent.name][0]
        for record, node in _records(path, folder, problems):
            if record.id in fields[field]:
                problems.append(
                    Problem(
                        f"the id “{record.id}” stands twice", node.where, f"one {field} record each", "rename or join"
                    )
                )
            fields[field][record.id] = record
    if problems:
        raise CatalogError(*problems)
    version = (folder / "VERSION").read_text(encoding="utf-8").strip()
    return Catalog(version=version, fingerprint=fingerprint_of(files, folder), **fields)


def _records(path: Path, folder: Path, problems: list[Problem]) -> Iterator[tuple[Any, Node]]:
    field, kind, is_list = FOLDERS[path.parent.name]
    name = path.relative_to(folder).as_posix()
    try:
        root = read_yaml(path.read_text(encoding="utf-8"), name)
    except DocumentError as error:
        problems.extend(error.problems)
        return
    for node in root.value if is_list and root.kind == "sequence" else (root,):
        identity = node.get("id")
        shaper = Shaper((field, identity.value if identity else path.stem))
        record = shaper.convert(node, kind)
        problems.extend(shaper.problems)
        if record is FAILED:
            continue
        if not is_list and record.id != path.stem:
            problems.append(
                Problem(
                    f"the id is “{record.id}”", node.where, f"“{path.stem}”, as the file is named", "make them the same"
                )
            )
        yield record, node
