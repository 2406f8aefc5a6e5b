"""Random valid patients and clinics, the same for the same seed: the crowd that plans are tried on."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Bag, Clinic, Flush, Line, Mode, Pump, Syringe
from assuage.patient import Dated, Listed, Patient
from assuage.quantity import Quantity

TODAY = dt.date(2026, 11, 28)
CONDITIONS = (
    "osteoarthritis", "hypertension", "asthma", "atrial fibrillation", "heart failure", "complete heart block",
    "myasthenia gravis", "epilepsy", "sleep apnoea", "cirrhosis", "stroke", "schizophrenia", "gout", "cataract",
)  # fmt: skip
DRUGS = (
    "pregabalin", "gabapentin", "amitriptyline", "duloxetine", "tramadol", "oxycodone", "digoxin", "amlodipine",
    "bisoprolol", "ramipril", "simvastatin", "paracetamol", "diazepam", "phenelzine", "theophylline", "gentamicin",
    "lidocaine patch", "amiodarone", "memantine", "omeprazole", "nifedipine", "clarithromycin",
)  # fmt: skip
ALLERGIES = ("penicillin", "latex", "lidocaine", "ketamine", "codeine")


def q(value: float | int | str, unit: str, places: int = 1) -> Quantity:
    """A quantity rounded to some decimal places, as a person would write it."""
    return Quantity(round(Decimal(str(value)), places), unit)


def patient(chance: random.Random) -> Patient:
    """One adult with every fact recorded: mostly well, sometimes not. Facts are a few days old."""
    sex = chance.choice(("female", "male"))
    facts = {**_body(chance, sex), **_blood(chance), **_bedside(chance), **_pain(chance)}
    on = TODAY - dt.timedelta(days=chance.randrange(0, 4))
    dated = {name: Dated(value, on, f"random:{name}") for name, value in facts.items()}
    birth = TODAY - dt.timedelta(days=chance.randrange(19 * 366, 95 * 365))
    return Patient(
        id=f"random-{chance.randrange(10**9)}",
        synthetic=True,
        birth_date=birth,
        facts=dated,
        conditions=_some(chance, CONDITIONS, 0.3),
        medications=_some(chance, DRUGS, 0.6),
        allergies=_some(chance, ALLERGIES, 0.1),
        tried=(),
    )


def _body(chance: random.Random, sex: str) -> dict[str, Quantity | str | bool]:
    height = q(min(205.0, max(135.0, chance.gauss(163 if sex == "female" else 176, 8))), "cm")
    index = min(50.0, max(15.0, chance.lognormvariate(3.3, 0.22)))
    kilograms = min(240.0, max(31.0, index * float(height.value / 100) ** 2))
    weight = q(kilograms, "kg") if chance.random() < 0.8 else q(kilograms / 0.45359237, "[lb_av]", 0)
    return {"sex": sex, "height": height, "weight": weight}


def _blood(chance: random.Random) -> dict[str, Quantity | str | bool]:
    micromoles = min(1400.0, max(25.0, chance.lognormvariate(4.35, 0.35)))
    creatinine = q(micromoles, "umol/L", 0) if chance.random() < 0.7 else q(micromoles / 88.4, "mg/dL", 2)
    return {
        "creatinine": creatinine,
        "magnesium": q(chance.uniform(0.65, 1.1), "mmol/L", 2),
        "calcium": q(chance.uniform(2.05, 2.6), "mmol/L", 2),
        "potassium": q(chance.uniform(3.4, 5.2), "mmol/L"),
        "alt": q(chance.uniform(8, 60), "U/L", 0),
        "alp": q(chance.uniform(30, 130), "U/L", 0),
        "ggt": q(chance.uniform(8, 80), "U/L", 0),
    }


def _bedside(chance: random.Random) -> dict[str, Quantity | str | bool]:
    return {
        "ecg": True,
        "ecg.av_block": "none" if chance.random() < 0.95 else "first",
        "ecg.pr": q(chance.uniform(120, 215), "ms", 0),
        "ecg.qrs": q(chance.uniform(70, 125), "ms", 0),
        "ecg.qtc": q(chance.uniform(370, 480), "ms", 0),
        "vitals": True,
        "vitals.sbp": q(chance.uniform(95, 175), "mm[Hg]", 0),
        "vitals.dbp": q(chance.uniform(55, 105), "mm[Hg]", 0),
        "vitals.hr": q(chance.uniform(48, 110), "/min", 0),
        "vitals.rr": q(chance.uniform(11, 22), "/min", 0),
        "vitals.spo2": q(chance.uniform(92, 100), "%", 0),
        "knee_jerk": True,
        "knee_jerk.present": chance.random() < 0.98,
        "urine": True,
        "urine.normal": True,
        "escort": True,
        "pregnancy": "not-applicable",
        "nerve_block": "none-planned",
        "consent": True,
        "consent.off_label": True,
    }


def _pain(chance: random.Random) -> dict[str, Quantity | str | bool]:
    return {
        "pain.diagnosis": chance.choice(("postherpetic-neuralgia", "migraine", "complex-regional-pain-syndrome")),
        "pain.since": (TODAY - dt.timedelta(days=chance.randrange(30, 2000))).isoformat(),
        "pain.scale": "nrs-0-10",
        "pain.score": q(chance.randrange(2, 11), "{score}", 0),
        "pain.dn4": q(chance.randrange(2, 11), "{score}", 0),
    }


def _some(chance: random.Random, names: tuple[str, ...], share: float) -> tuple[Listed, ...]:
    count = 0 if chance.random() > share else chance.randrange(1, 4)
    return tuple(Listed(name, f"random:{name}") for name in chance.sample(names, count))


def clinic(chance: random.Random, like: Clinic, catalog: Catalog) -> Clinic:
    """A clinic that stocks other vials and bags, adds in another way and rounds to other steps."""
    vials = [
        one.id for one in catalog.presentations.values() if one.container != "premixed-bag" and not one.with_adrenaline
    ]
    stock = tuple(chance.sample(vials, chance.randrange(4, min(10, len(vials)) + 1)))
    modes: tuple[Mode, ...] = ("add", "replace", "exact")
    bags = tuple(
        Bag(f"saline-{size}", "sodium chloride 0.9 %", q(size, "mL", 0), q(size * chance.uniform(1, 1.12), "mL"))
        for size in (50, 100, 250, 500)
    )
    flush = Flush("sodium chloride 0.9 %", q(chance.choice((10, 20, 30)), "mL", 0))
    line = Line(q(chance.choice((2, 8, 20)), "mL", 0), chance.choice(("drug", "fluid")), chance.choice((flush, None)))
    syringes = tuple(
        Syringe(q(size, "mL", 0), q(step, "mL", 2))
        for size, step in ((1, 0.01), (3, 0.1), (5, 0.2), (10, 0.2), (20, 1), (50, 1))
        if size in (1, 10) or chance.random() < 0.7
    )
    return msgspec.structs.replace(
        like, stock=stock, adding=chance.choice(modes), bags=bags, line=line, syringes=syringes,
        pump=Pump(q(chance.choice((0.1, 1)), "mL/h")),
    )  # fmt: skip
