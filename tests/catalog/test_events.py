"""Words for what goes wrong: all there, sourced, each with something to do first, and none of them ignorable."""

from __future__ import annotations

import re
from functools import cache

import pytest

from assuage.catalog import read_catalog
from assuage.rule import AdverseEvent

DRUGS = ("magnesium-sulfate", "ketamine", "lidocaine", "midazolam")
SERIOUS = ("serious", "sign-of-toxicity", "no")


@cache
def every() -> dict[str, AdverseEvent]:
    return read_catalog().events


ALL = tuple(every().values())


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_every_source_and_drug_is_known(one: AdverseEvent) -> None:
    catalog = read_catalog()
    assert one.seen_in
    assert [claim.source for claim in one.seen_in if claim.source not in catalog.sources] == []
    assert set(one.drugs) <= set(DRUGS)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_it_says_what_to_do_first_in_a_line(one: AdverseEvent) -> None:
    assert one.action.endswith(".")
    assert len(one.action) <= 110
    assert not re.search(r"\d|MgSO4|\bMg\b|µ", one.action), (
        "numbers stand in the lines for the nurse, with their source"
    )


@pytest.mark.parametrize("one", [one for one in ALL if one.expected in SERIOUS], ids=lambda one: one.id)
def test_what_is_serious_stops_the_infusion(one: AdverseEvent) -> None:
    assert one.action.startswith("Stop;")


def test_no_name_means_two_events_of_one_drug() -> None:
    """Double vision under ketamine is expected; under magnesium it is a sign of toxicity."""
    for drug in DRUGS:
        mine = [one for one in ALL if drug in one.drugs]
        names = [name for one in mine for name in {n.casefold() for n in (one.id, one.name, *one.synonyms)}]
        assert sorted(names) == sorted(set(names))


def test_every_drug_has_its_dangers() -> None:
    for drug in DRUGS:
        assert {"respiratory-depression", "lidocaine-toxicity"} & {one.id for one in ALL if drug in one.drugs}
        assert "anaphylaxis" in {one.id for one in ALL if drug in one.drugs}


def test_the_review_s_own_harms_are_there() -> None:
    """Side effects in the review: somnolence, dizziness, chest tightness (one, magnesium), nausea (one, ketamine)."""
    found = {one.id for one in ALL if any(claim.source == "seed" for claim in one.seen_in)}
    assert {"somnolence", "dizziness", "chest-tightness", "nausea"} <= found
    assert every()["chest-tightness"].expected == "no"
    assert every()["chest-tightness"].drugs == ("magnesium-sulfate",)


def test_the_idea_about_leg_veins_is_not_offered() -> None:
    assert "Never a vein of the leg" in every()["arm-burning"].action
