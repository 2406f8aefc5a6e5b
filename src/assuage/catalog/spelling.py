"""Words of a text, folded so that two ways of writing one name are the same, and the words that are not part of a name.

No clinical fact stands here: only how names are written, and which words around a name tell strength, salt, form, route,
frequency, side, date or reaction and so never which drug, condition or allergen it is. Words that deny or doubt (no, not,
without, ?, query, possible, family) stand in none of these sets, so a text that has one never resolves around a name.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Tokens = tuple[str, ...]
TermKind = Literal["drug", "condition", "allergen"]

# The tag that ends the display of a coded concept: “Anemia (disorder)”.
TAG = re.compile(
    r"\s*\((?:disorder|finding|situation|substance|product|medicinal product|clinical drug|organism|procedure|event"
    r"|observable entity|morphologic abnormality|regime/therapy|person|physical object)\)\s*$",
    re.IGNORECASE,
)
WORD = re.compile(r"[0-9]+(?:[.,][0-9]+)*[^\W_]*|[^\W_]+|[%?#]")
# N.K.D.A. and b.d. are the words nkda and bd.
DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")
# Apostrophes vanish (Parkinson's = Parkinsons); letters that do not decompose are written out.
LETTERS = str.maketrans({**dict.fromkeys("'’‘ʼ`´", ""), "æ": "ae", "œ": "oe", "ø": "o", "ł": "l"})

UNITS = frozenset(
    "mg mcg µg μg ug g gm gram grams milligram milligrams microgram micrograms nanogram nanograms ng kg ml l litre"
    " litres liter liters iu unit units unt u mmol meq hr hrs hour hours h actuat dose doses %".split()
)
FORMS = frozenset(
    "tablet tablets tab tabs capsule capsules cap caps caplet caplets oral orally solution suspension syrup elixir"
    " liquid drops drop powder sachet sachets granules injection injectable inj infusion iv intravenous im intramuscular sc"
    " subcutaneous po mouth sublingual buccal transdermal patch patches plaster plasters medicated system topical cream gel"
    " ointment lotion spray jelly viscous mouthwash nasal inhaler inhalation inhaled nebuliser nebulizer nebules metered"
    " breath actuated dry rectal suppository suppositories ophthalmic eye ear otic vaginal ring intrauterine implant extended"
    " release er xr xl sr mr cr la ir prolonged modified sustained immediate delayed slow dr ec enteric coated film"
    " disintegrating dispersible orodispersible odt effervescent chewable lozenge mucosal prefilled syringe pen injector auto"
    " autoinjector vial ampoule cartridge pack hfa product hard soft gastro resistant liposomal abuse"
    " deterrent usp".split()
)
FREQUENCIES = frozenset(
    "once twice one two three four five six eight half times time daily nightly hourly weekly fortnightly monthly bd bid"
    " tds tid qid qds qd od om on nocte mane hs qhs qam qpm prn as needed at night nights every each other alternate"
    " morning evening bedtime a per day days week weeks month by before after with food meal meals breakfast lunch dinner"
    " supper low high dose doses regular regularly long term current currently ongoing repeat up to max maximum for pain puff puffs"
    " nerve sleep breakthrough".split()
)
SALTS = frozenset(
    "hydrochloride dihydrochloride hcl hydrobromide hbr bromide sulfate sulphate bisulfate sodium disodium potassium"
    " calcium tartrate bitartrate maleate mesylate mesilate besylate besilate tosylate camsylate succinate fumarate citrate"
    " phosphate diphosphate acetate nitrate lactate gluconate pamoate embonate oxalate xinafoate propionate dipropionate"
    " valerate furoate dihydrate monohydrate trihydrate hemihydrate anhydrous hydrate hyclate base".split()
)
SIDES = frozenset("left right both bilateral unilateral".split())
COURSE = frozenset(
    "known mild chronic recurrent longstanding stable treated controlled well unspecified nos uncomplicated".split()
)
REACTIONS = frozenset(
    "allergy allergies allergic hypersensitivity sensitivity sensitive intolerance intolerant to of reaction reactions"
    " adverse effect effects side severe mild moderate minor history previous previously childhood unknown caused causes gets"
    " got makes made me her him sick rash rashes skin hives urticaria itch itching itchy itchiness pruritus swelling swollen"
    " swells angioedema angiooedema oedema edema face facial lips tongue throat anaphylaxis anaphylactic anaphylactoid nausea"
    " nauseous vomiting vomits diarrhoea diarrhea constipation stomach upset gi gastrointestinal cramps dizziness dizzy"
    " drowsy drowsiness headache headaches wheeze wheezing bronchospasm breathing breathless breathlessness difficulty"
    " palpitations confusion hallucinations cough redness flushing blisters burning local eczema and with".split()
)
CONNECTORS = frozenset({"and", "with", "plus"})
# Words that may stand around a name of each kind without changing which name it is.
REMOVABLE: dict[TermKind, frozenset[str]] = {
    "drug": FORMS | FREQUENCIES | SALTS,
    "allergen": FORMS | SALTS | REACTIONS,
    "condition": SIDES | COURSE,
}
NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*(?P<unit>[^\W_]*)")
# The number of a marketing application, which product lists write before a name; every so many hours; so many times.
ODD_STRENGTH = re.compile(r"a?nda[0-9]{4,}|q[0-9]+h(?:rs?)?|x[0-9]+|[0-9]+x")
YEAR = re.compile(r"(?:19|20)[0-9]{2}")
# Words that put a condition into the past, before it; longer ones first.
PAST = (
    ("past", "medical", "history", "of"), ("past", "history", "of"), ("previous", "history", "of"),
    ("medical", "history", "of"), ("history", "of"), ("hx", "of"), ("h", "o"), ("previous",), ("prior",), ("past",),
    ("old",),
)  # fmt: skip
# Words before a year that say when a condition began, not that it is over.
BEGAN = (("diagnosed", "in"), ("since",), ("diagnosed",), ("dx",), ("from",))


def words(text: str) -> Tokens:
    """The words of a text: casefolded, without tag, accents and punctuation; “?”, “%” and “#” stay.

    >>> words("Sjögren's  disease (disorder)")
    ('sjogrens', 'disease')
    """
    plain = (TAG.sub("", text) if ")" in text else text).casefold()
    if not plain.isascii():
        plain = _unaccented(unicodedata.normalize("NFKC", plain).casefold())
    if "'" in plain or "`" in plain:
        plain = plain.replace("'", "").replace("`", "")
    if "." in plain:
        plain = DOTTED.sub(lambda found: found[0].replace(".", ""), plain)
    return tuple(WORD.findall(plain))


def _unaccented(text: str) -> str:
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.translate(LETTERS))
        if unicodedata.category(letter) not in ("Mn", "Cf")
    )


def strengths(tokens: Tokens) -> frozenset[int]:
    """Places of the words that tell a strength or a count: a number, the units after it, “q6h”, “x2”.

    >>> sorted(strengths(("acetaminophen", "325", "mg", "tablet")))
    [1, 2]
    """
    found: set[int] = set()
    for at, word in enumerate(tokens):
        number = NUMBER.fullmatch(word)
        is_number = number is not None and (not number["unit"] or number["unit"] in UNITS)
        if is_number or ODD_STRENGTH.fullmatch(word) or (word in UNITS and at - 1 in found):
            found.add(at)
    return frozenset(found)


def without_date(tokens: Tokens) -> tuple[Tokens, bool]:
    """The words of a condition without “history of” before and a year after it; whether those put it into the past.

    >>> without_date(("history", "of", "stroke"))
    (('stroke',), True)
    >>> without_date(("asthma", "since", "1990"))
    (('asthma',), False)
    """
    is_past = False
    if len(tokens) > 1 and YEAR.fullmatch(tokens[-1]):
        tokens = tokens[:-1]
        began = next((words for words in BEGAN if tokens[-len(words) :] == words), ())
        is_past = not began
        tokens = tokens[: len(tokens) - len(began)]
        if is_past and tokens[-1:] == ("in",):
            tokens = tokens[:-1]
    for frame in PAST:
        if tokens[: len(frame)] == frame and len(tokens) > len(frame):
            return tokens[len(frame) :], True
    return tokens, is_past
