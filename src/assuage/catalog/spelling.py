"""Words of a text, folded so that two ways of writing one name are the same, and the words that are not part of a name.

No clinical fact stands here: only how names are written, and which words around the name of a drug tell its strength,
form, route or frequency and so never which drug it is.
"""

from __future__ import annotations

import re
import unicodedata

Tokens = tuple[str, ...]

# The tag that ends the display of a coded concept: “Anemia (disorder)”.
TAG = re.compile(
    r"\s*\((?:disorder|finding|situation|substance|product|medicinal product|clinical drug|organism|procedure|event"
    r"|observable entity|morphologic abnormality|regime/therapy|person|physical object)\)\s*$",
    re.IGNORECASE,
)
WORD = re.compile(r"[0-9]+(?:[.,][0-9]+)*[^\W_]*|[^\W_]+|[%?#]")
# Apostrophes vanish (Parkinson's = Parkinsons); letters that do not decompose are written out.
LETTERS = str.maketrans({**dict.fromkeys("'’‘ʼ`´", ""), "æ": "ae", "œ": "oe", "ø": "o", "ł": "l"})

UNITS = (
    "mg mcg µg μg ug g gm gram grams milligram milligrams microgram micrograms nanogram nanograms ng kg ml l litre"
    " litres liter liters iu unit units unt u mmol meq hr hrs hour hours h actuat dose doses %"
)
FORMS = (
    "tablet tablets tab tabs capsule capsules cap caps caplet caplets oral orally solution suspension syrup elixir"
    " liquid drops drop powder sachet sachets granules injection injectable inj infusion iv intravenous im intramuscular sc"
    " subcutaneous po mouth sublingual buccal transdermal patch patches system topical cream gel ointment lotion spray"
    " nasal inhaler inhalation inhaled nebuliser nebulizer nebules metered dry rectal suppository ophthalmic eye ear"
    " otic extended release er xr xl sr mr cr la ir prolonged modified sustained immediate delayed dr ec enteric coated film"
    " disintegrating dispersible orodispersible odt effervescent chewable mucosal prefilled syringe pen vial ampoule"
    " cartridge pack hfa product hard soft gastro resistant"
)
FREQUENCIES = (
    "once twice three four times daily weekly bd bid tds tid qid qds od nocte mane prn as needed at night every each"
    " morning evening bedtime a per day by"
)
UNIT_WORDS = frozenset(UNITS.split())
REMOVABLE = frozenset(FORMS.split()) | frozenset(FREQUENCIES.split())
CONNECTORS = frozenset({"and", "with", "plus"})
NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*(?P<unit>[^\W_]*)")
# The number of a marketing application, which product lists write before a name.
APPLICATION = re.compile(r"a?nda[0-9]{4,}")
FRAMES = (("allergy", "to"), ("allergic", "to"), ("hypersensitivity", "to"), ("allergies",), ("allergy",))
FRAME_ENDS = (("allergy",), ("hypersensitivity",))


def words(text: str) -> Tokens:
    """The words of a text: casefolded, without tag, accents and punctuation; “?”, “%” and “#” stay.

    >>> words("Sjögren's  disease (disorder)")
    ('sjogrens', 'disease')
    """
    folded = unicodedata.normalize("NFKC", TAG.sub("", text)).casefold().translate(LETTERS)
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", folded) if unicodedata.category(letter) not in ("Mn", "Cf")
    )
    return tuple(WORD.findall(plain))


def strengths(tokens: Tokens) -> frozenset[int]:
    """Places of the words that tell a strength: a number, the units after it, the number of an application.

    >>> sorted(strengths(("acetaminophen", "325", "mg", "tablet")))
    [1, 2]
    """
    found: set[int] = set()
    for at, word in enumerate(tokens):
        number = NUMBER.fullmatch(word)
        is_number = number is not None and (not number["unit"] or number["unit"] in UNIT_WORDS)
        if is_number or APPLICATION.fullmatch(word) or (word in UNIT_WORDS and at - 1 in found):
            found.add(at)
    return frozenset(found)


def without_frame(tokens: Tokens) -> Tokens:
    """The words of an allergy without “allergy to” before or “allergy” after them.

    >>> without_frame(("allergy", "to", "penicillin"))
    ('penicillin',)
    """
    for frame in FRAMES:
        if tokens[: len(frame)] == frame:
            return tokens[len(frame) :]
    for frame in FRAME_ENDS:
        if tokens[-len(frame) :] == frame:
            return tokens[: -len(frame)]
    return tokens
