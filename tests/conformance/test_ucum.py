"""Every pair of units of the table against the reference implementation of UCUM (NLM, @lhncbc/ucum-lhc).

Where the two convert, they agree; where both refuse, they agree; where UCUM converts and we refuse, the reason is one of
those listed here. Nothing converts here that UCUM refuses.
"""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from assuage.errors import QuantityError
from assuage.quantity import UNITS, Quantity, Substance, unit

FOLDER = Path(__file__).parent / "ucum"
SALT = Substance("magnesium-sulfate-heptahydrate", "magnesium sulfate heptahydrate", Decimal("246.47"), 2)
# UCUM's program computes with binary floats: a dozen operations, each right to one part in 10^16.
FLOAT = 1e-12
PAIRS = [(here, there) for here in UNITS for there in UNITS]
# Dimensions that UCUM does not have, and why a conversion that UCUM allows would be a mistake here.
REASONS = {
    "B": "kilograms of body are not kilograms of drug: 1 mg/kg is no millionth of anything",
    "S": "a rate per 1.73 m² becomes a rate only through the body's own surface",
    "I": "infusions are counted, and are no other number",
    "F": "portions are counted, and are no other number",
}
Table = dict[tuple[str, str], float | None]


@cache
def theirs(molar_mass: float | None, charge: int | None) -> Table:
    questions = [[here, there, molar_mass, charge] for here, there in PAIRS]
    done = subprocess.run(
        ["node", "convert.cjs"], cwd=FOLDER, input=json.dumps(questions), capture_output=True, text=True, check=True
    )
    answers: list[float | None] = json.loads(done.stdout)
    assert len(answers) == len(PAIRS)
    return dict(zip(PAIRS, answers, strict=True))


def ours(here: str, there: str, substance: Substance | None) -> float | None:
    try:
        return float(Quantity(Decimal(1), here).to(there, substance).value)
    except QuantityError:
        return None


def difference(here: str, there: str) -> set[str]:
    """The dimensions in which two units differ."""
    first, second = dict(unit(here).dimension), dict(unit(there).dimension)
    return {letter for letter in {*first, *second} if first.get(letter) != second.get(letter)}


@pytest.fixture(params=[None, SALT], ids=["alone", "through a salt"])
def substance(request: pytest.FixtureRequest) -> Substance | None:
    salt: Substance | None = request.param
    return salt


def reference(substance: Substance | None) -> Table:
    return theirs(float(substance.molar_mass), substance.valence) if substance else theirs(None, None)


def test_every_unit_of_the_table_is_a_unit_of_ucum() -> None:
    assert [code for code in UNITS if reference(None)[code, code] != 1] == []


def test_where_both_convert_the_factor_is_the_same(substance: Substance | None) -> None:
    both = {
        pair: (mine, other)
        for pair, other in reference(substance).items()
        if other is not None and (mine := ours(*pair, substance)) is not None
    }
    assert len(both) > 5 * len(UNITS) if substance else len(both) > 4 * len(UNITS)
    assert {pair: found for pair, found in both.items() if abs(found[0] - found[1]) > FLOAT * found[1]} == {}


def test_nothing_converts_here_that_ucum_refuses(substance: Substance | None) -> None:
    assert [p for p, other in reference(substance).items() if other is None and ours(*p, substance) is not None] == []


def test_what_only_ucum_converts_is_refused_for_a_listed_reason(substance: Substance | None) -> None:
    """A family is listed by the dimension that UCUM lacks; each one is met, so that no reason outlives its use."""
    refused = [
        pair for pair, other in reference(substance).items() if other is not None and ours(*pair, substance) is None
    ]
    assert [pair for pair in refused if not difference(*pair) & set(REASONS)] == []
    assert set().union(*(difference(*pair) for pair in refused)) >= set(REASONS)


@pytest.mark.parametrize(
    ("here", "there"),
    [("kg", "mg"), ("[lb_av]", "g"), ("mg/kg", "1"), ("mg/kg/min", "/min"), ("mL/min/{1.73_m2}", "mL/min"),
     ("{portions}", "{infusions}"), ("{infusions}", "1")],
)  # fmt: skip
def test_the_mistakes_that_ucum_would_allow(here: str, there: str) -> None:
    assert reference(None)[here, there] is not None
    assert ours(here, there, None) is None


@pytest.mark.parametrize(("here", "there"), [("mmol", "meq"), ("mg", "mmol"), ("mg", "meq"), ("mg/mL", "meq/mL")])
def test_moles_equivalents_and_mass_meet_only_through_a_substance(here: str, there: str) -> None:
    assert (reference(None)[here, there], ours(here, there, None)) == (None, None)
    other, mine = reference(SALT)[here, there], ours(here, there, SALT)
    assert other is not None
    assert mine == pytest.approx(other, rel=FLOAT)  # binary floats on their side


def test_the_lock_file_names_no_server() -> None:
    assert '"resolved"' not in (FOLDER / "package-lock.json").read_text(encoding="utf-8")
