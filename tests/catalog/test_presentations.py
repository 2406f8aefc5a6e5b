"""What the drugs come in: strengths against the figures printed on labels, and the traps of each."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from assuage.catalog import Catalog, read_catalog
from assuage.catalog.clinic import read_clinic
from assuage.document import read_yaml
from assuage.drug import Presentation
from assuage.quantity import Quantity, parse

EXAMPLES = Path(__file__).parents[2] / "examples"
# Container → grams or milligrams in the whole of it, as the label prints them.
PRINTED_MASS = {
    "magnesium-sulfate-500-mg-per-ml-2-ml": "1 g", "magnesium-sulfate-500-mg-per-ml-10-ml": "5 g",
    "magnesium-sulfate-500-mg-per-ml-20-ml": "10 g", "magnesium-sulfate-500-mg-per-ml-50-ml": "25 g",
    "magnesium-sulfate-500-mg-per-ml-5-ml": "2.5 g", "magnesium-sulfate-100-mg-per-ml-10-ml": "1 g",
    "magnesium-sulfate-40-mg-per-ml-50-ml": "2 g", "magnesium-sulfate-40-mg-per-ml-100-ml": "4 g",
    "magnesium-sulfate-40-mg-per-ml-500-ml": "20 g", "magnesium-sulfate-40-mg-per-ml-1000-ml": "40 g",
    "magnesium-sulfate-80-mg-per-ml-50-ml": "4 g", "magnesium-sulfate-10-mg-per-ml-100-ml-dextrose": "1 g",
    "magnesium-sulfate-80-mg-per-ml-50-ml-ireland": "4 g", "magnesium-sulfate-40-mg-per-ml-500-ml-ireland": "20 g",
    "ketamine-10-mg-per-ml-20-ml": "200 mg", "ketamine-50-mg-per-ml-10-ml": "500 mg",
    "ketamine-100-mg-per-ml-5-ml": "500 mg", "ketamine-100-mg-per-ml-10-ml": "1000 mg",
    "midazolam-1-mg-per-ml-5-ml": "5 mg", "midazolam-5-mg-per-ml-5-ml": "25 mg",
    "midazolam-1-mg-per-ml-50-ml": "50 mg", "midazolam-1-mg-per-ml-100-ml": "100 mg",
    "lidocaine-10-mg-per-ml-5-ml": "50 mg", "lidocaine-20-mg-per-ml-5-ml": "100 mg",
    "lidocaine-20-mg-per-ml-1-7-ml-adrenaline": "34 mg",
}  # fmt: skip
# Container → mEq in the whole of it, as US labels of bags print them.
PRINTED_MEQ = {
    "magnesium-sulfate-40-mg-per-ml-50-ml": "16.25", "magnesium-sulfate-40-mg-per-ml-100-ml": "32.5",
    "magnesium-sulfate-40-mg-per-ml-500-ml": "162.3", "magnesium-sulfate-40-mg-per-ml-1000-ml": "325",
    "magnesium-sulfate-80-mg-per-ml-50-ml": "32.5", "magnesium-sulfate-10-mg-per-ml-100-ml-dextrose": "8.1",
}  # fmt: skip


@cache
def the_catalog() -> Catalog:
    return read_catalog()


def one(name: str) -> Presentation:
    return the_catalog().presentations[name]


def everything() -> list[Presentation]:
    return list(the_catalog().presentations.values())


def whole(presentation: Presentation, unit: str) -> Quantity:
    """Strength times volume."""
    mass = presentation.strength.quantity.times(presentation.volume.quantity, "mg")
    form = the_catalog().drugs[presentation.drug].form(presentation.substance)
    return mass.to(unit, form.substance)


def per_ml(presentation: Presentation, unit: str) -> Decimal:
    form = the_catalog().drugs[presentation.drug].form(presentation.substance)
    return presentation.strength.quantity.to(unit, form.substance).value


@pytest.mark.parametrize("name", PRINTED_MASS)
def test_strength_times_volume_is_what_the_label_says_is_in_it(name: str) -> None:
    printed = parse(PRINTED_MASS[name])
    assert whole(one(name), printed.unit) == printed


@pytest.mark.parametrize("name", PRINTED_MEQ)
def test_equivalents_are_those_printed_on_the_bag(name: str) -> None:
    """Labels round to half a per cent or better."""
    printed = Decimal(PRINTED_MEQ[name])
    assert abs(whole(one(name), "meq").value - printed) <= printed * Decimal("0.005")


@pytest.mark.parametrize("volume", ["2", "5", "10", "20", "50"])
def test_magnesium_50_per_cent_against_its_label(volume: str) -> None:
    """The label prints 2.03 mmol and 4.06 mEq per mL."""
    vial = one(f"magnesium-sulfate-500-mg-per-ml-{volume}-ml")
    assert round(per_ml(vial, "mmol/mL"), 2) == Decimal("2.03")
    assert round(per_ml(vial, "meq/mL"), 2) == Decimal("4.06")
    assert vial.volume.quantity == parse(f"{volume} mL")


def test_magnesium_10_per_cent_against_its_label() -> None:
    """The UK label prints 0.4 mmol per mL."""
    assert round(per_ml(one("magnesium-sulfate-100-mg-per-ml-10-ml"), "mmol/mL"), 1) == Decimal("0.4")


def test_twenty_per_cent_is_0_8_mmol_per_ml() -> None:
    """The UK label of 20 % prints 0.8 mmol per mL. Its volume was not read, so there is no record of it."""
    salt = the_catalog().drugs["magnesium-sulfate"].form("magnesium-sulfate-heptahydrate").substance
    assert parse("200 mg/mL").to("mmol/mL", salt).to_places(1) == parse("0.8 mmol/mL")


def test_the_australian_ampoule_is_not_two_and_a_half_grams() -> None:
    """It prints 2.47 g and 10 mmol in 5 mL: 493 mg/mL, against 500 mg/mL of other 5 mL ampoules."""
    ampoule = one("magnesium-sulfate-493-mg-per-ml-5-ml")
    assert whole(ampoule, "mmol").to_places(2) == parse("10 mmol").to_places(2)
    assert whole(ampoule, "g").to_places(2) == parse("2.47 g").to_places(2)
    assert any(trap.value.startswith("Not 2.5 g") for trap in ampoule.traps)


def test_ten_meq_is_not_ten_millilitres() -> None:
    """A real event: 10 mL of 50 % was given for 10 mEq. Hand arithmetic: 10 mL holds 40.6 mEq; 10 mEq is 2.46 mL."""
    vial = one("magnesium-sulfate-500-mg-per-ml-10-ml")
    assert whole(vial, "meq").to_places(1) == parse("40.6 meq")
    assert round(10 / per_ml(vial, "meq/mL"), 2) == Decimal("2.46")


def test_the_example_clinic_stocks_what_exists() -> None:
    text = (EXAMPLES / "clinic.yaml").read_text(encoding="utf-8")
    clinic = read_clinic(read_yaml(text, "clinic.yaml"))
    assert clinic.stock
    assert set(clinic.stock) <= set(the_catalog().presentations)
    assert {one(name).drug for name in clinic.stock} == set(the_catalog().drugs)


@pytest.mark.parametrize("presentation", everything(), ids=lambda one: one.id)
def test_an_id_is_its_strength_and_volume(presentation: Presentation) -> None:
    """Someone who picks by id picks the vial that the record describes."""
    strength, volume = presentation.strength.quantity, presentation.volume.quantity
    assert strength.unit == "mg/mL"
    named = f"{presentation.drug}-{strength.value}-mg-per-ml-{volume.value}-ml".replace(".", "-")
    assert presentation.id == named or presentation.id.startswith(f"{named}-")


@pytest.mark.parametrize("presentation", everything(), ids=lambda one: one.id)
def test_a_record_is_complete(presentation: Presentation) -> None:
    drug = the_catalog().drugs[presentation.drug]
    assert presentation.substance == drug.doses_are_of
    assert presentation.traps
    assert presentation.label
    assert presentation.strength.claim().source != "memory"
    assert presentation.volume.claim().source != "memory"


def test_what_must_be_diluted_is_what_is_too_strong_for_a_vein() -> None:
    """Two records of one fact agree: the mark on the vial and the label's limit on concentration."""
    bounds = {limit.drug: limit.bound_quantity for limit in the_catalog().limits.values()
              if limit.measure == "concentration" and limit.severity == "refuse"}  # fmt: skip
    assert set(bounds) == {"magnesium-sulfate", "ketamine"}
    for presentation in everything():
        bound = bounds.get(presentation.drug)
        too_strong = bound is not None and presentation.strength.quantity.compare(bound) > 0
        assert presentation.must_be_diluted == too_strong, presentation.id


def test_there_is_something_for_the_rules_on_lidocaine_to_stop() -> None:
    lidocaine = [each for each in everything() if each.drug == "lidocaine"]
    assert [each.id for each in lidocaine if each.with_adrenaline] == ["lidocaine-20-mg-per-ml-1-7-ml-adrenaline"]
    assert [each.id for each in lidocaine if each.preserved and each.multi_dose] == [
        "lidocaine-10-mg-per-ml-50-ml-preserved"
    ]
    plain = [each for each in lidocaine if each.preserved is False and not each.multi_dose and not each.with_adrenaline]
    assert {each.strength.value for each in plain} == {"10 mg/mL", "20 mg/mL"}


def test_a_code_warns_that_it_belongs_to_a_label() -> None:
    """openFDA lists RxCUI per label, and a label may hold several strengths."""
    codes = [(each.id, code) for each in everything() for code in each.codes if code.key == "rxcui"]
    assert len(codes) >= 5
    assert all("per label" in (code.note or "") for _, code in codes)
