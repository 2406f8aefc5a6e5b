"""What every answer carries and every question must pass: headers, and whose page the question came from."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing is fetched from elsewhere and nothing written into a page is run: scripts and styles are files of ours.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; worker-src 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "x-frame-options": "DENY",
}
# A name or an address, and perhaps a port; nothing else is a host.
HOST = re.compile(r"(?P<name>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
MOST_BYTES = 2_000_000
A_YEAR = "max-age=31536000; includeSubDomains"
SAFE = ("GET", "HEAD", "OPTIONS")
OURS = ("same-origin", "none")


class Security:
    """Headers on every answer; a question for this host, not too long; one that changes something comes from a page of ours."""

    def __init__(self, app: ASGIApp, *, is_secure: bool, hosts: tuple[str, ...]) -> None:
        self.app, self.hosts = app, hosts
        self.headers = {**HEADERS, **({"strict-transport-security": A_YEAR} if is_secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self._refused(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.decode().lower() for name, _ in message["headers"]}
                more = {**self.headers, "cache-control": "no-store"}
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), value.encode()) for name, value in more.items() if name not in given),
                ]
            await send(message)

        if refused is not None:
            await refused(scope, receive, with_headers)
            return
        await self.app(scope, _at_most(receive), with_headers)

    def _refused(self, scope: Scope) -> Response | None:
        """The answer to a question that goes no further."""
        if not is_for(scope, self.hosts):
            return PlainTextResponse(
                "This is not the address of this program. Open the address you were given.", status_code=400
            )
        if scope["method"] not in SAFE and not is_ours(scope):
            return PlainTextResponse(
                "This was not sent from a page of this program. Open the page here and send it again.", status_code=403
            )
        return None


class TooMuch(Exception):
    """More was sent than anything here asks for, whatever length was announced."""


def _at_most(receive: Receive) -> Receive:
    """What is sent, counted while it comes."""
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > MOST_BYTES:
            raise TooMuch
        return message

    return counted


def _headers_of(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def is_for(scope: Scope, hosts: tuple[str, ...]) -> bool:
    """Whether one of these hosts was asked for: addresses are built from it, and a name of somebody else is no way in."""
    asked = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
    found = HOST.fullmatch(asked[0]) if len(asked) == 1 else None
    return found is not None and found["name"].lower() in hosts


def is_ours(scope: Scope) -> bool:
    """Whether a browser says that the question comes from a page of this server.

    `Sec-Fetch-Site` where the browser sends it, else `Origin` against `Host`. Neither: no browser of today, refused.
    """
    headers = _headers_of(scope)
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in OURS
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")
