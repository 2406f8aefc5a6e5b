"""Body size and renal function by every stated formula, each result with its formula's name.

Coefficients: catalog/data/formulas/. Results are rounded to one decimal, and what is shown is what rules compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import msgspec

from assuage.catalog import Catalog
from assuage.quantity import Quantity
from assuage.rule import Formula
from assuage.screening.same import Same

TENTH = Decimal(1).scaleb(-1)


class Body(msgspec.Struct, frozen=True):
    """Everything a formula asks of a patient. Weight in kg, height in cm, creatinine in mg/dL, age in years."""

    weight: Quantity | None
    height: Quantity | None
    is_female: bool | None
    age: int | None
    creatinine_mg_dl: Decimal | None


class Computed(msgspec.Struct, frozen=True):
    """A computed value, the formula's name and the working in one line."""

    value: Quantity
    formula: str
    working: str


def _rounded(value: float, unit: str) -> Quantity:
    return Quantity(Decimal(repr(value)).quantize(TENTH, rounding=ROUND_HALF_UP), unit)


class Formulas:
    """The formulas of a catalog, their coefficients as numbers, ready to be used. `Formulas.of` keeps them."""

    @staticmethod
    def of(catalog: Catalog) -> Formulas:
        """The formulas of a catalog, made once for each."""
        return _formulas(Same(catalog))

    def __init__(self, formulas: Mapping[str, Formula]) -> None:
        self.names = {formula.id: formula.name for formula in formulas.values()}
        self.numbers = {
            formula.id: {name: float(fact.quantity.value) for name, fact in formula.coefficients.items()}
            for formula in formulas.values()
        }

    def bmi(self, body: Body) -> Computed | None:
        """Weight ÷ height², kg/m²."""
        if body.weight is None or body.height is None:
            return None
        metres = float(body.height.to("m").value)
        value = _rounded(float(body.weight.value) / metres**2, "kg/m2")
        return Computed(value, "weight ÷ height²", f"{body.weight} ÷ ({body.height.to('m')})² = {value}")

    def ideal_weight(self, body: Body) -> Computed | None:
        """Devine (catalog: devine). None below the height it starts from: it was never fitted there."""
        if body.height is None or body.is_female is None:
            return None
        c = self.numbers["devine"]
        inches = float(body.height.to("[in_i]").value)
        if inches < c["base_height"]:
            return None
        start = c["start_female"] if body.is_female else c["start_male"]
        value = _rounded(start + c["per_inch"] * (inches - c["base_height"]), "kg")
        return Computed(
            value, self.names["devine"], f"{start:g} + {c['per_inch']:g} × ({inches:.1f} − 60) in = {value}"
        )

    def adjusted_weight(self, body: Body) -> Computed | None:
        """Ideal + 0.4 × (actual − ideal) (catalog: adjusted-weight)."""
        ideal = self.ideal_weight(body)
        if ideal is None or body.weight is None:
            return None
        share = self.numbers["adjusted-weight"]["fraction"]
        low = float(ideal.value.value)
        value = _rounded(low + share * (float(body.weight.value) - low), "kg")
        return Computed(
            value,
            self.names["adjusted-weight"],
            f"{ideal.value} + {share:g} × ({body.weight} − {ideal.value}) = {value}",
        )

    def lean_weight(self, body: Body) -> Computed | None:
        """Janmahasatian 2005 (catalog: lean-janmahasatian)."""
        if body.weight is None or body.height is None or body.is_female is None:
            return None
        c, sex = self.numbers["lean-janmahasatian"], "female" if body.is_female else "male"
        weight, metres = float(body.weight.value), float(body.height.to("m").value)
        lean = c["factor"] * weight / (c[f"offset_{sex}"] + c[f"per_bmi_{sex}"] * weight / metres**2)
        value = _rounded(lean, "kg")
        return Computed(value, self.names["lean-janmahasatian"], f"from {body.weight}, {body.height}, {sex}: {value}")

    def egfr_indexed(self, body: Body) -> Computed | None:
        """CKD-EPI 2021 from creatinine, mL/min/1.73 m² (catalog: ckd-epi-2021)."""
        if body.creatinine_mg_dl is None or body.age is None or body.is_female is None:
            return None
        c, sex = self.numbers["ckd-epi-2021"], "female" if body.is_female else "male"
        ratio = float(body.creatinine_mg_dl) / c[f"kappa_{sex}"]
        result = c["factor"] * min(ratio, 1.0) ** -c[f"alpha_{sex}"] * max(ratio, 1.0) ** -c["beta"]
        result *= c["age_base"] ** body.age * (c["female"] if body.is_female else 1.0)
        value = _rounded(result, "mL/min/{1.73_m2}")
        working = f"creatinine {body.creatinine_mg_dl:.2f} mg/dL, {body.age} years, {sex}: {value}"
        return Computed(value, self.names["ckd-epi-2021"], working)

    def egfr(self, body: Body) -> Computed | None:
        """CKD-EPI 2021 for this body's own surface (DuBois), mL/min. De-indexed: eGFR × area ÷ 1.73."""
        indexed, area = self.egfr_indexed(body), self.area(body)
        if indexed is None or area is None:
            return None
        value = self.deindexed(indexed.value, area)
        name = f"{indexed.formula}, de-indexed by {self.names['dubois']}"
        return Computed(value, name, f"{indexed.value} × {area:.2f} m² ÷ 1.73 m² = {value}")

    def area(self, body: Body) -> float | None:
        """Body surface in m² (catalog: dubois)."""
        if body.weight is None or body.height is None:
            return None
        c = self.numbers["dubois"]
        weight, height = float(body.weight.value), float(body.height.value)
        return float(c["factor"] * weight ** c["weight_power"] * height ** c["height_power"])

    def deindexed(self, indexed: Quantity, area: float) -> Quantity:
        """A rate per 1.73 m² for a body of this surface, mL/min: rate × area ÷ 1.73."""
        return _rounded(float(indexed.value) * area / self.numbers["dubois"]["indexed_area"], "mL/min")

    def crcl(self, body: Body) -> Computed | None:
        """Cockcroft-Gault on actual weight up to 130 % of ideal and adjusted weight above, mL/min."""
        if body.creatinine_mg_dl is None or body.age is None or body.is_female is None or body.weight is None:
            return None
        c, ideal = self.numbers["cockcroft-gault"], self.ideal_weight(body)
        weight, which = body.weight, "actual weight"
        adjusted = self.adjusted_weight(body)
        if ideal and adjusted and float(weight.value) > c["adjusted_from"] / 100 * float(ideal.value.value):
            weight, which = adjusted.value, "adjusted weight"
        result = (c["ages"] - body.age) * float(weight.value) / (c["divisor"] * float(body.creatinine_mg_dl))
        value = _rounded(max(0.0, result * (c["female"] if body.is_female else 1.0)), "mL/min")
        working = f"{which} {weight}, creatinine {body.creatinine_mg_dl:.2f} mg/dL, {body.age} years: {value}"
        return Computed(value, f"{self.names['cockcroft-gault']} on {which}", working)


@lru_cache(maxsize=10)
def _formulas(catalog: Same[Catalog]) -> Formulas:
    return Formulas(catalog.it.formulas)
