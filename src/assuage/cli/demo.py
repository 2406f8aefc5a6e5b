"""assuage demo: a made-up clinic of sixty patients over a year, served at once and marked as made up everywhere."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from assuage.cli.facts import load
from assuage.cli.reading import read_clinic_file
from assuage.cli.serve import HOME, PORT, listen, refuse_missing, refuse_port, run
from assuage.cli.writing import note
from assuage.errors import PlanError, Problem

NAME = "demonstration.sqlite"
ROLES_FIRST = ("physician", "pharmacist", "nurse")


def demo(
    *,
    port: Annotated[int, Parameter(help="Port to listen at on this machine; 0 takes a free one.")] = PORT,
    keep: Annotated[
        str | None,
        Parameter(help="Folder for the registry of the demonstration; without it, it goes when the command ends."),
    ] = None,
) -> int:
    """A synthetic clinic to look at: sixty made-up patients, one at each stage, three sign-ins shown on the page.

    Every page and every paper of it says that it is made up. Only made-up patients can be registered in it.
    """
    refuse_port(port)
    refuse_missing()
    if keep is not None:
        _refuse_used(Path(keep))
        Path(keep).mkdir(parents=True, exist_ok=True)
        return _serve(Path(keep), port)
    with tempfile.TemporaryDirectory(prefix="assuage-demonstration-") as folder:
        return _serve(Path(folder), port)


def _refuse_used(folder: Path) -> None:
    if (folder / NAME).exists():
        raise PlanError(Problem(f"{folder / NAME} exists", "--keep", "a folder without a demonstration",
                                f"serve it again with: assuage serve --db {folder / NAME}; or choose another folder"))  # fmt: skip


def _serve(folder: Path, port: int) -> int:
    from assuage.demonstration.clinic_of import demonstration_clinic
    from assuage.demonstration.made import fill, new_password
    from assuage.demonstration.people import STAFF
    from assuage.registry.store import Registry
    from assuage.web.settings import Settings, ShownSignIn

    listening = listen(HOME, port)
    catalog, clinic = load(()), demonstration_clinic(read_clinic_file(None))
    os.environ.pop("ASSUAGE_KEY", None)
    registry = Registry.open(str(folder / NAME))
    try:
        password = new_password()
        note("Making sixty patients and a year of their courses.")
        fill(registry, catalog, clinic, now=dt.datetime.now(dt.UTC), password=password)
        shown = tuple(ShownSignIn(one.id, one.name, one.role, password) for one in STAFF)
        print(f"http://{HOME}:{listening.getsockname()[1]}/", flush=True)
        for one in shown:
            if one.account in ROLES_FIRST:
                note(f"Sign in as {one.account} with the password: {one.password}")
        note("Everything in it is made up. Stop with Ctrl-C.")
        run(Settings(registry, catalog, clinic, is_demonstration=True, shown=shown), listening)
    finally:
        listening.close()
        registry.close()
    return 0
