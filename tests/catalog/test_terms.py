"""The table of names: complete for every rule, honest about its sources, and right on lists as people write them."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from assuage.catalog import Catalog, load_catalog
from assuage.catalog.spelling import words
from assuage.catalog.terms import Resolution, TermKind, resolve
from assuage.rule import Condition

OUR_DRUGS = ("magnesium-sulfate", "ketamine", "lidocaine", "midazolam")
# Names that stand on two terms: each has been read as either, so none of them may ever resolve.
AMBIGUOUS: dict[TermKind, set[str]] = {
    "drug": {"ms", "mso4", "mgso4", "t3", "mtx", "cbz", "cartia", "tylenol 1", "tylenol 2", "tylenol 3", "tylenol 4"},
    "condition": {"mi", "ms", "as", "pe", "chd", "chb", "cvd", "ht", "dm", "dm1", "dm2", "mg", "gbs", "cp", "asd", "icd", "ed"},
    "allergen": set(),
}  # fmt: skip


@cache
def catalog() -> Catalog:
    return load_catalog()


def read(text: str, kind: TermKind) -> Resolution:
    return resolve(text, kind, catalog().terms)


def reach(text: str, kind: TermKind) -> set[str]:
    """What a rule may find in a text: the id of its term and its classes."""
    found = read(text, kind)
    return {found.term, *found.classes} - {None}  # type: ignore[return-value]


def leaves(condition: Condition | None) -> list[Condition]:
    if condition is None:
        return []
    parts = [*(condition.any or ()), *(condition.all or ()), *((condition.not_,) if condition.not_ else ())]
    return [condition, *(leaf for part in parts for leaf in leaves(part))]


def asked(field: str) -> set[str]:
    """Every id or class that a rule or a line for the nurse asks a list for."""
    whens = [rule.when for rule in catalog().rules.values()] + [one.only_if for one in catalog().watch.values()]
    return {name for when in whens for leaf in leaves(when) for name in getattr(leaf, field) or ()}


@pytest.mark.parametrize(
    ("field", "kinds"), [("condition", ["condition"]), ("medication", ["drug"]), ("allergy", ["drug", "allergen"])]
)
def test_whatever_a_rule_asks_for_is_carried_by_a_term(field: str, kinds: list[TermKind]) -> None:
    terms = [term for term in catalog().terms.values() if term.kind in kinds]
    carried = {name for term in terms for name in (term.id, *term.classes)}
    assert asked(field)
    assert asked(field) <= carried


def test_every_indication_and_diagnosis_of_a_regimen_resolves_to_itself() -> None:
    wanted = {name for regimen in catalog().regimens.values() for name in regimen.indications}
    wanted |= {name for r in catalog().regimens.values() for one in r.criteria for name in one.is_one_of}
    assert {name for name in wanted if read(name, "condition").term != name} == set()


def test_the_drugs_given_here_are_found_by_id_name_and_alias() -> None:
    for drug in OUR_DRUGS:
        record = catalog().drugs[drug]
        names = (drug, record.name, *record.aliases, record.form(record.doses_are_of).name)
        # In a list of medicines the bare word is a supplement; what both share is that they bring magnesium.
        names = tuple(name for name in names if name != "magnesium")
        assert {name: read(name, "drug").term for name in names if drug not in reach(name, "drug")} == {}
    assert "magnesium-source" in reach("magnesium", "drug") & reach("magnesium sulfate", "drug")


def test_every_name_has_a_source_of_the_catalog() -> None:
    named = {one.source for term in catalog().terms.values() for one in (term, *term.synonyms)}
    assert named <= set(catalog().sources)


def test_a_name_stands_on_two_terms_only_where_that_is_meant() -> None:
    for kind, meant in AMBIGUOUS.items():
        owners = Counter(
            name
            for term in catalog().terms.values()
            if term.kind == kind
            for name in {" ".join(words(one)) for one in (term.id, term.name, *(s.text for s in term.synonyms))}
        )
        assert {name for name, count in owners.items() if count > 1} == meant


def test_parts_of_combinations_are_terms_and_no_part_washes_out_later() -> None:
    def days(term: str) -> int:
        fact = catalog().terms[term].washout
        return int(fact.quantity.to("d").value) if fact else 0

    for term in catalog().terms.values():
        assert set(term.contains) <= set(catalog().terms)
        if any(catalog().terms[part].classes for part in term.contains):
            assert days(term.id) >= max(days(part) for part in term.contains), term.id


def test_an_mao_inhibitor_counts_for_two_weeks_and_amiodarone_for_months() -> None:
    maois = [term for term in catalog().terms.values() if "maoi" in term.classes]
    assert {term.washout.value for term in maois if term.washout} == {"14 d"}
    assert all(term.washout for term in maois)
    amiodarone = catalog().terms["amiodarone"].washout
    assert amiodarone is not None
    assert amiodarone.quantity.to("d").value >= 90


def test_what_depresses_the_brain_says_so() -> None:
    sedating = {
        "opioid",
        "barbiturate",
        "hypnotic",
        "propofol",
        "benzodiazepine",
        "gabapentinoid",
        "alcohol",
        "sedating-antihistamine",
    }
    assert [
        t.id
        for t in catalog().terms.values()
        if t.kind == "drug" and sedating & set(t.classes) and "cns-depressant" not in t.classes
    ] == []


def test_the_table_is_large_enough_for_a_real_list() -> None:
    kinds = Counter(term.kind for term in catalog().terms.values())
    assert kinds["drug"] >= 350
    assert kinds["condition"] >= 200
    assert kinds["allergen"] >= 40


# text → a class or id that a rule must find in it; an empty word: known, and matters to no rule.
DRUGS = {
    "Pregablin 75mg bd": "gabapentinoid", "Lyrica": "gabapentinoid", "gabapentine": "gabapentinoid",
    "Neurontin 300 MG Oral Capsule": "gabapentinoid", "amitriptiline 10mg nocte": "tricyclic", "nortriptyline": "tricyclic",
    "Duloxetine 60mg OD": "duloxetine", "tramadole": "opioid", "Ultram 50mg": "opioid", "Zydol SR 100mg": "opioid",
    "Palexia SR": "tapentadol", "co-codamol 30/500": "opioid", "Co-codamol 8/500 two tablets qds prn": "opioid",
    "Percocet": "oxycodone", "Tylenol #3": "codeine", "Acetaminophen 300 MG / Codeine Phosphate 15 MG Oral Tablet": "codeine",
    "Nurofen Plus": "codeine", "BuTrans patch 10 micrograms/hour": "opioid", "fentanyl 25mcg/hr patch": "opioid",
    "MST Continus 30mg bd": "morphine", "MS Contin": "morphine", "Oramorph 10mg/5ml": "morphine", "Suboxone": "buprenorphine",
    "Methadone Hydrochloride 5 MG Oral Tablet": "nmda-blocker", "Fioricet": "barbiturate", "Xanax": "benzodiazepine",
    "Zopiclone 7.5mg at night": "hypnotic", "Ambien": "hypnotic", "Benadryl": "sedating-antihistamine",
    "Tylenol PM": "sedating-antihistamine", "NyQuil": "nmda-blocker", "Nardil": "maoi", "linezolid 600mg": "maoi",
    "methylene blue": "maoi", "Emsam": "maoi", "moclobemide": "maoi", "rasagiline mesylate": "maoi",
    "Lanoxin 125 micrograms": "digitalis", "Digoxin 0.125 MG Oral Tablet": "digitalis", "Adalat LA 30": "nifedipine",
    "Coracten XL 30 mg": "nifedipine", "amlodopine": "calcium-channel-blocker", "Lotrel": "calcium-channel-blocker",
    "propanolol": "beta-blocker", "Cosopt eye drops": "beta-blocker", "24 HR metoprolol succinate 100 MG Extended Release Oral Tablet": "beta-blocker",
    "flecainide 100mg": "class-i-antiarrhythmic", "Mexiletine": "class-i-antiarrhythmic", "Cordarone": "amiodarone",
    "Dilantin": "phenytoin", "fosphenytoin": "phenytoin", "gentamicin": "aminoglycoside", "Clindamycin 300mg": "polymyxin-or-clindamycin",
    "colistin": "polymyxin-or-clindamycin", "Rocuronium bromide 10 MG/ML Injectable Solution": "neuromuscular-blocker",
    "Uniphyllin Continus": "theophylline", "aminophylline": "theophylline", "Sudafed": "sympathomimetic",
    "Claritin-D": "sympathomimetic", "Adderall XR": "sympathomimetic", "EpiPen": "vasopressor", "Cafergot": "ergot",
    "DHE 45": "ergot", "cocaine": "cocaine", "Synthroid 100 mcg": "thyroid-hormone", "lisinopril/HCTZ": "ace-inhibitor",
    "hydrochlorothiazide 12.5 MG / losartan potassium 50 MG Oral Tablet [Hyzaar]": "renin-angiotensin-drug",
    "HCTZ 25 mg": "diuretic", "frusemide": "diuretic", "Entresto": "renin-angiotensin-drug", "clarithromicin": "strong-cyp3a4-inhibitor",
    "Paxlovid": "strong-cyp3a4-inhibitor", "grapefruit juice": "cyp3a4-inhibitor", "fluvoxamine": "cyp1a2-inhibitor",
    "Cipro": "cyp1a2-inhibitor", "Tagamet": "cimetidine", "rifampin": "cyp3a4-inducer", "St. John's Wort": "cyp3a4-inducer",
    "Tegretol": "cyp3a4-inducer", "memantine": "nmda-blocker", "amantadine": "nmda-blocker", "Mucinex DM": "nmda-blocker",
    "lidocaine-patch": "topical-local-anaesthetic", "Versatis 5% medicated plasters": "topical-local-anaesthetic",
    "lidocane patch": "topical-local-anaesthetic", "EMLA cream": "topical-local-anaesthetic", "lignocaine 2% gel": "topical-local-anaesthetic",
    "lidocaine with adrenaline": "adrenaline", "Xylocaine with epinephrine": "adrenaline", "Milk of Magnesia": "magnesium-source",
    "magnesium glycinate 400mg": "magnesium-source", "Mag-Ox 400": "magnesium-source", "Maalox": "magnesium-source",
    "Gaviscon": "magnesium-source", "TPN": "magnesium-source", "Picolax": "magnesium-source", "dapsone": "oxidising-drug",
    "Orajel": "oxidising-drug", "Bactrim DS": "oxidising-drug", "ketamin": "ketamine", "Spravato": "ketamine",
    "Ketalar 50 mg/mL injection": "ketamine", "Hypnovel": "midazolam", "magnesium sulphate 50 %": "magnesium-sulfate",
    "IV magnesium 2 g": "magnesium-sulfate", "opioids": "opioid", "beta blocker": "beta-blocker", "wine": "alcohol",
    "Acetaminophen 325 MG Oral Tablet": "", "ibuprophen 400mg tds prn": "", "24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet": "",
    "Atorvastatin 20mg nocte": "", "omeprazole 20mg om": "", "valaciclovir 1g tds": "", "Qutenza": "", "vitamin D3 1000 IU": "",
    "aspirin 81 mg": "", "salbutamol inhaler 2 puffs prn": "", "Sumatriptan 50 mg": "", "none": "",
}  # fmt: skip
CONDITIONS = {
    "1st degree AV block": "first-degree-av-block", "CHF": "heart-failure", "LBBB": "heart-block", "Wenckebach": "av-block",
    "complete heart block": "severe-conduction-block", "WPW": "severe-conduction-block", "sick sinus syndrome": "sinoatrial-disorder",
    "PPM": "pacemaker", "a fib": "atrial-fibrillation", "heart attack 2015": "myocardial-damage", "unstable angina": "severe-coronary-disease",
    "NYHA IV heart failure": "severe-heart-failure", "history of stroke": "stroke", "TIA": "stroke", "TBI": "cerebral-trauma",
    "myasthenia gravis": "myasthenia-gravis", "LEMS": "neuromuscular-disease", "ALS": "neuromuscular-disease",
    "CKD stage 3b": "renal-impairment", "CKD 4": "severe-renal-impairment", "ESRD on dialysis": "severe-renal-impairment",
    "Child-Pugh C cirrhosis": "severe-liver-disease", "cirrhosis": "cirrhosis", "hepatic encephalopathy": "hepatic-encephalopathy",
    "COPD": "respiratory-disease", "type 2 respiratory failure": "severe-respiratory-failure", "OSA on CPAP": "sleep-apnoea",
    "obstructive sleep apnea": "sleep-apnoea", "pregnant": "pregnancy", "pre-eclampsia": "eclampsia", "HTN": "hypertension",
    "Essential hypertension (disorder)": "hypertension", "poorly controlled hypertension": "uncontrolled-hypertension",
    "abdominal aortic aneurysm": "aneurysm", "Graves' disease": "thyrotoxicosis", "schizophrenia": "psychosis",
    "ketamine abuse": "ketamine-misuse", "alcohol dependence": "substance-misuse", "narrow angle glaucoma": "angle-closure-glaucoma",
    "brain tumor": "intracranial-mass", "VP shunt": "hydrocephalus", "pheochromocytoma": "phaeochromocytoma", "epilepsy": "seizure-disorder",
    "acute intermittent porphyria": "porphyria", "G6PD deficiency": "methaemoglobinaemia-risk", "UTI": "urinary-symptoms",
    "interstitial cystitis": "cystitis", "frailty": "debilitated", "PHN": "postherpetic-neuralgia", "post-herpetic neuralgia": "postherpetic-neuralgia",
    "CRPS type I": "complex-regional-pain-syndrome", "RSD": "complex-regional-pain-syndrome-type-1", "orthostatic hypotension": "symptomatic-hypotension",
    "Body mass index 30+ - obesity (finding)": "", "Full-time employment (finding)": "", "Received higher education (finding)": "",
    "osteoarthritis of right knee": "", "hypothyroidism": "", "GERD": "", "cataracts": "", "past pregnancy": "", "nil": "",
}  # fmt: skip
ALLERGENS = {
    "NKDA": "no-known-allergies", "none": "no-known-allergies", "Nil known": "no-known-allergies", "lidocaine rash": "lidocaine",
    "Xylocaine": "amide-local-anaesthetic", "bupivacaine": "amide-local-anaesthetic", "EMLA - blisters": "lidocaine",
    "local anesthetic": "local-anaesthetic", "novocaine": "local-anaesthetic", "Valium": "benzodiazepine", "Versed": "midazolam",
    "magnesium": "magnesium-sulfate", "Epsom salts": "magnesium-sulfate", "ketamine - hallucinations": "ketamine",
    "Penicillin V": "", "sulfa": "", "latex": "", "Allergy to egg protein (finding)": "", "contrast dye": "", "adhesive tape": "",
    "codeine: vomiting": "opioid", "peanuts": "", "procaine": "ester-local-anaesthetic",
}  # fmt: skip
CASES: list[tuple[TermKind, str, str]] = [
    *(("drug", text, wanted) for text, wanted in DRUGS.items()),
    *(("condition", text, wanted) for text, wanted in CONDITIONS.items()),
    *(("allergen", text, wanted) for text, wanted in ALLERGENS.items()),
]
# What must stay open, and something it must offer.
OPEN: list[tuple[TermKind, str, str | None]] = [
    ("drug", "MgSO4", "magnesium-sulfate"), ("drug", "MSO4 10mg", "morphine"), ("drug", "MS", "morphine"), ("drug", "QOD", None),
    ("drug", "no digoxin", "digoxin"), ("drug", "not on opioids", "opioid"), ("drug", "digoxin stopped", "digoxin"),
    ("drug", "Tylenol 3", "paracetamol-and-codeine"), ("drug", "T3 25 mcg", "liothyronine"), ("drug", "lidocaine solution 4%", "lidocaine-topical"),
    ("drug", "herbal mix", None), ("drug", "amitriptyline, digoxin", "digoxin"), ("drug", "heart tablets", None),
    ("condition", "denies heart block", "heart-block"), ("condition", "family history of heart block", "heart-block"),
    ("condition", "?heart block", "heart-block"), ("condition", "query MI", "myocardial-infarction"), ("condition", "MI", "myocardial-infarction"),
    ("condition", "MS", "multiple-sclerosis"), ("condition", "DM", "diabetes-mellitus"), ("condition", "stroke ruled out", "stroke"),
    ("condition", "Suspected lung cancer (situation)", "lung-cancer"), ("condition", "pregnancy 2009", "pregnancy"), ("condition", "GBS", "guillain-barre-syndrome"),
    ("condition", "heart trouble as a child", "heart-disease"), ("condition", "epilepsy?", "epilepsy"),
    ("allergen", "lidocaine - no reaction", "lidocaine"), ("allergen", "?ketamine", "ketamine"), ("allergen", "no allergy to midazolam", "midazolam"),
    ("allergen", "general anaesthetic", None), ("allergen", "something at the dentist", None), ("allergen", "NKDA except lidocaine", "lidocaine"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "wanted"), CASES)
def test_a_text_of_a_real_list_is_understood(kind: TermKind, text: str, wanted: str) -> None:
    field = {"drug": "medication", "condition": "condition", "allergen": "allergy"}[kind]
    assert read(text, kind).term is not None
    if wanted:
        assert wanted in reach(text, kind)
    else:
        assert reach(text, kind) & asked(field) == set()


@pytest.mark.parametrize(("kind", "text", "offered"), OPEN)
def test_what_could_be_read_two_ways_or_is_denied_stays_open(kind: TermKind, text: str, offered: str | None) -> None:
    found = read(text, kind)
    assert found.term is None
    assert (offered in found.possible) if offered else found.possible == ()


def test_a_misspelling_is_named_as_one_so_that_it_can_be_said() -> None:
    for text, kind in (
        ("pregablin", "drug"),
        ("tramadole", "drug"),
        ("migrane", "condition"),
        ("pencillin", "allergen"),
    ):
        assert read(text, kind).matched_kind == "misspelling"  # type: ignore[arg-type]
