"""Check 4: every quantity has a unit of the kind its field asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from assuage.catalog.checks.subject import Finder, Subject
from assuage.catalog.model import Catalog, CheckProblem
from assuage.catalog.read import Entry
from assuage.catalog.walk import Path, structs
from assuage.drug import Limit, Presentation, SubstanceRecord, Term
from assuage.errors import QuantityError
from assuage.patient import fields
from assuage.quantity import Quantity, parse, unit
from assuage.regimen import Component, Criterion, Omitted, Phase, Schedule, Step
from assuage.rule import Condition, Formula, Instrument, Measurement, Watch
from assuage.sourced import Claim, Fact

FIND = Finder("units")
# Examples stand for their dimension; a unit in braces for itself.
MASS, PER_KG, MOLES, MOLES_PER_KG = "mg", "mg/kg", "mmol", "mmol/kg"
VOLUME, TIME, STRENGTH, FLOW = "mL", "min", "mg/mL", "mg/min"
DOSE = (MASS, PER_KG, MOLES, MOLES_PER_KG)
UNITS_OF: dict[type[msgspec.Struct], dict[str, tuple[str, ...]]] = {
    SubstanceRecord: {"molar_mass": ("g/mol",)},
    Presentation: {"strength": (STRENGTH,), "volume": (VOLUME,)},
    Component: {"dose": DOSE, "cap": (MASS, MOLES)},
    Omitted: {"dose": DOSE},
    Step: {"volume": (VOLUME, "mL/kg"), "duration": (TIME,), "portions": ("{portions}",), "portion_interval": (TIME,)},
    Phase: {"volume": (VOLUME,), "duration": (TIME,)},
    Schedule: {"count": ("{infusions}",), "every": (TIME,)},
    Term: {"washout": (TIME,)},
    Instrument: {"lowest": ("{score}", "%", "mm"), "highest": ("{score}", "%", "mm")},
}
# A bound per kilogram is compared as written, so it is written in milligrams.
LIMIT_UNITS: dict[str, tuple[str, ...]] = {
    "dose": (MASS,), "rate": (FLOW,), "concentration": (STRENGTH,), "dose-per-hour": (MASS, FLOW),
    "dose-per-24h": (MASS, FLOW), "dose-per-48h": (MASS,), "dose-per-series": (MASS,), "draw-up": (VOLUME,),
}  # fmt: skip
EXACT_UNITS = {
    "dose-per-kg": "mg/kg", "bolus-dose-per-kg": "mg/kg", "session-dose-per-kg": "mg/kg",
    "dose-per-kg-per-hour": "mg/kg/h",
}  # fmt: skip
COMPUTED = {
    "bmi": ("kg/m2",), "egfr": ("mL/min", "mL/min/{1.73_m2}"), "crcl": ("mL/min",), "renal": ("mL/min",),
    "egfr_indexed": ("mL/min/{1.73_m2}",), "age": (TIME,), "creatinine.age": (TIME,), "ideal_weight": ("kg",), "adjusted_weight": ("kg",),
    "lean_weight": ("kg",), "pain.duration": (TIME,), "pain.score": ("{score}",), "pain.dn4": ("{score}",),
    "pain.since": (TIME,),
}  # fmt: skip
BOUNDS = ("below", "at_most", "above", "at_least")


def check(subject: Subject) -> Iterator[CheckProblem]:
    """Quantities in a unit of the wrong kind, and texts where a quantity belongs."""
    for entry in subject.of():
        for path, part in structs(entry.record):
            for field, allowed in _wanted(part, subject.catalog).items():
                fact = getattr(part, field, None)
                if isinstance(fact, Fact):
                    yield from _fact(entry, (*path, field), fact, allowed)
            if isinstance(part, Formula):
                for name, fact in part.coefficients.items():
                    yield from _fact(entry, (*path, "coefficients", name), fact, ())
            if isinstance(part, Watch):
                for index, fact in enumerate(part.values):
                    yield from _fact(entry, (*path, "values", str(index)), fact, ())


def _wanted(part: Any, catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Field → examples of the units it takes."""
    if isinstance(part, Limit):
        exact = EXACT_UNITS.get(part.measure)
        units = (f"={exact}",) if exact else LIMIT_UNITS[part.measure]
        return dict.fromkeys(("above", "below"), units)
    if isinstance(part, Measurement):
        return {"plausible_low": (part.unit,), "plausible_high": (part.unit,), "molar_mass": ("g/mol",)}
    if isinstance(part, Condition | Criterion) and part.fact:
        return dict.fromkeys(BOUNDS, units_of_fact(part.fact, catalog))
    return UNITS_OF.get(type(part), {})


def units_of_fact(name: str, catalog: Catalog) -> tuple[str, ...]:
    """Units that a fact of a patient may be compared in; empty where any will do."""
    if name in COMPUTED:
        return COMPUTED[name]
    if name in catalog.measurements:
        return (catalog.measurements[name].unit,)
    if name in fields.SINGLE:
        return fields.SINGLE[name].units
    group, _, part = name.partition(".")
    if group in fields.GROUPS and part in fields.GROUPS[group]:
        return fields.GROUPS[group][part].units
    return ()


def _fact(entry: Entry, path: Path, fact: Fact, allowed: tuple[str, ...]) -> Iterator[CheckProblem]:
    for index, claim in enumerate(fact.claims):
        where = (*path, "claims", str(index)) if len(fact.claims) > 1 else path
        quantity = _read(claim)
        wanted = " or ".join(one.removeprefix("=") for one in allowed) or "a unit of the table"
        if quantity is None:
            yield FIND.error(entry, where, what=f"{path[-1]} is “{claim.value}”, which is no quantity",
                             expected=f"a number with a unit such as {wanted}", do="write the number and its unit")  # fmt: skip
        elif allowed and not any(_fits(quantity, one) for one in allowed):
            yield FIND.error(entry, where, what=f"{path[-1]} is {claim.value}", expected=f"a unit like {wanted}",
                             do="correct the unit, or move the value to the field it belongs to")  # fmt: skip


def _read(claim: Claim) -> Quantity | None:
    try:
        return parse(claim.value)
    except QuantityError:
        return None


def _fits(quantity: Quantity, example: str) -> bool:
    if example.startswith("="):
        return quantity.unit == example[1:]
    wanted, found = unit(example), unit(quantity.unit)
    if not wanted.dimension or not found.dimension:
        return quantity.unit == example
    return found.dimension == wanted.dimension
