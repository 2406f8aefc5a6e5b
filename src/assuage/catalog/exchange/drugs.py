"""The names of drugs that an arm may bear: those of the catalog and a clinic's own, misspellings left out."""

from __future__ import annotations

from collections.abc import Collection

from assuage.catalog.model import Catalog

# An arm without a drug. What it was made of may follow in parentheses.
NONE_GIVEN = ("none", "placebo")
MISSPELLING = "misspelling"


def known_drugs(catalog: Catalog) -> frozenset[str]:
    """Every name of a drug: ids and names of drugs, their terms with synonyms, and what arms of studies bear already."""
    names = {name for drug in catalog.drugs.values() for name in (drug.id, drug.name)}
    for term in (term for term in catalog.terms.values() if term.kind == "drug"):
        names |= {term.id, term.name, *(one.text for one in term.synonyms if one.kind != MISSPELLING)}
    names |= {drug.drug for study in catalog.studies.values() for arm in study.arms for drug in arm.drugs}
    return frozenset(name.casefold() for name in names)


def is_known(name: str, drugs: Collection[str]) -> bool:
    """Whether a name is known, words in parentheses after it apart; an arm without a drug is known too."""
    bare = name.partition(" (")[0].casefold()
    return bare in drugs or name.casefold() in drugs or bare in NONE_GIVEN
