"""kill -9 of the real server while four people write over HTTP: is everything that was acknowledged there?

Run: python bench/kill_server.py [--times 200] [--database sqlite|postgresql|both]

Each round starts `assuage serve` on this machine alone, lets four signed-in clients record scores as fast as they can, kills
the server after 0.02 to 0.5 s by chance, and then checks the registry itself: each acknowledged key on record exactly once,
every chain whole. At the end, what nobody answered is sent again with its key. Ends with a traceback at the first loss.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.killed import Killing, killed
from tests.registries import DATABASES, fresh_address

SEED = 20261130
EVERY = 10


def main() -> None:
    """Kill, check, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    given = parser.parse_args()
    for database in DATABASES if given.database == "both" else (given.database,):
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="assuage-") as folder, fresh_address(database, Path(folder)) as url:
            found = killed(url, times=given.times, seed=SEED, told=_told)
        taken = time.perf_counter() - begun
        print(f"{database}: killed {found.rounds} times; all of {len(found.acknowledged):,} acknowledged events are on record once, "
              f"{len(found.unanswered):,} of them sent again with their key; every chain is whole; {taken:,.0f} s")  # fmt: skip


def _told(one: Killing) -> None:
    if one.rounds % EVERY == 0:
        print(f"  {one.rounds} times, {len(one.acknowledged):,} acknowledged", file=sys.stderr)


if __name__ == "__main__":
    main()
