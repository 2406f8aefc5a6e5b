"""From words people write to the terms of the catalog: exactly, or not at all.

A text resolves when it is a known name: letter case, accents, punctuation and the tag of a coded display do not count,
and around the name of a drug the words of strength, form, route and frequency do not. Anything else does not resolve:
it comes back with the terms it mentions (`possible`) and the names it resembles (`nearest`), and the caller holds.
Nothing is ever accepted because it looks similar. A question mark is a word of its own: doubt is not a match.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal

import msgspec

from assuage.catalog.spelling import CONNECTORS, REMOVABLE, strengths, without_frame, words
from assuage.drug import Term

TermKind = Literal["drug", "condition", "allergen"]
Tokens = tuple[str, ...]
# Whole phrases may be further from a name than single words: a wrong word in four still shows what was meant.
NEAR_PHRASE, NEAR_WORD, NEAREST = 0.6, 0.75, 3
LONGEST_PHRASE, MOST_WORDS, SHORTEST_WORD, CANDIDATES = 8, 8, 4, 12


class Resolution(msgspec.Struct, frozen=True):
    """What a text was understood as.

    term       the id of the one term it names, or None; never a guess
    classes    what rules may ask of it: classes of the term, and the ids and classes of what it contains
    matched    the name that matched, as the catalog writes it; `matched_kind` its kind (name, id, misspelling, …)
    removed    words of strength, form, route or frequency that were set aside, as folded
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
    index = _index(_Same(terms), kind)
    said = words(text)
    for tokens in (said, without_frame(said)) if kind == "allergen" else (said,):
        names = index.names.get(tokens, ())
        if len(names) == 1:
            return index.resolution(text, names[0])
    spans = index.spans(said)
    if kind == "drug":
        found = _around_the_name(text, said, spans, index)
        if found is not None:
            return found
    mentioned = dict.fromkeys(name.term for span in spans for name in span.names)
    explained = {at for span in spans for at in range(span.start, span.end)} | strengths(said)
    left = tuple(word for at, word in enumerate(said) if at not in explained)
    return Resolution(text, possible=tuple(mentioned), nearest=index.nearest(said, spans), left=left)


def _around_the_name(text: str, said: Tokens, spans: tuple[Span, ...], index: Index) -> Resolution | None:
    """A drug with its strength, form, route and frequency; the parts of a known combination in any order."""
    covered = {at for span in spans for at in range(span.start, span.end)}
    measured = strengths(said) - covered
    bare = tuple(word for at, word in enumerate(said) if at not in measured)
    removed = tuple(said[at] for at in sorted(measured))
    names = index.names.get(bare, ())
    if len(names) == 1:
        return index.resolution(text, names[0], removed=removed)
    spans = index.spans(bare)
    covered = {at for span in spans for at in range(span.start, span.end)}
    left = [word for at, word in enumerate(bare) if at not in covered]
    if not spans or any(len(span.names) > 1 for span in spans):
        return None
    several = len(spans) > 1
    if not all(word in REMOVABLE or (several and word in CONNECTORS) for word in left):
        return None
    whole = index.whole({span.names[0].term for span in spans})
    if whole is None:
        return None
    forms = [word for word in left if word not in CONNECTORS]
    if forms and index.other_forms.get(whole):
        # The form decides which term is meant (an infusion or a patch), and this form is not one that is listed.
        return Resolution(text, possible=(whole, *index.other_forms[whole]), nearest=index.nearest(said, spans))
    own = next((span.names[0] for span in spans if span.names[0].term == whole), None)
    matched = own or Name(whole, " with ".join(span.names[0].text for span in spans), "combination")
    misspelt = next((span.names[0] for span in spans if span.names[0].kind == "misspelling"), None)
    return index.resolution(text, misspelt or matched, removed=(*removed, *left), term=whole)


class Index:
    """The names of one kind of term, ready to be looked up. Built once for each catalog."""

    def __init__(self, terms: Mapping[str, Term], kind: TermKind) -> None:
        self.terms = terms
        self.names: dict[Tokens, tuple[Name, ...]] = {}
        self.combinations: dict[frozenset[str], list[str]] = {}
        self._collect(kind)
        if kind == "allergen":
            self._collect("drug", only_new=True)
        self.longest = max((len(tokens) for tokens in self.names), default=0)
        self.other_forms = self._other_forms()
        self.spelled = [(" ".join(tokens), names[0]) for tokens, names in self.names.items()]
        self.grams: dict[str, list[int]] = {}
        for place, (spelling, _) in enumerate(self.spelled):
            for gram in _grams(spelling):
                self.grams.setdefault(gram, []).append(place)

    def _collect(self, kind: TermKind, *, only_new: bool = False) -> None:
        taken = frozenset(self.names) if only_new else frozenset()
        for term in self.terms.values():
            if term.kind != kind:
                continue
            if term.contains:
                self.combinations.setdefault(frozenset(term.contains), []).append(term.id)
            for name in _names(term):
                tokens = words(name.text)
                known = self.names.get(tokens, ())
                if tokens and tokens not in taken and all(other.term != name.term for other in known):
                    self.names[tokens] = (*known, name)

    def _other_forms(self) -> dict[str, tuple[str, ...]]:
        """For a term, the other terms that are forms of it: lidocaine → lidocaine patch."""
        forms: dict[str, dict[str, None]] = {}
        for tokens, (name, *_) in self.names.items():
            if name.kind != "form":
                continue
            measured = strengths(tokens)
            rest = tuple(w for at, w in enumerate(tokens) if at not in measured and w not in REMOVABLE)
            for whole in self.names.get(rest, ()):
                if whole.term != name.term:
                    forms.setdefault(whole.term, {})[name.term] = None
        return {term: tuple(others) for term, others in forms.items()}

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
        """The one term that these terms amount to: itself, the combination of them, or the combination among them."""
        if len(parts) == 1:
            return next(iter(parts))
        combined = self.combinations.get(frozenset(parts), [])
        if len(combined) == 1:
            return combined[0]
        among = [one for one in parts if parts - {one} <= set(self.terms[one].contains)]
        return among[0] if len(among) == 1 else None

    def spans(self, tokens: Tokens) -> tuple[Span, ...]:
        """Every place where words of a text are a name, less those inside a longer name."""
        found: list[Span] = []
        reach = 0
        for start in range(len(tokens)):
            for end in range(min(len(tokens), start + self.longest), max(start, reach), -1):
                names = self.names.get(tokens[start:end])
                if names:
                    found.append(Span(start, end, names))
                    reach = end
                    break
        return tuple(found)

    def nearest(self, tokens: Tokens, spans: Iterable[Span]) -> tuple[str, ...]:
        """Known names like the whole text, or like a word of it that no known name covers."""
        covered = {at for span in spans for at in range(span.start, span.end)}
        measured = strengths(tokens)
        open_words = [
            word
            for at, word in enumerate(tokens)
            if at not in covered and at not in measured and word not in REMOVABLE and len(word) >= SHORTEST_WORD
        ]
        scores: dict[str, tuple[float, str]] = {}
        if 0 < len(tokens) <= LONGEST_PHRASE:
            self._score(" ".join(tokens), NEAR_PHRASE, scores)
        for word in open_words[:MOST_WORDS]:
            self._score(word, NEAR_WORD, scores)
        best = sorted(scores.values(), key=lambda scored: (-scored[0], scored[1]))
        return tuple(text for _, text in best[:NEAREST])

    def _score(self, phrase: str, cutoff: float, scores: dict[str, tuple[float, str]]) -> None:
        grams = _grams(phrase)
        shared = Counter(place for gram in grams for place in self.grams.get(gram, ()))
        alike = sorted(shared, key=lambda place: (-shared[place] / (len(grams) + len(self.spelled[place][0])), place))
        for place in alike[:CANDIDATES]:
            spelling, name = self.spelled[place]
            ratio = difflib.SequenceMatcher(None, phrase, spelling, autojunk=False).ratio()
            if ratio >= cutoff and ratio > scores.get(name.term, (0.0, ""))[0]:
                scores[name.term] = (ratio, name.text)


def _names(term: Term) -> tuple[Name, ...]:
    own = (Name(term.id, term.name, "name"), Name(term.id, term.id, "id"))
    return (*own, *(Name(term.id, synonym.text, synonym.kind) for synonym in term.synonyms))


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
    return Index(key.terms, kind)
