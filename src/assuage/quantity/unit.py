"""The closed table of units: UCUM codes, their exact sizes, the spellings people use, and those refused."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

import msgspec

from assuage.errors import Problem, QuantityError

# dimension letters: M drug mass, B body weight, V volume, T time, N moles, Q equivalents, L length, P pressure,
# K temperature, A catalytic activity, I infusions, F portions, S a standard body surface; everything else is a bare
# number. UCUM ignores what stands in braces; here a rate per 1.73 m² never becomes a rate without its body's surface.
ATOMS: dict[str, tuple[str, Fraction]] = {
    "g": ("M", Fraction(1)),
    "mg": ("M", Fraction(1, 10**3)),
    "ug": ("M", Fraction(1, 10**6)),
    "ng": ("M", Fraction(1, 10**9)),
    "kg": ("B", Fraction(1)),
    "[lb_av]": ("B", Fraction(45359237, 10**8)),
    "L": ("V", Fraction(1)),
    "dL": ("V", Fraction(1, 10)),
    "mL": ("V", Fraction(1, 10**3)),
    "d": ("T", Fraction(86400)),
    "h": ("T", Fraction(3600)),
    "min": ("T", Fraction(60)),
    "s": ("T", Fraction(1)),
    "ms": ("T", Fraction(1, 10**3)),
    "wk": ("T", Fraction(604800)),
    "mo": ("T", Fraction(2629800)),
    "a": ("T", Fraction(31557600)),
    "mol": ("N", Fraction(1)),
    "mmol": ("N", Fraction(1, 10**3)),
    "umol": ("N", Fraction(1, 10**6)),
    "eq": ("Q", Fraction(1)),
    "meq": ("Q", Fraction(1, 10**3)),
    "m": ("L", Fraction(1)),
    "cm": ("L", Fraction(1, 10**2)),
    "mm": ("L", Fraction(1, 10**3)),
    "[in_i]": ("L", Fraction(254, 10**4)),
    "[ft_i]": ("L", Fraction(3048, 10**4)),
    "mm[Hg]": ("P", Fraction(1)),
    "Cel": ("K", Fraction(1)),
    "U": ("A", Fraction(1)),
    "%": ("", Fraction(1, 100)),
    "1": ("", Fraction(1)),
    "{score}": ("", Fraction(1)),
    "{infusions}": ("I", Fraction(1)),
    "{portions}": ("F", Fraction(1)),
    "{1.73_m2}": ("S", Fraction(1)),
}

# The closed table: what may be written in a file. UCUM codes, case sensitive.
UNITS: tuple[str, ...] = (
    *("g", "mg", "ug", "ng", "kg", "[lb_av]", "L", "dL", "mL", "d", "h", "min", "s", "ms", "wk", "mo", "a"),
    *("mol", "mmol", "umol", "meq", "eq", "m", "cm", "mm", "[in_i]", "[ft_i]", "mm[Hg]", "Cel", "%", "1", "{score}"),
    *("g/kg", "mg/kg", "ug/kg", "mg/kg/h", "mg/kg/min", "ug/kg/min", "mg/kg/d", "mL/kg", "mL/kg/min", "mL/kg/h"),
    *("mmol/kg", "g/h", "mg/h", "mg/min", "ug/min", "g/d", "mg/d", "mg/s", "mL/h", "mL/min", "meq/h", "mmol/h"),
    *("g/L", "mg/L", "mg/dL", "mg/mL", "ug/mL", "ng/mL", "ug/dL", "ug/L", "g/dL", "g/mL"),
    *("mol/L", "mmol/L", "umol/L", "meq/L", "mmol/mL", "meq/mL", "g/mol", "mg/mmol"),
    *("L/kg", "L/h", "L/min", "L/kg/h", "/h"),  # volumes, clearances and rate constants of kinetic models
    *("mL/min/{1.73_m2}", "U/L", "/min", "kg/m2", "{infusions}", "{portions}"),
)

# Spellings people and laboratories use, each with one reading only.
SPELLINGS: dict[str, str] = {
    "mcg": "ug", "µg": "ug", "μg": "ug", "microgram": "ug", "micrograms": "ug", "gram": "g", "grams": "g",
    "milligram": "mg", "milligrams": "mg", "kilogram": "kg", "kilograms": "kg", "lb": "[lb_av]", "lbs": "[lb_av]",
    "pounds": "[lb_av]", "in": "[in_i]", "inches": "[in_i]", "ft": "[ft_i]", "ml": "mL", "l": "L", "dl": "dL",
    "mmHg": "mm[Hg]", "mm Hg": "mm[Hg]", "mEq": "meq", "Eq": "eq", "hour": "h", "hours": "h", "minute": "min",
    "minutes": "min", "day": "d", "days": "d", "week": "wk", "weeks": "wk", "month": "mo", "months": "mo",
    "year": "a", "years": "a", "µmol": "umol", "μmol": "umol", "bpm": "/min", "beats/min": "/min",
    "breaths/min": "/min", "IU/L": "U/L", "°C": "Cel", "infusions": "{infusions}", "infusion": "{infusions}",
    "portions": "{portions}", "portion": "{portions}",
    "mL/min/1.73 m2": "mL/min/{1.73_m2}", "mL/min/1.73m2": "mL/min/{1.73_m2}",
}  # fmt: skip

SHOWN: dict[str, str] = {
    "ug": "mcg", "[lb_av]": "lb", "[in_i]": "in", "[ft_i]": "ft", "mm[Hg]": "mm Hg", "meq": "mEq", "eq": "Eq",
    "Cel": "°C", "1": "", "{score}": "", "{infusions}": "infusions", "{portions}": "portions", "d": "days",
    "wk": "weeks", "mo": "months", "a": "years", "mL/min/{1.73_m2}": "mL/min/1.73 m2",
}  # fmt: skip

AMPOULE = "ampoules differ in size and are not a unit; write milligrams and millilitres"
VIAL = "vials differ in size and are not a unit; write milligrams and millilitres"
# What is refused: why, and after the semicolon what to write instead. Words in lower case are refused in any case.
REFUSED_UNITS: dict[str, str] = {
    "Mg": "“Mg” is megagram in UCUM and magnesium in prose; write mg for milligrams",
    "MgSO4": "“MgSO4” is read as morphine sulfate; write magnesium sulfate, and a unit",
    "MSO4": "“MSO4” is morphine or magnesium sulfate; write the drug in full, and a unit",
    "MS": "“MS” is morphine or magnesium sulfate; write the drug in full, or ms for milliseconds",
    "M": "“M” is metre, month, molar or mega; write m, mo or mol/L",
    **dict.fromkeys(("amp", "amps", "ampoule", "ampoules", "ampule", "ampules"), AMPOULE),
    **dict.fromkeys(("vial", "vials"), VIAL),
    "qod": "“QOD” is read as daily; write every other day (48 h apart)",
    "eod": "“EOD” is read as every day; write every other day (48 h apart)",
    "qd": "“QD” is read as four times a day; write daily",
    "u": "“U” is read as zero or as cc; write the unit in full",
    "unit": "“units” does not say of what; write the mass or the volume, such as 5 mg or 2 mL",
    "units": "“units” does not say of what; write the mass or the volume, such as 5 mg or 2 mL",
    "iu": "international units are not used for these drugs; write the mass",
    "cc": "“cc” is read as 00; write mL",
}

NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


class Unit(msgspec.Struct, frozen=True):
    """A unit of the table: its code, its dimension (letter to power) and its exact size in the coherent unit."""

    code: str
    dimension: tuple[tuple[str, int], ...]
    factor: Fraction


@lru_cache(maxsize=1024)
def unit(code: str) -> Unit:
    """The unit with this code, from the closed table; parsed once. Errors: `QuantityError` for any other code."""
    if code not in UNITS and code not in ATOMS:
        raise QuantityError(
            Problem(f"no unit has the code “{code}”", "unit", "a code of the closed table", "use a code of the table")
        )
    if code in ATOMS:
        letter, factor = ATOMS[code]
        return Unit(code, ((letter, 1),) if letter else (), factor)
    powers: dict[str, int] = {}
    factor = Fraction(1)
    for index, part in enumerate(code.split("/")):
        if not part:
            continue
        sign = -1 if index else 1
        letter, size = ("L", Fraction(1)) if part == "m2" else ATOMS[part]
        times = sign * (2 if part == "m2" else 1)
        factor *= size**times
        powers[letter] = powers.get(letter, 0) + times
    return Unit(code, tuple(sorted((k, v) for k, v in powers.items() if k and v)), factor)
