"""A tree of nodes as a JSON document, so that what was read from YAML, JSON or a form can be kept as one text."""

from __future__ import annotations

import json
import re

from assuage.document.node import Node

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def as_json(node: Node) -> str:
    """The document as JSON text, keys in their order; what reads as a number or a boolean stays one, digit for digit.

    Holds     read_json(as_json(node)) says the same as node, but for places
    Checked   tests/laws/test_document.py
    """
    match node.kind:
        case "mapping":
            return "{" + ", ".join(f"{_text(key)}: {as_json(value)}" for key, value in node.items()) + "}"
        case "sequence":
            return "[" + ", ".join(as_json(one) for one in node.value) + "]"
        case "null":
            return "null"
        case "plain" if node.value in ("true", "false") or NUMBER.fullmatch(node.value):
            return str(node.value)
    return _text(node.value)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
