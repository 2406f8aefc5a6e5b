"""The web application without a browser: a client for each person, on a registry and a clock of the test."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from tests.courses import NURSE, NURSE_2, PHARMACIST, PHYSICIAN, catalog, clinic

from assuage.course import Command, Person, Surroundings
from assuage.course.event import Recorded
from assuage.registry import accounts, patients
from assuage.registry.patients import Identity
from assuage.registry.store import Registry
from assuage.web.app import make_app
from assuage.web.settings import Settings

PASSWORD = "correct horse battery staple"
ADMINISTRATOR = Person("ruth", "Ruth Kern", "administrator")
AUDITOR = Person("otto", "Otto Lang", "auditor")
RESEARCHER = Person("mina", "Mina Roth", "researcher")
EVERYONE = (PHYSICIAN, PHARMACIST, NURSE, NURSE_2, ADMINISTRATOR, AUDITOR, RESEARCHER)
ERNA = Identity("Example", "Erna", dt.date(1957, 4, 2), "female", "123")
NOW = dt.datetime(2026, 11, 30, 14, 0, tzinfo=dt.UTC)
# As a browser of today says it for a form of the same page.
FROM_OUR_PAGE = {"sec-fetch-site": "same-origin"}


@dataclass
class Clock:
    """The time of a test: it stands until it is moved."""

    at: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        return self.at

    def wait(self, **time: float) -> None:
        self.at += dt.timedelta(**time)


@dataclass
class Browser:
    """Asks the application as a browser of today does, keeps its cookies, follows nothing by itself."""

    app: Any
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def ask(
        self, method: str, address: str, *, headers: Mapping[str, str] | None = None, **sent: Any
    ) -> httpx.Response:
        return asyncio.run(self._ask(method, address, headers={**FROM_OUR_PAGE, **(headers or {})}, **sent))

    async def _ask(self, method: str, address: str, **sent: Any) -> httpx.Response:
        way = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=way, base_url="http://127.0.0.1", cookies=self.cookies) as client:
            answer = await client.request(method, address, **sent)
            self.cookies = client.cookies
            return answer

    def get(self, address: str, **sent: Any) -> httpx.Response:
        return self.ask("GET", address, **sent)

    def post(self, address: str, data: Mapping[str, Any] | None = None, **sent: Any) -> httpx.Response:
        return self.ask("POST", address, data=data, **sent)


@dataclass
class Clinic:
    """A running application for tests."""

    registry: Registry
    clock: Clock = field(default_factory=Clock)
    more: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settings = Settings(self.registry, catalog(), clinic(), now=self.clock, **self.more)
        self.app = make_app(self.settings)

    def with_people(self, *people: Person) -> Clinic:
        """Accounts with one password for all."""
        with self.registry.writing() as connection:
            for one in people or EVERYONE:
                accounts.create(connection, one, at=self.clock.at, password=PASSWORD)
        return self

    def browser(self) -> Browser:
        """A browser nobody is signed in at."""
        return Browser(self.app)

    def signed_in(self, person: Person, **more: str) -> Browser:
        """A browser with a person signed in."""
        one = self.browser()
        answer = one.post("/sign-in", data={"account": person.id, "password": PASSWORD, **more})
        assert answer.status_code == 303, answer.text
        return one

    def patient(self, id: str = "demo-1", identity: Identity = ERNA) -> str:
        """A patient on record."""
        with self.registry.writing() as connection:
            patients.register(connection, self.registry.keys, id, identity, at=self.clock.at, is_synthetic=True)
        return id

    def course(self, records: list[Recorded], patient: str = "demo-1", id: str | None = None) -> str:
        """A course with what a walk recorded, each judged again."""
        course = self.registry.begin_course(patient, at=records[0].recorded, id=id)
        for one in records:
            assert isinstance(one.by, Person)
            around = Surroundings(now=one.recorded, catalog=catalog(), clinic=clinic())
            command = Command(event=one.event, by=one.by, key=f"{course}/{one.key}", surface="web")
            decision = self.registry.act(course, command, around)
            assert decision.records, [each.message for each in decision.findings]
        return course


def key_in(page: str) -> str:
    """The key that a form carries."""
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found, "no form with a key"
    return found.group(1)
