"""What a patient file may say: every key, its kind, and the units or words it takes."""

from __future__ import annotations

from typing import Literal

import msgspec

MOLAR = ("mmol/L", "umol/L", "meq/L", "mg/dL", "mg/L")


class Field(msgspec.Struct, frozen=True):
    """One fact: a quantity in one of `units`, a word out of `words`, a boolean, or free text."""

    kind: Literal["quantity", "word", "boolean", "text"]
    units: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    dated: bool = True


def _quantity(*units: str, dated: bool = True) -> Field:
    return Field("quantity", units=units, dated=dated)


def _word(*words: str, dated: bool = True) -> Field:
    return Field("word", words=words, dated=dated)


BOOLEAN, TEXT, MS, RATE, PRESSURE = (
    Field("boolean"),
    Field("text"),
    _quantity("ms"),
    _quantity("/min"),
    _quantity("mm[Hg]"),
)
BARE_BOOLEAN = Field("boolean", dated=False)

# Facts written alone: {value, on, how}.
SINGLE: dict[str, Field] = {
    "weight": _quantity("kg", "[lb_av]", "g"),
    "height": _quantity("cm", "m", "[in_i]", "[ft_i]"),
    "creatinine": _quantity("umol/L", "mg/dL", "mmol/L"),
    "magnesium": _quantity(*MOLAR),
    "ionised_magnesium": _quantity(*MOLAR),
    "calcium": _quantity(*MOLAR),
    "potassium": _quantity(*MOLAR),
    "alt": _quantity("U/L"),
    "alp": _quantity("U/L"),
    "ggt": _quantity("U/L"),
    "egfr_reported": _quantity("mL/min/{1.73_m2}", "mL/min"),
    "stop_bang": _quantity("{score}", "1"),
    "psychosis_screen": _word("negative", "positive"),
    "substance_screen": _word("negative", "positive"),
}

# Facts that belong together and share a date: {on, part: value, …}. Pain stands apart: its parts have their own dates.
GROUPS: dict[str, dict[str, Field]] = {
    "ecg": {
        "av_block": _word("none", "first", "second", "third"),
        "pr": MS, "qrs": MS, "qtc": MS, "rhythm": TEXT, "text": TEXT, "read_by": TEXT,
    },
    "vitals": {
        "bp": TEXT, "sbp": PRESSURE, "dbp": PRESSURE, "hr": RATE, "rr": RATE, "spo2": _quantity("%"),
    },
    "knee_jerk": {"present": BOOLEAN},
    "urine": {"normal": BOOLEAN, "last_4h": _quantity("mL")},
    "consent": {"off_label": BOOLEAN},
    "setting": {"kit": BARE_BOOLEAN, "monitoring": BARE_BOOLEAN, "airway": BARE_BOOLEAN},
    "liver": {"child_pugh": _word("a", "b", "c")},
}  # fmt: skip

# Facts written as one bare word or boolean.
BARE: dict[str, Field] = {
    "sex": _word("female", "male", dated=False),
    "escort": BARE_BOOLEAN,
    "drives_home": BARE_BOOLEAN,
    "urinary_symptoms": BARE_BOOLEAN,
    "nerve_block": _word("none-planned", "within-4-h", "not-within-4-h", dated=False),
    "pregnancy": _word("not-applicable", "not-pregnant", "pregnant", dated=False),
}

LISTS = ("conditions", "medications", "allergies")
PAIN = ("diagnosis", "since", "score", "dn4", "tried")
OTHER = ("id", "synthetic", "birth_date", "pain", "not_obtained")
SCALES = ("nrs-0-10", "vas-0-10", "vas-0-100")

KNOWN_KEYS: tuple[str, ...] = (*OTHER, *SINGLE, *GROUPS, *BARE, *LISTS)
