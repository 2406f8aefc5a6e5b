"""XML as elements that know their line, read with the standard parser and with everything refused that can do harm.

A document type that only names its DTD is common and harmless: nothing is fetched. A declaration within it, an entity
of the file's own, or a reference to one is refused, so that no text grows while it is read and no file is opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

import msgspec

from assuage.errors import DocumentError, Problem

DEEPEST = 100
PLAIN_XML = "plain XML as PubMed sends it, without declarations of its own"


class Element(msgspec.Struct):
    """One element: its name, its attributes, the line it begins on, and what it holds in order."""

    name: str
    attributes: dict[str, str]
    line: int
    holds: list[Element | str] = []

    def all(self, path: str) -> Iterator[Element]:
        """The elements at the end of a path of names, such as `Article/Journal`."""
        first, _, rest = path.partition("/")
        for one in self.holds:
            if isinstance(one, Element) and one.name == first:
                if rest:
                    yield from one.all(rest)
                else:
                    yield one

    def first(self, path: str) -> Element | None:
        """The first of them, or none."""
        return next(self.all(path), None)

    def text(self, path: str = "") -> str:
        """All the text of the element at a path, markup within it passed over, spaces and line breaks as one space."""
        one = self.first(path) if path else self
        return " ".join("".join(one.pieces()).split()) if one is not None else ""

    def pieces(self) -> Iterator[str]:
        """Every piece of text within, in order."""
        for one in self.holds:
            if isinstance(one, str):
                yield one
            else:
                yield from one.pieces()


class _Refused(Exception):
    """What the file holds that is not read; raised through the parser."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class _Tree:
    """Builds elements from what the parser meets."""

    def __init__(self) -> None:
        # The text is decoded already: what the file says of its encoding must not decode it again.
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity
        self.parser.ExternalEntityRefHandler = self._reference
        self.parser.SkippedEntityHandler = self._skipped
        self.top = Element("", {}, 1, [])
        self.open = [self.top]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) > DEEPEST:
            raise _Refused("the file is nested too deeply")
        one = Element(name, attributes, self.parser.CurrentLineNumber, [])
        self.open[-1].holds.append(one)
        self.open.append(one)

    def _end(self, _name: str) -> None:
        self.open.pop()

    def _text(self, text: str) -> None:
        self.open[-1].holds.append(text)

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_own: int) -> None:
        if has_own:
            raise _Refused("the document type holds declarations of its own")

    def _entity(self, name: str, *_rest: object) -> None:
        raise _Refused(f"the file declares the entity {name}")

    def _reference(self, _context: str, *_rest: object) -> int:
        raise _Refused("the file refers to another file")

    def _skipped(self, name: str, _is_parameter: int) -> None:
        raise _Refused(f"the file holds &{name};, which XML itself does not know")


def read_xml(text: str, name: str) -> Element:
    """The root element of a text.

    Errors    `DocumentError`: not XML, or XML with declarations, entities, references to files, nesting without end
    """
    tree = _Tree()
    try:
        tree.parser.Parse(text.removeprefix("\ufeff").encode("utf-8"), True)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code)
        raise DocumentError(
            Problem(f"this is not XML: {said}", f"{name}:{error.lineno}:{error.offset + 1}", PLAIN_XML, "export the references again, as XML")
        ) from None  # fmt: skip
    except _Refused as error:
        raise DocumentError(
            Problem(error.what, f"{name}:{tree.parser.CurrentLineNumber}", PLAIN_XML,
                    "do not trust this file: export the references from PubMed again")
        ) from None  # fmt: skip
    except UnicodeEncodeError:
        raise DocumentError(Problem("the file holds half of a character", name, PLAIN_XML, "export it again")) from None
    return next(one for one in tree.top.holds if isinstance(one, Element))
