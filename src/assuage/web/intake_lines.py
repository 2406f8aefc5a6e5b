"""A document as text that remembers which field of the form each of its lines came from."""

from __future__ import annotations

import json
from typing import Any

from assuage.web.intake import LISTINGS


class Lines:
    """A document as JSON with one value a line, so that a line names the field it came from."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.places: dict[int, str] = {}

    def write(self, value: Any, path: tuple[str, ...], *, before: str = "", after: str = "") -> None:
        self.places[len(self.lines) + 1] = field_of(path)
        if isinstance(value, dict) and value:
            self._block(before, [(key, child) for key, child in value.items()], path, ends=("{", "}"), after=after)
        elif isinstance(value, list) and value:
            self._block(
                before, [(str(number), one) for number, one in enumerate(value)], path, ends=("[", "]"), after=after
            )
        else:
            self.lines.append(f"{before}{json.dumps(value, ensure_ascii=False)}{after}")

    def _block(
        self, before: str, children: list[tuple[str, Any]], path: tuple[str, ...], *, ends: tuple[str, str], after: str
    ) -> None:
        self.lines.append(f"{before}{ends[0]}")
        for number, (key, child) in enumerate(children, 1):
            lead = f"{json.dumps(key, ensure_ascii=False)}: " if ends[0] == "{" else ""
            self.write(child, (*path, key), before=lead, after="," if number < len(children) else "")
        self.lines.append(f"{ends[1]}{after}")


def field_of(path: tuple[str, ...]) -> str:
    """The field of the form that a place in the document came from."""
    if path[:1] == ("not_obtained",):
        return f"{'.'.join(path[1:])}.because" if len(path) > 1 else ""
    if "history" in path:
        return ".".join(path[: path.index("history")])
    if path[:2] == ("pain", "tried"):
        path = path[1:]
    if path[:2] == ("pain", "score") and path[-1] == "scale":
        return "pain.scale"
    names = [one for one in path if one != "value"]
    if len(names) == 2 and names[0] in {one.name for one in LISTINGS}:
        names.append("name")
    return ".".join(names)
