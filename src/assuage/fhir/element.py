"""A part of a FHIR document with its path. Asking for what is absent, or is of another kind, gives None."""

from __future__ import annotations

import msgspec

from assuage.document import Node


class Element(msgspec.Struct, frozen=True):
    """A node and its path in the JSON, such as Bundle.entry[3].resource."""

    node: Node
    path: str

    @property
    def place(self) -> str:
        """File, line and column."""
        return self.node.where

    def child(self, *keys: str) -> Element | None:
        """The element under the keys, one below the other; null counts as absent."""
        found: Element | None = self
        for key in keys:
            if found is None:
                return None
            node = found.node.get(key)
            found = None if node is None or node.kind == "null" else Element(node, f"{found.path}.{key}")
        return found

    def text(self, *keys: str) -> str | None:
        """The words of a JSON string under the keys; None where it is absent, empty or not a string."""
        found = self.child(*keys)
        if found is None or found.node.kind != "text":
            return None
        return " ".join(str(found.node.value).split()) or None

    def plain(self, *keys: str) -> str | None:
        """A JSON number or boolean under the keys, as it was written."""
        found = self.child(*keys)
        return str(found.node.value) if found is not None and found.node.kind == "plain" else None

    def each(self, *keys: str) -> tuple[Element, ...]:
        """The members of a list under the keys; nothing where there is no list."""
        found = self.child(*keys)
        if found is None or found.node.kind != "sequence":
            return ()
        return tuple(Element(node, f"{found.path}[{at}]") for at, node in enumerate(found.node.value))

    def keys(self) -> tuple[str, ...]:
        """The keys of a mapping."""
        return tuple(key for key, _ in self.node.items())


class Resource(msgspec.Struct, frozen=True):
    """A resource: its type and id, and the full URL of its entry."""

    element: Element
    type: str
    id: str | None = None
    full_url: str | None = None

    @property
    def name(self) -> str:
        """Type and id, as references name it."""
        return f"{self.type}/{self.id}" if self.id else self.type


def has_modifier(element: Element) -> bool:
    """True where an extension or a rule may change the meaning in a way that nobody here can know."""
    return element.child("modifierExtension") is not None or element.child("implicitRules") is not None


def resource_of(element: Element, full_url: str | None = None) -> Resource | None:
    """The resource that an element is, or None where it names no type."""
    kind = element.text("resourceType")
    return None if kind is None else Resource(element, kind, element.text("id"), full_url)
