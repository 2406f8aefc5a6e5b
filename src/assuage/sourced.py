"""A number, who said it, and where: Source, Claim, Fact.

A fact whose claims agree has a value. A fact whose claims differ has no value until one is chosen with a reason, and
the choice prints. A fact without claims is “not stated” and nothing can be planned with it.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

import msgspec

from assuage.document import Node, Shaper, converts
from assuage.document.shape import FAILED
from assuage.errors import DisputedFact, NotStated, Problem, QuantityError
from assuage.quantity import Quantity, parse, unit

Access = Literal["full-text", "full-text-partial", "abstract", "label", "guideline", "registry", "secondary", "weak",
                 "seed", "title-only", "memory", "not-found", "editorial", "arithmetic"]  # fmt: skip
Kind = Literal["stated", "derived", "read-off-figure", "assumed"]
Standing = Literal["provisional", "confirmed", "refuted"]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Where a claim was read. `access` says how much of it anyone was able to read."""

    id: str
    kind: Literal["trial", "study", "review", "guideline", "label", "textbook", "web-page", "registry", "letter",
                  "instrument", "policy", "standard", "editorial", "seed", "catalog-record", "case-report",
                  "mechanism"]  # fmt: skip
    citation: str
    access: Access
    doi: str | None = None
    pmid: str | None = None
    set_id: str | None = None
    read_at: str | None = None
    read_what: str | None = None
    aliases: tuple[str, ...] = ()
    note: str | None = None


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One statement of one value, by one source, at one place."""

    value: str
    source: str
    where: str
    kind: Kind = "stated"
    as_written: str | None = None
    key: str | None = None
    derivation: str | None = None
    note: str | None = None

    @property
    def name(self) -> str:
        """What `chosen` calls this claim: its key, or its source."""
        return self.key or self.source


class Fact(msgspec.Struct, frozen=True, gc=False):
    """A value with all that is claimed of it. `place` is the file and line, `id` its path in the catalog."""

    id: str
    claims: tuple[Claim, ...]
    chosen: str | None = None
    because: str | None = None
    standing: Standing = "provisional"
    place: str = ""

    @property
    def disputed(self) -> bool:
        """True when live claims differ, chosen or not."""
        return len(self.claims) > 1 and _differ(tuple(claim.value for claim in self.claims))

    def claim(self) -> Claim:
        """The claim that stands. Errors: `NotStated`, `DisputedFact`."""
        if not self.claims:
            raise NotStated(
                Problem(f"{self.id} is not stated by any source", self.place, "a claim with a source",
                        "add a claim to the catalog file, or plan another regimen")
            )  # fmt: skip
        if self.chosen is not None:
            return next(claim for claim in self.claims if claim.name == self.chosen)
        if self.disputed:
            raise DisputedFact(
                Problem(f"{self.id} is disputed and no claim has been chosen: "
                        + "; ".join(f"{c.value} ({c.source}, {c.where})" for c in self.claims),
                        self.place, "one chosen claim with a reason", "fill `chosen` and `because` in the catalog file")
            )  # fmt: skip
        return self.claims[0]

    @property
    def value(self) -> str:
        """The standing value as text."""
        return self.claim().value

    @property
    def quantity(self) -> Quantity:
        """The standing value as a quantity."""
        return parse(self.value)


@lru_cache(maxsize=4096)
def _differ(values: tuple[str, ...]) -> bool:
    return len({_comparable(value) for value in values}) > 1


def _comparable(value: str) -> tuple[object, ...]:
    """What a value amounts to: 0.5 g and 500 mg are one claim. Counts are compared within their own unit only."""
    try:
        quantity = parse(value)
    except QuantityError:
        return (value.casefold(),)
    one = unit(quantity.unit)
    if not one.dimension:
        return (quantity.unit, Fraction(quantity.value))
    return (one.dimension, Fraction(quantity.value) * one.factor)


class FactFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact as written with several claims."""

    claims: tuple[Claim, ...]
    chosen: str | None = None
    because: str | None = None
    standing: Standing = "provisional"


@converts(Fact)
def read_fact(shaper: Shaper, node: Node) -> Any:
    """A fact from its long form (claims …) or its short form, one claim written flat."""
    if node.kind == "mapping" and node.get("claims") is None:
        standing = node.get("standing")
        pairs = tuple((key, child) for key, child in node.items() if key != "standing")
        claim = shaper.convert(Node("mapping", pairs, node.file, node.line, node.column), Claim)
        word: Any = shaper.convert(standing, Standing) if standing else "provisional"
        return (
            FAILED
            if FAILED in (claim, word)
            else Fact(".".join(shaper.path), (claim,), standing=word, place=node.where)
        )
    written = shaper.convert(node, FactFile)
    if written is FAILED:
        return FAILED
    names = [claim.name for claim in written.claims]
    if len(set(names)) < len(names):
        return shaper.refuse(node, f"two claims are both called {names}", "claims with names of their own",
                             "give each claim a `key`")  # fmt: skip
    if written.chosen is not None and written.chosen not in names:
        return shaper.refuse(node, f"chosen is “{written.chosen}”", f"one of {', '.join(names)}", "name a claim")
    if written.chosen is not None and not written.because:
        return shaper.refuse(node, "a choice without a reason", "because: a sentence", "write why it was chosen")
    return Fact(".".join(shaper.path), written.claims, written.chosen, written.because, written.standing, node.where)
