"""Signing in with the hospital's own sign-in: there and back, for the account an administrator has linked."""

from __future__ import annotations

import hmac

import msgspec
from starlette.responses import Response

from assuage.errors import RegistryError
from assuage.registry import accounts, audit, sign_ins
from assuage.registry.accounts import Account
from assuage.web import identity as provider
from assuage.web.asked import Asked
from assuage.web.entering import keep, local, own_address
from assuage.web.identity import Begun, NotProved
from assuage.web.rendering import go, page
from assuage.web.route import ANYBODY, Route
from assuage.web.settings import Identity

# What was begun is kept in the browser, closed under the registry's key, for so long (s).
COOKIE, SECURE_COOKIE, LASTS = "elsewhere", "__Host-elsewhere", 600
BACK = "/sign-in/elsewhere/back"
NOT_LINKED = "this identity belongs to no open account here; ask the administrator to link it"
NOT_BEGUN = "this sign-in was not begun in this browser, or too long ago"


def begin(asked: Asked) -> Response:
    """Off to the provider, for a sign-in."""
    return _off(asked, again=None)


def prove(asked: Asked) -> Response:
    """Off to the provider, to prove again who is signed in."""
    return _off(asked, again=asked.person.id)


def _off(asked: Asked, *, again: str | None) -> Response:
    known = asked.settings.identity
    if known is None:
        return page(
            asked, "refused.html", status=404, what="There is no sign-in elsewhere.", resolve="Use your account here."
        )
    begun = provider.begin(local(asked.asks("next")), at=asked.now, again=again)
    try:
        answer = go(provider.question(known, provider.places(known), begun, _back(asked)))
    except NotProved as error:
        return _refused(asked, error.problems[0].what)
    closed = asked.settings.registry.keys.own_closed(msgspec.json.encode(begun), place=COOKIE).hex()
    answer.set_cookie(
        _cookie(asked), closed, max_age=LASTS, httponly=True, samesite="lax", secure=asked.settings.is_secure, path="/"
    )
    return answer


def back(asked: Asked) -> Response:
    """Back from the provider: who it is, checked; then signed in here, or proved."""
    known, begun = asked.settings.identity, _begun(asked)
    if known is None or begun is None or not hmac.compare_digest(begun.state.encode(), asked.asks("state").encode()):
        return _refused(asked, NOT_BEGUN)
    if not asked.asks("code"):
        return _refused(asked, "the provider let nobody in")
    try:
        account = _account(asked, known, begun)
    except NotProved as error:
        return _refused(asked, error.problems[0].what)
    if account is None or account.disabled is not None:
        return _refused(asked, NOT_LINKED)
    answer = go(begun.next)
    answer.delete_cookie(_cookie(asked), path="/", secure=asked.settings.is_secure, httponly=True, samesite="lax")
    if begun.again is not None:
        return answer if _proved(asked, begun, account) else _refused(asked, "another person signed in there")
    with asked.settings.registry.writing() as connection:
        if asked.sign_in is not None:
            sign_ins.end(connection, asked.sign_in.id, at=asked.now)
        cookie = sign_ins.begin(connection, account.id, at=asked.now, from_where=asked.from_where)
        audit.note(connection, audit.Note(asked.now, account.id, "signed in elsewhere", account.id))
    keep(asked, answer, cookie)
    return answer


def _account(asked: Asked, known: Identity, begun: Begun) -> Account | None:
    sub = provider.subject(known, begun, code=asked.asks("code"), back=_back(asked), now=asked.now)
    with asked.settings.registry.reading() as connection:
        return accounts.by_subject(connection, sub)


def _proved(asked: Asked, begun: Begun, account: Account) -> bool:
    """Whether it is the person whose browser this is; then it is proved for a while."""
    if asked.sign_in is None or account.id != begun.again or account.id != asked.person.id:
        return False
    with asked.settings.registry.writing() as connection:
        sign_ins.proved(connection, asked.sign_in, at=asked.now)
        audit.note(connection, audit.Note(asked.now, account.id, "proved", account.id))
    asked.proofs.append(asked.now)
    return True


def _begun(asked: Asked) -> Begun | None:
    """What was begun in this browser; none for a cookie of another making, or one that is too old."""
    try:
        closed = bytes.fromhex(asked.cookies.get(_cookie(asked), ""))
        found = msgspec.json.decode(asked.settings.registry.keys.own_opened(closed, place=COOKIE), type=Begun)
    except (ValueError, RegistryError, msgspec.MsgspecError):
        return None
    return found if 0 <= (asked.now - found.at).total_seconds() <= LASTS else None


def _cookie(asked: Asked) -> str:
    return SECURE_COOKIE if asked.settings.is_secure else COOKIE


def _back(asked: Asked) -> str:
    """The address the provider sends back to; it refuses one that was not registered there, whatever host was asked for."""
    return f"{own_address(asked)}{BACK}"


def _refused(asked: Asked, what: str) -> Response:
    with asked.settings.registry.writing() as connection:
        audit.note(connection, audit.Note(asked.now, "nobody", "failed to sign in elsewhere", None, None, asked.from_where or None))  # fmt: skip
    return page(asked, "sign_in.html", status=401, said=what, typed={}, next="/")


ROUTES = (
    Route("/sign-in/elsewhere", "sign in elsewhere", begin, None),
    Route(BACK, "back from elsewhere", back, None),
    Route("/prove/elsewhere", "prove elsewhere", prove, ANYBODY),
)
