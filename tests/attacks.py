"""What the tests of attacks have in common: a course to aim at, payloads, and a way to see what a browser would run."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import httpx
from tests.browsed import Clinic
from tests.courses import Walk
from tests.registries import fresh_registry

from assuage.web.security import HEADERS

COURSE = "abcabcabcabc"
SECRET = "xwq7"
MARKUP = (
    f"<script>{SECRET}()</script>", f'"><img src=x onerror={SECRET}()>', f"'><svg/onload={SECRET}()>",
    f"javascript:{SECRET}()", f"{{{{{SECRET}}}}}{{% {SECRET} %}}", f"</textarea></title><{SECRET}>", f"' autofocus onfocus={SECRET}() x='",
)  # fmt: skip
INJECTIONS = (
    "' OR '1'='1",
    "x'; DROP TABLE patient; --",
    '"; DELETE FROM event; /*',
    "%",
    "\\",
    "𝔘ñí\u202e",
    "9" * 5000,
)


@contextmanager
def attacked(database: str, folder: Path) -> Iterator[Clinic]:
    """A clinic with its people, one patient and one course."""
    with fresh_registry(database, folder) as registry:
        made = Clinic(registry).with_people()
        made.patient()
        made.course(Walk().referred().records, id=COURSE)
        yield made


def version(clinic: Clinic) -> int:
    return clinic.registry.course(COURSE).version


def filled(path: str, part: str = "1") -> str:
    return re.sub(r"\{[a-z]+\}", part, path.replace("{course}", COURSE).replace("{patient}", "demo-1"))


class Seen(HTMLParser):
    """Every element and attribute that a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag, *(name for name, _ in attrs)]
        # A text may stand as what a field holds; it may never be an address or something that runs.
        self.found += [
            value or "" for name, value in attrs if name in ("href", "src", "action", "formaction", "style", "srcset")
        ]


def is_run(page: str) -> list[str]:
    """What of a payload became an element, an attribute, an address or a script of its own."""
    found = Seen(page).found
    return [one for one in found if SECRET in one or one in ("onerror", "onload", "onfocus", "autofocus", "style")]


def bare(clinic: Clinic, method: str, address: str, headers: dict[str, str], **sent: bytes) -> httpx.Response:
    """A question with these headers and no other."""

    async def ask() -> httpx.Response:
        way = httpx.ASGITransport(app=clinic.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=way, base_url="http://127.0.0.1") as client:
            return await client.request(method, address, headers=headers, **sent)  # type: ignore[arg-type]

    return asyncio.run(ask())


def missing(answer: httpx.Response) -> list[str]:
    policy = answer.headers.get("content-security-policy", "unsafe")
    assert "unsafe" not in policy
    return [name for name in HEADERS if name not in answer.headers]
