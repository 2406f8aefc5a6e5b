"""The door: reads the words of the command, calls one function, and turns what goes wrong into an exit code.

0 done; 1 our fault; 2 the input can be mended; 3 planned nothing because of findings. A reader that closes the pipe early
ends the command quietly, as it ends any other program of the shell (141).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from cyclopts import App
from cyclopts.exceptions import CycloptsError

from assuage import __version__
from assuage.cli.slips import problem_of
from assuage.errors import AssuageError

DONE, OUR_FAULT, CAN_BE_MENDED = 0, 1, 2
BROKEN_PIPE, INTERRUPTED = 141, 130
DEBUG = "--debug"
# “-” alone means standard input or output; a word that no shell can pass stands for it while the words are read.
DASH, STANDARD = "-", "\0"

HELP = """Plans infusion therapy for refractory neuropathic pain: as studied, from published evidence, each number with its source.

It shows what was studied and what follows by arithmetic; it recommends nothing and ranks nothing. Results go to standard output, everything else to standard error. Add --debug to see where a fault of ours arose.

Exit codes: 0 done; 1 our fault; 2 the input can be mended, and the message says how; 3 planned nothing because of findings.
"""

COMMANDS = {
    "plan": "assuage.cli.plan:plan",
    "screen": "assuage.cli.screen:screen_patient",
    "compare": "assuage.cli.compare:compare",
    "exposure": "assuage.cli.exposure:exposure",
    "regimens": "assuage.cli.regimens:regimens",
    "studies": "assuage.cli.studies:studies",
    "evidence": "assuage.cli.evidence:evidence",
    "trace": "assuage.cli.trace:trace",
    "serve": "assuage.cli.serve:serve",
    "demo": "assuage.cli.demo:demo",
}
CATALOG_COMMANDS = {
    "check": "assuage.cli.catalog:check",
    "disputes": "assuage.cli.catalog:list_disputes",
    "diff": "assuage.cli.catalog:diff",
    "provenance": "assuage.cli.catalog:provenance",
    "recall": "assuage.cli.catalog:recall",
}
IMPORT_COMMANDS = {"studies": "assuage.cli.imported:studies", "citations": "assuage.cli.imported:citations"}
COURSE_COMMANDS = {
    "list": "assuage.cli.courses:list_all",
    "show": "assuage.cli.course:show",
    "verify": "assuage.cli.course:verify",
    "paper": "assuage.cli.course_paper:paper",
}
USER_COMMANDS = {
    "add": "assuage.cli.users:add",
    "list": "assuage.cli.users:list_all",
    "password": "assuage.cli.users:password",
    "disable": "assuage.cli.users:disable",
    "enable": "assuage.cli.users:enable",
    "totp": "assuage.cli.users:totp",
    "roles": "assuage.cli.users:roles",
}
REGISTRY_COMMANDS = {
    "verify": "assuage.cli.registries:verify",
    "rebuild": "assuage.cli.registries:rebuild",
    "backup": "assuage.cli.registries:backup",
    "restore": "assuage.cli.registries:restore",
    "export": "assuage.cli.registries:export",
    "import": "assuage.cli.registries:bring_in",
    "research": "assuage.cli.registries:research",
    "key": "assuage.cli.registries:key",
}
EXPORT_COMMANDS = {"studies": "assuage.cli.exported:studies"}
# Commands that are followed by a further word: what each group is for, and its commands.
GROUPS = {
    "catalog": ("What the catalog holds: checks, disputes, changes, provenance, recalls.", CATALOG_COMMANDS),
    "import": ("Make drafts of studies from a table of results or from citations.", IMPORT_COMMANDS),
    "export": ("Write what the catalog holds for other programs.", EXPORT_COMMANDS),
    "course": ("Courses of treatment on record: a list, one with its story, its chain, its papers.", COURSE_COMMANDS),
    "user": ("Accounts of a registry.", USER_COMMANDS),
    "registry": ("Check, rebuild, back up, export and import a registry.", REGISTRY_COMMANDS),
}


def application(words: Sequence[str] = ()) -> App:
    """All commands. The one that the words name is loaded when it is called; for a list of them all are."""
    app = App(name="assuage", help=HELP, version=_version, help_format="plaintext", result_action="return_value")
    _add(app, COMMANDS, words[:1])
    for name, (told, commands) in GROUPS.items():
        group = App(name=name, help=told)
        _add(group, commands, words[1:2] if words[:1] == [name] else list(commands)[:1])
        app.command(group)
    return app


def _add(app: App, commands: dict[str, str], called: Sequence[str]) -> None:
    for name, place in commands.items():
        if called and called[0] in commands:
            app.command(place, name=name)
        else:
            module, _, function = place.partition(":")
            app.command(getattr(import_module(module), function), name=name)


def _version() -> str:
    from assuage.catalog.read import DATA

    return f"assuage {__version__}, catalog {(DATA / 'VERSION').read_text(encoding='utf-8').strip()}"


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. `words` are those after the program's name."""
    given = list(sys.argv[1:] if words is None else words)
    is_debug = DEBUG in given
    spoken = [STANDARD if word == DASH else word for word in given if word != DEBUG]
    _let_every_character_print()
    try:
        code = _run(spoken)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # What is still in the buffer must not be written, and complained about, when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except AssuageError as error:
        sys.stdout.flush()
        print("\n\n".join(str(one).replace(STANDARD, DASH) for one in error.problems), file=sys.stderr)
        return CAN_BE_MENDED
    except Exception as error:
        _confess(error, is_debug=is_debug)
        return OUR_FAULT


def _let_every_character_print() -> None:
    """A terminal that lacks a character gets its escape, never a crash half-way through a sheet."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _run(words: list[str]) -> int:
    app = application(words)
    try:
        command, bound, _ = app.parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        raise AssuageError(problem_of(error, words)) from None
    code = command(*bound.args, **bound.kwargs)
    return code if isinstance(code, int) else DONE


def _confess(error: Exception, *, is_debug: bool) -> None:
    print(
        f"assuage itself failed: {type(error).__name__}: {error}\n"
        "  where: within the program; your input may be sound\n"
        "  expected: a result, or a message that says what to mend\n"
        f"  do: report the command and its version (assuage {__version__})"
        + ("" if is_debug else f" with what {DEBUG} prints after it")
        + "; leave out whatever identifies a patient. Use nothing that was printed before this line",
        file=sys.stderr,
    )
    if is_debug:
        import traceback

        traceback.print_exception(error)
