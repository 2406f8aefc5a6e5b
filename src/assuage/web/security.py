"""What every answer carries and every question must pass: headers, and whose page the question came from."""

from __future__ import annotations

from urllib.parse import urlsplit

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
A_YEAR = "max-age=31536000; includeSubDomains"
SAFE = ("GET", "HEAD", "OPTIONS")
OURS = ("same-origin", "none")


class Security:
    """Headers on every answer; a question that changes something must come from a page of ours."""

    def __init__(self, app: ASGIApp, *, is_secure: bool) -> None:
        self.app, self.is_secure = app, is_secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] not in SAFE and not is_ours(scope):
            await _refuse(send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.decode().lower() for name, _ in message["headers"]}
                more = {**HEADERS, **({"strict-transport-security": A_YEAR} if self.is_secure else {})}
                if "cache-control" not in given:
                    more["cache-control"] = "no-store"
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), value.encode()) for name, value in more.items() if name not in given),
                ]
            await send(message)

        await self.app(scope, receive, with_headers)


def is_ours(scope: Scope) -> bool:
    """Whether a browser says that the question comes from a page of this server.

    `Sec-Fetch-Site` where the browser sends it, else `Origin` against `Host`. Neither: no browser of today, refused.
    """
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in OURS
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")


async def _refuse(send: Send) -> None:
    body = b"This was not sent from a page of this program. Open the page here and send it again."
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *((n.encode(), v.encode()) for n, v in HEADERS.items())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
