"""What a running server knows: its registry, its catalog, its clinic, its clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.course.adoption import adopting
from assuage.registry.clinic_record import adoptions
from assuage.registry.store import Registry

# A browser on this machine asks for one of these; a page elsewhere that points a name of its own here asks for another.
OF_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Settings:
    """`is_secure` is true where the address is https: cookies are then kept to it. `is_demonstration` marks every page.

    `address` is where browsers reach the program (https://…): links are built from it, and another host is refused; none
    for this machine alone. `identity` is how to sign in elsewhere (OpenID Connect), none for local accounts alone. `shown` are sign-ins that a
    demonstration shows to everybody.
    """

    registry: Registry
    catalog: Catalog
    profile: Clinic
    is_secure: bool = False
    is_demonstration: bool = False
    address: str | None = None
    identity: Identity | None = None
    shown: tuple[ShownSignIn, ...] = ()
    now: Callable[[], dt.datetime] = field(default=_now)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that may be asked for."""
        named = urlsplit(self.address).hostname if self.address else None
        return (*OF_THIS_MACHINE, *([named] if named else []))

    @property
    def clinic(self) -> Clinic:
        """The clinic with the regimens that are adopted on record now."""
        with self.registry.reading() as connection:
            return adopting(self.profile, adoptions(connection))


@dataclass(frozen=True)
class Identity:
    """An OpenID Connect provider: its issuer, and what it knows this program as."""

    issuer: str
    client_id: str
    client_secret: str | None = None
    name: str = "the hospital's sign-in"


@dataclass(frozen=True)
class ShownSignIn:
    """A sign-in of a demonstration, shown on its page."""

    account: str
    name: str
    role: str
    password: str
