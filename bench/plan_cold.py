"""How long the whole command takes, cold: a new process for each run, from the words to the last line.

Run: python bench/plan_cold.py [--runs 20]

Prints median, least and most in milliseconds for the shipped example as text and as JSON, from a YAML and from a JSON
patient, and how many times a bare Python (`python -c pass`) each takes. The promise is a median below 250 ms on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assuage.document import Node, read_yaml

ROOT = Path(__file__).parents[1]
PATIENT = ROOT / "examples" / "patient.yaml"
PROMISED = 250
WORDS = ("--regimen", "kim-2015-magnesium", "--start", "2026-11-30T09:00", "--tz", "America/Winnipeg")


def milliseconds(command: Sequence[str], runs: int) -> list[float]:
    """Wall-clock time of each run; the first, which may compile and read from disk, is not counted."""
    found = []
    for number in range(runs + 1):
        begun = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        taken = (time.perf_counter() - begun) * 1000
        if done.returncode not in (0, 3):
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}")
        if number:
            found.append(taken)
    return found


def as_json(node: Node) -> Any:
    """A document's scalars, lists and mappings for json.dumps."""
    ways: dict[str, Callable[[], Any]] = {
        "mapping": lambda: {key: as_json(child) for key, child in node.items()},
        "sequence": lambda: [as_json(child) for child in node.value],
        "null": lambda: None,
        "plain": lambda: {"true": True, "false": False}.get(node.value, node.value),
        "text": lambda: node.value,
    }
    return ways[node.kind]()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    bare = statistics.median(milliseconds([sys.executable, "-c", "pass"], runs))
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {runs} runs each, in ms; bare Python {bare:.0f}")
    print(f"{'patient':<8} {'format':<7} {'median':>7} {'least':>7} {'most':>7} {'× bare':>7}")
    with tempfile.TemporaryDirectory() as folder:
        converted = Path(folder) / "patient.json"
        node = read_yaml(PATIENT.read_text(encoding="utf-8"), PATIENT.name)
        converted.write_text(json.dumps(as_json(node)), encoding="utf-8")
        for patient in (PATIENT, converted):
            for format in ("text", "json"):
                command = [sys.executable, "-m", "assuage", "plan", str(patient), *WORDS, "--format", format]
                taken = milliseconds(command, runs)
                middle = statistics.median(taken)
                late = "" if middle < PROMISED else f"  above {PROMISED}"
                print(f"{patient.suffix[1:]:<8} {format:<7} {middle:>7.0f} {min(taken):>7.0f} {max(taken):>7.0f} {middle / bare:>7.1f}{late}")  # fmt: skip


if __name__ == "__main__":
    main()
