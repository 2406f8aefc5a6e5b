"""How a text becomes a term, on a table of the tests' own: what may stand around a name, and what may not."""

from __future__ import annotations

import pytest

from assuage.catalog.spelling import strengths, without_date, words
from assuage.catalog.terms import Resolution, TermKind, resolve
from assuage.drug import Synonym, Term


def term(id: str, kind: TermKind, *names: str, classes: str = "", contains: str = "", passing: bool = False) -> Term:
    """A term; a name is written “text” or “text | kind”."""
    told = [name.split(" | ") for name in names]
    synonyms = tuple(Synonym(one[0], one[1] if len(one) > 1 else "synonym", "test") for one in told)  # type: ignore[arg-type]
    return Term(
        id, kind, id.replace("-", " "), "test", tuple(classes.split()), tuple(contains.split()), synonyms, passing
    )


TABLE = (
    term("lidocaine", "drug", "lignocaine", "lidocane | misspelling", "lidocaine injection | form",
         "lidocaine hydrochloride | salt", "lidocaine injectable solution | form", classes="amide"),
    term("lidocaine-patch", "drug", "lidocaine plaster | form", "lidocaine patch | form", contains="lidocaine"),
    term("lidocaine-topical", "drug", "lidocaine gel | form", "lidocaine oral solution | form", contains="lidocaine"),
    term("adrenaline", "drug", "epinephrine", classes="sympathomimetic"),
    term("lidocaine-with-adrenaline", "drug", contains="lidocaine adrenaline"),
    term("codeine", "drug", "codeine phosphate | salt", classes="opioid"),
    term("paracetamol", "drug", "Tylenol | brand", "Tylenol 3 | abbreviation", "acetaminophen"),
    term("paracetamol-and-codeine", "drug", "Tylenol #3 | brand", "Tylenol 3 | abbreviation", contains="paracetamol codeine"),
    term("magnesium-sulfate", "drug", "Epsom salts", "XS | abbreviation", classes="magnesium-source"),
    term("magnesium", "drug", classes="magnesium-source"),
    term("magnesium-oil", "drug", "magnesium spray | form", classes="magnesium-source"),
    term("morphine", "drug", "XS | abbreviation", classes="opioid"),
    term("digoxin", "drug", classes="digitalis"),
    term("opioid", "drug", "opioids", classes="opioid"),
    term("no-medications", "drug", "none"),
    term("stroke", "condition", "cerebrovascular accident", "CVA | abbreviation", classes="stroke"),
    term("pregnancy", "condition", "pregnant", classes="pregnancy", passing=True),
    term("heart-failure", "condition", "failure of heart", classes="heart"),
    term("asthma", "condition", classes="respiratory-disease"),
    term("kidney-disease", "condition", "CKD | abbreviation", classes="kidney-disease"),
    term("kidney-disease-stage-4", "condition", "CKD 4 | abbreviation", classes="kidney-disease severe"),
    term("myocardial-infarction", "condition", "MI | abbreviation", classes="heart"),
    term("mitral-regurgitation", "condition", "MI | abbreviation"),
    term("heart-block", "condition", classes="heart-block"),
    term("no-known-allergies", "allergen", "NKDA | abbreviation", "none", "no allergies"),
    term("penicillins", "allergen", "penicillin", classes="penicillin"),
    term("latex", "allergen"),
)  # fmt: skip
KNOWN = {one.id: one for one in TABLE}


def read(text: str, kind: TermKind) -> Resolution:
    return resolve(text, kind, KNOWN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LIGNOCAINE", "lidocaine"),
        ("  lidocaïne,  ", "lidocaine"),
        ("lidocaine (substance)", "lidocaine"),
        ("lidocaine 100 mg/5 mL injection", "lidocaine"),
        ("NDA012345 10 ML lidocaine 20 MG/ML Injection", "lidocaine"),
        ("lidocaine hydrochloride", "lidocaine"),
        ("lidocaine HCl 1 %", "lidocaine"),
        ("lidocaine 5 % plaster once daily", "lidocaine-patch"),
        ("lidocaine hydrochloride 2 % gel", "lidocaine-topical"),
        ("lidocaine (lignocaine)", "lidocaine"),
        ("epinephrine and lignocaine", "lidocaine-with-adrenaline"),
        ("codeine phosphate 8 mg / acetaminophen 500 mg tablet", "paracetamol-and-codeine"),
        ("Tylenol #3 (paracetamol, codeine)", "paracetamol-and-codeine"),
        ("digoxin 125 mcg o.d. for pain", "digoxin"),
        ("digoxin q24h", "digoxin"),
        ("magnesium sulfate", "magnesium-sulfate"),
        ("magnesium citrate 2 tablets", "magnesium"),
        ("magnesium spray", "magnesium-oil"),
        ("opioid (codeine)", "codeine"),
    ],
)
def test_a_drug_among_words_that_never_change_which_drug_it_is(text: str, expected: str) -> None:
    assert read(text, "drug").term == expected


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("no digoxin", ("digoxin",)),
        ("digoxin?", ("digoxin",)),
        ("digoxin stopped", ("digoxin",)),
        ("off digoxin", ("digoxin",)),
        ("opioid-free", ("opioid",)),
        ("digoxin QOD", ("digoxin",)),
        ("XS", ("magnesium-sulfate", "morphine")),
        ("Tylenol 3", ("paracetamol", "paracetamol-and-codeine")),
        ("Tylenol 3 times daily", ("paracetamol", "paracetamol-and-codeine")),
        ("lidocaine film", ("lidocaine", "lidocaine-patch", "lidocaine-topical")),
        ("lidocaine solution", ("lidocaine", "lidocaine-patch", "lidocaine-topical")),
        ("digoxin and codeine", ("digoxin", "codeine")),
        ("none except digoxin", ("no-medications", "digoxin")),
        ("none daily", ("no-medications",)),
        ("qwerty", ()),
        ("", ()),
    ],
)
def test_anything_else_stays_open_with_what_it_mentions(text: str, possible: tuple[str, ...]) -> None:
    found = read(text, "drug")
    assert found.term is None
    assert set(found.possible) == set(possible)


def test_a_combination_carries_the_ids_and_classes_of_its_parts() -> None:
    assert set(read("paracetamol and codeine", "drug").classes) == {"paracetamol", "codeine", "opioid"}


def test_a_misspelling_is_said_to_be_one_in_a_combination_too() -> None:
    assert read("lidocane", "drug").matched_kind == "misspelling"
    assert read("lidocane with epinephrine", "drug").matched_kind == "misspelling"


def test_what_was_set_aside_is_told() -> None:
    assert read("codeine sulfate 15 mg oral tablet", "drug").removed == ("15", "mg", "sulfate", "oral", "tablet")


def test_a_word_like_a_name_is_offered_and_not_taken() -> None:
    found = read("digoxen", "drug")
    assert found.term is None
    assert found.nearest == ("digoxin",)
    assert found.left == ("digoxen",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Stroke (disorder)", "stroke"),
        ("history of stroke", "stroke"),
        ("h/o CVA", "stroke"),
        ("previous stroke", "stroke"),
        ("stroke in 2019", "stroke"),
        ("asthma since 1990", "asthma"),
        ("mild asthma", "asthma"),
        ("failure of right heart", "heart-failure"),
        ("cerebrovascular accident (CVA)", "stroke"),
        ("CKD (kidney disease stage 4)", "kidney-disease-stage-4"),
        ("myocardial infarction (MI)", "myocardial-infarction"),
        ("pregnant since 2026", "pregnancy"),
    ],
)
def test_a_condition_with_its_side_course_or_date(text: str, expected: str) -> None:
    assert read(text, "condition").term == expected


@pytest.mark.parametrize(
    "text",
    ["no heart block", "denies heart block", "family history of heart block", "?heart block", "query heart block",
     "heart block excluded", "heart block resolved", "no history of heart block", "never had heart block"],
)  # fmt: skip
def test_a_condition_denied_or_doubted_stays_open(text: str) -> None:
    found = read(text, "condition")
    assert (found.term, found.possible) == (None, ("heart-block",))


@pytest.mark.parametrize("text", ["history of pregnancy", "pregnancy 2009", "previous pregnancy"])
def test_a_passing_condition_of_the_past_stays_open(text: str) -> None:
    found = read(text, "condition")
    assert (found.term, found.possible) == (None, ("pregnancy",))


def test_two_conditions_in_one_entry_stay_open() -> None:
    assert read("asthma, stroke", "condition").possible == ("asthma", "stroke")
    assert read("MI", "condition").possible == ("myocardial-infarction", "mitral-regurgitation")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lidocaine rash", "lidocaine"),
        ("Allergy to lignocaine", "lidocaine"),
        ("lidocaine: anaphylaxis", "lidocaine"),
        ("Penicillin (hives as child)", None),
        ("penicillin - hives", "penicillins"),
        ("intolerance to codeine", "codeine"),
        ("NKDA", "no-known-allergies"),
        ("none", "no-known-allergies"),
        ("N.K.D.A.", "no-known-allergies"),
        ("NKDA, rash", None),
        ("lidocaine - no reaction", None),
        ("no allergies to latex", None),
        ("lidocaine?", None),
        ("rash", None),
        ("lidocaine and latex", None),
    ],
)
def test_an_allergen_with_its_reaction(text: str, expected: str | None) -> None:
    assert read(text, "allergen").term == expected


def test_words_are_folded_the_same_way() -> None:
    assert words("Guillain-Barré") == words("GUILLAIN BARRE") == ("guillain", "barre")
    assert words("Parkinson’s") == words("Parkinson's") == ("parkinsons",)
    assert words("1,000 units 0.9% ?#") == ("1,000", "units", "0.9", "%", "?", "#")
    assert words("Anemia (disorder)") == ("anemia",)
    assert words("ﬁbromyalgia") == ("fibromyalgia",)


def test_a_strength_is_a_number_with_its_units() -> None:
    assert strengths(("a", "10mg", "x2", "mg", "12", "ml", "hr", "b12")) == {1, 2, 3, 4, 5, 6}


def test_a_year_alone_is_no_date_of_anything() -> None:
    assert without_date(("2019",)) == (("2019",), False)
    assert without_date(("history", "of")) == (("history", "of"), False)
