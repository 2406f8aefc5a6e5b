"""An answer for tests of pages: invented results of known studies, in every state that a page has to tell."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import msgspec
from tests import evidence_found as found

from assuage.catalog import Catalog, load_catalog
from assuage.evidence.answered import (
    Answer,
    BodyFound,
    CertaintyFound,
    DomainFound,
    PoolFound,
    RiskFound,
    Small,
    Span,
    StepFound,
    Summary,
    Tallied,
    Without,
)
from assuage.question import Conflict, Excluded, Told
from assuage.sourced import Claim

HOSTILE = '<script>alert(1)</script> #panic("x") *z*'
QUESTION = "ketamine-or-magnesium"


@cache
def the_catalog() -> Catalog:
    return load_catalog()


def risk(study: str = "kim-2015", **changes: object) -> RiskFound:
    """An appraisal of one result."""
    domains = (
        DomainFound("randomisation process", "some concerns", "How allocation was hidden was not read."),
        DomainFound("missing outcome data", "low", "Everybody was counted."),
    )
    given = {
        "study": study, "result": "relief-50-2-weeks", "tool": "RoB 2", "overall": "some concerns",
        "rule": "some concerns in at least one domain", "domains": domains, "reader": "A. Reader", "second_reader": None,
    }  # fmt: skip
    return RiskFound(**{**given, **changes})  # type: ignore[arg-type]


def certainty() -> CertaintyFound:
    """Four steps down from high, one of them not what the numbers suggest."""
    steps = (
        StepFound(
            "risk of bias",
            -1,
            "The report itself is unread.",
            -1,
            ("2 of 3 rows with some concerns or worse",),
            "A. Reader",
        ),
        StepFound("inconsistency", 0, "The intervals overlap.", -1, ("I² 43 %",), "A. Reader"),
        StepFound("indirectness", -1, "Both arms were sedated.", None, (), "A. Reader"),
        StepFound(
            "imprecision", -2, "The interval holds a large advantage of either drug.", -2, ("98 people",), "A. Reader"
        ),
        StepFound("publication bias", 0, "It cannot be judged.", None, (), "A. Reader"),
    )
    return CertaintyFound(
        "high", "The trials were randomised.", steps, "very low",
        ("inconsistency: judged no step, the numbers suggest 1 step down (I² 43 %)",),
    )  # fmt: skip


def ratios() -> BodyFound:
    """A pooled body of risk ratios with every part that a body can have."""
    pool = msgspec.structs.replace(
        found.pool(), without=(Without("kim-2015", found.span(1.35, 0.71, 2.4)), Without("yousef-2013", found.span(1.2, 0.6, 2.3))),
        small=(Small("Egger", 0.4127, False),), prior_sources=("pritz-example",),
    )  # fmt: skip
    return found.body(
        pooled=pool, risks=(risk(), risk("yousef-2013", overall="low", second_reader="B. Reader")), certainty=certainty(),
        told=(Told("brill-2002", "for", "Less pain than with saline at half an hour [brill-2002]."),),
        excluded=(Excluded("felsby-1996", "Only the title was found."),), matters=Claim("1.25", "pritz-example", "p. 4"),
    )  # fmt: skip


def shares() -> BodyFound:
    """Arms seen by themselves."""
    rows = (
        found.row("kim-2015", row="m-50-2w", label="Kim 2015, Magnesium sulfate", design="single arm", measure="PLO", comparator=None,
                  drugs=("magnesium-sulfate",), span=Span(7 / 15, 0.2481, 0.6988, 0.95, "Wilson score"), people=15,
                  given=(Tallied("Magnesium sulfate", 7, 15, "stated"),), days=Decimal(14), infusions=3, weight=0.61,
                  cautions=("one arm of a comparison, seen by itself",)),
        found.row("tanaka-1998", year=1998, row="m-3-points", label="Tanaka 1998", design="single arm", measure="PLO", comparator=None,
                  drugs=("magnesium-sulfate",), span=Span(0.8571, 0.4869, 0.9743, 0.95, "Wilson score"), people=7,
                  given=(Tallied("Magnesium sulfate", 6, 7, "derived"),), is_derived=True, derivation="6 of 7, derived", weight=0.39,
                  risk="high"),
    )  # fmt: skip
    pool = PoolFound(
        2, 22, "τ half-normal 1 on the logit scale", ("pritz-example",),
        (Summary("Binomial, Bayesian", Span(0.6013, 0.2345, 0.8876, 0.95, "quadrature"),
                 Span(0.6013, 0.0714, 0.9655, 0.95, "quadrature"), True),),
        None, None, ("condition: postherpetic neuralgia, neuralgia",), "few and small arms", (), (),
    )  # fmt: skip
    return found.body(
        rows,
        pooled=pool,
        id="magnesium-alone",
        title="Relief after magnesium alone",
        measure="PLO",
        matters=None,
        told=(),
    )


def means() -> BodyFound:
    """One result without an interval, not pooled and not judged."""
    row = found.row("yousef-2013", year=2013, row="m-6m", measure="MD", span=None, why_not="no standard deviation was read",
                    given=(), people=80, unit="0-10", weight=None, risk=None)  # fmt: skip
    return found.body(
        (row,), id="scores", title="Pain score at six months", measure="MD", better="lower", matters=None, told=(),
        not_pooled="One trial gave scores.", sentence="No interval can be had of the only trial.",
    )  # fmt: skip


def answer(*bodies: BodyFound, **changes: object) -> Answer:
    """A whole answer of three bodies, or changed."""
    given = {
        "question": QUESTION, "asked": "Is ketamine better than magnesium, or magnesium than ketamine, for pain after zoster?",
        "short": "Ketamine or magnesium?", "known": "partly",
        "summary": ("One trial gave one or the other, three times on every other day [kim-2015].", "Neither was shown to be better."),
        "conflicts": (Conflict(("kim-2015", "pickering-2020"), "One saw relief, the other none.", "Three infusions against one."),),
        "bodies": bodies or (ratios(), shares(), means()),
        "methods": ("Counts were pooled by a Bayesian model with random effects [pritz-example].",),
        "would_change": ("The full text of Kim 2015.",), "sources": ("kim-2015", "pickering-2020", "yousef-2013"),
    }  # fmt: skip
    return Answer(**{**given, **changes})  # type: ignore[arg-type]
