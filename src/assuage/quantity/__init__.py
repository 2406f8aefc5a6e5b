"""Exact quantities: a decimal, a unit from one closed table, and conversions that never guess.

A value is a `Decimal`; factors between units are exact. Three things other unit libraries leave open are closed here:

* body weight (kg) is a dimension of its own, so mg/kg can never be added to mg, and kilograms of drug do not exist;
* equivalents (eq) are a dimension of their own: moles and equivalents meet only through a named substance;
* milligrams of one substance become millimoles, or milligrams of another form, only through that substance.
"""

from assuage.quantity.exact import EXACT, Quantity, Substance, active_mass, show, show_number
from assuage.quantity.text import parse
from assuage.quantity.unit import UNITS, unit

__all__ = ["EXACT", "UNITS", "Quantity", "Substance", "active_mass", "parse", "show", "show_number", "unit"]
