"""Signing in and out, proving again who one is, and how the pages look."""

from __future__ import annotations

import re

from starlette.responses import Response

from assuage.registry import accounts, audit, sign_ins
from assuage.registry.accounts import Refused, Secret
from assuage.web.acting import prove
from assuage.web.asked import Asked
from assuage.web.form import Form
from assuage.web.rendering import THEMES, go, page
from assuage.web.route import ANYBODY, Route, cookie_name

NOT_PROVED = "Type your password again; after several failures wait a while."
# A path of this server and nothing that a browser would read as another host: no second slash, backslash or control sign.
OURS = re.compile(r"/(?!/)[A-Za-z0-9._~%/?&=+-]*")
A_YEAR = 365 * 24 * 60 * 60


def show_sign_in(asked: Asked) -> Response:
    """The form; who is signed in already goes on to today."""
    if asked.sign_in is not None:
        return go("/")
    return page(asked, "sign_in.html", said="", typed={})


def sign_in(asked: Asked) -> Response:
    """Prove and sign in; every failure says the same."""
    registry = asked.settings.registry
    name = asked.text("account")
    secret = Secret((asked.form.get("password") or [""])[-1], asked.text("code") or None)
    refused = None
    with registry.writing() as connection:
        try:
            account = accounts.prove(connection, registry.keys, name, secret, at=asked.now)
            cookie = sign_ins.begin(connection, account.id, at=asked.now, from_where=asked.from_where)
            audit.note(connection, audit.Note(asked.now, account.id, "signed in", account.id))
        except Refused as error:
            audit.note(
                connection, audit.Note(asked.now, "nobody", "failed to sign in", None, None, asked.from_where or None)
            )
            refused = error
    if refused is not None:
        return page(asked, "sign_in.html", status=401, said=refused.problems[0].what, typed={"account": name})
    answer = go("/")
    answer.set_cookie(
        cookie_name(asked.settings), cookie, httponly=True, samesite="lax", secure=asked.settings.is_secure, path="/"
    )
    return answer


def sign_out(asked: Asked) -> Response:
    """End this browser's sign-in; the cookie that is left opens nothing."""
    assert asked.sign_in is not None
    with asked.settings.registry.writing() as connection:
        sign_ins.end(connection, asked.sign_in.id, at=asked.now)
        audit.note(connection, audit.Note(asked.now, asked.sign_in.account.id, "signed out"))
    answer = go("/sign-in")
    answer.delete_cookie(cookie_name(asked.settings), path="/")
    return answer


def theme(asked: Asked) -> Response:
    """Light, dim, or as the device has it."""
    form = Form(asked)
    chosen = form.one_of("theme", "look", words=THEMES) or "device"
    answer = go(_back(asked.text("back")))
    answer.set_cookie("theme", chosen, max_age=A_YEAR, samesite="lax", path="/", secure=asked.settings.is_secure)
    return answer


def show_prove(asked: Asked) -> Response:
    """The form that asks for the password again, for a page that signs."""
    return page(asked, "prove.html", next=_back(asked.asks("next")), typed={})


def proved(asked: Asked) -> Response:
    """Prove again, then on to the page that asked for it."""
    back = _back(asked.text("next"))
    if prove(asked):
        return go(back)
    form = Form(asked)
    form.wrong("password", "password", what="this does not prove it", do=NOT_PROVED)
    return page(asked, "prove.html", status=422, next=back, typed={}, errors=form.errors)


def _back(address: str) -> str:
    """An address of ours to go back to; anything else goes to today."""
    return address if OURS.fullmatch(address) else "/"


ROUTES = (
    Route("/sign-in", "sign in", show_sign_in, None),
    Route("/sign-in", "sign in", sign_in, None, ("POST",)),
    Route("/sign-out", "sign out", sign_out, ANYBODY, ("POST",)),
    Route("/prove", "prove", show_prove, ANYBODY),
    Route("/prove", "prove", proved, ANYBODY, ("POST",)),
    Route("/theme", "theme", theme, None, ("POST",)),
)
