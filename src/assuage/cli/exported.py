"""assuage export: the studies of the catalog as the table that assuage import reads."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from assuage.catalog.exchange.drugs import known_drugs
from assuage.catalog.exchange.written import not_carried, table_of
from assuage.cli.facts import load
from assuage.cli.options import CatalogFolders
from assuage.cli.writing import deliver, note, refuse_output


def studies(
    *study: Annotated[str, Parameter(help="Ids or aliases of records; without one, all.")],
    output: Annotated[
        str | None, Parameter(name=["--output", "-o"], help="File to write; without it, standard output.")
    ] = None,
    force: Annotated[bool, Parameter(help="Overwrite a file that exists.", negative="")] = False,
    catalog: CatalogFolders = (),
) -> None:
    """Write studies as CSV, in the columns that “assuage import studies” reads: one row for each reading, arm and result.

    What no column holds is told: where readings differ, and what is only remembered.
    """
    refuse_output(output, "csv", is_forced=force)
    known = load(catalog)
    chosen = [known.study(name) for name in dict.fromkeys(study)] if study else list(known.studies.values())
    deliver(table_of(chosen, known_drugs(known)), output)
    lacking = [f"{one.id} ({' and '.join(not_carried(one))})" for one in chosen if not_carried(one)]
    if lacking:
        note(f"no column holds what these records have besides: {', '.join(lacking)}")
