"""The value of an observation: exact, in a unit of the closed table, or not known with the reason."""

from __future__ import annotations

import re
from decimal import Decimal

from assuage.errors import QuantityError
from assuage.fhir.codes import Codes, ObservationCode
from assuage.fhir.element import Element, has_modifier
from assuage.patient import Unknown
from assuage.quantity import Quantity, parse


def read_value(element: Element, code: ObservationCode, codes: Codes) -> Quantity | Unknown:
    """The value of an observation or component that is known by `code`. The number keeps its digits: 80.0 stays 80.0."""
    if has_modifier(element):
        return Unknown("it carries a modifier that is not understood")
    absent = element.child("dataAbsentReason")
    if absent is not None:
        return Unknown(f"not obtained: {_reason(absent)}")
    quantity = element.child("valueQuantity")
    if quantity is not None:
        return _measured(quantity, code, codes)
    if code.scale is not None and element.plain("valueInteger") is not None:
        return _number(element.plain("valueInteger"), "{score}", code)
    return _not_a_quantity(element, code)


def _reason(absent: Element) -> str:
    codings = [one.text("display") or one.text("code") for one in absent.each("coding")]
    return absent.text("text") or next((one for one in codings if one), "no reason given")


def _not_a_quantity(element: Element, code: ObservationCode) -> Unknown:
    kinds = [key for key in element.keys() if key.startswith("value")]  # noqa: SIM118 (keys of an element, not of a dict)
    if not kinds:
        return Unknown("it has no value")
    if code.scale is not None and kinds == ["valueCodeableConcept"]:
        # One printed answer list shows the answer for two as “2 or more”.
        return Unknown("the score is given as an answer code; answer lists differ, so only a number is read")
    return Unknown(f"its value is given as {' and '.join(kinds)}, not as a quantity")


def _measured(quantity: Element, code: ObservationCode, codes: Codes) -> Quantity | Unknown:
    number, unit_code, shown = quantity.plain("value"), quantity.text("code"), quantity.text("unit")
    if has_modifier(quantity) or number in ("true", "false"):
        return Unknown("its value is not a plain number")
    if quantity.child("comparator") is not None:
        bound = " ".join(filter(None, (f"{quantity.text('comparator') or '?'}{number}", shown)))
        return Unknown(f"“{bound}” is a bound, not a measured value")
    if quantity.text("system") != codes.systems["ucum"] or unit_code is None:
        return Unknown(f"its unit{f' “{shown}”' if shown else ''} is not given as a UCUM code")
    unit = codes.unit(unit_code)
    if unit is None:
        return Unknown(f"the unit “{unit_code}” is not in the table of units")
    if unit not in code.units:
        return Unknown(f"the unit “{unit_code}” contradicts LOINC {code.code}, {code.name.value}")
    other = None if shown is None or code.scale else _unit_shown(shown)
    if other is not None and other != unit:
        return Unknown(f"its unit is coded as “{unit_code}” and shown as “{shown}”")
    return _number(number, "{score}" if code.scale else unit, code)


def _unit_shown(text: str) -> str | None:
    """The unit that a reader would take from the words beside the number, where they name one."""
    try:
        return parse(f"1 {text}").unit
    except QuantityError:
        return None


def _number(number: str | None, unit: str, code: ObservationCode) -> Quantity | Unknown:
    if number is None:
        return Unknown("its value is not a number")
    # A decimal of FHIR has a point and no thousands mark, so 70.250 reads one way there, as it would not on paper.
    plain = number.rstrip("0").rstrip(".") if re.fullmatch(r"[0-9]+\.[0-9]+", number) else number
    try:
        quantity = Quantity(Decimal(number), parse(f"{plain} {unit}").unit)
    except QuantityError as error:
        return Unknown(f"“{number}” is not read as a value: expected {error.problems[0].expected}")
    # The top of a scale stands in its name.
    if code.scale is not None and quantity.value > int(code.scale.rsplit("-", 1)[1]):
        return Unknown(f"a score of {number} lies outside the scale {code.scale}")
    return quantity
