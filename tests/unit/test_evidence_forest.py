"""A forest in letters: where its signs stand, what becomes of rows without an interval, and how it fits its window."""

from __future__ import annotations

import itertools
import re

import pytest
from tests import answers
from tests import evidence_found as found

from assuage.evidence.answered import BodyFound, Span
from assuage.paper.block import Table
from assuage.paper.evidence.columns import table_lines
from assuage.paper.evidence.forest import forest_lines

SIGNS = "■□●○◆◇"


def share_body(value: float, lower: float, upper: float) -> BodyFound:
    """One arm by itself."""
    row = found.row(
        design="single arm",
        measure="PLO",
        comparator=None,
        span=Span(value, lower, upper, 0.95, "Wilson score"),
        weight=None,
    )
    return found.body((row,), measure="PLO", matters=None, told=())


def line_of(lines: tuple[str, ...], name: str) -> str:
    return next(line for line in lines if line.startswith(name))


def test_a_share_stands_where_its_axis_says() -> None:
    """The axis runs from 0 to 100: a half lies in its middle, 0 and 1 at its ends."""
    lines = forest_lines(share_body(0.5, 0.0, 1.0), width=100)
    axis = next(line for line in lines if "┴" in line)
    first, last = axis.index("┴"), axis.rindex("┴")
    row = line_of(lines, "Kim 2015")
    assert (row.index("├"), row.index("┤")) == (first, last)
    assert abs(row.index("■") - (first + last) / 2) <= 0.5
    assert row.endswith("50.0 % (0.0 to 100.0)")


def test_a_higher_share_stands_further_right() -> None:
    places = [
        line_of(forest_lines(share_body(v / 10, v / 20, 0.95), width=120), "Kim").index("■") for v in range(1, 10)
    ]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_no_effect_is_a_line_through_every_row_it_does_not_hide() -> None:
    lines = forest_lines(answers.ratios(), width=120)
    one = next(line for line in lines if "┴" in line)
    numbers = lines[lines.index(one) - 1]
    at = next(place.start() for place in re.finditer(r"1\b", numbers) if numbers[place.start() - 1] == " ")
    assert line_of(lines, "Yousef 2013")[at] == "│"  # 1.20 to 3.60 lies to the right of 1


def test_an_interval_that_leaves_the_axis_ends_in_an_arrow() -> None:
    row = line_of(forest_lines(answers.ratios(), width=100), "Schwartzman 2009")
    assert "▶" in row
    assert "┤" not in row
    assert "(0.40 to 95.0)" in row


def test_derived_and_own_rows_have_signs_of_their_own_and_a_key() -> None:
    text = "\n".join(forest_lines(answers.ratios(), width=100))
    signs = {name: next(sign for sign in SIGNS if sign in line_of(tuple(text.splitlines()), name)) for name in
             ("Kim 2015", "Yousef 2013", "Our Clinic", "Bayesian", "Peto")}  # fmt: skip
    assert signs == {"Kim 2015": "■", "Yousef 2013": "□", "Our Clinic": "●", "Bayesian": "◆", "Peto": "◇"}
    key = re.sub(r"\s+", " ", text.split("▸")[1])
    for said in ("■ as counted or printed", "□ derived", "● this clinic", "◆ the pool that leads", "◇ another pool"):
        assert said in key
    assert "○" not in key


def test_a_row_without_an_interval_says_why_and_has_no_sign() -> None:
    row = line_of(forest_lines(answers.ratios(), width=100), "Gottrup 2006")
    assert "no event in either arm" in row
    assert set(row).isdisjoint(SIGNS)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140, 200])
@pytest.mark.parametrize("make", [answers.ratios, answers.shares], ids=["ratios", "shares"])
def test_it_fits_its_window_and_holds_every_effect(make: object, width: int) -> None:
    body = make()  # type: ignore[operator]
    lines = forest_lines(body, width=width)
    assert [line for line in lines if len(line) > width] == []
    text = re.sub(r"\s+", " ", " ".join(lines))
    spans = [row.span for row in body.rows if row.span] + [one.span for one in body.pool.summaries]
    assert len(re.findall(rf"[{SIGNS}]", text.split("◂")[0])) == len(spans)


def test_rows_of_one_picture_share_one_axis() -> None:
    """Every estimate stands further right than every smaller one, whatever its row is called."""
    body = answers.ratios()
    lines = forest_lines(body, width=120)
    values = {"Kim 2015": 10 / 7, "Yousef 2013": 2.1, "Eichenberger": 0.8, "Our Clinic": 1.6, "Bayesian": 1.41}
    places = {name: min(line_of(lines, name).find(sign) % 999 for sign in SIGNS) for name in values}
    for one, other in itertools.combinations(values, 2):
        assert (values[one] - values[other]) * (places[one] - places[other]) >= 0


def test_rows_in_different_units_say_so_at_the_axis_and_beside_each_number() -> None:
    one = found.row(measure="MD", span=found.span(-1.5, -2.5, -0.5), unit="0-10", given=())
    other = found.row("yousef-2013", measure="MD", span=found.span(-12.0, -20.0, -4.0), unit="0-100", given=())
    alone = forest_lines(found.body((one,), measure="MD", matters=None), width=100)
    assert alone[0] == "mean difference, points of 10"
    both = forest_lines(found.body((one, other), measure="MD", matters=None), width=100)
    assert both[0] == "mean difference, each row in its own unit"
    assert any(line.endswith("−1.50 points of 10 (−2.50 to −0.50)") for line in both)
    assert any(line.endswith("−12.0 points of 100 (−20.0 to −4.00)") for line in both)


def test_a_table_stands_side_by_side_where_it_fits_and_as_cards_where_not() -> None:
    table = Table("", ("Study", "Effect (interval)"), (("Kim 2015", "1.43 (0.75 to 2.73)"),))
    assert list(table_lines(table, width=80)) == ["Study     Effect (interval)", f"{'─' * 8}  {'─' * 19}", "Kim 2015  1.43 (0.75 to 2.73)"]  # fmt: skip
    assert list(table_lines(table, width=18)) == [
        "Kim 2015",
        "  Effect",
        "    (interval):",
        "    1.43 (0.75 to",
        "    2.73)",
    ]


@pytest.mark.parametrize("width", [20, 33, 50, 80])
def test_no_word_of_a_table_is_lost(width: int) -> None:
    rows = (("alpha beta", "gamma delta epsilon", "zeta"), ("eta theta", "iota", "kappa lambda mu nu"))
    text = " ".join(table_lines(Table("", ("one", "two", "three"), rows), width=width)).split()
    for word in " ".join(cell for row in rows for cell in row).split():
        assert word in text
