"""A million random valid patients, regimens and clinics through make_plan; every plan is checked apart from the planner.

    python bench/million_plans.py [--count 1000000] [--seed recipe] [--processes 2]

Prints plans a second and core, how many were planned and refused, by regimen, and every fault with the seed that makes
it again. Exit code 1 when there is a fault. The short form runs with the tests (tests/laws/test_plan.py).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.crowd import Tried, try_many

CHUNK = 5_000


def _part(job: tuple[str, int]) -> tuple[Tried, float]:
    seed, count = job
    begin = time.process_time()
    tried = try_many(seed=seed, count=count)
    return tried, time.process_time() - begin


def _jobs(seed: str, count: int) -> list[tuple[str, int]]:
    return [(f"{seed}-{at}", min(CHUNK, count - at)) for at in range(0, count, CHUNK)]


def main() -> int:
    """Run the recipe and print what came of it."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--count", type=int, default=1_000_000)
    arguments.add_argument("--seed", default="recipe")
    arguments.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = arguments.parse_args()
    total, busy, begin = Tried(), 0.0, time.perf_counter()
    with multiprocessing.Pool(asked.processes) as pool:
        for tried, seconds in pool.imap_unordered(_part, _jobs(asked.seed, asked.count)):
            total.planned += tried.planned
            total.refused += tried.refused
            total.busy += tried.busy
            total.faults += tried.faults
            total.regimens += tried.regimens
            total.rules += tried.rules
            busy += seconds
            done = total.planned + total.refused + sum(1 for one in total.faults if ": " in one and "Error" in one)
            print(f"\r{done:,} of {asked.count:,}, {len(total.faults)} faults", end="", file=sys.stderr)
    print(file=sys.stderr)
    _report(total, busy=busy, wall=time.perf_counter() - begin)
    return 1 if total.faults else 0


def _report(total: Tried, *, busy: float, wall: float) -> None:
    count = total.planned + total.refused
    print(f"{count:,} plans: {total.planned:,} planned, {total.refused:,} refused, {len(total.faults)} faults")
    print(
        f"{count / total.busy:,.0f} plans a second and core within make_plan; {count / busy:,.0f} with patients and checks"
    )
    print(f"{wall:.0f} s in all")
    _rows("planned by regimen", total.regimens)
    _rows("findings by rule", total.rules)
    for fault in total.faults[:50]:
        print(fault)


def _rows(title: str, counts: Counter[str]) -> None:
    print(title)
    for name, count in counts.most_common():
        print(f"  {count:>9,}  {name}")


if __name__ == "__main__":
    sys.exit(main())
