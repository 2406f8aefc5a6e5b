"""Scores: their ends and cut-offs from papers, and no item text without a known licence."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

from assuage.catalog import read_catalog
from assuage.errors import DisputedFact
from assuage.rule import Instrument
from assuage.sourced import Fact

UNKNOWN_LICENCE = ("not known", "copyright", "terms of single events", "free of charge")


@cache
def every() -> dict[str, Instrument]:
    return read_catalog().instruments


ALL = tuple(every().values())


def facts(one: Instrument) -> list[Fact]:
    return [one.licence, *one.thresholds, *one.accuracy, *(fact for fact in (one.lowest, one.highest) if fact)]


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_every_source_is_in_the_catalog(one: Instrument) -> None:
    sources = read_catalog().sources
    named = {one.source, *(claim.source for fact in facts(one) for claim in fact.claims)}
    assert {name for name in named if name not in sources} == set()


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_item_text_ships_only_where_nothing_forbids_it(one: Instrument) -> None:
    assert not (one.item_text_shipped and one.licence.value.startswith(UNKNOWN_LICENCE))


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_what_is_recalled_says_so_and_is_no_cut_off(one: Instrument) -> None:
    recalled = [claim for fact in facts(one) for claim in fact.claims if claim.source == "memory"]
    assert [c for c in recalled if c.kind != "assumed" or c.note != "UNVERIFIED (memory)"] == []
    assert [c.value for fact in one.thresholds for c in fact.claims if c.source == "memory"] == []


@pytest.mark.parametrize("one", [one for one in ALL if one.lowest and one.highest], ids=lambda one: one.id)
def test_cut_offs_lie_within_the_scale(one: Instrument) -> None:
    assert one.lowest is not None
    assert one.highest is not None
    low, high = one.lowest.quantity, one.highest.quantity
    assert low.compare(high) < 0
    inside = [fact.quantity for fact in one.thresholds if fact.value.split()[-1] == high.unit]
    assert [cut for cut in inside if cut.compare(low) < 0 or cut.compare(high) > 0] == []


@pytest.mark.parametrize(
    ("name", "highest", "cut"),
    [("dn4", "10", "4"), ("dn4-interview", "7", "3"), ("aldrete-modified", "10", "9"), ("padss", "10", "9"),
     ("aldrete-required-items", "10", "8")],
)  # fmt: skip
def test_scale_and_cut_off(name: str, highest: str, cut: str) -> None:
    """DN4: ten items, 4 of 10 (o1), interview 3 of 7 (o13). Discharge scores: y6, y7, y9."""
    one = every()[name]
    assert one.highest is not None
    assert (one.highest.quantity.value, one.thresholds[0].quantity.value) == (Decimal(highest), Decimal(cut))


def test_dn4_shows_what_a_clinic_found_before_what_is_recalled() -> None:
    """Unselected patients of a chronic-pain clinic: 75 % and 76 %; interview part 70 % and 67 % (o2)."""
    shown = {name: [fact.value for fact in every()[name].accuracy[:2]] for name in ("dn4", "dn4-interview")}
    assert shown == {"dn4": ["75 %", "76 %"], "dn4-interview": ["70 %", "67 %"]}
    assert "Not a measure of change" in every()["dn4"].use


def test_responder_thresholds() -> None:
    """Consensus as quoted (o5): 10 to 20 % minimal, at least 30 % moderate, at least 50 % substantial."""
    assert [fact.quantity.value for fact in every()["immpact-responder"].thresholds] == [10, 20, 30, 50]


def test_what_postherpetic_means_is_disputed_and_nobody_has_chosen() -> None:
    fact = read_catalog().practice["phn-definition"].fact
    assert {claim.value for claim in fact.claims} == {"90 d", "3 mo", "4 wk", "6 mo"}
    with pytest.raises(DisputedFact):
        _ = fact.value
