"""The application: every route with its guard, files of ours, and the headers around them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount
from starlette.routing import Route as At
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from assuage.web.asked import Asked
from assuage.web.rendering import page
from assuage.web.route import Route, endpoint
from assuage.web.routes import ROUTES
from assuage.web.security import Security
from assuage.web.settings import Settings

STATIC = Path(__file__).parent / "static"


def make_app(settings: Settings) -> ASGIApp:
    """The application for one registry and one clinic. Its guard stands around everything, errors of ours too."""
    routes = [
        At(one.path, endpoint(one, settings), methods=list(one.methods), name=f"{one.name} {one.methods[0]}")
        for one in ROUTES
    ]
    answers = Starlette(
        routes=[*routes, At("/worker.js", _worker), Mount("/static", StaticFiles(directory=STATIC), name="static")],
        exception_handlers={404: _not_found(settings), 405: _not_found(settings), 500: _our_fault},
    )
    return Security(answers, is_secure=settings.is_secure, hosts=settings.hosts)


async def _worker(request: Request) -> Response:
    """The service worker stands at the root, so that it may keep pages of the bedside."""
    return FileResponse(STATIC / "worker.js", media_type="text/javascript")


def _not_found(settings: Settings) -> Any:
    async def answer(request: Request, error: Exception) -> HTMLResponse:
        asked = Asked(
            settings=settings, method=request.method, now=settings.now(), sign_in=None, cookies=dict(request.cookies)
        )
        status = getattr(error, "status_code", 404)
        return page(asked, "refused.html", status=status, what="There is no such page.", resolve="Go back to today.")

    return answer


async def _our_fault(request: Request, error: Exception) -> PlainTextResponse:
    """Nothing of the fault is shown: it may hold what is personal."""
    return PlainTextResponse(
        "Something of ours failed. Nothing was recorded by this step unless the page shows it.", status_code=500
    )


__all__ = ["Route", "make_app"]
