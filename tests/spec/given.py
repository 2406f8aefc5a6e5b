"""Patients, words and a catalog for tests of screening: files as a user writes them, and a small table of terms.

The table of terms is the tests' own, so that what a rule does is tested apart from which drug belongs to which class.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import msgspec

from assuage.catalog import Catalog, read_catalog
from assuage.catalog.clinic import Clinic, read_clinic
from assuage.document import read_yaml
from assuage.drug import Synonym, Term
from assuage.finding import Finding
from assuage.patient import Patient, read_patient
from assuage.screening import Screening, screen
from assuage.sourced import Claim, Fact

ROOT = Path(__file__).parents[2]
DAY = dt.date(2026, 11, 30)
DAYS = (DAY, dt.date(2026, 12, 2), dt.date(2026, 12, 4))

DRUGS = """
pregabalin: gabapentinoid cns-depressant
tramadol: opioid cns-depressant
zopiclone: hypnotic cns-depressant
phenobarbital: barbiturate cns-depressant cyp3a4-inducer
diazepam: benzodiazepine cns-depressant
alcohol: alcohol cns-depressant
cetirizine: sedating-antihistamine cns-depressant
nortriptyline: tricyclic
digoxin: digitalis
rocuronium: neuromuscular-blocker
gentamicin: aminoglycoside
clindamycin: polymyxin-or-clindamycin
amlodipine: calcium-channel-blocker antihypertensive
nifedipine: calcium-channel-blocker antihypertensive
lisinopril: ace-inhibitor renin-angiotensin-drug antihypertensive
furosemide: diuretic
magnesium hydroxide: magnesium-source
theophylline: theophylline
pseudoephedrine: sympathomimetic
levothyroxine: thyroid-hormone
phenelzine: maoi
clarithromycin: cyp3a4-inhibitor strong-cyp3a4-inhibitor
memantine: nmda-blocker
ketamine: nmda-blocker
midazolam: benzodiazepine cns-depressant cyp3a4-substrate
magnesium sulfate:
lidocaine: amide-local-anaesthetic local-anaesthetic-amide
lidocaine patch: topical-local-anaesthetic
mexiletine: class-i-antiarrhythmic
amiodarone: amiodarone
bisoprolol: beta-blocker antihypertensive
fluvoxamine: cyp1a2-inhibitor
dapsone: oxidising-drug
bupivacaine: amide-local-anaesthetic
fentanyl: opioid cns-depressant
warfarin: anticoagulant
paracetamol:
penicillin:
"""

CONDITIONS = """
postherpetic neuralgia:
hay fever:
complete heart block: heart-block av-block
first degree AV block: heart-block av-block first-degree-av-block
right bundle branch block: heart-block
Wolff-Parkinson-White: severe-conduction-block
sick sinus syndrome: sinoatrial-disorder
atrial fibrillation: atrial-fibrillation cardiovascular-risk
pacemaker: pacemaker
myocardial infarction: myocardial-damage coronary-disease cardiovascular-risk
severe angina: severe-coronary-disease coronary-disease cardiovascular-risk
heart failure: heart-failure cardiovascular-risk
severe heart failure: severe-heart-failure heart-failure cardiovascular-risk
hypertension: hypertension cardiovascular-risk
uncontrolled hypertension: uncontrolled-hypertension hypertension cardiovascular-risk
stroke: stroke cardiovascular-risk
myasthenia gravis: neuromuscular-disease
Lambert-Eaton syndrome: neuromuscular-disease
chronic kidney disease stage 3: renal-impairment
chronic kidney disease stage 5: severe-renal-impairment renal-impairment
hepatic encephalopathy: hepatic-failure liver-disease
hepatitis: liver-disease
cirrhosis: liver-disease
moderate liver impairment: moderate-liver-disease liver-disease
severe liver impairment: severe-liver-disease liver-disease
diabetic coma:
hypocalcaemia:
asthma: respiratory-disease
severe respiratory failure: respiratory-disease
symptomatic hypotension: hypotension
pregnancy:
eclampsia:
schizophrenia: psychosis
glaucoma: raised-intraocular-pressure angle-closure-glaucoma
opioid use disorder: substance-misuse
hyperthyroidism:
porphyria:
epilepsy: seizure-disorder
cystitis:
sleep apnoea:
frailty: debilitated
G6PD deficiency: methaemoglobinaemia-risk
"""

ALLERGENS = """
no known allergies:
local anaesthetic:
benzodiazepine:
latex:
"""
SYNONYMS = {
    "no known allergies": ("NKDA", "abbreviation"),
    "lidocaine": ("lignocaine", "synonym"),
    "pregabalin": ("pregabaline", "misspelling"),
    "lidocaine patch": ("lidocaine 5 % plaster", "form"),
    "first degree AV block": ("1st-degree block", "synonym"),
}
WASHOUTS = {"phenelzine": "14 d", "amiodarone": "180 d", "tramadol": "2 d"}
BOTH = {
    "lidocaine with adrenaline": ("lidocaine", "amiodarone"),
    "paracetamol with tramadol": ("paracetamol", "tramadol"),
}


def fact(value: str) -> Fact:
    """A sourced fact for a made-up record."""
    return Fact("test", (Claim(value, "editors", "test"),))


def _term(kind: str, line: str) -> Term:
    name, _, classes = line.partition(":")
    text = SYNONYMS.get(name)
    synonyms = (Synonym(text[0], text[1], "editors"),) if text else ()  # type: ignore[arg-type]
    washout = fact(WASHOUTS[name]) if name in WASHOUTS else None
    return Term(
        identity(name), kind, name, "editors", tuple(classes.split()),  # type: ignore[arg-type]
        synonyms=synonyms, washout=washout, passing=name == "pregnancy",
    )  # fmt: skip


def identity(name: str) -> str:
    """The id of a term of the table."""
    return name.casefold().replace(" ", "-")


@cache
def catalog() -> Catalog:
    """The shipped catalog with the tests' own table of terms."""
    terms = {}
    for kind, table in (("drug", DRUGS), ("condition", CONDITIONS), ("allergen", ALLERGENS)):
        for line in table.strip().splitlines():
            term = _term(kind, line)
            terms[term.id] = term
    for name, parts in BOTH.items():
        terms[identity(name)] = Term(identity(name), "drug", name, "editors", contains=parts)
    return msgspec.structs.replace(read_catalog(), terms=terms)


@cache
def clinic() -> Clinic:
    """The example clinic."""
    return read_clinic(read_yaml((ROOT / "examples/clinic.yaml").read_text(encoding="utf-8"), "clinic.yaml"))


# What the example patient leaves open, answered so that nothing is left to ask.
ANSWERED = """
psychosis_screen: {value: negative, on: 2026-11-27}
substance_screen: {value: negative, on: 2026-11-27}
stop_bang: {value: "1 {score}", on: 2026-11-27}
setting: {kit: true, monitoring: true, airway: true}
urine: {on: 2026-11-27, normal: true, last_4h: 250 mL}
drives_home: false
urinary_symptoms: false
medications: []
"""


@cache
def _keys(text: str) -> dict[str, str]:
    """The top-level keys of a patient file with the lines that belong to each."""
    found: dict[str, list[str]] = {}
    key = ""
    for line in text.strip().splitlines():
        if line and not line.startswith((" ", "#")):
            key = line.split(":")[0]
        if key:
            found.setdefault(key, []).append(line)
    return {name: "\n".join(lines) for name, lines in found.items()}


def written(*changes: str, without: tuple[str, ...] = ()) -> str:
    """The text of a patient file: the example, fully answered, with lines put in place of its own."""
    keys = {**_keys((ROOT / "examples/patient.yaml").read_text(encoding="utf-8")), **_keys(ANSWERED)}
    for change in changes:
        for one in change.split(" & "):
            keys[one.strip().split(":")[0]] = one.strip()
    return "\n".join(text for key, text in keys.items() if key not in without)


def patient(*changes: str, without: tuple[str, ...] = ()) -> Patient:
    """A patient read from such a file."""
    return read_patient(read_yaml(written(*changes, without=without), "patient.yaml"))


def screened(
    plan: str | None, *changes: str, without: tuple[str, ...] = (), days: tuple[dt.date, ...] = DAYS
) -> Screening:
    """What screening says of such a patient and a regimen."""
    regimen = catalog().regimen(plan) if plan else None
    return screen(patient(*changes, without=without), regimen, catalog=catalog(), clinic=clinic(), days=days)


def of(screening: Screening, rule: str) -> Finding | None:
    """The finding that tells of a rule, alone or merged."""
    return next((one for one in screening.findings if rule == one.rule or rule in one.merged), None)


def rules_of(screening: Screening) -> set[str]:
    """Every rule that some finding tells of."""
    return {rule for one in screening.findings for rule in (one.rule, *one.merged)}


def blocks_dose(screening: Screening) -> bool:
    """Whether any finding keeps the dose from being shown."""
    return any(one.blocks == "dose" for one in screening.findings)
