"""JSON for other programs: decimals as strings, so that no reader's floating point changes one."""

from __future__ import annotations

import sys
from typing import Any

import msgspec

from assuage import __version__
from assuage.catalog import Catalog


def print_json(content: Any) -> None:
    """Write one JSON document to standard output, indented."""
    text = msgspec.json.format(msgspec.json.encode(content), indent=2)
    sys.stdout.write(text.decode("utf-8") + "\n")


def made_with(catalog: Catalog) -> dict[str, Any]:
    """Which program and which facts a result comes from: the head of every JSON object."""
    return {
        "software": {"version": __version__},
        "catalog": {"version": catalog.version, "fingerprint": catalog.fingerprint},
    }
