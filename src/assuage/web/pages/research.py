"""What a researcher sees: counts without small cells, and tables without names, in one file."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from starlette.responses import Response

from assuage.registry import deidentified
from assuage.registry.deidentified import SUMMARY, Setting
from assuage.registry.tabular import FORMATS, Row
from assuage.response.small_cells import FEWEST
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form
from assuage.web.rendering import page
from assuage.web.route import Route


def _setting(asked: Asked) -> Setting:
    return Setting(asked.settings.catalog, asked.settings.profile.zone, asked.now)


def show(
    asked: Asked, *, summary: Sequence[Row] | None = None, errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """What can be had. Counting reads every course, so it waits until it is asked for."""
    return page(asked, "research.html", status=status, summary=summary, formats=FORMATS, fewest=FEWEST,
                typed={}, errors=list(errors))  # fmt: skip


def counted(asked: Asked) -> Response:
    """Courses by regimen and result."""
    found = {shape.name: rows for shape, rows in deidentified.tables_of(asked.settings.registry, _setting(asked))}
    asked.note("read counts for research")
    return show(asked, summary=found[SUMMARY.name])


def download(asked: Asked) -> Response:
    """The tables in one file; that they were taken is noted."""
    form = Form(asked)
    chosen = form.one_of("form", "format", words=FORMATS)
    if chosen is None:
        return show(asked, errors=tuple(form.errors), status=422)
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="assuage-") as place:
        folder = Path(place) / "tables"
        deidentified.export(asked.settings.registry, folder, chosen, setting=_setting(asked))
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            for one in sorted(folder.iterdir()):
                file.write(one, one.name)
    asked.note("exported for research")
    named = {"content-disposition": f'attachment; filename="research-{asked.now:%Y-%m-%d}.zip"'}
    return Response(packed.getvalue(), media_type="application/zip", headers=named)


ROUTES = (
    Route("/research", "research", show, ("researcher",)),
    Route("/research", "research", download, ("researcher",), ("POST",)),
    Route("/research/counts", "research", counted, ("researcher",), ("POST",)),
)
