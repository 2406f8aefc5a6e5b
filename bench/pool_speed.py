"""How fast small pools are made, and how near: 10,000 meta-analyses of 8 trials by REML with Hartung-Knapp, beside metafor.

    OPENBLAS_NUM_THREADS=1 python bench/pool_speed.py [--pools 10000] [--repeats 5] [--few 500]

Workload: log odds ratios of trials with 7 to 20 people an arm, 1/2 added to tables with an empty cell, true τ 0.5. "wall"
is the least of the repeats, "cpu" the processor time of all threads, which a busy machine does not stretch. metafor (Debian:
r-cran-metafor, installed by hand) fits as many of the same pools as --few says, twice: with its own defaults, by which its
time is judged and scaled up, and with its tolerances tightened, by which our digits are judged. Differences are in standard
errors: estimate, standard error, τ² (over the squared standard error). A pool that metafor gives up is counted, not
compared; one whose likelihood has two maxima is counted too. Where Rscript or metafor is not there, that is said, and the
run ends with exit code 1: half a comparison is none.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from assuage.evidence.batch import pool_bayes_batch, pool_random_batch
from assuage.evidence.bayes import Prior

TRIALS = 8
IN_R = """
suppressMessages(library(metafor))
d <- as.matrix(read.csv(commandArgs(TRUE)[1], header = FALSE)); k <- ncol(d) / 2
fit <- function(r, how) tryCatch({
  m <- rma(r[1:k], r[k + 1:k], method = "REML", test = "knha", control = how); c(m$b, m$se, m$tau2)
}, error = function(e) rep(NA, 3))
for (how in list(list(), list(threshold = 1e-12, maxiter = 10000))) {
  before <- proc.time()
  found <- apply(d, 1, fit, how = how)
  took <- proc.time() - before
  cat(took[["elapsed"]], took[["user.self"]] + took[["sys.self"]], as.character(packageVersion("metafor")), "")
  cat(format(found, digits = 17), "")
}
"""


def drawn(pools: int) -> tuple[np.ndarray, np.ndarray]:
    """Log odds ratios and variances, shape (pools, TRIALS)."""
    rng = np.random.default_rng(20261122)
    shape = (pools, TRIALS)
    n1, n2 = rng.integers(7, 21, shape), rng.integers(7, 21, shape)
    control, theta = rng.normal(-0.4, 0.5, shape), rng.normal(0.6, 0.5, shape)
    a, c = rng.binomial(n1, 1 / (1 + np.exp(-control - theta))), rng.binomial(n2, 1 / (1 + np.exp(-control)))
    cells = np.array([a, n1 - a, c, n2 - c], dtype=float)
    cells += 0.5 * (cells == 0).any(0)
    return np.log(cells[0] * cells[3] / cells[1] / cells[2]), (1 / cells).sum(0)


def timed(work: Callable[[], Any], repeats: int) -> tuple[Any, float, float]:
    wall = cpu = np.inf
    for _ in range(repeats):
        t, c = time.perf_counter(), time.process_time()
        result = work()
        wall, cpu = min(wall, time.perf_counter() - t), min(cpu, time.process_time() - c)
    return result, wall, cpu


@dataclass(frozen=True)
class Fits:
    """metafor's: seconds, and its estimate, standard error and τ² of each pool, NaN where it gave up."""

    wall: float
    cpu: float
    version: str
    columns: np.ndarray


def by_metafor(values: np.ndarray, variances: np.ndarray) -> list[Fits] | None:
    """metafor by its defaults, and by tightened tolerances; none where it is not installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data, code = Path(folder, "pools.csv"), Path(folder, "pools.R")
        np.savetxt(data, np.hstack([values, variances]), delimiter=",", fmt="%.17g")
        code.write_text(IN_R, encoding="utf-8")
        done = subprocess.run([rscript, str(code), str(data)], capture_output=True, text=True)
    if done.returncode:
        return None
    words = done.stdout.split()
    size = 3 + 3 * len(values)
    return [_fits(words[:size]), _fits(words[size:])]


def _fits(words: list[str]) -> Fits:
    wall, cpu, version, *numbers = words
    columns = np.array([np.nan if word == "NA" else float(word) for word in numbers]).reshape(-1, 3)
    return Fits(float(wall), float(cpu), version, columns)


def show_difference(name: str, ours: np.ndarray, *, fits: Fits, several: np.ndarray) -> None:
    """The largest difference in each column, in standard errors, where both found the one maximum there is."""
    lost = np.isnan(fits.columns).any(1)
    kept = ~lost & ~several
    scale = ours[kept, 1:2] ** np.array([1, 1, 2])
    worst = (np.abs(fits.columns - ours)[kept] / scale).max(0)
    print(f"  {name}: estimate {worst[0]:.1e}, standard error {worst[1]:.1e}, τ² {worst[2]:.1e}")
    print(
        f"    {kept.sum()} pools compared, {lost.sum()} given up by metafor, {several.sum()} with two maxima left out"
    )


def beside_metafor(values: np.ndarray, variances: np.ndarray, *, few: int, wall: float, cpu: float) -> int:
    """Fit a part of the pools by metafor; print its time for all of them, and how far ours lie from its answers."""
    theirs = by_metafor(values[:few], variances[:few])
    if theirs is None:
        print("metafor: absent (no Rscript, or metafor not installed in it); nothing was compared")
        return 1
    default, tight = theirs
    times = len(values) / few
    print(f"REML, Hartung-Knapp, metafor    wall {default.wall * times:8.1f} s  cpu {default.cpu * times:8.1f} s"
          f"  (version {default.version}, {few} pools in {default.wall:.2f} s, scaled)")  # fmt: skip
    print(f"  {default.wall * times / wall:,.0f} times ours by wall, {default.cpu * times / cpu:,.0f} times by cpu")
    ours = pool_random_batch(values[:few], variances[:few])
    columns = np.column_stack([ours.value, ours.standard_error, ours.tau2])
    print("largest differences, in standard errors")
    show_difference("to metafor with tightened tolerances", columns, fits=tight, several=ours.maxima > 1)
    show_difference("to metafor by its defaults", columns, fits=default, several=ours.maxima > 1)
    return 0


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--pools", type=int, default=10_000)
    ask.add_argument("--repeats", type=int, default=5)
    ask.add_argument("--few", type=int, default=1000)
    asked = ask.parse_args()
    values, variances = drawn(asked.pools)
    print(f"{asked.pools:,} pools of {TRIALS} trials, {os.cpu_count()} processors")
    ours, wall, cpu = timed(lambda: pool_random_batch(values, variances), asked.repeats)
    print(f"REML, Hartung-Knapp, assuage    wall {wall:8.3f} s  cpu {cpu:8.3f} s")
    print(f"  with two maxima: {(ours.maxima > 1).sum()}; τ² at 0: {(ours.tau2 == 0).mean():.1%}")
    _, *bayes = timed(lambda: pool_bayes_batch(values, variances, prior=Prior(0.5)), asked.repeats)
    print(f"Bayesian quadrature, assuage    wall {bayes[0]:8.3f} s  cpu {bayes[1]:8.3f} s")
    return beside_metafor(values, variances, few=min(asked.few, asked.pools), wall=wall, cpu=cpu)


if __name__ == "__main__":
    sys.exit(main())
