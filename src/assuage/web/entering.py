"""Signing a browser in: from a form of its own, or in the middle of a page whose sign-in had ended, without losing what was typed."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from starlette.responses import PlainTextResponse, Response

from assuage.registry import accounts, audit, sign_ins
from assuage.registry.accounts import Refused, Secret
from assuage.registry.sign_ins import SignIn
from assuage.web.asked import Asked
from assuage.web.rendering import go, page
from assuage.web.settings import Settings

COOKIE, SECURE_COOKIE = "assuage", "__Host-assuage"
# Fields of the sign-in that is put before a form that was sent too late.
ACCOUNT, PASSWORD, CODE = "_account", "_password", "_code"
# A path of this server and nothing that a browser would read as another host: no second slash, backslash or control sign.
OURS = re.compile(r"/(?!/)[A-Za-z0-9._~%/?&=+-]*")


def cookie_name(settings: Settings) -> str:
    """The name of the cookie; browsers keep `__Host-` to https and to this host."""
    return SECURE_COOKIE if settings.is_secure else COOKIE


def local(address: str) -> str:
    """An address of ours to go on to; anything else goes to today."""
    return address if OURS.fullmatch(address) else "/"


def own_address(asked: Asked) -> str:
    """Where browsers reach this program: as the clinic named it, or the host of this machine that was asked for."""
    return asked.settings.address or f"http://{asked.headers['host']}"


def enter(asked: Asked, account: str, secret: Secret) -> str | None:
    """Sign in and note it. Get: the secret for the cookie; none where it was refused, which is noted too."""
    registry = asked.settings.registry
    with registry.writing() as connection:
        try:
            found = accounts.prove(connection, registry.keys, account, secret, at=asked.now)
        except Refused:
            audit.note(
                connection, audit.Note(asked.now, "nobody", "failed to sign in", None, None, asked.from_where or None)
            )
            return None
        if asked.sign_in is not None:
            sign_ins.end(connection, asked.sign_in.id, at=asked.now)
        cookie = sign_ins.begin(connection, found.id, at=asked.now, from_where=asked.from_where)
        audit.note(connection, audit.Note(asked.now, found.id, "signed in", found.id))
    return cookie


def keep(asked: Asked, answer: Response, cookie: str) -> None:
    """Give the browser its cookie."""
    answer.set_cookie(
        cookie_name(asked.settings), cookie, httponly=True, samesite="lax", secure=asked.settings.is_secure, path="/"
    )


def renew(asked: Asked, answer: Response, sign_in: SignIn) -> None:
    """Another cookie for the same sign-in, after who it is was proved again: one that was seen before opens nothing."""
    with asked.settings.registry.writing() as connection:
        cookie = sign_ins.renew(connection, sign_in, at=asked.now)
    if cookie is not None:
        keep(asked, answer, cookie)


def entered(asked: Asked) -> tuple[SignIn, str] | None:
    """The sign-in that was put before a form that was sent too late; none where there is none, or it was refused."""
    account = asked.text(ACCOUNT)
    if not account:
        return None
    cookie = enter(asked, account, Secret((asked.form.get(PASSWORD) or [""])[-1], asked.text(CODE) or None))
    if cookie is None:
        return None
    with asked.settings.registry.reading() as connection:
        found = sign_ins.found(connection, cookie, at=asked.now)
    return None if found is None else (found, cookie)


def ask(asked: Asked) -> Response:
    """Ask who it is. A script is told, so that what it holds is kept; a form is kept whole, but for passwords and files."""
    if asked.is_fragment() or asked.json is not None:
        return PlainTextResponse("Sign in.", status_code=401)
    if asked.method != "POST":
        wanted = asked.address + (f"?{urlencode(asked.query, doseq=True)}" if asked.query else "")
        return go("/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted, safe='/')}")
    kept = [
        (name, value)
        for name, values in asked.form.items()
        if name not in (ACCOUNT, PASSWORD, CODE) and "password" not in name
        for value in values
    ]
    said = "Account, password or code is not right, or the account has to wait." if asked.text(ACCOUNT) else ""
    return page(asked, "sign_in_again.html", status=401, kept=kept, said=said, has_files=bool(asked.files), typed={})
