"""Made-up people: who is treated in the demonstration, and who treats them. No name here belongs to anybody meant."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

import msgspec

from assuage.course import Person
from assuage.registry.patients import Identity

PHYSICIAN = Person("physician", "Dr Petra Example", "physician")
PHARMACIST = Person("pharmacist", "Farid Sample", "pharmacist")
NURSE = Person("nurse", "Nora Instance", "nurse")
SECOND_NURSE = Person("nurse-2", "Niko Specimen", "nurse")
OTHERS = (
    Person("administrator", "Ada Pattern", "administrator"),
    Person("auditor", "Otto Template", "auditor"),
    Person("researcher", "Rita Model", "researcher"),
)
# What ids of courses begin with.
PATIENTS_FROM = "course-"
STAFF = (PHYSICIAN, PHARMACIST, NURSE, SECOND_NURSE, *OTHERS)
FAMILIES = (
    "Alder Ash Aspen Bay Beech Birch Briar Cedar Cherry Clover Cypress Elder Elm Fern Fir Furze Gorse Hazel Heather Holly Hornbeam Ivy"
    " Juniper Larch Laurel Lilac Linden Maple Medlar Moss Myrtle Oak Olive Osier Pear Pine Plane Plum Poplar Quince Reed Rowan Rush"
    " Sage Sallow Sedge Sorrel Spruce Sumac Sycamore Tamarisk Teasel Thorn Thyme Vetch Walnut Willow Wych Yarrow Yew"
).split()
WOMEN = "Agnes Berta Clara Dorothea Edith Flora Greta Hilda Irma Judith Karla Ludmila Martha Nelly Olga Paula Rosa Selma Thea Vera".split()
MEN = "Anton Bruno Conrad Emil Felix Georg Hugo Igor Jakob Konrad Leo Max Norbert Oskar Paul Quentin Rolf Stefan Theo Viktor".split()
TRIED = (
    "pregabalin",
    "gabapentin",
    "nortriptyline",
    "amitriptyline",
    "duloxetine",
    "lidocaine-patch",
    "capsaicin-patch",
    "tramadol",
)
# Ages, weights and heights of people with neuralgia after zoster, made up to look likely; no dose rests on any of them.
AGES, WOMEN_KG, MEN_KG = (55, 84), (52, 88), (62, 104)
WOMEN_CM, MEN_CM = (152, 174), (164, 188)


class MadeUp(msgspec.Struct, frozen=True):
    """One made-up patient, with what makes their facts. `pain` is where it stands before, from 0 to 10."""

    id: str
    identity: Identity
    kg: int
    cm: int
    creatinine: int
    pain: int
    medications: tuple[str, ...]
    tried: tuple[str, ...]
    indication: str


def crowd(chance: random.Random, count: int, *, today: dt.date) -> tuple[MadeUp, ...]:
    """So many made-up patients, the same for the same chance; no two of one name."""
    return tuple(_one(chance, number, today) for number in range(count))


def _one(chance: random.Random, number: int, today: dt.date) -> MadeUp:
    is_woman = chance.random() < 0.6
    age = chance.randint(*AGES)
    born = today - dt.timedelta(days=365 * age + chance.randrange(365))
    given = chance.choice(WOMEN if is_woman else MEN)
    identity = Identity(
        FAMILIES[number % len(FAMILIES)], given, born, "female" if is_woman else "male", f"DEMO-{number + 1:04d}"
    )
    return MadeUp(
        id=f"demo{number + 1:04d}",
        identity=identity,
        kg=chance.randint(*(WOMEN_KG if is_woman else MEN_KG)),
        cm=chance.randint(*(WOMEN_CM if is_woman else MEN_CM)),
        creatinine=chance.randint(58, 88),
        pain=chance.choice((7, 8, 8, 8, 9)),
        medications=tuple(chance.sample(("pregabalin", "nortriptyline", "paracetamol"), k=chance.choice((0, 1, 1)))),
        tried=tuple(sorted(chance.sample(TRIED, k=3))),
        indication="postherpetic-neuralgia",
    )


def document(one: MadeUp, day: dt.date, **changed: Any) -> str:
    """The facts of a made-up patient as they stand on a day, as a patient document."""
    on, lab = (day - dt.timedelta(days=back) for back in (1, 4))
    facts: dict[str, Any] = {
        "id": one.id, "synthetic": True, "birth_date": one.identity.birth_date.isoformat(), "sex": one.identity.sex,
        "weight": _at(f"{one.kg} kg", on, how="measured"), "height": _at(f"{one.cm} cm", on),
        "creatinine": _at(f"{one.creatinine} umol/L", lab), "magnesium": _at("0.85 mmol/L", lab), "calcium": _at("2.35 mmol/L", lab),
        "potassium": _at("4.2 mmol/L", lab), "alt": _at("22 U/L", lab), "alp": _at("80 U/L", lab), "ggt": _at("25 U/L", lab),
        "ecg": {"on": str(lab), "av_block": "none", "pr": "160 ms", "qrs": "90 ms", "qtc": "420 ms", "read_by": "cardiology"},
        "vitals": {"on": str(on), "bp": "132/78 mm[Hg]", "hr": "72 /min", "rr": "16 /min", "spo2": "97 %"},
        "knee_jerk": {"on": str(on), "present": True}, "urine": {"on": str(on), "normal": True},
        "psychosis_screen": _at("negative", lab), "substance_screen": _at("negative", lab), "stop_bang": _at("1 {score}", lab),
        "pain": {
            "diagnosis": one.indication, "since": str(day - dt.timedelta(days=400)),
            "score": {"scale": "nrs-0-10", "value": one.pain, "on": str(on)}, "dn4": _at(6, on), "tried": list(one.tried),
        },
        "conditions": [], "medications": [{"name": name} for name in one.medications], "allergies": [],
        "nerve_block": "none-planned", "pregnancy": "not-applicable", "consent": {"off_label": True, "on": str(on)}, "escort": True, "drives_home": False, "urinary_symptoms": False,
    }  # fmt: skip
    return json.dumps({**facts, **changed})


def _at(value: Any, on: dt.date, **more: str) -> dict[str, Any]:
    return {"value": value, "on": str(on), **more}
