"""Words nobody understood: could they name something that matters?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from assuage.catalog import Catalog
from assuage.catalog.terms import Resolution
from assuage.drug import Term
from assuage.rule import Condition
from assuage.screening.same import Same
from assuage.screening.truth import parts

LIST_OF = {"conditions": "condition", "medications": "medication", "allergies": "allergy"}
# Words that tell when, how much, which side or how it showed, and never name a drug or a disease.
PLAIN = frozenset(
    "a about after age ago aged all allergic allergy an and as at bad both child childhood chronic daily date day days"
    " doctor during each early few for from gp had has have he her his history in infant intolerance intolerant is it last"
    " late left long long-term longstanding many mild mildly minor moderate month months mother my now occasional"
    " occasionally of often old on once only or over own past patient previous previously rarely reaction reactions recent"
    " recently recurrent reported right says self severe severely she side since slight slightly some sometimes started"
    " still taken takes taking the then this to told twice under unknown up used uses usually was week weeks well when"
    " with year years young"
    " hives itch itching itchy rash redness swelling urticaria vomiting nausea stomach upset".split()
)


def is_of_no_account(resolution: Resolution, which: str, catalog: Catalog) -> bool:
    """Whether an entry that is not understood cannot name anything a rule asks for.

    All of these must hold; else the entry could be a drug or a disease that matters, and blocks the dose:

    * it mentions at least one known name;
    * nothing it mentions matters: a drug or a condition carries no class, contains nothing and is asked for by no rule;
      an allergen, with its classes and contents, is asked for by no rule as an allergy;
    * every other word is a number, a strength, or stands in the short list of plain words above. A word that is not in
      that list could be the misspelt name of anything, however unlike any known name it looks.
    """
    if not resolution.possible or any(word not in PLAIN and not word.isdigit() for word in resolution.left):
        return False
    wanted = asked_of_lists(catalog)[which]
    for name in resolution.possible:
        reach = reach_of(name, catalog.terms)
        if reach & wanted or (which != "allergies" and reach != {name}):
            return False
    return True


def reach_of(name: str, terms: Mapping[str, Term]) -> set[str]:
    """Everything a rule may ask of a term: its id and classes, and those of all that it contains."""
    term = terms[name]
    return {name, *term.classes}.union(*(reach_of(part, terms) for part in term.contains))


def asked_of_lists(catalog: Catalog) -> dict[str, frozenset[str]]:
    """For each list, every id and class that a rule, a line for the nurse or a regimen's entry criterion asks for."""
    return _asked(Same(catalog))


@lru_cache(maxsize=10)
def _asked(key: Same[Catalog]) -> dict[str, frozenset[str]]:
    catalog = key.it
    conditions: list[Condition] = [rule.when for rule in catalog.rules.values() if rule.when]
    conditions += [watch.only_if for watch in catalog.watch.values() if watch.only_if]
    single = [part for one in conditions for part in parts(one)]
    found = {
        which: {name for part in single for name in getattr(part, attribute) or ()}
        for which, attribute in LIST_OF.items()
    }
    for regimen in catalog.regimens.values():
        found["conditions"] |= {*regimen.indications, *(name for one in regimen.criteria for name in one.is_one_of)}
    return {which: frozenset(names) for which, names in found.items()}
