"""Runs the command as people do: a process of its own, with its own width, words in and text out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assuage.document import Node, read_yaml

ROOT = Path(__file__).parents[2]
PATIENT = str(ROOT / "examples" / "patient.yaml")
CLINIC = str(ROOT / "examples" / "clinic.yaml")
AS_OF = ("--as-of", "2026-11-30")
START = ("--start", "2026-11-30T09:00", "--tz", "America/Winnipeg")
PLAN = ("plan", PATIENT, "--regimen", "kim-2015-magnesium", *START)


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output as JSON."""
        return json.loads(self.out)

    @property
    def parts(self) -> list[str]:
        """The names of the parts of the messages on standard error, in order."""
        return [line.strip().split(":")[0] for line in self.err.splitlines() if line.startswith("  ")]


# A command that waits for what never comes fails; no command takes minutes.
LONGEST = 300


def assuage(*words: str, width: int = 80, given: str | bytes | None = None, **environment: str) -> Ran:
    """Run `assuage WORDS` and return what it answered. `given` goes to its standard input."""
    known = {"PATH": os.environ["PATH"], "COLUMNS": str(width), **environment}
    data = given.encode("utf-8") if isinstance(given, str) else given
    done = subprocess.run(
        [sys.executable, "-m", "assuage", *words], input=data, capture_output=True, env=known, timeout=LONGEST
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def refused(*words: str, **more: Any) -> Ran:
    """Run a command whose input can be mended: code 2, nothing on standard output, whole messages of four parts."""
    ran = assuage(*words, **more)
    assert (ran.code, ran.out) == (2, ""), ran
    assert ran.parts[:3] == ["where", "expected", "do"], ran.err
    assert len(ran.parts) % 3 == 0, ran.err
    assert "Traceback" not in ran.err
    return ran


def json_of(text: str) -> str:
    """A YAML document as JSON with the same scalars as text."""
    return json.dumps(_plain(read_yaml(text, "file")), ensure_ascii=False)


def _plain(node: Node) -> Any:
    match node.kind:
        case "mapping":
            return {key: _plain(child) for key, child in node.items()}
        case "sequence":
            return [_plain(child) for child in node.value]
        case "null":
            return None
        case "plain":
            return {"true": True, "false": False}.get(node.value, node.value)
    return node.value
