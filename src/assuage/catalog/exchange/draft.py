"""A study as the YAML that a clinic keeps: the fields in the order of the record, what is at its default left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from assuage.document import read_yaml, shape
from assuage.study import Study

FOLDER = "studies"
# What YAML takes for a text in any place and every reader for the same one.
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9()%]*(?:[ /._+-]+[A-Za-z0-9()%]+)*")
WORDS = re.compile(r"(?:y|n|yes|no|on|off|true|false|null|nan|inf)", re.IGNORECASE)
ESCAPED = re.compile("[\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ue000-\uf8ff\ufeff]")
INLINE = ("reading", "pools", "aliases")
STEP = "  "


def file_of(study: Study) -> str:
    """The name of a study's file within a clinic's folder."""
    return f"{FOLDER}/{study.id}.yaml"


def yaml_of(study: Study) -> str:
    """The file of a study.

    Holds     read again it is the same record: this is done here, each time, before anyone gets the text
    """
    text = "\n".join(_mapping(study, "")) + "\n"
    assert shape(read_yaml(text, study.id), Study) == study, f"{study.id} is not written as it is"
    return text


def _mapping(record: Any, indent: str) -> Iterator[str]:
    for field in msgspec.structs.fields(record):
        value = getattr(record, field.name)
        if not field.required and value == _default(field):
            continue
        yield from _pair(field.encode_name, value, indent)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default is not msgspec.NODEFAULT else field.default_factory()


def _pair(name: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, msgspec.Struct):
        yield f"{indent}{name}:"
        yield from _mapping(value, indent + STEP)
    elif isinstance(value, dict):
        yield f"{indent}{name}:"
        yield from (f"{indent}{STEP}{_text(key)}: {_scalar(one)}" for key, one in value.items())
    elif isinstance(value, tuple) and (name in INLINE or not value):
        yield f"{indent}{name}: [{', '.join(_scalar(one) for one in value)}]"
    elif isinstance(value, tuple):
        yield f"{indent}{name}:"
        for one in value:
            yield from _member(one, indent + STEP)
    else:
        yield f"{indent}{name}: {_scalar(value)}"


def _member(value: Any, indent: str) -> Iterator[str]:
    if not isinstance(value, msgspec.Struct):
        yield f"{indent}- {_scalar(value)}"
        return
    for number, line in enumerate(_mapping(value, indent + STEP)):
        yield line if number else f"{indent}- {line.lstrip()}"


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, int) else _text(str(value))


def _text(text: str) -> str:
    """A text plain where it can be misread by nobody, else in double quotes."""
    if PLAIN.fullmatch(text) and not WORDS.fullmatch(text):
        return text
    return ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
