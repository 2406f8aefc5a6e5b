"""How long `assuage exposure` takes, cold: a new process for each run, from the words to the last line.

Run: python bench/exposure_cold.py [--runs 20]

Prints median, least and most in milliseconds, and processor time on average, for one patient as text: every regimen of which
levels are predicted with the default number of simulated people, the typical person alone, and a plan beside them; and how many
times a bare Python (`python -c pass`) and a plan each takes: a busy machine slows all of them alike. The promise is a median
below 300 ms for every one of them on two cores.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from plan_cold import milliseconds

PATIENT = Path(__file__).parents[1] / "examples" / "patient.yaml"
PROMISED = 300
START = ("--start", "2026-11-30T09:00", "--tz", "America/Winnipeg")
EXACT = ("--mode", "exact")
ASKED = (
    ("plan", "kim-2015-magnesium", ()),
    ("exposure", "kim-2015-magnesium", ("--n", "1")),
    ("exposure", "kim-2015-magnesium", ()),
    ("exposure", "magnesium-alternate-days", ()),
    ("exposure", "brill-2002-magnesium", ()),
    ("exposure", "tanaka-1998-magnesium", ()),
    ("exposure", "collins-2009-magnesium", ()),
    ("exposure", "yousef-2013-magnesium", EXACT),
    ("exposure", "kim-2015-ketamine", ()),
    ("exposure", "amr-2010-ketamine", EXACT),
    ("exposure", "anodyne-ketamine-im", ()),
    ("exposure", "alternating-magnesium-ketamine", ()),
)


def measured(command: Sequence[str], runs: int) -> tuple[list[float], float]:
    """The time of each run, and the processor time of one on average, that of the run that is not counted with it: ms."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = milliseconds(command, runs)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return taken, spent * 1000 / (runs + 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    # Whoever installs the program has its modules compiled; a shell that forbids to keep them would compile them at every run.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    bare = statistics.median(milliseconds([sys.executable, "-c", "pass"], runs))
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {runs} runs each, in ms; bare Python {bare:.0f}")
    print(f"{'command':<9} {'regimen':<31} {'more':<12} {'median':>7} {'least':>6} {'most':>6} {'cpu':>6} {'× bare':>7} {'× plan':>7}")  # fmt: skip
    of_plan = 0.0
    for command, regimen, more in ASKED:
        words = [sys.executable, "-m", "assuage", command, str(PATIENT), "--regimen", regimen, *START, *more]
        taken, spent = measured(words, runs)
        middle = statistics.median(taken)
        of_plan = of_plan or middle
        late = f"  above {PROMISED}" if middle >= PROMISED else ""
        print(f"{command:<9} {regimen:<31} {' '.join(more):<12} {middle:>7.0f} {min(taken):>6.0f} {max(taken):>6.0f} {spent:>6.0f} {middle / bare:>7.1f} {middle / of_plan:>7.2f}{late}")  # fmt: skip


if __name__ == "__main__":
    main()
