"""How far a number in a test may be from the one expected: one part in a hundred, or a reason on the line."""

from __future__ import annotations

import ast

import pytest
from tests.house.reading import Module, comments, module, modules

WIDE = 0.01
ABSURD = 1.0
KEYWORDS = {"rel", "rtol", "rel_tol"}
# Functions whose n-th argument is a relative tolerance.
POSITIONS = {"approx": 1, "assert_allclose": 2, "allclose": 2, "isclose": 2}


def relative_tolerances(call: ast.Call) -> list[ast.expr]:
    """The relative tolerances given to a call, by name or by position."""
    found = [keyword.value for keyword in call.keywords if keyword.arg in KEYWORDS]
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in POSITIONS and len(call.args) > POSITIONS[name]:
        found.append(call.args[POSITIONS[name]])
    return found


def offences(one: Module) -> list[str]:
    said = comments(one.text)
    found = []
    for node in ast.walk(one.tree):
        if not isinstance(node, ast.Call):
            continue
        for tolerance in relative_tolerances(node):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            reason = any(said.get(line, "").removeprefix("fmt: skip").strip() for line in lines)
            if problem := _problem(tolerance, has_reason=reason):
                found.append(f"{one.at(node)} {problem}")
    return found


def _problem(tolerance: ast.expr, *, has_reason: bool) -> str | None:
    try:
        value = float(ast.literal_eval(tolerance))
    except (ValueError, TypeError):
        return None if has_reason else "a tolerance that cannot be read here needs a comment that says what it is"
    if value >= ABSURD:
        return f"a tolerance of {value:g} accepts anything"
    return f"a tolerance of {value:g} needs its reason on the line" if value >= WIDE and not has_reason else None


def test_no_tolerance_is_wide_without_a_reason() -> None:
    assert [line for one in modules("tests") for line in offences(one)] == []


@pytest.mark.parametrize(
    "text",
    [
        "approx(1, rel=0.05)",
        "approx(1, 0.05)",
        "pytest.approx(1, rel=2)  # wide, and no reason will do",
        "np.testing.assert_allclose(a, b, 0.1)",
        "math.isclose(a, b, rel_tol=0.02)",
        "approx(1, rel=wide)",
    ],
)
def test_a_wide_tolerance_is_found(text: str) -> None:
    assert len(offences(module(text, "tests/a.py"))) == 1


@pytest.mark.parametrize("text", ["approx(1, rel=1e-6)", "approx(1, rel=0.05)  # read off a figure", "approx(1)"])
def test_a_close_or_reasoned_one_is_not(text: str) -> None:
    assert offences(module(text, "tests/a.py")) == []
