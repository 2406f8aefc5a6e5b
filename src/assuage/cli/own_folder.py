"""A clinic's own folder, to which drafts of studies are added: read first, written only when nothing is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assuage.catalog import Catalog
from assuage.catalog.overlay import lay_over
from assuage.catalog.read import VERSION, Folder, folder_of
from assuage.cli.facts import load
from assuage.cli.writing import deliver
from assuage.errors import AssuageError, DocumentError, Problem

DRAFTS = "drafts/"


@dataclass(frozen=True)
class OwnFolder:
    """The folder that drafts go to, what it is laid over, and both together. `place` is none where they are printed."""

    place: str | None
    folder: Folder
    under: Catalog
    over: Catalog

    def refuse_existing(self, files: Mapping[str, str], *, is_forced: bool) -> None:
        """Refuse to write over a file that holds something else. Errors: `DocumentError` with each."""
        there = [
            name
            for name, text in files.items()
            if self.folder.contents.get(name, text.encode("utf-8")) != text.encode("utf-8")
        ]
        if there and not is_forced:
            raise DocumentError(*(
                Problem("the file exists and holds something else", f"{self.folder.label}{name}", "a new name; nothing is overwritten unasked",
                        "compare the two; then give the study another id, or add --force")
                for name in there
            ))  # fmt: skip

    def write(self, files: Mapping[str, str]) -> None:
        """Write every file, or none of the new ones. Errors: `DocumentError`."""
        assert self.place is not None, "printed drafts are not written"
        written: list[Path] = []
        try:
            for name, text in files.items():
                path = Path(self.place) / name
                _make(path.parent)
                is_new = not path.exists()
                deliver(text, str(path))
                written += [path] if is_new else []
        except AssuageError:
            for path in written:
                path.unlink(missing_ok=True)
            raise


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DocumentError(
            Problem(f"the folder cannot be made: {error.strerror or error}", str(folder), "a folder that you may write to", "check the path and its permissions")
        ) from None  # fmt: skip


def own_folder(place: str | None, overlays: tuple[str, ...]) -> OwnFolder:
    """The folder at a place, over the catalog with the other folders. Errors: `AssuageError` where one is not sound."""
    if place is None:
        known = load(overlays)
        return OwnFolder(None, Folder(Path(DRAFTS), {}, DRAFTS), known, known)
    path = Path(place)
    if path.exists() and not path.is_dir():
        raise DocumentError(
            Problem("this is a file", place, "the clinic's own folder", "name a folder; it is made where there is none")
        )
    label = f"{place.rstrip('/')}/"
    folder = folder_of(path, label) if path.is_dir() else Folder(path, {}, label)
    if VERSION in folder.contents:
        raise DocumentError(
            Problem(
                "this is a whole catalog",
                place,
                "a clinic's own folder, without a file VERSION",
                "name another folder; a shipped record stays as it is",
            )
        )
    under = load(tuple(one for one in overlays if Path(one).resolve() != path.resolve()))
    return OwnFolder(place, folder, under, lay_over(under, folder) if folder.contents else under)
