"""Reference answers of other software for pools (tests/against/data), and the comparison every case is judged by."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from assuage.evidence.effect import Count, Effect

DATA = Path(__file__).parent / "against" / "data"


@cache
def gold() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / "meta" / "pooling.json").read_text(encoding="utf-8"))
    return loaded


@cache
def escalc_cases() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((DATA / "evidence" / "escalc.json").read_text(encoding="utf-8"))["cases"]
    return loaded


@cache
def escalc() -> dict[tuple[str, str], dict[str, Any]]:
    """Effects and variances by data set and measure: the cases of the other file, as metafor pooled them."""
    plain = [case for case in escalc_cases() if case["args"].get("vtype") in (None, "LS")]
    return {(case["dataset"], case["args"]["measure"]): case for case in plain}


@cache
def correlated() -> list[dict[str, Any]]:
    """Cases of metafor for effects that share people, beyond those of `gold`."""
    loaded: list[dict[str, Any]] = json.loads((DATA / "meta" / "correlated.json").read_text(encoding="utf-8"))["cases"]
    return loaded


@cache
def random_intercepts() -> dict[str, dict[str, Any]]:
    """Fits of lme4 with tightened tolerances, by data set."""
    loaded = json.loads((DATA / "meta" / "random_intercepts.json").read_text(encoding="utf-8"))["cases"]
    return {case["dataset"]: case for case in loaded}


def cases(fn: str) -> list[dict[str, Any]]:
    return [case for case in gold()["cases"] if case["fn"] == fn]


def columns(name: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = gold()["datasets"][name]["data"]
    return found


def effects(case: dict[str, Any]) -> list[Effect]:
    """The studies of a case, as metafor 3.8.1 computed them."""
    measure = case["args"]["measure"]
    out = escalc()[case["dataset"], measure]["out"]
    return [Effect(measure, y, v, "as metafor gives it") for y, v in zip(out["yi"], out["vi"], strict=True)]


def pairs(name: str) -> list[tuple[Count, Count]]:
    """Both arms of every study of a data set of counts."""
    data = columns(name)
    rows = zip(data["ai"], data["n1i"], data["ci"], data["n2i"], strict=True)
    return [(Count(a, n1), Count(c, n2)) for a, n1, c, n2 in rows]


def arms(name: str) -> list[Count]:
    """The arm of every study of a data set of single arms."""
    data = columns(name)
    return [Count(x, n) for x, n in zip(data["xi"], data["ni"], strict=True)]


def misses(found: dict[str, Any], expected: dict[str, Any], *, tol: float) -> dict[str, Any]:
    """What is further off than tol (1 + |expected|); a name that only one of both has is a miss too."""
    missed: dict[str, Any] = dict.fromkeys(set(found) ^ set(expected), ("only one has it",))
    for name in set(found) & set(expected):
        one, other = found[name], expected[name]
        both = list(zip(one, other, strict=True)) if isinstance(other, list) else [(one, other)]
        if any(not _near(a, b, tol) for a, b in both):
            missed[name] = (one, other)
    return missed


def _near(one: Any, other: Any, tol: float) -> bool:
    if isinstance(other, str) or other is None:
        return bool(one == other)
    return bool(abs(one - other) <= tol * (1 + abs(other)))
