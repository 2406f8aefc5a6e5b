"""From folders of YAML to a Catalog, every problem reported at once with file and line."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from assuage.catalog.model import FOLDERS, Catalog, Recall
from assuage.document import Node, Shaper, read_yaml, shape
from assuage.document.shape import FAILED
from assuage.errors import CatalogError, DocumentError, Problem

DATA = Path(__file__).parent / "data"
VERSION = "VERSION"
RECALLS = "recalls.yaml"
# What a folder may hold beside the folders of records. Choices and claims are a clinic's own: see overlay.py.
SINGLE_FILES = (VERSION, RECALLS, "claims.yaml", "choices.yaml")


class Entry(msgspec.Struct, frozen=True):
    """One record as it was written: its kind, its id, the node it was read from, and the record where it could be read."""

    kind: str
    id: str
    node: Node
    record: Any = None

    def at(self, path: Sequence[str] = ()) -> str:
        """File, line and column of a part of the record; of the nearest thing around it where that is not written."""
        node = self.node
        for step in path:
            child = _child(node, step)
            if child is None:
                break
            node = child
        return node.where


def _child(node: Node, step: str) -> Node | None:
    if node.kind == "mapping":
        return node.get(step)
    if node.kind != "sequence":
        return None
    for index, member in enumerate(node.value):
        name = member.get("id")
        if (str(index) if name is None else name.value) == step:
            return member  # type: ignore[no-any-return]
    return None


class Entries(msgspec.Struct, frozen=True):
    """All records of a folder as written, and what was wrong with them, in two kinds: not readable, or misshapen."""

    records: tuple[Entry, ...]
    unreadable: tuple[Problem, ...]
    misshapen: tuple[Problem, ...]


class Folder(msgspec.Struct, frozen=True):
    """The files of a catalog as they were at one moment, by name. `label` stands before each name in what is reported."""

    path: Path
    contents: dict[str, bytes]
    label: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the names, lengths and bytes of the files, in the order of their names."""
        digest = hashlib.sha256()
        for name in sorted(self.contents):
            digest.update(f"{name}\0{len(self.contents[name])}\0".encode())
            digest.update(self.contents[name])
        return digest.hexdigest()

    def node(self, name: str) -> Node:
        """One file as nodes. Errors: `DocumentError`, also for bytes that are no text."""
        try:
            text = self.contents[name].decode("utf-8")
        except UnicodeDecodeError as error:
            raise DocumentError(
                Problem(f"byte {error.start} is no text", self.label + name, "UTF-8 text", "save the file as UTF-8")
            ) from None
        return read_yaml(text, self.label + name)


def folder_of(path: Path = DATA, label: str = "") -> Folder:
    """Every file of a catalog, read once. Errors: `DocumentError` where the folder or a file of it cannot be read."""
    contents = {}
    try:
        there = set(os.listdir(path))
        for kind in (kind for kind in FOLDERS if kind in there):
            names = [f"{kind}/{name}" for name in sorted(os.listdir(path / kind)) if name.endswith(".yaml")]
            contents.update({name: _bytes(f"{path}/{name}") for name in names})
        contents.update({name: _bytes(f"{path}/{name}") for name in SINGLE_FILES if name in there})
    except OSError as error:
        raise DocumentError(
            Problem(f"this cannot be read: {error.strerror}", str(error.filename or path),
                    "a folder with the folders and files of a catalog, all readable", "check its name and its rights")
        ) from None  # fmt: skip
    return Folder(path, contents, label)


def other_files(folder: Folder) -> dict[str, bytes]:
    """Every other file within a catalog's folder, by name: those that other readers read, and those that nobody does."""
    found = {}
    for place, inside, names in os.walk(folder.path):
        inside[:] = sorted(name for name in inside if not name.startswith((".", "__")))
        for name in sorted(names):
            path = f"{place}/{name}"
            own = os.path.relpath(path, folder.path).replace(os.sep, "/")
            if own not in folder.contents and not name.startswith("."):
                found[own] = _bytes(path)
    return found


def _bytes(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.read()


def read_catalog(folder: Path = DATA) -> Catalog:
    """Read a catalog from its files; a folder without VERSION is a clinic's own and is laid over the shipped catalog.

    Errors    `CatalogError` with every problem of shape, naming or duplication, or of what a clinic may not do
    """
    files = folder_of(folder, "" if folder == DATA else f"{folder}/")
    if VERSION in files.contents:
        return _read_once(files.label, files.fingerprint, Once(files))
    from assuage.catalog.overlay import lay_over

    return lay_over(read_catalog(), files)


class Once:
    """Files as an argument that does not count: the label and fingerprint beside it say all that matters of them."""

    def __init__(self, files: Folder) -> None:
        self.files = files

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Once)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=4)
def _read_once(label: str, fingerprint: str, once: Once) -> Catalog:
    """A catalog read from the same bytes twice in one process is one catalog."""
    return catalog_of(once.files)


def catalog_of(folder: Folder) -> Catalog:
    """The catalog that files hold. Errors: `CatalogError` with every problem."""
    entries = read_entries(folder)
    recalls, problems = read_recalls(folder)
    problems = [*entries.unreadable, *entries.misshapen, *problems]
    version = folder.contents.get(VERSION, b"").decode("utf-8", "replace").strip()
    if not version:
        problems.append(Problem("the catalog has no version", VERSION, "a file with the version", "write one"))
    if problems:
        raise CatalogError(*problems)
    return Catalog(version=version, fingerprint=folder.fingerprint, **by_kind(entries.records), recalls=recalls)


def by_kind(entries: Sequence[Entry]) -> dict[str, Any]:
    """Readable records by kind and id, kinds and ids in a fixed order."""
    fields: dict[str, dict[str, Any]] = {kind: {} for kind in FOLDERS}
    for entry in entries:
        if entry.record is not None:
            fields[entry.kind].setdefault(entry.id, entry.record)
    return fields


def read_entries(folder: Folder) -> Entries:
    """Every record of a folder, with its node."""
    records: list[Entry] = []
    unreadable: list[Problem] = []
    misshapen: list[Problem] = []
    first: dict[tuple[str, str], str] = {}
    for name in (name for name in folder.contents if "/" in name):
        try:
            root = folder.node(name)
        except DocumentError as error:
            unreadable.extend(error.problems)
            continue
        for entry in _records(root, name, misshapen):
            same = first.setdefault((entry.kind, entry.id), entry.node.where)
            if same != entry.node.where:
                misshapen.append(
                    Problem(f"the id “{entry.id}” stands twice in {entry.kind}", entry.node.where,
                            f"one record with this id; the first is at {same}", "rename one, or join them")
                )  # fmt: skip
            records.append(entry)
    return Entries(tuple(records), tuple(unreadable), tuple(misshapen))


def _records(root: Node, name: str, problems: list[Problem]) -> Iterator[Entry]:
    kind, _, file = name.partition("/")
    target, is_list = FOLDERS[kind]
    stem = file.removesuffix(".yaml")
    for node in root.value if is_list and root.kind == "sequence" else (root,):
        identity = node.get("id")
        own = str(identity.value) if identity else stem
        shaper = Shaper((kind, own))
        record = shaper.convert(node, target)
        problems.extend(shaper.problems)
        if not is_list and own != stem:
            problems.append(
                Problem(f"the id is “{own}”", node.where, f"“{stem}”, as the file is named", "make them the same")
            )
        yield Entry(kind, own, node, None if record is FAILED else record)


def read_recalls(folder: Folder) -> tuple[dict[str, Recall], list[Problem]]:
    """What has been recalled, by what it is, and what is wrong with the list."""
    if RECALLS not in folder.contents:
        return {}, []
    try:
        found = shape(folder.node(RECALLS), tuple[Recall, ...], path=("recalls",))
    except DocumentError as error:
        return {}, list(error.problems)
    return {recall.what: recall for recall in found}, []
