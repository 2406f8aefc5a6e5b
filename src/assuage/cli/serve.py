"""assuage serve: the web application on this machine, for one laptop or behind a hospital's https."""

from __future__ import annotations

import ipaddress
import re
import signal
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from types import FrameType
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from assuage.catalog.clinic import Clinic
from assuage.cli.facts import load
from assuage.cli.options import CatalogFolders
from assuage.cli.reading import read_clinic_file
from assuage.cli.writing import note
from assuage.errors import PlanError, Problem

if TYPE_CHECKING:
    from assuage.catalog import Catalog
    from assuage.registry.store import Registry
    from assuage.web.settings import Settings

NEEDED = ("jinja2", "sqlalchemy", "starlette", "uvicorn")
EMBEDDED = "assuage.sqlite"
HOME, PORT = "127.0.0.1", 8000
HIGHEST_PORT = 65_535
WAITING = 128
ADDRESS = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?")
# What is under way when the server is told to stop may take so long (s) to end.
LAST_ANSWERS = 10


@Parameter(name="*")
@dataclass(frozen=True)
class Reached:
    """Where browsers reach the server."""

    host: Annotated[
        str, Parameter(help="Address to listen at; another than this machine's own needs --behind-https.")
    ] = HOME
    port: Annotated[int, Parameter(help="Port to listen at; 0 takes a free one.")] = PORT
    behind_https: Annotated[
        bool,
        Parameter(
            negative="",
            help="A server in front speaks https for this one: cookies are then kept to https.",
            show_default=False,
        ),
    ] = False
    address: Annotated[
        str | None,
        Parameter(help="With --behind-https, where browsers reach it, such as https://assuage.example."),
    ] = None


HERE = Reached()


def serve(
    *,
    db: Annotated[
        str, Parameter(help="Registry: a file for the embedded database, or postgresql://USER@HOST/NAME.")
    ] = EMBEDDED,
    clinic: Annotated[
        str | None,
        Parameter(help="Clinic profile; without it the shipped example, with which nothing can be signed."),
    ] = None,
    catalog: CatalogFolders = (),
    reached: Reached = HERE,
) -> int:
    """Serve the web application until it is stopped with Ctrl-C; what was acknowledged is on the disk.

    The first start makes the registry, and its key beside an embedded one; keep the key in a backup of its own.
    """
    refuse_open_http(reached.host, is_behind_https=reached.behind_https)
    refuse_address(reached.address, is_behind_https=reached.behind_https)
    refuse_port(reached.port)
    refuse_missing()
    profile, known = read_clinic_file(clinic), load(catalog)
    from assuage.registry.store import Registry

    listening = listen(reached.host, reached.port)
    registry = Registry.open(db)
    try:
        settings = _settings(registry, known, profile, reached)
        _tell(listening, registry, profile, db=db)
        run(settings, listening)
    finally:
        listening.close()
        registry.close()
    note("Stopped. Everything that was acknowledged is on record.")
    return 0


def _settings(registry: Registry, catalog: Catalog, profile: Clinic, reached: Reached) -> Settings:
    """What the server knows; a sign-in elsewhere is named by the environment, its secret never by a word of a command."""
    from assuage.web.identity import from_environment
    from assuage.web.settings import Settings

    return Settings(
        registry,
        catalog,
        profile,
        is_secure=reached.behind_https,
        is_demonstration=profile.synthetic,
        address=reached.address,
        identity=from_environment(),
    )


def refuse_open_http(host: str, *, is_behind_https: bool) -> None:
    """Refuse to send passwords and patients over a network in the clear. Errors: `PlanError`."""
    if is_behind_https or is_this_machine(host):
        return
    raise PlanError(
        Problem(f"the address {host} can be reached from other machines, without https", "--host", "an address of this machine, such as 127.0.0.1",
                "put a server with https in front and add --behind-https, or leave --host out")
    )  # fmt: skip


def refuse_address(address: str | None, *, is_behind_https: bool) -> None:
    """Refuse https without the name it has, or a name that is none: links for patients are built from it. Errors: `PlanError`."""
    if address is None and not is_behind_https:
        return
    if address is None or not is_behind_https or not ADDRESS.fullmatch(address):
        raise PlanError(
            Problem(f"the address {address}" if address else "no address", "--address", "https:// and a name, with --behind-https, and nothing after it",
                    "write the address that browsers use, such as --behind-https --address https://assuage.example")
        )  # fmt: skip


def is_this_machine(host: str) -> bool:
    """Whether an address is reached from this machine alone; a name that is no address is not trusted to be."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_port(port: int) -> None:
    """Refuse what is no port. Errors: `PlanError`."""
    if not 0 <= port <= HIGHEST_PORT:
        raise PlanError(Problem(f"the port {port}", "--port", f"0 to {HIGHEST_PORT:,}", f"choose one, such as {PORT}"))


def refuse_missing() -> None:
    """Refuse to begin without the parts that serving needs. Errors: `PlanError`."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise PlanError(
            Problem(f"not installed: {', '.join(missing)}", "this installation", "assuage with its clinic extra", "install assuage[clinic]")
        )  # fmt: skip


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens, so that a port that is taken is told before anything else happens. Errors: `PlanError`."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(WAITING)
    except OSError as error:
        raise PlanError(
            Problem(f"{host} port {port} cannot be listened at: {error.strerror or error}", "--host and --port", "an address and a port that are free",
                    "stop what listens there, or choose another --port")
        ) from None  # fmt: skip
    return made


def _tell(listening: socket.socket, registry: Registry, profile: Clinic, *, db: str) -> None:
    """Where it is, with which clinic, and how the first account is made."""
    from assuage.registry.accounts import everyone

    address, port = listening.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    print(f"http://{shown}:{port}/", flush=True)
    note(f"Clinic {profile.id}, registry {_without_password(db)}. Stop with Ctrl-C.")
    if profile.synthetic:
        note("This is an example clinic: every page is marked as a demonstration, and nothing can be signed.")
    with registry.reading() as connection:
        is_empty = not everyone(connection)
    if is_empty:
        note(f"Nobody has an account yet. Make the first administrator in another terminal: assuage user add ID --name NAME --role administrator --db {_without_password(db)}")  # fmt: skip


def _without_password(db: str) -> str:
    """The address of a registry as it may be printed."""
    if "://" not in db:
        return db
    from assuage.registry.opening import address

    return address(db).render_as_string(hide_password=True)


def run(settings: Settings, listening: socket.socket) -> None:
    """Answer until a signal says stop; what is under way then is answered first."""
    import uvicorn

    from assuage.web.app import make_app

    # Addresses hold ids of courses: they belong to the audit of the registry, not to a log beside it.
    asked = uvicorn.Config(
        make_app(settings), log_level="warning", access_log=False, server_header=False, proxy_headers=settings.is_secure,
        timeout_graceful_shutdown=LAST_ANSWERS,
    )  # fmt: skip
    for number in (signal.SIGINT, signal.SIGTERM):
        # The server hands its signal on when it has stopped; by then there is nothing left to do.
        signal.signal(number, _stopped)
    uvicorn.Server(asked).run(sockets=[listening])


def _stopped(number: int, frame: FrameType | None) -> None:
    """A signal that has been heard."""
