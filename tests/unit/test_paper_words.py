"""The small rules of print: what is tied, how shares and lists read, what is escaped, how a citation is cut."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.paper.brief import short_citation
from assuage.paper.contract import exact
from assuage.paper.markup import element
from assuage.paper.words import TIED, Numbering, listed, plain, said, sentence, share, tie, untie, when
from assuage.quantity import Quantity


@pytest.mark.parametrize(
    ("written", "tied"),
    [
        ("give 2,100 mg slowly", "give 2,100_mg slowly"),
        ("30 mg/kg × 70 kg", "30_mg/kg × 70_kg"),
        ("below 90 mm Hg", "below 90_mm_Hg"),
        ("at 62 mL/min/1.73 m2 or", "at 62_mL/min/1.73_m2 or"),
        ("by more than 30 %.", "by more than 30_%."),
        ("on 30-Nov-2026 Mon 09:00, then", "on 30-Nov-2026_Mon_09:00, then"),
        ("3 infusions over 2 weeks", "3_infusions over 2_weeks"),
        ("5 people", "5 people"),
    ],
)
def test_numbers_are_tied_to_their_units_and_dates_to_their_times(written: str, tied: str) -> None:
    assert tie(written).replace(TIED, "_") == tied
    assert untie(tie(written)) == written


@pytest.mark.parametrize(
    ("value", "unit", "read"),
    [("2100.0", "mg", "2,100 mg"), ("0.50", "mL", "0.5 mL"), ("1E+3", "mg", "1,000 mg"), ("0.00012345", "mg", "0.000123 mg"),
     ("104.15", "mL/h", "104.15 mL/h"), ("17.04", "meq", "17.04 mEq")],
)  # fmt: skip
def test_quantities_read_without_trailing_zeros_and_with_leading_ones(value: str, unit: str, read: str) -> None:
    assert said(Quantity(Decimal(value), unit)) == read


@given(st.decimals(min_value=0, max_value=10**6, places=3))
def test_an_exact_decimal_as_text_is_the_same_number_without_trailing_zeros(value: Decimal) -> None:
    made = exact(value)
    assert Decimal(made) == value
    assert "E" not in made
    assert not ("." in made and made.endswith(("0", ".")))


def test_shares_lists_and_comparisons_read_as_words() -> None:
    assert share(7 / 15) == "47 %"
    assert listed(["1"]) == "1"
    assert listed(["1", "2", "3"]) == "1, 2 and 3"
    assert plain(">=50% pain reduction") == "at least 50 % pain reduction"
    assert sentence("stop it") == "Stop it."
    assert sentence("example-clinic is one") == "example-clinic is one."


def test_an_instant_reads_on_the_clock_of_the_zone() -> None:
    instant = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)
    assert when(instant, "America/Winnipeg") == "30-Nov-2026 Mon 09:00"
    assert when(None, "America/Winnipeg") == "no start given"


def test_sources_are_numbered_in_order_and_unknown_ones_keep_their_id() -> None:
    number = Numbering(["seed", "m1"])
    assert number.refs(["m1", "seed", "m1"]) == "[2, 1]"
    assert number.refs(["x9"]) == "[x9]"
    assert number.refs([]) == ""
    assert number.renumbered("said so [m1], not [b].") == "said so [2], not [b]."


@given(st.text())
def test_no_text_becomes_markup(text: str) -> None:
    made = element("p", text, title=text)
    assert made.count("<") == 2
    assert made.count('"') == 2


def test_elements_nest_and_leave_out_what_is_not_there() -> None:
    assert element("ul", element("li", "a & b"), None, class_="x", id=None) == '<ul class="x"><li>a &amp; b</li></ul>'
    assert element("meta", charset="utf-8") == '<meta charset="utf-8">'


@pytest.mark.parametrize(
    ("citation", "short"),
    [
        ("Brill S, Sedgwick PM et al. Efficacy of magnesium. Br J Anaesth 2002 89(5):711-714. PMID 12393768.", "Brill S 2002, PMID 12393768"),
        ("Kim YH, Lee PB. Is magnesium effective? J Clin Anesth 2015. doi 10.1016/j.jclinane.2015.02.006.", "Kim YH 2015, doi 10.1016/j.jclinane.2015.02.006"),
        ("US prescribing information, magnesium sulfate: overdosage.", "US prescribing information, magnesium sulfate"),
        ("B. Braun Perfusor compact plus manual, page 42.", "B. Braun Perfusor compact plus manual, page 42"),
        ("UK summary of product characteristics, midazolam 1 mg/mL injection: dose.", "UK summary of product characteristics, midazolam…"),
        ("Galway University Hospitals intravenous guide, magnesium sulphate, intravenous, adults.", "Galway University Hospitals intravenous guide…"),
        ("ISMP newsletter, 6 March 2003: double checks.", "ISMP newsletter, 6 March 2003"),
    ],
)  # fmt: skip
def test_a_citation_is_cut_to_what_finds_the_paper(citation: str, short: str) -> None:
    assert short_citation(citation) == short
