"""What a page is asked: who asks, what they sent, when. Pages are plain functions of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from assuage.course import Person
from assuage.registry import audit
from assuage.registry.sign_ins import SignIn
from assuage.web.settings import Settings


@dataclass(frozen=True)
class Asked:
    """One request. `path` holds the parts of the address, `query` and `form` what was sent, as text, in order."""

    settings: Settings
    method: str
    now: dt.datetime
    sign_in: SignIn | None
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, list[str]] = field(default_factory=dict)
    form: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    json: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    from_where: str = ""
    route: str = ""
    # Grows by one when who asks proved again who they are: the cookie is another one from then on.
    proofs: list[dt.datetime] = field(default_factory=list)
    # The path of this page, to come back to.
    address: str = "/"

    @property
    def person(self) -> Person:
        """Who asks. Only for pages that need a sign-in."""
        assert self.sign_in is not None
        return self.sign_in.account.person

    def text(self, name: str) -> str:
        """A field as it was typed, without spaces around it; empty where it was not sent."""
        return (self.form.get(name) or [""])[-1].strip()

    def texts(self, name: str) -> list[str]:
        """Every value of a field that may be sent several times."""
        return [one.strip() for one in self.form.get(name, []) if one.strip()]

    def asks(self, name: str) -> str:
        """A part of the query, or nothing."""
        return (self.query.get(name) or [""])[-1].strip()

    def is_fragment(self) -> bool:
        """Whether the script of the page asks for a part of it only."""
        return self.headers.get("x-fragment") == "1"

    def note(self, what: str, subject: str | None = None, *, because: str | None = None) -> None:
        """Put a line on the audit: who did or read what."""
        who = self.sign_in.account.id if self.sign_in else "nobody"
        given = audit.Note(self.now, who, what, subject, because, self.from_where or None)
        with self.settings.registry.writing() as connection:
            audit.note(connection, given)
