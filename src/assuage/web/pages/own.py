"""One's own account: password, second factor, and the browsers that are signed in."""

from __future__ import annotations

import segno
from starlette.responses import Response

from assuage.errors import RegistryError
from assuage.registry import accounts, audit, second_factor, sign_ins
from assuage.registry.sign_ins import IDLE, PROOF_HOLDS
from assuage.web.acting import prove
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form
from assuage.web.rendering import go, page
from assuage.web.route import ANYBODY, Route

NOT_PROVED = FieldError("password", "password", "it is not right, or was not given", "Give your password again.")
# Pixels a square of the picture that an authenticator reads.
SQUARE = 5


def show(asked: Asked, *, errors: tuple[FieldError, ...] = (), status: int = 200) -> Response:
    """The account and its browsers."""
    assert asked.sign_in is not None
    with asked.settings.registry.reading() as connection:
        browsers = sign_ins.browsers(connection, asked.person.id, at=asked.now)
    return page(
        asked,
        "own.html",
        status=status,
        browsers=browsers,
        mine=asked.sign_in.id,
        idle=int(IDLE.total_seconds() // 60),
        proof=int(PROOF_HOLDS.total_seconds() // 60),
        shortest=accounts.SHORTEST_PASSWORD,
        typed={},
        errors=list(errors),
    )


def change_password(asked: Asked) -> Response:
    """Another password, after the one that stands; every other browser is signed out."""
    assert asked.sign_in is not None
    form = Form(asked)
    new = (asked.form.get("new_password") or [""])[-1]
    if new != (asked.form.get("again_password") or [""])[-1]:
        form.wrong("again_password", "new password, again", what="it is another one", do="Type the same one twice.")
    if new == (asked.form.get("password") or [""])[-1]:
        form.wrong("new_password", "new password", what="it is the one you have", do="Choose another one.")
    if form.errors:
        return show(asked, errors=tuple(form.errors), status=422)
    if not prove(asked, afresh=True):
        return show(asked, errors=(NOT_PROVED,), status=422)
    try:
        with asked.settings.registry.writing() as connection:
            accounts.set_password(connection, asked.person.id, password=new)
            sign_ins.end_others(connection, asked.person.id, but=asked.sign_in.id, at=asked.now)
            audit.note(connection, audit.Note(asked.now, asked.person.id, "changed a password", asked.person.id))
    except RegistryError as error:
        problem = error.problems[0]
        form.wrong("new_password", "new password", what=problem.what, do=f"It takes {problem.expected}.")
        return show(asked, errors=tuple(form.errors), status=422)
    return go("/account")


def begin_second_factor(asked: Asked) -> Response:
    """A new secret, shown this once; it counts after the first right code."""
    if not prove(asked):
        return show(asked, errors=(NOT_PROVED,), status=422)
    registry = asked.settings.registry
    with registry.writing() as connection:
        address = second_factor.begin(connection, registry.keys, asked.person.id)
    picture = segno.make(address, micro=False).svg_data_uri(scale=SQUARE, light="#fff", dark="#000")
    return page(asked, "second_factor.html", picture=picture, secret=_spoken(address), typed={})


def _spoken(address: str) -> str:
    """The secret of the address in groups of four, for who cannot scan a picture."""
    secret = address.split("secret=")[1].split("&")[0]
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def confirm_second_factor(asked: Asked) -> Response:
    """It counts from here on, if the code is right; every other browser is signed out."""
    assert asked.sign_in is not None
    registry = asked.settings.registry
    with registry.writing() as connection:
        is_right = second_factor.confirm(
            connection, registry.keys, asked.person.id, code=asked.text("code"), at=asked.now
        )
        if is_right:
            sign_ins.end_others(connection, asked.person.id, but=asked.sign_in.id, at=asked.now)
            audit.note(connection, audit.Note(asked.now, asked.person.id, "set a second factor", asked.person.id))
    if is_right:
        return go("/account")
    form = Form(asked)
    form.wrong("code", "code", what="it is not right", do="Type the code that the authenticator shows now.")
    return page(asked, "second_factor.html", status=422, picture=None, secret=None, typed={}, errors=list(form.errors))


def sign_out_one(asked: Asked) -> Response:
    """Sign out one of one's own browsers, or all others."""
    assert asked.sign_in is not None
    with asked.settings.registry.writing() as connection:
        if asked.text("browser") == "others":
            sign_ins.end_others(connection, asked.person.id, but=asked.sign_in.id, at=asked.now)
        else:
            sign_ins.end_one(connection, asked.text("browser"), account=asked.person.id, at=asked.now)
        audit.note(connection, audit.Note(asked.now, asked.person.id, "signed out a browser", asked.person.id))
    return go("/account")


ROUTES = (
    Route("/account", "own account", show, ANYBODY),
    Route("/account/password", "own password", change_password, ANYBODY, ("POST",)),
    Route("/account/second-factor", "own second factor", begin_second_factor, ANYBODY, ("POST",)),
    Route("/account/second-factor/confirm", "own second factor", confirm_second_factor, ANYBODY, ("POST",)),
    Route("/account/browsers", "own browsers", sign_out_one, ANYBODY, ("POST",)),
)
