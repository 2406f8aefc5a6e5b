"""What was wrong with the words of a command, in four parts."""

from __future__ import annotations

import re

from cyclopts.exceptions import (
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)

from assuage.errors import Problem

SUGGESTED = re.compile(r'\s*Did you mean (?P<near>"?[^"?]+"?)(?: instead of [^?]+)?\?')
KNOWN = re.compile(r"\s*(?:Available commands|Choose from): (?P<known>.+?)\.?$")
# What a command cannot do without, and how to find it.
HOW_TO_FIND = {
    "--regimen": "“assuage regimens” lists the ids",
    "--as": "give the account that reads; “assuage user list” names them",
    "PATIENT": "give a patient file (YAML, JSON or a FHIR bundle), or - to read it from standard input",
    "FACT": "“assuage regimens ID” names the facts of a regimen",
    "FILE": "give the file to import",
    "OLD": "give the folder of an earlier catalog",
}


def problem_of(error: CycloptsError, words: list[str]) -> Problem:
    """The problem that the parser met. `words` are the words of the command."""
    text = str(error).strip()
    near = SUGGESTED.search(text)
    known = KNOWN.search(text)
    said = KNOWN.sub("", SUGGESTED.sub("", text)).strip()
    expected = _expected(error, known.group("known").replace('"', "") if known else None)
    return Problem(_quoted(_what(error, said)), "the command line", expected, _quoted(_do(error, said, near, words)))


def _quoted(text: str) -> str:
    return re.sub(r'"([^"]*)"', r"“\1”", text)


def _what(error: CycloptsError, said: str) -> str:
    if isinstance(error, MissingArgumentError):
        found = re.search(r"parameter (\S+) requires", said)
        return f"{found.group(1) if found else 'an argument'} is missing, or has no value"
    said = said.rstrip(".")
    return f"{said[:1].lower()}{said[1:]}".replace("\0", "-")


def _expected(error: CycloptsError, known: str | None) -> str:
    match error:
        case UnknownCommandError():
            return f"one of the commands: {known}" if known else "a command"
        case CoercionError():
            return f"one of: {known}" if known else "a value of the kind the option takes"
        case UnknownOptionError():
            return "an option of this command"
        case UnusedCliTokensError():
            return "no further words"
        case RepeatArgumentError():
            return "the option once"
        case MissingArgumentError():
            return "a value for it"
    return "words that this command understands"


def _do(error: CycloptsError, said: str, near: re.Match[str] | None, words: list[str]) -> str:
    if near is not None:
        return f"did you mean {near.group('near').strip()}?"
    if isinstance(error, MissingArgumentError):
        for name, how in HOW_TO_FIND.items():
            if f" {name} " in f"{said} ":
                return how
    named = " ".join(word for word in words[:1] if word.isalpha() and not isinstance(error, UnknownCommandError))
    return f"see {' '.join(filter(None, ('assuage', named, '--help')))}"
