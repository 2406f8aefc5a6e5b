"""The closed table of units: UCUM codes, their exact sizes, the spellings people use, and those refused."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

import msgspec

# dimension letters: M drug mass, B body weight, V volume, T time, N moles, Q equivalents, L length, P pressure,
# K temperature, A catalytic activity; everything else is a bare number.
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
    "{infusions}": ("", Fraction(1)),
    "{portions}": ("", Fraction(1)),
    "{1.73_m2}": ("", Fraction(1)),
}

# The closed table: what may be written in a file. UCUM codes, case sensitive.
UNITS: tuple[str, ...] = (
    *("g", "mg", "ug", "ng", "kg", "[lb_av]", "L", "dL", "mL", "d", "h", "min", "s", "ms", "wk", "mo", "a"),
    *("mol", "mmol", "umol", "meq", "eq", "m", "cm", "mm", "[in_i]", "[ft_i]", "mm[Hg]", "Cel", "%", "1", "{score}"),
    *("g/kg", "mg/kg", "ug/kg", "mg/kg/h", "mg/kg/min", "ug/kg/min", "mg/kg/d", "mL/kg", "mL/kg/min", "mL/kg/h"),
    *("mmol/kg", "g/h", "mg/h", "mg/min", "g/d", "mg/s", "mL/h", "mL/min", "meq/h", "mmol/h"),
    *("g/L", "mg/L", "mg/dL", "mg/mL", "ug/mL", "ng/mL", "ug/dL", "ug/L", "g/dL", "g/mL"),
    *("mol/L", "mmol/L", "umol/L", "meq/L", "mmol/mL", "meq/mL", "g/mol", "mg/mmol"),
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

REFUSED_UNITS: dict[str, str] = {
    "Mg": "“Mg” is megagram in UCUM and magnesium in prose; write mg for milligrams",
    "amp": "an ampoule is not a unit: ampoules differ in size; write milligrams and millilitres",
    "amps": "an ampoule is not a unit: ampoules differ in size; write milligrams and millilitres",
    "ampoule": "an ampoule is not a unit: ampoules differ in size; write milligrams and millilitres",
    "vial": "a vial is not a unit: vials differ in size; write milligrams and millilitres",
    "MgSO4": "“MgSO4” is read as morphine sulfate; write magnesium sulfate, and a unit",
    "QOD": "“QOD” is read as daily; write every other day (48 h apart)",
    "EOD": "“EOD” is read as every day; write every other day (48 h apart)",
    "M": "“M” is metre, month, molar or mega; write m, mo or mol/L",
    "u": "“u” is read as zero; write the unit in full",
    "IU": "international units are not used for these drugs; write the mass",
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
    """The unit with this code, from the closed table; parsed once."""
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
        if letter:
            powers[letter] = powers.get(letter, 0) + times
    return Unit(code, tuple(sorted((k, v) for k, v in powers.items() if v)), factor)
