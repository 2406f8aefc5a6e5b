"""How much of which vial: the dose as arithmetic gives it, the volume that can be measured, what is left over."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic, Syringe
from assuage.drug import Drug, Presentation
from assuage.plan.model import Vials
from assuage.quantity import EXACT, Quantity, Substance, active_mass, show
from assuage.regimen import Component

Direction = Literal["nearest", "down"]
WEIGHTS = {"actual": "actual weight", "ideal": "ideal weight", "lower": "the lower of actual and ideal weight"}


class Weights(msgspec.Struct, frozen=True):
    """Body weight by each rule a dose or limit may use; none where a fact it needs is not known."""

    actual: Quantity | None
    ideal: Quantity | None

    def by(self, rule: str) -> Quantity | None:
        """The weight for a rule: actual, ideal or the lower of the two."""
        if rule == "actual":
            return self.actual
        if rule == "ideal":
            return self.ideal
        if self.actual is None or self.ideal is None:
            return None
        return self.actual if self.actual.compare(self.ideal) <= 0 else self.ideal


class Calculated(msgspec.Struct, frozen=True):
    """A dose by arithmetic alone: `mass` is mg of `substance`; `basis` and `working` are the same sum in words."""

    component: Component
    drug: Drug
    substance: Substance
    mass: Quantity
    basis: str
    working: tuple[str, ...]


class Drawn(msgspec.Struct, frozen=True):
    """A dose as it can be measured: the rounded volume, the mass it holds and how far that is from the calculation."""

    calculated: Calculated
    presentation: Presentation
    substance: Substance
    exact: Quantity
    volume: Quantity
    syringe: str
    mass: Quantity
    error: Decimal


def weight_rule(drug: Drug) -> str:
    """Which weight doses per kilogram of this drug use."""
    return drug.weight_for_dose.value if drug.weight_for_dose is not None else "actual"


def calculate(
    component: Component, weights: Weights, *, catalog: Catalog, duration: Quantity | None
) -> Calculated | None:
    """The dose in mg of the form the regimen names; none when it is per kilogram and that weight is not known.

    Source: multiplication; mg from mmol through the molar mass of the form (catalog/data/drugs/).
    Errors: `FactError` where the regimen's dose or form is not stated or disputed.
    """
    drug = catalog.drugs[component.drug]
    substance = drug.form(component.form.value).substance
    stated = component.dose.quantity
    amount, basis = stated, show(stated)
    if "/kg" in stated.unit:
        rule = weight_rule(drug)
        weight = weights.by(rule)
        if weight is None:
            return None
        amount = stated.times(weight, stated.unit.replace("/kg", "", 1))
        basis = f"{show(stated)} × {show(tidy(weight))}"
        if rule != "actual":
            basis = f"{basis} ({WEIGHTS[rule]})"
    if amount.unit.endswith(("/h", "/min")):
        assert duration is not None, "a rate without a duration"
        amount = amount.times(duration, amount.unit.rsplit("/", 1)[0])
        basis = f"{basis} × {show(duration)}"
    mass = amount.to("mg", substance)
    return _capped(Calculated(component, drug, substance, mass, basis, _working(amount, mass, substance, basis=basis)))


def _working(amount: Quantity, mass: Quantity, substance: Substance, *, basis: str) -> tuple[str, ...]:
    lines = [f"{basis} = {shown(amount)} {substance.name}"] if basis != show(amount) else []
    if amount.unit != mass.unit:
        through = f" × {substance.molar_mass} g/mol" if amount.unit.endswith("mol") else ""
        lines.append(f"{shown(amount)}{through} = {shown(mass)} {substance.name}")
    return tuple(lines) or (f"{shown(mass)} {substance.name}, a fixed dose",)


def _capped(calculated: Calculated) -> Calculated:
    """A ceiling that belongs to the regimen itself: both numbers stay in the working."""
    cap = calculated.component.cap
    if cap is None:
        return calculated
    ceiling = cap.quantity.to("mg", calculated.substance)
    if calculated.mass.compare(ceiling) <= 0:
        return calculated
    said = f"{shown(calculated.mass)} is above the regimen's own ceiling of {shown(ceiling)}: {shown(ceiling)} is given"
    return msgspec.structs.replace(
        calculated,
        mass=ceiling,
        basis=f"{calculated.basis}, at most {show(ceiling)}",
        working=(*calculated.working, said),
    )


def draw(
    calculated: Calculated,
    presentation: Presentation,
    *,
    clinic: Clinic,
    catalog: Catalog,
    direction: Direction = "nearest",
) -> Drawn:
    """The volume of a presentation that holds the dose, rounded once to what a stocked syringe can show."""
    substance = catalog.drugs[presentation.drug].form(presentation.substance).substance
    assert substance.id == calculated.substance.id, f"{presentation.id} is labelled in another form"
    mass = calculated.mass
    strength = presentation.strength.quantity
    exact = mass.over(strength, "mL")
    volume, syringe = measured(exact, clinic.syringes, direction=direction)
    holds = volume.times(strength, "mg")
    error = EXACT.divide((holds.value - mass.value) * 100, mass.value)
    return Drawn(calculated, presentation, substance, exact, volume, syringe, holds, error)


def measured(exact: Quantity, syringes: Iterable[Syringe], *, direction: Direction) -> tuple[Quantity, str]:
    """A volume as syringes show it: full ones of the largest size, then the smallest that holds the rest."""
    sizes = sorted(syringes, key=lambda one: one.size.value)
    largest = sizes[-1]
    full = 0
    rest = exact
    while rest.compare(largest.size) > 0:
        full += 1
        rest = rest.minus(largest.size)
    last = next(one for one in sizes if rest.compare(one.size) <= 0)
    rounded = rest.round_to(last.step.value, direction)
    total = Quantity(EXACT.add(EXACT.multiply(largest.size.value, Decimal(full)), rounded.value), "mL")
    names = [f"{full} × {show(largest.size)}"] if full else []
    if rounded.value or not full:
        names.append(show(last.size))
    return total, " + ".join(names)


def choose(
    calculated: Calculated, wanted: Presentation | None, *, clinic: Clinic, catalog: Catalog, portions: int = 1
) -> Presentation | None:
    """The presentation asked for; else the first stocked one of the form that can be measured.

    That is: the volume rounds within the stated error, and none of its portions is below the least that is drawn up.

    Where none does, the first stocked one, so that what is wrong with it can be said; none where nothing is stocked.
    """
    if wanted is not None:
        return wanted
    most = catalog.practice["rounding-error"].fact.quantity.value
    stocked = [
        one
        for name in clinic.stock
        if (one := catalog.presentations.get(name)) is not None
        and one.drug == calculated.drug.id
        and one.substance == calculated.substance.id
        and one.container != "premixed-bag"
        and not one.with_adrenaline
    ]
    least = least_drawn_up(calculated.drug, catalog)
    for one in stocked:
        drawn = draw(calculated, one, clinic=clinic, catalog=catalog)
        if abs(drawn.error) <= most and drawn.volume.value >= least.value * portions:
            return one
    return stocked[0] if stocked else None


def least_drawn_up(drug: Drug, catalog: Catalog) -> Quantity:
    """The smallest volume of this drug that is drawn up: the largest of its limits on that; none is no volume."""
    bounds = [one.bound_quantity for one in catalog.limits.values() if (one.drug, one.measure) == (drug.id, "draw-up")]
    return max(bounds, key=lambda bound: bound.value, default=Quantity(Decimal(0), "mL"))


def vials(drawn: Drawn) -> Vials:
    """Containers to open, and what is left in them: controlled drugs are reconciled."""
    each = drawn.presentation.volume.quantity.to("mL")
    count = int(EXACT.divide(drawn.volume.value, each.value).to_integral_value(rounding="ROUND_CEILING"))
    wasted = Quantity(EXACT.subtract(EXACT.multiply(each.value, Decimal(count)), drawn.volume.value), "mL")
    mass = wasted.times(drawn.presentation.strength.quantity, "mg")
    return Vials(count, tidy(wasted), tidy(mass), drawn.calculated.drug.controlled is not None)


def equivalents(drawn: Drawn) -> tuple[Quantity | None, Quantity | None, Quantity | None]:
    """mmol, mEq and mass of the active part of what was drawn up; none where the form has no valence."""
    if drawn.substance.valence is None:
        return None, None, None
    drug = drawn.calculated.drug
    active = active_mass(drawn.mass, drawn.substance, active=drug.form(drug.active).substance)
    return (
        rounded(drawn.mass.to("mmol", drawn.substance)),
        rounded(drawn.mass.to("meq", drawn.substance)),
        rounded(active),
    )


def rounded(quantity: Quantity) -> Quantity:
    """For print: two decimals, or three below one; doses and volumes that are exact in fewer keep those."""
    return quantity.to_places(2 if abs(quantity.value) >= 1 else 3)


def shown(quantity: Quantity) -> str:
    """A quantity as text for people, at most two decimals (three below one)."""
    return show(rounded(quantity))


def tidy(quantity: Quantity) -> Quantity:
    """Without trailing zeros, and at most three decimals: a calculated mass may have as many as division gives."""
    return Quantity(plain(quantity.to_places(3).value), quantity.unit)


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()
