"""What a clinic's folder may not do to the facts that ship: loosen a bound, or take a name over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assuage.catalog.model import Catalog
from assuage.catalog.read import Entry
from assuage.catalog.terms import resolve
from assuage.drug import Term
from assuage.errors import Problem, QuantityError
from assuage.quantity import Quantity, parse
from assuage.sourced import Claim, Fact

# Fields of a condition and of a limit: +1 where a higher bound fires more often, −1 where a lower one does.
FIRES_MORE = {"below": 1, "at_most": 1, "above": -1, "at_least": -1}
# Other bounds: +1 where only a higher value is stricter.
STRICTER = {"plausible_low": 1, "plausible_high": -1, "washout": 1}
GUARDED = ("limits", "rules", "watch", "measurements", "practice", "terms")
# What says how a drug is handled by law is no choice of a clinic.
FIXED_OF_DRUGS = ("controlled",)


def loosened(old: Fact, new: Fact) -> Iterator[Problem]:
    """Why a fact that guards may not become what a clinic made of it; nothing where it may."""
    kind, _, rest = old.id.partition(".")
    steps = rest.split(".")
    is_guard = kind in GUARDED or (kind == "drugs" and steps[-1] in FIXED_OF_DRUGS)
    was, now = _standing(old), _standing(new)
    if not is_guard or was is None or (now is not None and was.value == now.value):
        return
    if now is None:
        yield Problem(f"with the clinic's claims {old.id} has no value", old.place, "a bound that stands",
                      "choose in choices.yaml; what has no value stops nothing")  # fmt: skip
        return
    direction = _direction(kind, steps)
    if direction == 0:
        yield Problem(f"{old.id} would become {now.value}; it is {was.value}", old.place, f"{was.value}, as shipped",
                      "write a record of your own beside it; which way it may move is not known")  # fmt: skip
    elif not _is_stricter(was, now, direction):
        wanted = "higher" if direction > 0 else "lower"
        yield Problem(f"{old.id} would loosen from {was.value} to {now.value}", old.place,
                      f"{was.value}, or {wanted}", "a clinic may tighten a shipped bound, never loosen it")  # fmt: skip


def _direction(kind: str, steps: Sequence[str]) -> int:
    """+1 where a higher value is stricter, −1 where a lower one is, 0 where that cannot be said."""
    field = steps[-1]
    if field in STRICTER:
        return STRICTER[field]
    if field not in FIRES_MORE:
        return 0
    # A rule speaks when its condition holds; under `not` it speaks when it does not. What only_if asks lets a line out.
    turned = steps.count("not") + ("only_if" in steps)
    return FIRES_MORE[field] * (-1 if turned % 2 else 1)


def _standing(fact: Fact) -> Claim | None:
    if fact.chosen is not None:
        return next((claim for claim in fact.claims if claim.name == fact.chosen), None)
    return fact.claims[0] if fact.claims and not fact.disputed else None


def _is_stricter(was: Claim, now: Claim, direction: int) -> bool:
    try:
        one, two = _quantity(was), _quantity(now)
        return two.compare(one) * direction >= 0
    except QuantityError:
        return False


def _quantity(claim: Claim) -> Quantity:
    return parse(claim.value)


def renamed(entries: Iterable[Entry], *, old: Catalog, new: Catalog) -> Iterator[Problem]:
    """Names that a clinic gives to something of its own though they lead elsewhere, or mention what rules ask about."""
    for entry in entries:
        record = entry.record
        if isinstance(record, Term):
            yield from _term(record, entry, old, new)
        elif entry.kind in ("regimens", "sources", "studies"):
            taken = {name: one for one, other in old.records(entry.kind).items() for name in (one, *_aliases(other))}
            for name in (entry.id, *_aliases(record)):
                if name in taken:
                    yield Problem(f"“{name}” already leads to {taken[name]}", entry.at(("aliases",)), "a name of its own",
                                  "leave the alias out")  # fmt: skip


def _aliases(record: object) -> tuple[str, ...]:
    found: tuple[str, ...] = getattr(record, "aliases", ())
    return found


def _term(term: Term, entry: Entry, old: Catalog, new: Catalog) -> Iterator[Problem]:
    """A new term whose names hold a known one must matter to every rule that the known one matters to."""
    own = _all_classes(term.id, new)
    for text in (term.name, term.id, *(synonym.text for synonym in term.synonyms)):
        found = resolve(text, term.kind, old.terms)
        for name in dict.fromkeys((*((found.term,) if found.term else ()), *found.possible)):
            lost = _all_classes(name, old) - own
            if lost:
                yield Problem(
                    f"“{text}” names or mentions {name}, and {term.id} lacks {', '.join(sorted(lost))}", entry.at(("classes",)),
                    f"every class of {name}, so that each rule still sees it", "add the classes, or name it in `contains`",
                )  # fmt: skip


def _all_classes(name: str, catalog: Catalog) -> frozenset[str]:
    """A term's own id, its classes, and those of everything it contains."""
    term = catalog.terms[name]
    return frozenset({name, *term.classes}).union(
        *(_all_classes(part, catalog) for part in term.contains if part in catalog.terms)
    )
