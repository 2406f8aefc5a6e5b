"""The four drugs: molar masses against hand arithmetic and printed equivalents, forms, weights, schedules."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

from assuage.catalog import Catalog, read_catalog
from assuage.quantity import Quantity, active_mass, parse

# Standard atomic weights (IUPAC, conventional values), typed here to check the molar masses of the catalog by hand.
ATOMS = {"H": "1.008", "C": "12.011", "N": "14.007", "O": "15.999", "F": "18.998", "Mg": "24.305", "S": "32.06",
         "Cl": "35.45"}  # fmt: skip
FORMULAS = {
    "magnesium-sulfate-heptahydrate": {"Mg": 1, "S": 1, "O": 11, "H": 14},
    "magnesium-sulfate-anhydrous": {"Mg": 1, "S": 1, "O": 4},
    "magnesium": {"Mg": 1},
    "ketamine-base": {"C": 13, "H": 16, "Cl": 1, "N": 1, "O": 1},
    "ketamine-hydrochloride": {"C": 13, "H": 17, "Cl": 2, "N": 1, "O": 1},
    "lidocaine-base": {"C": 14, "H": 22, "N": 2, "O": 1},
    "lidocaine-hydrochloride": {"C": 14, "H": 23, "Cl": 1, "N": 2, "O": 1},
    "midazolam-base": {"C": 18, "H": 13, "Cl": 1, "F": 1, "N": 3},
    "midazolam-hydrochloride": {"C": 18, "H": 14, "Cl": 2, "F": 1, "N": 3},
}
UNII = {
    "magnesium-sulfate-heptahydrate": "SK47B8698T", "magnesium": "T6V3LHY838", "ketamine-base": "690G0D6V8H",
    "ketamine-hydrochloride": "O18YUO0I83", "lidocaine-base": "98PI200987", "lidocaine-hydrochloride": "V13007Z41A",
    "midazolam-base": "R60L0SM5BC", "magnesium-sulfate-anhydrous": "ML30MJ2U7I",
}  # fmt: skip


@cache
def the_catalog() -> Catalog:
    return read_catalog()


def mass(drug: str, form: str) -> Decimal:
    return the_catalog().drugs[drug].form(form).substance.molar_mass


def forms() -> list[tuple[str, str]]:
    return [(drug.id, form.id) for drug in the_catalog().drugs.values() for form in drug.substances]


@pytest.mark.parametrize(("drug", "form"), forms())
def test_a_molar_mass_is_the_sum_of_its_atoms(drug: str, form: str) -> None:
    """Within 0.02 g/mol: sources round to one or two decimals and use atomic weights of other years."""
    by_hand = sum((Decimal(ATOMS[atom]) * count for atom, count in FORMULAS[form].items()), Decimal(0))
    assert abs(mass(drug, form) - by_hand) <= Decimal("0.02")


def test_every_form_has_its_formula_and_known_forms_their_registry_code() -> None:
    found = {form.id: form.unii for drug in the_catalog().drugs.values() for form in drug.substances}
    assert set(found) == set(FORMULAS)
    assert {name: code for name, code in found.items() if code} == UNII


def test_one_gram_of_magnesium_sulfate() -> None:
    """Hand arithmetic: 1000 ÷ 246.47 = 4.0573 mmol, twice that in mEq, times 24.305 = 98.61 mg of magnesium."""
    drug = the_catalog().drugs["magnesium-sulfate"]
    salt = drug.form("magnesium-sulfate-heptahydrate").substance
    gram = parse("1 g")
    assert gram.to("mmol", salt).to_places(3) == parse("4.057 mmol")
    assert gram.to("meq", salt).to_places(3) == parse("8.115 meq")
    assert active_mass(gram, salt, active=drug.form("magnesium").substance).to("mg").to_places(1) == parse("98.6 mg")


def test_the_anhydrous_salt_holds_about_twice_the_magnesium() -> None:
    ratio = mass("magnesium-sulfate", "magnesium-sulfate-heptahydrate") / mass(
        "magnesium-sulfate", "magnesium-sulfate-anhydrous"
    )
    assert round(ratio, 2) == Decimal("2.05")


@pytest.mark.parametrize(("labelled", "hydrochloride"), [("10", "11.53"), ("50", "57.67"), ("100", "115.33")])
def test_ketamine_is_labelled_without_its_salt(labelled: str, hydrochloride: str) -> None:
    """Printed equivalents: 11.53, 57.67 and 115.33 mg of hydrochloride in 10, 50 and 100 mg of base."""
    ratio = mass("ketamine", "ketamine-hydrochloride") / mass("ketamine", "ketamine-base")
    # 0.01: the printed figures are rounded to two decimals.
    assert abs(Decimal(labelled) * ratio - Decimal(hydrochloride)) <= Decimal("0.01")
    assert the_catalog().drugs["ketamine"].doses_are_of == "ketamine-base"


def test_midazolam_is_labelled_without_its_salt() -> None:
    """A UK label: 1.11 mg of hydrochloride is 1 mg of midazolam."""
    ratio = mass("midazolam", "midazolam-hydrochloride") / mass("midazolam", "midazolam-base")
    assert round(ratio, 2) == Decimal("1.11")
    assert the_catalog().drugs["midazolam"].doses_are_of == "midazolam-base"


def test_lidocaine_hydrochloride_is_two_things_and_both_are_kept() -> None:
    """A UK label prints 8.1 mg of base in 10 mg (the monohydrate); US strengths count the anhydrous salt, 8.65 mg."""
    drug = the_catalog().drugs["lidocaine"]
    fact = drug.form("lidocaine-hydrochloride").molar_mass
    lidocaine = mass("lidocaine", "lidocaine-base")
    holds = {one.name: round(10 * lidocaine / parse(one.value).value, 2) for one in fact.claims}
    assert holds == {"anhydrous": Decimal("8.65"), "monohydrate": Decimal("8.11")}
    assert fact.disputed
    assert fact.chosen == "anhydrous"
    assert drug.doses_are_of == "lidocaine-hydrochloride"


def test_every_drug_and_form_that_a_regimen_names_exists() -> None:
    drugs = the_catalog().drugs
    for regimen in the_catalog().regimens.values():
        for component in (one for step in regimen.steps for one in step.components):
            assert component.form.value in {form.id for form in drugs[component.drug].substances}, regimen.id
        assert {one.drug for one in regimen.omitted} <= set(drugs), regimen.id


def test_doses_are_of_a_form_and_so_is_the_active_part() -> None:
    for drug in the_catalog().drugs.values():
        assert {drug.doses_are_of, drug.active} <= {form.id for form in drug.substances}


def test_controlled_drugs() -> None:
    """US schedules: ketamine III, midazolam IV; magnesium and lidocaine are not scheduled."""
    found = {drug.id: drug.controlled.value if drug.controlled else None for drug in the_catalog().drugs.values()}
    assert found == {"magnesium-sulfate": None, "ketamine": "CIII", "lidocaine": None, "midazolam": "CIV"}


def test_which_weight() -> None:
    """By the trials' actual weight; lidocaine by the lower of actual and ideal; midazolam never per kilogram."""
    drugs = the_catalog().drugs
    found = {drug.id: drug.weight_for_dose.value if drug.weight_for_dose else None for drug in drugs.values()}
    assert found == {"magnesium-sulfate": "actual", "ketamine": "actual", "lidocaine": "lower", "midazolam": None}


def test_all_four_are_high_alert() -> None:
    for drug in the_catalog().drugs.values():
        assert [note for note in drug.notes if note.value == "high-alert medication"], drug.id


def test_magnesium_counts_in_equivalents_and_nothing_else_does() -> None:
    for drug in the_catalog().drugs.values():
        for form in drug.substances:
            assert form.valence == (2 if drug.id == "magnesium-sulfate" else None), form.id
            assert Quantity(form.substance.molar_mass, "g/mol").value > 0
