"""How long `assuage exposure` takes, cold: a new process for each run, from the words to the last line.

Run: python bench/exposure_cold.py [--runs 20]

Prints median, least and most in milliseconds for one patient as text, with the default number of simulated people and for
the typical person alone, and how many times a bare Python (`python -c pass`) and a plan each takes: a busy machine slows
all of them alike. The promise is a median below 300 ms for magnesium on two cores.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from pathlib import Path

from plan_cold import milliseconds

PATIENT = Path(__file__).parents[1] / "examples" / "patient.yaml"
PROMISED = 300
START = ("--start", "2026-11-30T09:00", "--tz", "America/Winnipeg")
ASKED = (
    ("plan", "kim-2015-magnesium", ()),
    ("exposure", "kim-2015-magnesium", ()),
    ("exposure", "kim-2015-magnesium", ("--n", "1")),
    ("exposure", "kim-2015-ketamine", ()),
    ("exposure", "anodyne-ketamine-im", ()),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    bare = statistics.median(milliseconds([sys.executable, "-c", "pass"], runs))
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {runs} runs each, in ms; bare Python {bare:.0f}")
    print(
        f"{'command':<9} {'regimen':<20} {'people':>8} {'median':>7} {'least':>6} {'most':>6} {'× bare':>7} {'× plan':>7}"
    )
    of_plan = 0.0
    for command, regimen, more in ASKED:
        taken = milliseconds(
            [sys.executable, "-m", "assuage", command, str(PATIENT), "--regimen", regimen, *START, *more], runs
        )
        middle = statistics.median(taken)
        of_plan = of_plan or middle
        people = "" if command == "plan" else more[1] if more else "default"
        late = f"  above {PROMISED}" if middle >= PROMISED else ""
        print(f"{command:<9} {regimen:<20} {people:>8} {middle:>7.0f} {min(taken):>6.0f} {max(taken):>6.0f} {middle / bare:>7.1f} {middle / of_plan:>7.2f}{late}")  # fmt: skip


if __name__ == "__main__":
    main()
