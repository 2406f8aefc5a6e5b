"""The page of commands is the program's own help, its examples run, and it names what exists and nothing else."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from assuage.cli.door import COMMANDS, GROUPS, application

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
EXAMPLES = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
NOT_BUILT = ("trial", "bench")
# These answer until they are stopped, or need a registry; walks start them.
UNTIL_STOPPED = {"serve", "demo", "course", "user", "registry"}


@cache
def writer() -> ModuleType:
    """The script that writes the page."""
    spec = importlib.util.spec_from_file_location("make_commands", ROOT / "docs" / "make_commands.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_the_page_is_current() -> None:
    assert writer().page() == PAGE, "run: python docs/make_commands.py"


def test_every_command_has_a_section_and_a_sentence() -> None:
    names = [
        *COMMANDS,
        *(name for group, (_, commands) in GROUPS.items() for name in (group, *(f"{group} {one}" for one in commands))),
    ]
    assert re.findall(r"^## assuage (.+)$", PAGE, re.MULTILINE) == names
    for name in names:
        section = PAGE.split(f"## assuage {name}\n", 1)[1].split("\n## ", 1)[0]
        usage, _, told = section.split("```text\n", 1)[1].partition("\n\n")
        assert usage.startswith(f"Usage: assuage {name}"), name
        assert re.match(r"[A-Z][^│╭]+\.\n", told.replace("\n\n", ".\n")), name


def test_every_option_says_what_it_is() -> None:
    rows = re.findall(r"^│ (?:\* )? *(--[a-z-]+)(.*)│$", PAGE, re.MULTILINE)
    assert len(rows) > 20
    bare = [
        name for name, rest in rows if not re.search(r"[a-z]{3}", re.sub(r"--[a-z-]+|-[a-z]\b|[A-Z.]{2,}", "", rest))
    ]
    assert [name for name in bare if name != "--empty"] == []


def test_commands_of_what_is_not_built_are_not_offered() -> None:
    app = application()
    for name in NOT_BUILT:
        assert name not in app
        assert f"assuage {name}" not in PAGE


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_runs(line: str) -> None:
    assert line.startswith("assuage ")
    words, _, given = line.partition(" < ")
    data = (ROOT / given).read_bytes() if given else None
    command = [sys.executable, "-m", "assuage", *shlex.split(words)[1:]]
    done = subprocess.run(command, input=data, capture_output=True, cwd=ROOT, env={**os.environ, "COLUMNS": "100"})
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.strip()


def test_there_are_examples_of_every_command() -> None:
    assert {line.split()[1] for line in EXAMPLES} | UNTIL_STOPPED == {*COMMANDS, *GROUPS}
