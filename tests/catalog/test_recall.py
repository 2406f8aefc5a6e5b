"""What rests on a fact, a source or a record, and what has been recalled."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from assuage.catalog import Catalog, load_catalog, read_catalog, recalled, uses
from assuage.catalog.model import Recall
from assuage.catalog.walk import facts, with_facts
from assuage.errors import UnknownName

SMALL = read_catalog(Path(__file__).parent / "broken" / "sound")
DOSE = "regimens.author-2020-salt.steps.infusion.components.0.dose"


def sentences(catalog: Catalog, name: str) -> list[str]:
    return [use.sentence for use in uses(catalog, name)]


def test_a_source_is_found_wherever_a_claim_cites_it() -> None:
    assert sentences(SMALL, "seed") == ["The volume in author-2020-salt, step infusion rests on it: 100 mL (line 1)."]


def test_the_claim_that_stands_and_the_one_beside_it_are_told_apart() -> None:
    how = {use.how for use in uses(SMALL, "arithmetic")}
    assert how == {"also cites"}


def test_a_limit_reaches_every_regimen_of_its_drug() -> None:
    assert sentences(SMALL, "limits.salt-dose-per-kg-stop.above") == [
        "The limit salt-dose-per-kg-stop holds it: bound in limit salt-dose-per-kg-stop, 60 mg/kg.",
        "Plans of author-2020-salt rest on it through the limit salt-dose-per-kg-stop.",
    ]


def test_a_presentation_reaches_every_regimen_of_its_drug() -> None:
    assert sentences(SMALL, "salt-500-mg-per-ml-10-ml") == [
        "Plans of author-2020-salt rest on it through the presentation salt-500-mg-per-ml-10-ml."
    ]


def test_a_study_is_found_where_it_says_what_to_expect() -> None:
    assert "regimens.author-2020-salt.expectations.0.study" in {use.user for use in uses(SMALL, "studies.author-2020")}


def test_every_claim_of_every_source_of_the_shipped_catalog_is_reached() -> None:
    """Counted another way: by the words of the claims in the facts themselves."""
    catalog = load_catalog()
    users = {use.user for use in uses(catalog, "brill-2002")}
    cited = {
        fact.id
        for regimen in catalog.regimens.values()
        for fact in facts(regimen)
        if any(claim.source == "brill-2002" for claim in fact.claims)
    }
    assert cited
    assert cited <= users


def test_an_unknown_name_is_answered_with_near_ones() -> None:
    with pytest.raises(UnknownName) as caught:
        uses(SMALL, "author-2002")
    assert "author-2020" in caught.value.problems[0].do


def test_what_was_recalled_and_what_was_refuted_is_listed_with_what_rests_on_it() -> None:
    assert recalled(SMALL) == {}
    on = dt.date(2026, 2, 3)
    with_recall = msgspec.structs.replace(
        SMALL, recalls={"seed": Recall("seed", "It was withdrawn.", "A. Example", on)}
    )
    assert [use.user for use in recalled(with_recall)["seed"]] == ["regimens.author-2020-salt.steps.infusion.volume"]
    regimen = SMALL.regimens["author-2020-salt"]
    dose = regimen.steps[0].components[0].dose
    refuted = with_facts(regimen, {DOSE: msgspec.structs.replace(dose, standing="refuted")})
    changed = msgspec.structs.replace(SMALL, regimens={regimen.id: refuted})
    assert [use.how for use in recalled(changed)[DOSE]] == ["holds"]
