"""Writers of one process to one file take turns, in the order they came.

SQLite has one writer at a time, and lets the others sleep and try again: for milliseconds where a write takes a fraction of
one, and without any order, so that one of eight waited a third of a second. Other processes still wait that way.
"""

from __future__ import annotations

import threading
from collections import deque
from weakref import WeakValueDictionary

from assuage.errors import Problem, RegistryError


class Turns:
    """A context that one thread is in at a time. Errors: `RegistryError` for who waited for longer than is allowed."""

    def __init__(self, *, longest_s: float) -> None:
        self._longest_s = longest_s
        self._guard = threading.Lock()
        self._is_taken = False
        # A lock for each who waits, held until the turn is handed to them.
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        is_mine = False
        try:
            is_mine = mine.acquire(timeout=self._longest_s)
        finally:
            if not is_mine:
                self._leave(mine)
        if not is_mine:
            raise RegistryError(Problem(f"another writer had the registry for more than {self._longest_s:g} s", "the registry",
                                        "a turn to write", "nothing was recorded; try again"))  # fmt: skip

    def __exit__(self, *_: object) -> None:
        with self._guard:
            self._hand_on()

    def _hand_on(self) -> None:
        if self._waiting:
            self._waiting.popleft().release()
        else:
            self._is_taken = False

    def _leave(self, mine: threading.Lock) -> None:
        """Wait no longer; a turn that was handed over at the last moment goes to the next."""
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
            else:
                self._hand_on()


_every: WeakValueDictionary[str, Turns] = WeakValueDictionary()
_guard = threading.Lock()


def turns_of(path: str, *, longest_s: float) -> Turns:
    """The turns of a file: the same for everybody in this process who has it open."""
    with _guard:
        found = _every.get(path)
        if found is None:
            found = _every[path] = Turns(longest_s=longest_s)
        return found
