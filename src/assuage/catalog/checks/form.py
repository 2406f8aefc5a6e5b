"""Check 2, beyond what reading itself refuses: names, order of keys, one way to write a quantity, clean text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from assuage.catalog.checks.subject import Finder, Subject
from assuage.catalog.model import FOLDERS, CheckProblem
from assuage.catalog.read import SINGLE_FILES, Entry, Folder
from assuage.catalog.walk import structs
from assuage.document import Node
from assuage.errors import QuantityError, nearest
from assuage.quantity import parse

FIND = Finder("shape")
KEBAB = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?(?:[-.][a-z0-9_]+(?:\.[0-9]+)?)*")
SNAKE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
# Files beside the records that have readers of their own.
READ_ELSEWHERE = ("provenance.yaml", "trace.yaml", "README.md")
UNCLEAN = {
    "\t": "a tab; write spaces",
    "\r": "a carriage return; save the file with Unix line ends",
    "\ufeff": "a byte order mark; save the file as plain UTF-8",
    "\u00a0": "a no-break space; write an ordinary one",
}


def check(subject: Subject) -> Iterator[CheckProblem]:
    """Ids that are not kebab-case, an id that does not stand first, list members with one id, quantities in other spellings."""
    for entry in subject.of():
        if not (KEBAB.fullmatch(entry.id) or (entry.kind == "measurements" and SNAKE.fullmatch(entry.id))):
            yield FIND.error(entry, ("id",), what=f"the id “{entry.id}”", expected="small letters, digits and hyphens",
                             do="rename it, with everything that refers to it")  # fmt: skip
        keys = [key for key, _ in entry.node.items()]
        if "id" in keys and keys[0] != "id":
            yield FIND.error(entry, (), what=f"the record begins with {keys[0]}", expected="id as the first key",
                             do="move the id to the top")  # fmt: skip
        yield from _members(entry)
    for entry, path, claim in subject.claims():
        wanted = canonical(claim.value)
        if wanted is not None and wanted != claim.value:
            yield FIND.error(entry, path, what=f"“{claim.value}” is written another way than everywhere else",
                             expected=f"“{wanted}”", do="write it that way")  # fmt: skip


def canonical(value: str) -> str | None:
    """The one way to write a quantity: number, one space, unit code. None for what is no quantity."""
    try:
        quantity = parse(value)
    except QuantityError:
        return None
    return f"{re.split(r'[^0-9.]', value.strip(), maxsplit=1)[0]} {quantity.unit}"


def _members(entry: Entry) -> Iterator[CheckProblem]:
    """A list in which two members have one id has paths that lead to the first only."""
    counts = Counter(path for path, _ in structs(entry.record))
    for path, count in counts.items():
        if count > 1:
            yield FIND.error(entry, path, what=f"“{path[-1]}” stands {count} times in {'.'.join(path[:-1]) or 'a list'}",
                             expected="members of a list with ids of their own", do="rename one")  # fmt: skip


def check_text(folder: Folder) -> Iterator[CheckProblem]:
    """Characters that are seen as nothing and read as something."""
    for name, content in folder.contents.items():
        text = content.decode("utf-8", "replace")
        for number, line in enumerate(text.split("\n"), 1):
            for character, said in UNCLEAN.items():
                if character in line:
                    yield _at(f"{folder.label}{name}:{number}:{line.index(character) + 1}", f"the line holds {said.split(';')[0]}",
                              "plain text with spaces", said.split("; ")[1])  # fmt: skip
        if text and not text.endswith("\n"):
            yield _at(
                f"{folder.label}{name}", "the last line has no end", "a line end at the end of the file", "add one"
            )


def check_others(folder: Folder, others: dict[str, bytes]) -> Iterator[CheckProblem]:
    """Files that look like records and are not read."""
    for name in others:
        head, _, tail = name.partition("/")
        if tail and head in FOLDERS:
            yield _at(folder.label + name, f"{name} is not read", f"{head}/NAME.yaml, directly in the folder {head}",
                      "rename it, or move it away")  # fmt: skip
        elif tail and nearest(head, FOLDERS):
            yield _at(folder.label + name, f"no folder of the catalog is called {head}",
                      f"one of {', '.join(FOLDERS)}", f"did you mean {nearest(head, FOLDERS)[0]}?")  # fmt: skip
        elif not tail and nearest(name, SINGLE_FILES) and name not in READ_ELSEWHERE:
            yield _at(folder.label + name, f"{name} is not read", f"one of {', '.join(SINGLE_FILES)}",
                      f"did you mean {nearest(name, SINGLE_FILES)[0]}?")  # fmt: skip


def _at(where: str, what: str, expected: str, do: str) -> CheckProblem:
    return CheckProblem("shape", "error", what, where, expected, do)


def texts(node: Node) -> Iterator[str]:
    """Every scalar of a document."""
    if node.kind in ("text", "plain"):
        yield node.value
    for _, child in node.items():
        yield from texts(child)
    if node.kind == "sequence":
        for child in node.value:
            yield from texts(child)
