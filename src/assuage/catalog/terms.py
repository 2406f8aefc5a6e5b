"""From words people write to the terms of the catalog: exactly, or not at all.

A text resolves when it is a known name: letter case, accents, punctuation and the tag of a coded display do not count.
Around a name some words may stand that never change which name it is: strength, salt, form, route and frequency of a
drug, the reaction to an allergen, the side or the date of a condition (`spelling.REMOVABLE`). “History of” a condition
names it too, unless it is one that passes. Anything else does not resolve: it comes back with the terms it mentions
(`possible`) and the names it resembles (`nearest`), and the caller holds.
Nothing is ever accepted because it looks similar. Words that deny or doubt are words like any other: not set aside, so
“no digoxin” and “?heart block” stay open with what they mention. A name that stands on two terms never resolves.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache

import msgspec

from assuage.catalog.spelling import (
    CONNECTORS,
    FORMS,
    REMOVABLE,
    SALTS,
    SIDES,
    TermKind,
    Tokens,
    strengths,
    without_date,
    words,
)
from assuage.drug import Term

__all__ = ["Resolution", "TermKind", "resolve"]

# Whole phrases may be further from a name than single words: a wrong word in four still shows what was meant.
NEAR_PHRASE, NEAR_WORD, NEAREST = 0.6, 0.75, 3
LONGEST_PHRASE, MOST_WORDS, SHORTEST_WORD, CANDIDATES = 8, 8, 4, 12
# Terms that say there is nothing to list: only as the whole text, never among other words.
SAYS_NONE = frozenset({"no-known-allergies", "no-medications", "no-conditions"})
# Texts longer than any entry of a list are not kept.
KEPT, LONGEST_KEPT = 4096, 200


class Resolution(msgspec.Struct, frozen=True):
    """What a text was understood as.

    term       the id of the one term it names, or None; never a guess
    classes    what rules may ask of it: classes of the term, and the ids and classes of what it contains
    matched    the name that matched, as the catalog writes it; `matched_kind` its kind (name, id, misspelling, …)
    removed    words around the name that were set aside (strength, form, side, reaction …), as folded
    possible   ids of the terms an unresolved text mentions, in order
    nearest    known names that an unresolved text, or a word of it, resembles; best first
    left       words of an unresolved text that belong to no known name and tell no strength, as folded
    """

    text: str
    term: str | None = None
    classes: tuple[str, ...] = ()
    matched: str | None = None
    matched_kind: str | None = None
    removed: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class Name(msgspec.Struct, frozen=True):
    """One name of one term."""

    term: str
    text: str
    kind: str


class Span(msgspec.Struct, frozen=True):
    """Words `start` up to `end` of a text are these names: usually one, several where a name is ambiguous."""

    start: int
    end: int
    names: tuple[Name, ...]


def resolve(text: str, kind: TermKind, terms: Mapping[str, Term]) -> Resolution:
    """The term of one kind that a text names, or what it mentions and resembles.

    An allergen may also be any known drug. Holds: the result has a term only when the words of the text, all of them
    accounted for, are names of that term (or of everything a combination contains).

    >>> from assuage.drug import Term
    >>> known = {"ketamine": Term("ketamine", "drug", "ketamine", "nomenclature")}
    >>> resolve("Ketamine 50 mg/mL injection", "drug", known).term
    'ketamine'
    >>> resolve("no ketamine", "drug", known).possible
    ('ketamine',)
    """
    key = _Same(terms)
    return _kept(key, kind, text) if len(text) <= LONGEST_KEPT else _resolved(key, kind, text)


def _resolved(key: _Same, kind: TermKind, text: str) -> Resolution:
    index = _index(key, kind)
    said = words(text)
    names = index.names.get(said, ())
    if len(names) == 1:
        return index.resolution(text, names[0])
    asked, is_past = without_date(said) if kind == "condition" else (said, False)
    found = _around_the_name(text, asked, index)
    if found is not None and found.term is not None and not (is_past and index.terms[found.term].passing):
        return found
    spans = index.spans(said)
    mentioned = [name.term for span in spans for name in span.names]
    possible = dict.fromkeys((*mentioned, *(found.possible if found else ())))
    explained = _places(spans) | strengths(said)
    left = tuple(word for at, word in enumerate(said) if at not in explained)
    return Resolution(text, possible=tuple(possible), nearest=index.nearest(said, spans), left=left)


def _around_the_name(text: str, said: Tokens, index: Index) -> Resolution | None:
    """A name among words that may be set aside; the parts of a known combination in any order."""
    aside = _without_side if index.kind == "condition" else _without_strength_and_salt
    bare, removed = aside(said, index)
    spans = index.spans(bare)
    one_of = _readings(spans)
    if not one_of:
        return None
    covered = _places(spans)
    left = [word for at, word in enumerate(bare) if at not in covered]
    allowed = REMOVABLE[index.kind] | (CONNECTORS if len(spans) > 1 and index.kind != "condition" else frozenset())
    if any(word not in allowed for word in left):
        return None
    whole = index.whole(one_of)
    if whole is None or whole in SAYS_NONE:
        return None
    other = index.other_forms(whole, left) if index.kind == "drug" else ()
    if other:
        return Resolution(text, possible=(whole, *other))
    return index.resolution(text, _matched(spans, whole), removed=(*removed, *left), term=whole)


def _without_strength_and_salt(said: Tokens, index: Index) -> tuple[Tokens, Tokens]:
    """The words that are left, and those set aside. A number or a salt that belongs to a name stays, unless the name
    is only a drug with its salt: then the form said after it can join the drug (lidocaine hydrochloride gel)."""
    measured = strengths(said) - _places(index.spans(said))
    bare = tuple(word for at, word in enumerate(said) if at not in measured)
    named = _places(span for span in index.spans(bare) if any(name.kind != "salt" for name in span.names))
    salts = {at for at, word in enumerate(bare) if word in SALTS} - named
    aside = (*(said[at] for at in sorted(measured)), *(bare[at] for at in sorted(salts)))
    return tuple(word for at, word in enumerate(bare) if at not in salts), aside


def _without_side(said: Tokens, index: Index) -> tuple[Tokens, Tokens]:
    """The words that are left, and words of side set aside, so that a name they stand in is one again."""
    named = _places(index.spans(said))
    sides = {at for at, word in enumerate(said) if word in SIDES} - named
    return tuple(word for at, word in enumerate(said) if at not in sides), tuple(said[at] for at in sorted(sides))


def _readings(spans: tuple[Span, ...]) -> set[str]:
    """The terms that spans name; a name of several terms only where another span says which; empty if one is open."""
    sure = {span.names[0].term for span in spans if len(span.names) == 1}
    settled = all(len({name.term for name in span.names} & sure) == 1 for span in spans if len(span.names) > 1)
    return sure if settled else set()


def _matched(spans: tuple[Span, ...], whole: str) -> Name:
    """The name by which a term was found: a misspelling before all, else its own name, else those of its parts."""
    said = [next((name for name in span.names if name.term == whole), span.names[0]) for span in spans]
    misspelt = next((name for name in said if name.kind == "misspelling"), None)
    own = next((name for name in said if name.term == whole), None)
    return misspelt or own or Name(whole, " with ".join(name.text for name in said), "combination")


def _places(spans: Iterable[Span]) -> set[int]:
    return {at for span in spans for at in range(span.start, span.end)}


class Index:
    """The names of one kind of term, ready to be looked up. Built once for each catalog, and its rarer parts when asked."""

    def __init__(self, terms: Mapping[str, Term], kind: TermKind, also: Index | None = None) -> None:
        self.terms, self.kind = terms, kind
        self.names: dict[Tokens, tuple[Name, ...]] = {}
        for term in terms.values():
            if term.kind == kind:
                self._add(term)
        for tokens, names in also.names.items() if also else ():
            if names[0].term not in SAYS_NONE:
                self.names.setdefault(tokens, names)

    def _add(self, term: Term) -> None:
        names = self.names
        for name in _names(term):
            tokens = words(name.text)
            known = names.get(tokens)
            if known is None:
                names[tokens] = (name,)
            elif all(other.term != name.term for other in known):
                names[tokens] = (*known, name)

    @cached_property
    def reach(self) -> dict[str, int]:
        """First word of a name → the most words of a name that begins with it."""
        longest: dict[str, int] = {}
        for tokens in self.names:
            if tokens and longest.get(tokens[0], 0) < len(tokens):
                longest[tokens[0]] = len(tokens)
        return longest

    @cached_property
    def combinations(self) -> dict[frozenset[str], list[str]]:
        """Parts → the combinations of exactly these."""
        found: dict[frozenset[str], list[str]] = {}
        for term in self.terms.values():
            if len(term.contains) > 1:
                found.setdefault(frozenset(term.contains), []).append(term.id)
        return found

    @cached_property
    def _forms(self) -> dict[str, dict[str, tuple[frozenset[str], ...]]]:
        """A term → the terms that are forms of it, itself too where its own are listed → the words that tell each form."""
        forms: dict[str, dict[str, tuple[frozenset[str], ...]]] = {}
        for tokens, (name, *_) in self.names.items():
            if name.kind != "form":
                continue
            told = frozenset(word for word in tokens if word in FORMS)
            for whole in self.names.get(tuple(word for word in tokens if word not in told), ()):
                known = forms.setdefault(whole.term, {})
                known[name.term] = (*known.get(name.term, ()), told)
        return forms

    def other_forms(self, term: str, said: Iterable[str]) -> tuple[str, ...]:
        """Terms that are another form of this one, when words of form are said and may mean them: lidocaine, a patch.

        Where a term lists its own forms (an injection), one of them must be said whole and no word of another; where it
        lists none, only words that the other term's names have may mean that term.
        """
        told, forms = {word for word in said if word in FORMS}, self._forms.get(term, {})
        others = {other: frozenset[str]().union(*listed) for other, listed in forms.items() if other != term}
        own = forms.get(term, ())
        mine = frozenset[str]().union(*own)
        if not own:
            return tuple(other for other, their in others.items() if told & their)
        is_mine = any(form <= told for form in own) and not any(told & their - mine for their in others.values())
        return () if not told or is_mine else tuple(others)

    def resolution(
        self, text: str, name: Name, *, removed: tuple[str, ...] = (), term: str | None = None
    ) -> Resolution:
        """The resolution to a term by a name."""
        found = term or name.term
        return Resolution(text, found, self.classes(found), name.text, name.kind, removed)

    def classes(self, term: str) -> tuple[str, ...]:
        """Classes of a term, then the id and classes of everything it contains."""
        found = dict.fromkeys(self.terms[term].classes)
        for part in self.terms[term].contains:
            found.update(dict.fromkeys((part, *self.classes(part))))
        return tuple(found)

    def whole(self, parts: set[str]) -> str | None:
        """The one term that these terms amount to: itself, the combination of them, or the one that says all the rest.

        One term says all the rest when it contains them or carries their ids and classes (a stage of kidney disease
        beside kidney disease), so that no rule could see more in the others.
        """
        if len(parts) == 1:
            return next(iter(parts))
        single = (self.terms[one].contains if len(self.terms[one].contains) > 1 else (one,) for one in parts)
        combined = self.combinations.get(frozenset(part for one in single for part in one), [])
        if len(combined) == 1:
            return combined[0]
        among = [one for one in parts if all(self._says(one, other) for other in parts - {one})]
        return among[0] if len(among) == 1 else None

    def _says(self, one: str, other: str) -> bool:
        carried = self.classes(one)
        return other in carried and set(self.classes(other)) <= set(carried)

    def spans(self, tokens: Tokens) -> tuple[Span, ...]:
        """Every place where words of a text are a name, less those inside a longer name."""
        found: list[Span] = []
        reach = 0
        for start, word in enumerate(tokens):
            longest = self.reach.get(word, 0)
            for end in range(min(len(tokens), start + longest), max(start, reach), -1):
                names = self.names.get(tokens[start:end])
                if names:
                    found.append(Span(start, end, names))
                    reach = end
                    break
        return tuple(found)

    def nearest(self, tokens: Tokens, spans: Iterable[Span]) -> tuple[str, ...]:
        """Known names like the whole text, or like a word of it that no known name covers."""
        passed_over = _places(spans) | strengths(tokens)
        open_words = [
            word
            for at, word in enumerate(tokens)
            if at not in passed_over and word not in REMOVABLE[self.kind] and len(word) >= SHORTEST_WORD
        ]
        scores: dict[str, tuple[float, str]] = {}
        if 0 < len(tokens) <= LONGEST_PHRASE:
            self._score(" ".join(tokens), NEAR_PHRASE, scores)
        for word in open_words[:MOST_WORDS]:
            self._score(word, NEAR_WORD, scores)
        best = sorted(scores.values(), key=lambda scored: (-scored[0], scored[1]))
        return tuple(text for _, text in best[:NEAREST])

    @cached_property
    def _spelled(self) -> list[tuple[str, Name]]:
        return [(" ".join(tokens), names[0]) for tokens, names in self.names.items()]

    @cached_property
    def _grams(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, (spelling, _) in enumerate(self._spelled):
            for gram in _grams(spelling):
                found.setdefault(gram, []).append(place)
        return found

    def _score(self, phrase: str, cutoff: float, scores: dict[str, tuple[float, str]]) -> None:
        grams, spelled = _grams(phrase), self._spelled
        shared = Counter(place for gram in grams for place in self._grams.get(gram, ()))
        alike = sorted(shared, key=lambda place: (-shared[place] / (len(grams) + len(spelled[place][0])), place))
        for place in alike[:CANDIDATES]:
            spelling, name = spelled[place]
            ratio = difflib.SequenceMatcher(None, phrase, spelling, autojunk=False).ratio()
            if spelling != phrase and ratio >= cutoff and ratio > scores.get(name.term, (0.0, ""))[0]:
                scores[name.term] = (ratio, name.text)


def _names(term: Term) -> Iterable[Name]:
    yield Name(term.id, term.name, "name")
    yield Name(term.id, term.id, "id")
    for synonym in term.synonyms:
        yield Name(term.id, synonym.text, synonym.kind)


def _grams(text: str) -> frozenset[str]:
    padded = f"  {text} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


class _Same:
    """A mapping as a cache key: equal only to itself, and kept alive so that its identity is not given to another."""

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self.terms = terms

    def __hash__(self) -> int:
        return id(self.terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.terms is other.terms


@lru_cache(maxsize=24)
def _index(key: _Same, kind: TermKind) -> Index:
    return Index(key.terms, kind, _index(key, "drug") if kind == "allergen" else None)


@lru_cache(maxsize=KEPT)
def _kept(key: _Same, kind: TermKind, text: str) -> Resolution:
    return _resolved(key, kind, text)
