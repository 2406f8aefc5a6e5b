"""Signing in and out, proving again who one is, and how the pages look."""

from __future__ import annotations

from starlette.responses import Response

from assuage.registry import audit, sign_ins
from assuage.registry.accounts import Secret
from assuage.web.acting import prove
from assuage.web.asked import Asked
from assuage.web.entering import cookie_name, enter, keep, local
from assuage.web.form import Form
from assuage.web.rendering import THEMES, go, page
from assuage.web.route import ANYBODY, Route

NOT_PROVED = "Type your password again; after several failures wait a while."
NOT_RIGHT = "name, password or code is not right, or the account has to wait"
A_YEAR = 365 * 24 * 60 * 60


def show_sign_in(asked: Asked) -> Response:
    """The form; who is signed in already goes on."""
    if asked.sign_in is not None:
        return go(local(asked.asks("next")))
    return page(asked, "sign_in.html", said="", typed={}, next=local(asked.asks("next")))


def sign_in(asked: Asked) -> Response:
    """Prove and sign in; every failure says the same."""
    name, next = asked.text("account"), local(asked.text("next"))
    cookie = enter(asked, name, Secret((asked.form.get("password") or [""])[-1], asked.text("code") or None))
    if cookie is None:
        return page(asked, "sign_in.html", status=401, said=NOT_RIGHT, typed={"account": name}, next=next)
    answer = go(next)
    keep(asked, answer, cookie)
    return answer


def sign_out(asked: Asked) -> Response:
    """End this browser's sign-in; the cookie that is left opens nothing."""
    assert asked.sign_in is not None
    with asked.settings.registry.writing() as connection:
        sign_ins.end(connection, asked.sign_in.id, at=asked.now)
        audit.note(connection, audit.Note(asked.now, asked.sign_in.account.id, "signed out"))
    answer = go("/sign-in")
    # A browser takes the end of a cookie only with the same marks that it was given with.
    answer.delete_cookie(
        cookie_name(asked.settings), path="/", secure=asked.settings.is_secure, httponly=True, samesite="lax"
    )
    return answer


def theme(asked: Asked) -> Response:
    """Light, dim, or as the device has it."""
    form = Form(asked)
    chosen = form.one_of("theme", "look", words=THEMES) or "device"
    answer = go(local(asked.text("back")))
    answer.set_cookie(
        "theme", chosen, max_age=A_YEAR, samesite="lax", path="/", secure=asked.settings.is_secure, httponly=True
    )
    return answer


def show_prove(asked: Asked) -> Response:
    """The form that asks for the password again, for a page that signs."""
    return page(asked, "prove.html", next=local(asked.asks("next")), typed={})


def proved(asked: Asked) -> Response:
    """Prove again, then on to the page that asked for it."""
    back = local(asked.text("next"))
    if prove(asked):
        return go(back)
    form = Form(asked)
    form.wrong("password", "password", what="this does not prove it", do=NOT_PROVED)
    return page(asked, "prove.html", status=422, next=back, typed={}, errors=form.errors)


ROUTES = (
    Route("/sign-in", "sign in", show_sign_in, None),
    Route("/sign-in", "sign in", sign_in, None, ("POST",)),
    Route("/sign-out", "sign out", sign_out, ANYBODY, ("POST",)),
    Route("/prove", "prove", show_prove, ANYBODY),
    Route("/prove", "prove", proved, ANYBODY, ("POST",)),
    Route("/theme", "theme", theme, None, ("POST",)),
)
