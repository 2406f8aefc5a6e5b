"""Broken patient files through the command line, and every answer that is none."""

from __future__ import annotations

import contextlib
import io
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.examples import EXAMPLES, example_text
from tests.mutants import mutated

from assuage.cli import main

PARTS = ("  where: ", "  expected: ", "  do: ")
# A whole file is judged in milliseconds; this is a hang.
HANG_S = 5.0
OPTIONS = ("--regimen", "kim-2015-magnesium", "--start", "2026-11-30T09:00", "--tz", "America/Winnipeg")


@dataclass
class Judged:
    """How many files ended in which exit code, and every file that was not answered as it should be."""

    codes: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def judge_files(*, seed: int | str, count: int) -> Judged:
    """`count` mutated files, each from its own seed: a plan, findings, or errors of four parts; never a traceback."""
    judged = Judged()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            name = f"{seed}/{number}"
            chance = random.Random(name)
            kind = chance.choice((".yaml", ".yaml", ".json"))
            source = "patient.yaml" if kind == ".yaml" else "bundle.json"
            path = Path(folder) / f"patient{kind}"
            path.write_bytes(mutated(example_text(source), chance))
            _judge(path, name, judged)
    return judged


def _judge(path: Path, name: str, judged: Judged) -> None:
    out, err = io.StringIO(), io.StringIO()
    begin = time.monotonic()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["plan", str(path), *OPTIONS, "--clinic", str(EXAMPLES / "clinic.yaml")])
    judged.codes[code] += 1
    said, told = out.getvalue(), err.getvalue()
    if time.monotonic() - begin > HANG_S:
        judged.faults.append(f"{name}: took longer than {HANG_S} s")
    if code not in (0, 2, 3) or "Traceback" in told + said:
        judged.faults.append(f"{name}: exit code {code}: {told[:300]}")
    elif code == 2 and not (told and all(part in told for part in PARTS) and not said):
        judged.faults.append(f"{name}: an error without its four parts, or with a result: {told[:300]}")
    elif code in (0, 3) and not said.strip():
        judged.faults.append(f"{name}: exit code {code} and nothing said")
