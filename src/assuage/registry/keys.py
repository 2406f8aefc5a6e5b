"""Keys of patients and courses: made, opened, destroyed. Kept in memory only while the registry is open."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, insert, select, update

from assuage.errors import Problem, RegistryError
from assuage.registry import vault
from assuage.registry.tables import about, content_key

PROOF, PROVED = "key-proof", b"this registry"


class Erased(RegistryError):
    """What was asked for was erased: its key was destroyed."""


class Keys:
    """The keys of a registry, under its own. Not to be shared between registries."""

    def __init__(self, own: bytes) -> None:
        self._own = own
        self._opened: dict[str, bytes] = {}

    def prove(self, connection: Connection) -> None:
        """Refuse a registry that was written under another key, before anything is written under this one."""
        row = connection.execute(select(about.c.value).where(about.c.name == PROOF)).first()
        if row is None:
            closed = vault.closed(self._own, PROVED, place=PROOF).hex()
            connection.execute(insert(about).values(name=PROOF, value=closed))
            return
        vault.opened(self._own, bytes.fromhex(row.value), place=PROOF)

    def make(self, connection: Connection, id: str, *, at: dt.datetime) -> bytes:
        """A key for a new patient or a new course."""
        key = vault.new_key()
        wrapped = vault.closed(self._own, key, place=f"key/{id}")
        connection.execute(insert(content_key).values(id=id, wrapped=wrapped, created=at))
        self._opened[id] = key
        return key

    def of(self, connection: Connection, id: str) -> bytes:
        """The key of a patient or a course. Errors: `Erased` where it was destroyed; `RegistryError` where there is none."""
        row = connection.execute(
            select(content_key.c.wrapped, content_key.c.destroyed).where(content_key.c.id == id)
        ).first()
        if row is None:
            raise RegistryError(Problem(f"no key for {id}", "the registry", "a key for each patient and each course",
                                        "verify the registry and restore it from a backup"))  # fmt: skip
        return self.unwrapped(id, row.wrapped, is_destroyed=row.destroyed is not None)

    def unwrapped(self, id: str, wrapped: bytes | None, *, is_destroyed: bool) -> bytes:
        """A key that was read with a list of many. Errors: `Erased` where it was destroyed."""
        if is_destroyed or wrapped is None:
            self._opened.pop(id, None)
            raise Erased(Problem(f"the record {id} was erased", "the registry", "a record that stands",
                                 "nothing can bring it back"))  # fmt: skip
        if id not in self._opened:
            self._opened[id] = vault.opened(self._own, wrapped, place=f"key/{id}")
        return self._opened[id]

    def is_destroyed(self, connection: Connection, id: str) -> bool:
        """Whether a key was destroyed."""
        row = connection.execute(select(content_key.c.destroyed).where(content_key.c.id == id)).first()
        return row is not None and row.destroyed is not None

    def destroy(self, connection: Connection, id: str, *, at: dt.datetime, by: str) -> None:
        """Destroy a key: all that it opened can no longer be read. Copies in backups go with the backups."""
        connection.execute(
            update(content_key).where(content_key.c.id == id).values(wrapped=None, destroyed=at, destroyed_by=by)
        )
        self._opened.pop(id, None)

    def closed(self, key: bytes, content: bytes, *, place: str) -> bytes:
        """Content under a key, for one place."""
        return vault.closed(key, content, place=place)

    def opened(self, key: bytes, content: bytes, *, place: str) -> bytes:
        """The content of one place."""
        return vault.opened(key, content, place=place)

    def own_closed(self, content: bytes, *, place: str) -> bytes:
        """Content under the registry's own key."""
        return vault.closed(self._own, content, place=place)

    def own_opened(self, content: bytes, *, place: str) -> bytes:
        """Content that lay under the registry's own key."""
        return vault.opened(self._own, content, place=place)

    def mark(self, text: str, *, of: str) -> str:
        """A keyed hash to search by."""
        return vault.mark(self._own, text, of=of)
