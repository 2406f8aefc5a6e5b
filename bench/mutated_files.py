"""Patient files with something wrong in them, by any seed and as many as wanted.

    python bench/mutated_files.py [--count 100000] [--seed recipe]

Prints how many ended in which exit code and every file that was not answered as it should be. Ten thousand run with the
tests (tests/laws/test_mutated_files.py).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.mutated import judge_files


def main() -> int:
    """Run the recipe."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--count", type=int, default=100_000)
    arguments.add_argument("--seed", default="recipe")
    asked = arguments.parse_args()
    judged = judge_files(seed=asked.seed, count=asked.count)
    for code, count in sorted(judged.codes.items()):
        print(f"exit code {code}: {count:,}")
    for fault in judged.faults[:50]:
        print(fault)
    return 1 if judged.faults else 0


if __name__ == "__main__":
    sys.exit(main())
