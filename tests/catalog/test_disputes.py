"""What sources disagree on, and what nobody states: the review's own contradictions are all in the list."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from assuage.catalog import Catalog, Disagreement, check_catalog, disputes, load_catalog
from assuage.catalog.walk import with_facts
from assuage.quantity import parse


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def one(catalog: Catalog, about: str) -> Disagreement:
    return next(found for found in disputes(catalog) if found.about == about)


def said(found: Disagreement, source: str) -> set[str]:
    return {claim.value for claim in found.claims if claim.source == source}


def test_one_and_thirty_milligrams_per_kilogram(catalog: Catalog) -> None:
    """The review's opening line and its second bullet on the approach, for one arm of one trial."""
    found = one(catalog, "dose of magnesium-sulfate in kim-2015-magnesium, step infusion")
    assert found.section == "claims differ"
    assert said(found, "seed") == {"1 mg/kg", "30 mg/kg"}
    assert not found.is_open
    assert found.because


def test_half_a_millimole_that_is_called_a_gram_and_a_third(catalog: Catalog) -> None:
    """The review: 0.5 mmol/L = 1.3 g/L. By hand, 0.5 mmol/L × 246.47 g/mol = 0.123 g/L of the heptahydrate."""
    found = one(catalog, "concentration in tanaka-1998-magnesium")
    assert said(found, "seed") == {"0.5 mmol/L", "1.3 g/L"}
    heptahydrate = catalog.drugs["magnesium-sulfate"].form("magnesium-sulfate-heptahydrate").substance
    assert parse("0.5 mmol/L").to("g/L", heptahydrate).to_places(3).value == Decimal("0.123")
    notes = [problem for problem in check_catalog() if "0.5 mmol/L and 1.3 g/L" in problem.what]
    assert [problem.check for problem in notes] == ["arithmetic"]
    assert "0.1232 g/L of magnesium-sulfate-heptahydrate" in notes[0].expected


def test_eighteen_patients_who_are_seventeen(catalog: Catalog) -> None:
    """The review lists 10, 7 and 1 patients of the intramuscular series and calls them 17 elsewhere."""
    found = one(catalog, "patients in anodyne-ketamine-im")
    assert {claim.value for claim in found.claims} == {"18 people", "17 people"}


@pytest.mark.parametrize("regimen", ["kim-2015-magnesium", "kim-2015-ketamine", "brill-2002-magnesium"])
def test_what_in_100_ml_means(regimen: str, catalog: Catalog) -> None:
    found = one(catalog, f"meaning of the volume in {regimen}, step infusion")
    assert {claim.value for claim in found.claims} == {"vehicle", "final"}
    assert found.chosen == "vehicle"


def test_the_hydrate_that_nobody_states(catalog: Catalog) -> None:
    found = one(catalog, "form of magnesium-sulfate in kim-2015-magnesium, step infusion")
    assert found.section == "not stated"
    assert [claim.kind for claim in found.claims] == ["assumed"]
    assert not found.is_open


def test_readings_of_studies_are_among_them(catalog: Catalog) -> None:
    found = [each for each in disputes(catalog) if each.section == "readings differ" and "kim-2015" in each.fact]
    assert {claim.value for claim in found[0].claims} == {"1 mg/kg", "30 mg/kg"}


def test_an_open_dispute_comes_first(catalog: Catalog) -> None:
    regimen = catalog.regimens["kim-2015-magnesium"]
    dose = regimen.steps[0].components[0].dose
    unsettled = with_facts(regimen, {dose.id: msgspec.structs.replace(dose, chosen=None, because=None)})
    changed = msgspec.structs.replace(catalog, regimens={regimen.id: unsettled}, practice={})
    first = disputes(changed)[0]
    assert first.is_open
    assert first.fact == dose.id


def test_five_hundred_milligrams_and_half_a_gram_are_no_dispute(catalog: Catalog) -> None:
    dose = catalog.regimens["crosby-2000-magnesium-500mg"].steps[0].components[0].dose
    claim = msgspec.structs.replace(dose.claims[0], value="0.5 g", key="in-grams")
    assert not msgspec.structs.replace(dose, claims=(*dose.claims, claim)).disputed
    tenfold = msgspec.structs.replace(claim, value="5 g")
    assert msgspec.structs.replace(dose, claims=(*dose.claims, tenfold)).disputed
