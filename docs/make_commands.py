"""Writes docs/commands.md: the commands as their own help tells them, at one width. Run: python docs/make_commands.py"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from assuage.cli.door import COMMANDS, GROUPS

TARGET = Path(__file__).parent / "commands.md"
WIDTH = "100"
HEAD = """# Commands

This page is written by `docs/make_commands.py` from the help of the program; a test holds it to that.

Results go to standard output, everything else to standard error, so that a result can be piped. Exit codes:

| code | meaning |
| --- | --- |
| 0 | done; a proposal that may not be signed is still a result |
| 1 | our fault: a defect of the program, with what to report |
| 2 | the input can be mended: each message says what was found, where, what was expected and what to do |
| 3 | planned nothing, because a finding blocks the dose; the findings are the result |

A reader that closes the pipe early ends a command quietly (141, as in any shell).

Examples, on the made-up patient that ships with the program:

```sh
assuage plan examples/patient.yaml --regimen kim-2015-magnesium --start 2026-11-30T09:00 --tz America/Winnipeg
assuage plan - --regimen kim-2015-magnesium --as-of 2026-11-30 --format json < examples/patient.yaml
assuage screen examples/patient.yaml --regimen kim-2015-magnesium --as-of 2026-11-30
assuage compare examples/patient.yaml --as-of 2026-11-30
assuage exposure examples/patient.yaml --regimen kim-2015-magnesium --as-of 2026-11-30
assuage exposure examples/patient.yaml --compare --n 200 --as-of 2026-11-30
assuage regimens kim-2015-magnesium
assuage studies kim-2015
assuage evidence
assuage evidence ketamine-or-magnesium
assuage evidence magnesium-in-neuralgia --body magnesium-alone --chart forest --format svg
assuage trace S07
assuage catalog disputes
assuage catalog recall kim-2015
assuage import studies examples/studies.csv --dry-run
assuage import citations examples/citations.ris --record-type primary_study --dry-run
assuage export studies kim-2015
```

`-o FILE` writes the file whole or not at all: a reader sees the old file or the new one. An existing file is overwritten only
with `--force`. A PDF or a calendar is never written to a terminal. Without `--clinic` the shipped example clinic is used and named on
the sheet, and nothing can be signed. A start without a time zone is read in the clinic's zone, and that is said; a time that does not
exist or exists twice, because the clocks change, is refused with both readings. Without `--start`, facts are judged as of today, which
is said; `--as-of` names another day.
"""


def help_of(*words: str) -> str:
    """The help of a command as it prints in a pipe."""
    known = {**os.environ, "COLUMNS": WIDTH, "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "assuage", *words, "--help"], capture_output=True, text=True, check=True, env=known
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def page() -> str:
    """The whole page."""
    parts = [HEAD, section("assuage")]
    parts += [section("assuage", name) for name in COMMANDS]
    for group, (_, commands) in GROUPS.items():
        parts += [section("assuage", group), *(section("assuage", group, name) for name in commands)]
    return "\n".join(parts)


def section(*words: str) -> str:
    """One command."""
    return f"## {' '.join(words)}\n\n```text\n{help_of(*words[1:])}\n```\n"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
