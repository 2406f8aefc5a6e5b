"""How an answer was computed, in sentences: only what was in fact used, each with its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assuage.evidence import spoken
from assuage.evidence.answered import BodyFound, ForestRow
from assuage.question import Measured

ROWS: dict[Measured, str] = {
    "PLO": "Shares of single arms have Wilson's score interval; the exact one (Clopper-Pearson) stands in the derivation.",
    "OR": "Odds ratios of two arms have Woolf's interval, or the exact conditional one where an arm is empty or full.",
    "RR": "Risk ratios have Miettinen and Nurminen's score interval.",
    "RD": "Differences of shares have Miettinen and Nurminen's score interval.",
    "MD": "Differences of means have Welch's interval, or the interval that was printed.",
    "SMD": "Standardised differences are Hedges' g with the exact correction, or as printed.",
    "ROM": "Ratios of means are on the logarithm, corrected for small samples.",
}
WEIGHTS = "The weight of a row is its share of 1/(v + τ²) at the posterior median of τ; the leading pool itself uses the model named."
SPREAD = "I² and τ are Paule and Mandel's, with Q-profile intervals; one more study is expected within the interval named beside it."
CERTAINTY = (
    "Certainty starts and falls by judgements of named readers (GRADE); what the numbers themselves suggest is computed beside "
    "each, and changes nothing."
)
RISK = "Risk of bias is judged by domain for each result; the overall judgement follows the rule of the tool."


def methods_of(bodies: Sequence[BodyFound]) -> tuple[str, ...]:
    """The methods of an answer, each sentence once.

    Holds     a method that was not used is not told
    """
    return tuple(dict.fromkeys(_methods(bodies)))


def _methods(bodies: Sequence[BodyFound]) -> Iterator[str]:
    rows = [row for body in bodies for row in body.rows]
    yield from (ROWS[measure] for measure in ROWS if any(row.measure == measure and row.span for row in rows))
    if any(_is_within(row) for row in rows):
        yield "The same people under two treatments give an interval only where their pairing is known, or was printed."
    pools = [body for body in bodies if body.pool is not None]
    for body in pools:
        assert body.pool is not None
        sources = ", ".join(body.pool.prior_sources)
        yield f"{body.title}: {spoken.closed(body.pool.lead.span.method)} Priors from {sources}."
    if pools:
        yield WEIGHTS
        yield SPREAD
    for body in pools:
        assert body.pool is not None
        yield from (f"{one.name}: {spoken.closed(one.span.method)}" for one in body.pool.summaries if not one.is_lead)
    if any(body.risks for body in bodies):
        yield RISK
    if any(body.certainty is not None for body in bodies):
        yield CERTAINTY


def _is_within(row: ForestRow) -> bool:
    return row.design == "crossover"
