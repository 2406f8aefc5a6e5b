"""Laws of names: how a name is written does not matter, and no text ever loses a name that it mentions."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.catalog import load_catalog
from assuage.catalog.spelling import words
from assuage.catalog.terms import Resolution, TermKind, resolve

CATALOG = load_catalog()
KINDS: tuple[TermKind, ...] = ("drug", "condition", "allergen")
# Every name of every term: (kind, name, term).
NAMES = [
    (term.kind, name, term.id)
    for term in CATALOG.terms.values()
    for name in (term.name, *(synonym.text for synonym in term.synonyms))
]
LISTED = {(kind, words(name)) for kind, name, _ in NAMES}
DENIALS = ("no {}", "not {}", "denies {}", "without {}", "never had {}", "family history of {}", "{} excluded",
           "{} stopped", "{} ruled out", "not on {}", "negative for {}", "?{}", "{}?", "query {}", "possible {}",
           "suspected {}", "{} resolved", "{} free", "off {}")  # fmt: skip
NAME = st.sampled_from(NAMES)
KIND = st.sampled_from(KINDS)


def read(text: str, kind: TermKind) -> Resolution:
    return resolve(text, kind, CATALOG.terms)


def reach(term: str, kind: TermKind) -> set[str]:
    """What rules may find in a term: its id, its classes, and those of its parts."""
    return {term, *read(CATALOG.terms[term].name, kind).classes, *CATALOG.terms[term].classes}


def accented(text: str) -> str:
    return text.translate(str.maketrans("aeiou", "áèîöü"))


@given(NAME, st.sampled_from([str.upper, str.title, accented, lambda text: f"  {text.replace(' ', '  ')} ,"]))
def test_case_accents_and_spaces_do_not_matter(named: tuple[TermKind, str, str], write: object) -> None:
    kind, name, term = named
    found = read(write(name), kind)  # type: ignore[operator]
    assert found.term == read(name, kind).term
    assert term in (found.term, *found.possible)


def test_every_name_resolves_to_its_term_or_stays_open_between_several() -> None:
    lost = []
    for kind, name, term in NAMES:
        found = read(name, kind)
        if found.term != term and not (found.term is None and term in found.possible and len(found.possible) > 1):
            lost.append((kind, name, term, found.term))
    assert lost == []


def test_the_order_of_the_parts_of_a_combination_does_not_matter() -> None:
    wrong = []
    for term in CATALOG.terms.values():
        if term.kind != "drug" or not 2 <= len(term.contains) <= 3:
            continue
        names = [CATALOG.terms[part].name for part in term.contains]
        for order in itertools.permutations(names):
            for joined in (" / ", " and ", " + ", " 10 MG / "):
                if read(joined.join(order), "drug").term != term.id:
                    wrong.append((term.id, joined.join(order)))
    assert wrong == []


@given(st.text(max_size=60), KIND)
def test_any_text_is_read_without_trouble(text: str, kind: TermKind) -> None:
    found = read(text, kind)
    assert found.text == text
    assert {found.term, *found.possible} <= {None, *CATALOG.terms}
    assert (found.term is None) == (found.matched is None)


def test_a_very_long_text_is_read_too() -> None:
    assert read("digoxin or " * 20_000, "drug").possible == ("digoxin",)


@pytest.mark.parametrize("denial", DENIALS)
def test_a_name_denied_or_doubted_never_resolves_and_is_never_lost(denial: str) -> None:
    wrong = []
    for kind, name, _ in random.Random(denial).sample(NAMES, 300):
        text = denial.format(name)
        if (kind, words(text)) in LISTED or (kind, words(f"history of {name}")) in LISTED:
            continue
        mentioned = read(name, kind)
        found = read(text, kind)
        if found.term is not None or not {mentioned.term, *mentioned.possible} - {None} <= set(found.possible):
            wrong.append((kind, text, found.term, found.possible))
    assert wrong == []


@given(NAME, st.text("bcdfghjklmnpqrstvwxz", min_size=5, max_size=9), st.booleans())
def test_an_unknown_word_never_leads_to_another_term(
    named: tuple[TermKind, str, str], unknown: str, is_before: bool
) -> None:
    kind, name, _ = named
    found = read(f"{unknown} {name}" if is_before else f"{name} {unknown}", kind)
    assert found.term in (None, read(name, kind).term) or (kind, words(unknown)) in LISTED


def test_two_names_in_one_entry_never_lose_one() -> None:
    """Either open, or a term in which a rule finds all that it would find in either."""
    pairs = random.Random(7)
    lost = []
    for _ in range(6_000):
        kind = pairs.choice(KINDS)
        one, other = (pairs.choice(NAMES) for _ in range(2))
        if one[0] != kind or other[0] != kind:
            continue
        text = f"{one[1]} {other[1]}"
        found = read(text, kind)
        if found.term is None or (kind, words(text)) in LISTED:
            continue
        both = [read(name, kind).term for _, name, _ in (one, other)]
        if not all(term and reach(term, kind) <= reach(found.term, kind) for term in both):
            lost.append((text, found.term, both))
    assert lost == []
