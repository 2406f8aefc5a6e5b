"""How often 95 % intervals of small pools hold the truth: our defaults, and the methods kept for sensitivity.

    OPENBLAS_NUM_THREADS=1 python bench/pool_coverage.py [--pools 2000] [--write]

Each row draws meta-analyses of k trials with 7 to 20 people an arm: control log odds normal about a stated level with SD
0.5, log odds ratios normal about 0.6 with SD τ, counts binomial. 1/2 is added to tables with an empty cell for the methods
that take logarithms; Mantel-Haenszel and Peto take the counts as they are, and where no answer exists they give none, which
is counted. Bayes and REML with Hartung-Knapp go through the batch interface, the others pool by pool. `--write` writes the
table to docs/coverage.md. Ends with exit code 1 where a default leaves 93 to 99 % by more than two Monte-Carlo errors in a
row whose τ its prior holds likely (up to 0.8).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from assuage.errors import EvidenceError
from assuage.evidence.batch import pool_bayes_batch, pool_random_batch
from assuage.evidence.bayes import Prior
from assuage.evidence.contrast import odds_ratio
from assuage.evidence.effect import Count
from assuage.evidence.pool import pool_random
from assuage.evidence.sparse import Pair, mantel_haenszel, peto

TARGET = Path(__file__).parents[1] / "docs" / "coverage.md"
TRUTH, LEVEL_SD, SEED = 0.6, 0.5, 20261125
PRIOR = Prior(0.5)
STUDIES, TAUS = (2, 3, 5, 8), (0.0, 0.3, 0.8, 1.2)
# Log odds of the control arms: about 40 % and about 20 % respond.
LEVELS = {"40 %": -0.4, "20 %": -1.4}
DEFAULTS = ("Bayes", "HKSJ")
LOWEST, HIGHEST, LIKELY_TAU = 0.93, 0.99, 0.8
HEAD = """# Coverage of small pools

This page is written by `python bench/pool_coverage.py --write`; a test recomputes a row of it.

How often a 95 % interval holds the true mean log odds ratio ({truth}), in {pools:,} meta-analyses a row, in %; the Monte-Carlo
standard error in brackets. Trials have 7 to 20 people an arm; control log odds are normal with SD {level_sd} about the share that
stands in the row; true log odds ratios are normal with SD τ. Our defaults are Bayes (quadrature, half-normal({scale}) for τ) first,
and REML with Hartung-Knapp (HKSJ) beside it from three studies. The rest are kept for sensitivity: HKSJ with its factor not below 1
(floor), DerSimonian-Laird with a normal interval (DL), Mantel-Haenszel (MH) and Peto as common effects. Widths are medians, on the
scale of analysis. “none” counts meta-analyses in which a method has no answer; they count for nothing else.

"""
FOOT = """
A common effect holds the truth less and less often as studies differ. The floor holds nearly always, at a width that says nothing for
two and three studies. At τ 1.2, which a half-normal({scale}) prior holds unlikely ({beyond:.1%} above it), Bayes holds less than it says:
the prior suits studies more alike than these, and HKSJ beside it shows so. Where no control patient or every patient responds, MH and
Peto may have no answer.
"""


@dataclass(frozen=True)
class Row:
    """One row: how many studies, how different, and how often control patients respond."""

    k: int
    tau: float
    control: str

    @property
    def seed(self) -> list[int]:
        """Its own, so that a row alone is the row of the whole table."""
        return [SEED, self.k, round(10 * self.tau), list(LEVELS).index(self.control)]


@dataclass(frozen=True)
class Held:
    """One method in one row: how often it held the truth and had no answer, and its median width."""

    share: float
    error: float
    width: float
    none: int


def drawn(row: Row, pools: int) -> np.ndarray:
    """Events and people of both arms: (4, pools, k), in the order a, n₁, c, n₂."""
    rng = np.random.default_rng(row.seed)
    shape = (pools, row.k)
    n1, n2 = rng.integers(7, 21, shape), rng.integers(7, 21, shape)
    level, theta = rng.normal(LEVELS[row.control], LEVEL_SD, shape), rng.normal(TRUTH, row.tau, shape)
    a, c = rng.binomial(n1, 1 / (1 + np.exp(-level - theta))), rng.binomial(n2, 1 / (1 + np.exp(-level)))
    return np.array([a, n1, c, n2])


def log_odds_ratios(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values and variances (pools, k), 1/2 added to tables with an empty cell."""
    a, n1, c, n2 = counts
    cells = np.array([a, n1 - a, c, n2 - c], dtype=float)
    cells += 0.5 * (cells == 0).any(0)
    return np.log(cells[0] * cells[3] / cells[1] / cells[2]), (1 / cells).sum(0)


def held(lower: np.ndarray, upper: np.ndarray) -> Held:
    """How often the intervals held the truth; where there is none, both ends are NaN."""
    is_there = ~np.isnan(lower)
    share = float(((lower <= TRUTH) & (upper >= TRUTH))[is_there].mean())
    error = float(np.sqrt(share * (1 - share) / is_there.sum()))
    return Held(share, error, float(np.median((upper - lower)[is_there])), int((~is_there).sum()))


def defaults(row: Row, pools: int) -> dict[str, Held]:
    """Our defaults, through the batch interface."""
    values, variances = log_odds_ratios(drawn(row, pools))
    bayes, random = pool_bayes_batch(values, variances, prior=PRIOR), pool_random_batch(values, variances)
    return {"Bayes": held(bayes.lower, bayes.upper), "HKSJ": held(random.lower, random.upper)}


def sensitivity(row: Row, pools: int) -> dict[str, Held]:
    """The other methods, pool by pool."""
    tables = [
        [(Count(int(a), int(n1)), Count(int(c), int(n2))) for a, n1, c, n2 in zip(*one, strict=True)]
        for one in drawn(row, pools).transpose(1, 0, 2)
    ]
    return {name: held(*np.array([_ends(method, pairs) for pairs in tables]).T) for name, method in METHODS.items()}


def _ends(method: Callable[[list[Pair]], object], pairs: list[Pair]) -> tuple[float, float]:
    try:
        found = method(pairs)
    except EvidenceError:
        return np.nan, np.nan
    return found.lower, found.upper  # type: ignore[attr-defined]


def _corrected(pairs: list[Pair]) -> list:
    return [odds_ratio(*pair, add=0.5) for pair in pairs]


METHODS: dict[str, Callable[[list[Pair]], object]] = {
    "floor": lambda pairs: pool_random(_corrected(pairs), test="hartung-knapp-floor"),
    "DL": lambda pairs: pool_random(_corrected(pairs), estimator="DL", test="normal"),
    "MH": lambda pairs: mantel_haenszel(pairs, measure="OR"),
    "Peto": peto,
}


def line(row: Row, found: dict[str, Held]) -> str:
    """A row of the table in Markdown."""
    shares = [f"{100 * one.share:.1f} ({100 * one.error:.1f})" for one in found.values()]
    widths = " / ".join(f"{found[name].width:.2f}" for name in ("Bayes", "HKSJ", "floor") if name in found)
    none = ", ".join(f"{name} {one.none}" for name, one in found.items() if one.none)
    return f"| {row.k} | {row.tau:g} | {row.control} | {' | '.join(shares)} | {widths} | {none} |"


def leaves(row: Row, found: dict[str, Held]) -> Iterator[str]:
    """Defaults that leave what is asked of them, in words."""
    for name in DEFAULTS:
        one = found[name]
        is_default = name == "Bayes" or row.k >= 3
        is_out = one.share < LOWEST - 2 * one.error or one.share > HIGHEST + 2 * one.error
        if is_default and row.tau <= LIKELY_TAU and is_out:
            yield f"{name} holds {one.share:.1%} at k {row.k}, τ {row.tau:g}, control {row.control}"


def main() -> int:
    """Print the table, and write it where asked."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--pools", type=int, default=2000)
    ask.add_argument("--write", action="store_true")
    asked = ask.parse_args()
    names = (*DEFAULTS, *METHODS)
    columns = ("k", "τ", "control", *names, "width Bayes / HKSJ / floor", "none")
    lines, out = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"], []
    print("\n".join(lines))
    for row in (Row(k, tau, control) for control in LEVELS for k in STUDIES for tau in TAUS):
        found = defaults(row, asked.pools) | sensitivity(row, asked.pools)
        lines.append(line(row, found))
        print(lines[-1], flush=True)
        out += leaves(row, found)
    print("\n".join(out) or f"every default holds {LOWEST:.0%} to {HIGHEST:.0%} up to τ {LIKELY_TAU:g}")
    if asked.write:
        from math import erfc, sqrt

        head = HEAD.format(truth=TRUTH, pools=asked.pools, level_sd=LEVEL_SD, scale=PRIOR.tau_scale)
        foot = FOOT.format(scale=PRIOR.tau_scale, beyond=erfc(TAUS[-1] / PRIOR.tau_scale / sqrt(2)))
        TARGET.write_text(head + "\n".join(lines) + "\n" + foot, encoding="utf-8")
    return 1 if out else 0


if __name__ == "__main__":
    sys.exit(main())
