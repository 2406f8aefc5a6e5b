"""The dose of each arm on one axis, or the reason that it has no place there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from assuage.catalog import Catalog
from assuage.charts.forest_rows import named
from assuage.charts.scale import in_words
from assuage.drug import Drug
from assuage.evidence.answered import BodyFound, ForestRow
from assuage.quantity import Quantity, parse
from assuage.study import Arm, ArmDrug

By = Literal["per session", "over the series", "millimoles", "highest rise", "area"]
EXPOSURES: tuple[By, ...] = ("highest rise", "area")


class Person(msgspec.Struct, frozen=True):
    """The person for whom fixed doses become doses by weight, and for whom exposure is predicted."""

    weight_kg: Decimal
    said: str


class ArmExposure(msgspec.Struct, frozen=True):
    """What a regimen of the catalog is predicted to give the reference person: rise and area above the baseline, in `unit`."""

    regimen: str
    rise: float
    area: float
    unit: str


class Dosed(msgspec.Struct, frozen=True):
    """A row on the axis: where, how the source put it, and whether that place was worked out by us."""

    row: ForestRow
    at: float
    written: str
    is_worked_out: bool


class Refused(Exception):
    """Why a row has no place on the axis. Never leaves this room: it is told in words."""


class Dosing(msgspec.Struct, frozen=True):
    """What doses are placed by: the axis, the drug, the person, and the exposures known of (study, arm)."""

    by: By
    drug: Drug
    person: Person
    exposures: Mapping[tuple[str, str], ArmExposure] = {}

    @property
    def title(self) -> str:
        """The axis in words, with its unit."""
        if self.by in EXPOSURES:
            units = {one.unit for one in self.exposures.values()}
            unit = " or ".join(sorted(units)) or "no unit"
            what = (
                f"highest rise above the baseline, {unit}"
                if self.by == "highest rise"
                else f"area above the baseline, h × {unit}"
            )
            return f"{self.drug.name}: predicted {what}"
        unit = (
            "mmol for each session"
            if self.by == "millimoles"
            else f"mg/kg {'for each session' if self.by == 'per session' else self.by}"
        )
        return f"{self.drug.name}, {unit}"


def placed_by(body: BodyFound, catalog: Catalog, dosing: Dosing) -> tuple[list[Dosed], list[str]]:
    """Rows of a body on the axis of doses, and a sentence for each that has no place.

    Holds     a row of two drugs has no one dose; nothing is guessed of a dose that was not printed
    Checked   tests/unit/test_charts_dose.py
    """
    found: list[Dosed] = []
    without: list[str] = []
    for row in body.rows:
        try:
            one = _placed(row, catalog, dosing)
            if found and found[0].row.unit != row.unit:
                raise Refused(f"measured in {row.unit or 'no unit'}, the first row in {found[0].row.unit or 'none'}")
            found.append(one)
        except Refused as reason:
            without.append(f"{named(row)}: not drawn, {reason}.")
    return found, without


def _placed(row: ForestRow, catalog: Catalog, dosing: Dosing) -> Dosed:
    if row.drugs != (dosing.drug.id,):
        raise Refused(f"given {in_words(row.drugs)}, not {dosing.drug.name} alone")
    if row.span is None:
        raise Refused(f"no interval; {row.why_not}")
    arm = _arm(row, catalog)
    if dosing.by in EXPOSURES:
        return _exposed(row, arm, dosing)
    drug = _given(arm, dosing.drug)
    if drug.dose is None:
        raise Refused(f"no dose was readable{f' ({drug.text})' if drug.text else ''}")
    written = f"{drug.dose:,} {drug.unit}{f' ({drug.text})' if drug.text else ''}"
    mg_per_kg, is_worked_out = _by_weight(drug, dosing)
    if dosing.by == "over the series":
        count = arm.infusions if row.infusions is None else row.infusions
        if count is None:
            raise Refused("how many sessions were given is not known")
        return Dosed(
            row, float(mg_per_kg * count), f"{written}, {count} session{'s' if count > 1 else ''}", is_worked_out
        )
    if dosing.by == "millimoles":
        return Dosed(row, _millimoles(mg_per_kg * dosing.person.weight_kg, dosing), written, True)
    return Dosed(row, float(mg_per_kg), written, is_worked_out)


def _exposed(row: ForestRow, arm: Arm, dosing: Dosing) -> Dosed:
    known = dosing.exposures.get((row.study, arm.id))
    if known is None:
        raise Refused("no regimen of the catalog that can be planned corresponds to this arm")
    at = known.rise if dosing.by == "highest rise" else known.area
    return Dosed(row, at, f"predicted by {known.regimen}", True)


def _arm(row: ForestRow, catalog: Catalog) -> Arm:
    """The arm that got the treatment: the first that was counted, else the only one with these drugs."""
    study = catalog.studies.get(row.study)
    if study is None:
        raise Refused("no record of its arms")
    if row.given:
        # An answer names arms by their labels, a clinic's own rows by their ids.
        arms = [arm for arm in study.arms if row.given[0].arm in (arm.id, arm.label)]
    else:
        arms = [arm for arm in study.arms if set(row.drugs) & {_id(one.drug) for one in arm.drugs}]
    if len(arms) != 1:
        count = f"{len(arms)} arms" if arms else "no single arm"
        raise Refused(f"{count} of its record could be meant")
    return arms[0]


def _id(name: str) -> str:
    return name.strip().replace(" ", "-")


def _given(arm: Arm, drug: Drug) -> ArmDrug:
    mine = [one for one in arm.drugs if _id(one.drug) == drug.id]
    if len(mine) != 1:
        raise Refused(f"its record names no one dose of {drug.name} ({', '.join(one.drug for one in arm.drugs)})")
    return mine[0]


def _by_weight(drug: ArmDrug, dosing: Dosing) -> tuple[Decimal, bool]:
    """A dose in mg/kg, and whether the weight of the reference person was needed for it."""
    assert drug.dose is not None
    if drug.unit == "mg/kg":
        return drug.dose, drug.kind != "stated"
    return _mass_mg(drug, drug.dose, dosing) / dosing.person.weight_kg, True


def _mass_mg(drug: ArmDrug, dose: Decimal, dosing: Dosing) -> Decimal:
    """A fixed dose in mg: a mass, or a volume of a stated strength."""
    unit = drug.unit or ""
    if unit in ("mg", "g"):
        return Quantity(dose, unit).to("mg").value
    volume, of, strength = unit.partition(" of ")
    if of and volume == "mL":
        substance = dosing.drug.form(dosing.drug.doses_are_of).substance
        amount = Quantity(dose, volume).times(parse(strength), "mmol")
        return amount.to("mg", substance).value
    raise Refused(f"{dose:,} {unit} is no dose for a session")


def _millimoles(mass_mg: Decimal, dosing: Dosing) -> float:
    substance = dosing.drug.form(dosing.drug.doses_are_of).substance
    return float(Quantity(mass_mg, "mg").to("mmol", substance).value)
