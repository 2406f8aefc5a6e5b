"""The addresses of the program and who may open each: one table, which the tests walk through role by role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from assuage.course.people import Role
from assuage.errors import AssuageError
from assuage.registry import glass, sign_ins
from assuage.registry.keys import Erased
from assuage.registry.sign_ins import SignIn
from assuage.web import entering
from assuage.web.asked import Asked
from assuage.web.entering import cookie_name
from assuage.web.rendering import go, page
from assuage.web.security import TooMuch
from assuage.web.settings import Settings

CLINICIANS: tuple[Role, ...] = ("physician", "pharmacist", "nurse")
ANYBODY: tuple[Role, ...] = ("physician", "pharmacist", "nurse", "researcher", "administrator", "auditor")
# Where those begin who treat nobody.
FIRST_PAGE = {"administrator": "/accounts", "auditor": "/audit", "researcher": "/research"}
# What an account may open whose password was given by somebody else: the page where it is changed, and the way out.
WITH_GIVEN_PASSWORD = ("own account", "own password", "sign out")
# Pages with the id of a patient in their address that show nothing of the record.
OF_NO_RECORD = ("restricted", "erase", "restriction", "doubles")
UNREADABLE = "What was sent cannot be read. Send the page's own form."
Page = Callable[[Asked], Response]


@dataclass(frozen=True)
class Route:
    """One address. `roles` is none for a page without a sign-in; `reads` says that opening it reads a patient's record."""

    path: str
    name: str
    answers: Page
    roles: tuple[Role, ...] | None
    methods: tuple[str, ...] = ("GET",)
    reads: bool = False


def endpoint(route: Route, settings: Settings) -> Callable[[Request], Any]:
    """The route as the web framework calls it: sign-in, role, audit, then the page, in a thread of its own."""

    async def answer(request: Request) -> Response:
        try:
            form, files, sent = await _sent(request)
        except TooMuch:
            return PlainTextResponse("Too much was sent at once. Send less.", status_code=413)
        except (ValueError, RecursionError):
            return PlainTextResponse(UNREADABLE, status_code=400)
        if _has_nul(
            [
                *request.path_params.values(),
                *request.query_params.values(),
                *(one for each in form.values() for one in each),
            ]
        ):
            return PlainTextResponse(UNREADABLE, status_code=400)
        return await run_in_threadpool(_answered, route, settings, request, (form, files, sent))

    return answer


async def _sent(request: Request) -> tuple[dict[str, list[str]], dict[str, bytes], Any]:
    if request.method in ("GET", "HEAD"):
        return {}, {}, None
    if request.headers.get("content-type", "").startswith("application/json"):
        body = await request.body()
        if rb"\u0000" in body:
            raise ValueError
        return {}, {}, msgspec.json.decode(body)
    form: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    async with request.form(max_files=4, max_fields=400) as found:
        for name, value in found.multi_items():
            if isinstance(value, UploadFile):
                files[name] = await value.read()
            else:
                form.setdefault(name, []).append(value)
    return form, files, None


def _has_nul(texts: Iterable[object]) -> bool:
    """A sign that no keyboard has and no database takes."""
    return any("\0" in str(one) for one in texts)


def _answered(
    route: Route, settings: Settings, request: Request, sent: tuple[dict[str, list[str]], dict[str, bytes], Any]
) -> Response:
    now = settings.now()
    sign_in = signed_in(settings, request.cookies.get(cookie_name(settings)), now)
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        query.setdefault(name, []).append(value)
    asked = Asked(
        settings=settings, method=request.method, now=now, sign_in=sign_in, path={k: str(v) for k, v in request.path_params.items()},
        query=query, form=sent[0], files=sent[1], json=sent[2], headers={k.lower(): v for k, v in request.headers.items()},
        cookies=dict(request.cookies), from_where=request.client.host if request.client else "", route=route.name,
        address=request.url.path,
    )  # fmt: skip
    if route.roles is None:
        return _guarded(route, asked)
    if sign_in is not None:
        return _allowed(route, asked)
    began = entering.entered(asked)
    if began is None:
        return entering.ask(asked)
    # The sign-in was put before a form that was sent too late: the form goes on as if it had come in time.
    answer = _allowed(route, replace(asked, sign_in=began[0]))
    entering.keep(asked, answer, began[1])
    return answer


def _allowed(route: Route, asked: Asked) -> Response:
    """The page, if this account may open it: by its role, with a password of its own, and a patient who is open to it."""
    assert asked.sign_in is not None
    assert route.roles is not None
    account = asked.sign_in.account
    if account.is_password_given and route.name not in WITH_GIVEN_PASSWORD:
        return go("/account")
    if account.role not in route.roles:
        if route.path == "/":
            return go(FIRST_PAGE[account.role])
        asked.note("refused", route.name)
        return page(
            asked,
            "refused.html",
            status=403,
            what="This page is not for your role.",
            resolve=f"It is for: {', '.join(route.roles)}.",
        )
    closed = _restricted(route, asked)
    if closed is not None:
        return closed
    if route.reads:
        asked.note(f"read {route.name}", asked.path.get("course") or asked.path.get("patient"))
    return _guarded(route, asked)


def _restricted(route: Route, asked: Asked) -> Response | None:
    """The way to give a reason, where the page is of a restricted patient and none was given; else nothing."""
    course, patient = asked.path.get("course"), asked.path.get("patient")
    if (course is None and patient is None) or route.name in OF_NO_RECORD:
        return None
    with asked.settings.registry.reading() as connection:
        whose = glass.patient_of_course(connection, course) if course else patient
        if whose is None or glass.is_open(connection, whose, account=asked.person.id, at=asked.now):
            return None
    if asked.method == "GET" and not asked.is_fragment():
        return go(f"/restricted/{whose}?next={quote(asked.address, safe='/')}")
    return PlainTextResponse(
        "This patient is restricted. Open the page of the patient and give your reason.", status_code=409
    )


def _guarded(route: Route, asked: Asked) -> Response:
    answer = _answer_of(route, asked)
    if asked.proofs and asked.sign_in is not None:
        entering.renew(asked, answer, asked.sign_in)
    return answer


def _answer_of(route: Route, asked: Asked) -> Response:
    try:
        return route.answers(asked)
    except Erased as error:
        return page(asked, "refused.html", status=410, what=error.problems[0].what, resolve=error.problems[0].do)
    except AssuageError as error:
        return page(asked, "refused.html", status=404, what=error.problems[0].what, resolve=error.problems[0].do)


def signed_in(settings: Settings, secret: str | None, now: dt.datetime) -> SignIn | None:
    """Whose browser this is, and that it was used now."""
    if not secret:
        return None
    with settings.registry.reading() as connection:
        found = sign_ins.found(connection, secret, at=now)
    if found is not None and now - found.seen >= sign_ins.WRITTEN_EVERY:
        with settings.registry.writing() as connection:
            sign_ins.touch(connection, found, at=now)
    return found
