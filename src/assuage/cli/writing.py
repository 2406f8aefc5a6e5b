"""Where results go: to standard output, or to a file that is there whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from assuage.errors import DocumentError, Problem

SUFFIXES = {
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".ics": "ics",
    ".txt": "text",
    ".svg": "svg",
    ".png": "png",
}
BINARY = ("pdf", "ics", "png")


def refuse_output(place: str | None, format: str, *, is_forced: bool) -> None:
    """Refuse, before anything is computed, an output that would not be written. Errors: `DocumentError`."""
    if place is None:
        if format in BINARY and sys.stdout.isatty():
            raise DocumentError(
                Problem(f"{format} is not text, and standard output is a terminal", "--output", "a file or a pipe",
                        f"add -o plan.{format}")
            )  # fmt: skip
        return
    path = Path(place)
    named = SUFFIXES.get(path.suffix.casefold())
    problems = []
    if named is not None and named != format:
        problems.append(
            Problem(f"the file is named {path.suffix} and the format is {format}", place, "one format",
                    f"add --format {named}, or name the file otherwise")
        )  # fmt: skip
    if path.is_dir():
        problems.append(Problem("this is a folder", place, "the name of a file", "add the file's name"))
    elif not path.parent.is_dir():
        problems.append(Problem(f"there is no folder {path.parent}", place, "a folder that exists", "make it first"))
    elif path.is_file() and not is_forced:
        problems.append(
            Problem("the file exists", place, "a new name; nothing is overwritten unasked",
                    "name another file, or add --force")
        )  # fmt: skip
    if problems:
        raise DocumentError(*problems)


def deliver(content: str | bytes, place: str | None) -> None:
    """Write the result to standard output, or to a file at once: a reader sees the old file or the new one, never a part.

    Errors: `DocumentError` where the file cannot be written; nothing of it is left behind then.
    """
    if place is None:
        _to_standard_output(content)
        return
    path = Path(os.path.realpath(place))
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a device or a pipe has no old content to keep
            return
        _replace(path, data)
    except OSError as error:
        raise DocumentError(
            Problem(f"the file cannot be written: {error.strerror or error}", place, "a folder that you may write to",
                    "check its permissions and the space that is left; an older file is as it was")
        ) from None  # fmt: skip


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _to_standard_output(content: str | bytes) -> None:
    if isinstance(content, str):
        sys.stdout.write(content if content.endswith("\n") else f"{content}\n")
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def note(text: str) -> None:
    """A remark beside the result, on standard error."""
    print(f"note: {text}", file=sys.stderr)
