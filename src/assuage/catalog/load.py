"""The catalog, fast: from its compiled form where that belongs to the files as they are, else from the files.

A compiled form is a header and a body: a magic word, the SHA-256 of everything it depends on (format, software, the code
that reads, the files), the SHA-256 of the body, then the catalog in MessagePack. One that does not match in every part is
not used. Writing it is a convenience: where it cannot be written the files are read every time.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec

import assuage
from assuage.catalog.model import FOLDERS, Catalog
from assuage.catalog.read import Folder, catalog_of, folder_of

COMPILED = Path(__file__).parent / "compiled.msgpack"
MAGIC = b"assuage catalog, compiled, 2\n"
DIGEST = hashlib.sha256().digest_size
PACKAGE = Path(__file__).parents[1]
# Catalogs that this process has loaded already, by what they depend on: a server asks for the same one again and again.
LOADED: dict[bytes, Catalog] = {}
MOST_LOADED = 8
MOST_STORED = 16
READABLE = 0o644
# The code that decides what the files mean: with other code the same files are another catalog.
READING_CODE = (
    *("sourced.py", "finding.py", "drug.py", "regimen.py", "study.py", "question.py", "rule.py", "kinetics.py"),
    *(f"quantity/{name}.py" for name in ("exact", "text", "unit")),
    *(f"document/{name}.py" for name in ("node", "shape")),
    *(f"catalog/{name}.py" for name in ("load", "model", "overlay", "read", "walk")),
)
# Folders that planning does not ask for: they are decoded when somebody first looks into them.
DEFERRED = ("kinetics", "bands", "observed", "questions", "appraisals", "sayings")


class Deferred(Mapping[str, Any]):
    """The records of one folder, still encoded; the first look decodes them all. Equal to a dict of the same records."""

    def __init__(self, kind: str, content: bytes) -> None:
        self._kind, self._content = kind, content

    @cached_property
    def _records(self) -> dict[str, Any]:
        kind: Any = FOLDERS[self._kind][0]
        found: dict[str, Any] = msgspec.msgpack.decode(self._content, type=dict[str, kind])
        return found

    def __getitem__(self, name: str) -> Any:
        return self._records[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and self._records == dict(other)

    __hash__ = None  # type: ignore[assignment]


class Stored(msgspec.Struct, frozen=True):
    """A compiled catalog: all that planning asks for, and beside it the folders that wait."""

    catalog: Catalog
    deferred: dict[str, msgspec.Raw]


def load_catalog(*overlays: Path | str) -> Catalog:
    """The shipped catalog, with a clinic's own folders laid over it in order.

    Errors: `CatalogError` with every problem of the files; of a clinic's folder also what it may not change.
    """
    shipped = folder_of()
    own = [folder_of(Path(overlay).resolve(), f"{overlay}/") for overlay in overlays]
    return _load([shipped, *own])


def compile_catalog() -> Path:
    """Write the compiled form of the shipped catalog beside its data, as the wheel carries it. Errors: `CatalogError`."""
    folder = folder_of()
    _replace(COMPILED, encode(catalog_of(folder), _key([folder])))
    return COMPILED


def _load(folders: list[Folder]) -> Catalog:
    key = _key(folders)
    if key not in LOADED:
        if len(LOADED) >= MOST_LOADED:
            LOADED.clear()
        LOADED[key] = _stored(key, folders)
    return LOADED[key]


def _stored(key: bytes, folders: list[Folder]) -> Catalog:
    places = _places(key, is_shipped=len(folders) == 1)
    for place in places:
        catalog = decode(_bytes_of(place), key)
        if catalog is not None:
            return catalog
    catalog = _read(folders)
    content = encode(catalog, key)
    for place in places:
        if _write(place, content):
            break
    return catalog


def _read(folders: list[Folder]) -> Catalog:
    if len(folders) == 1:
        return catalog_of(folders[0])
    from assuage.catalog.overlay import lay_over

    return lay_over(_load(folders[:-1]), folders[-1])


def _key(folders: list[Folder]) -> bytes:
    return key_of("\0".join(f"{folder.label}\0{folder.fingerprint}" for folder in folders))


def key_of(content: str) -> bytes:
    """What a compiled form depends on: its format, the software, the code that reads, and the files."""
    digest = hashlib.sha256(MAGIC)
    digest.update(f"{assuage.__version__}\0{msgspec.__version__}\0{content}\0".encode())
    digest.update(_reading_code())
    return digest.digest()


@lru_cache(maxsize=1)
def _reading_code() -> bytes:
    digest = hashlib.sha256()
    for name in READING_CODE:
        digest.update((PACKAGE / name).read_bytes())
    return digest.digest()


def encode(catalog: Catalog, key: bytes) -> bytes:
    """The compiled form of a catalog."""
    deferred = {kind: msgspec.Raw(msgspec.msgpack.encode(dict(catalog.records(kind)))) for kind in DEFERRED}
    empty: dict[str, Any] = {kind: {} for kind in DEFERRED}
    body = msgspec.msgpack.encode(Stored(msgspec.structs.replace(catalog, **empty), deferred))
    return MAGIC + key + hashlib.sha256(body).digest() + body


def decode(content: bytes, key: bytes) -> Catalog | None:
    """The catalog of a compiled form; none when it belongs to something else or is damaged."""
    head = len(MAGIC) + 2 * DIGEST
    body = memoryview(content)[head:]
    if content[:head] != MAGIC + key + hashlib.sha256(body).digest():
        return None
    # Nothing of what is made here is garbage; looking for some while it is made takes as long as making it.
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        stored = msgspec.msgpack.decode(body, type=Stored)
        waiting: dict[str, Any] = {kind: Deferred(kind, bytes(content)) for kind, content in stored.deferred.items()}
        return msgspec.structs.replace(stored.catalog, **waiting)
    except msgspec.DecodeError:
        return None
    finally:
        if is_collecting:
            gc.enable()


def _places(key: bytes, *, is_shipped: bool) -> list[Path]:
    """Where a compiled form may lie: beside the data for the shipped catalog, in the user's cache for anything."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    folder = Path(cache) if cache else Path(os.path.expanduser("~")) / ".cache"
    return [*([COMPILED] if is_shipped else []), folder / "assuage" / f"{key.hex()}.msgpack"]


def _bytes_of(place: Path) -> bytes:
    """What lies there; nothing where it cannot be read, or where another user could have put it."""
    try:
        if place != COMPILED and hasattr(os, "getuid") and place.stat().st_uid not in (os.getuid(), 0):
            return b""
        return place.read_bytes()
    except OSError:
        return b""


def _write(place: Path, content: bytes) -> bool:
    """Write whole or not at all; false where it cannot be written."""
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(place, content)
        _tidy(place)
    except OSError:
        return False
    return True


def _replace(place: Path, content: bytes) -> None:
    """Put a whole file in the place of another at once. Errors: `OSError`, and nothing is left behind."""
    import tempfile

    handle, partial = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(partial, READABLE)
        os.replace(partial, place)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(partial)
        raise


def _tidy(place: Path) -> None:
    """Keep the newest compiled forms of the user's cache; older ones belong to files that have changed since."""
    if place == COMPILED:
        return
    stored = [entry for entry in os.scandir(place.parent) if entry.name.endswith(place.suffix)]
    for entry in sorted(stored, key=lambda one: one.stat().st_mtime_ns, reverse=True)[MOST_STORED:]:
        os.unlink(entry.path)
