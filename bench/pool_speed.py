"""How fast small pools are made: 10,000 meta-analyses of 8 trials by REML with Hartung-Knapp intervals, ours and metafor's.

    OPENBLAS_NUM_THREADS=1 python bench/pool_speed.py [--pools 10000] [--repeats 5] [--few 500]

Workload: log odds ratios of trials with 7 to 20 people an arm, 1/2 added to tables with an empty cell, true τ 0.5. "wall"
is the least of the repeats, "cpu" the processor time of all threads, which a busy machine does not stretch. metafor fits
as many of the same pools as --few says (rma with REML and knha, its own defaults), scaled up; where Rscript or metafor is
not installed that is said, and ours stands alone. τ² is compared where both were run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
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
t0 <- proc.time()[["elapsed"]]
tau2 <- apply(d, 1, function(r) rma(r[1:k], r[k + 1:k], method = "REML", test = "knha")$tau2)
cat(proc.time()[["elapsed"]] - t0, as.character(packageVersion("metafor")), tau2, sep = "\\n")
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


def by_metafor(values: np.ndarray, variances: np.ndarray) -> tuple[float, str, np.ndarray] | None:
    """Seconds, version and τ² of metafor; none where it is not installed."""
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
    seconds, version, *tau2 = done.stdout.split()
    return float(seconds), version, np.array(tau2, dtype=float)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--pools", type=int, default=10_000)
    ask.add_argument("--repeats", type=int, default=5)
    ask.add_argument("--few", type=int, default=500)
    asked = ask.parse_args()
    values, variances = drawn(asked.pools)
    print(f"{asked.pools:,} pools of {TRIALS} trials, {os.cpu_count()} processors")
    ours, wall, cpu = timed(lambda: pool_random_batch(values, variances), asked.repeats)
    print(f"REML, Hartung-Knapp, assuage    wall {wall:8.3f} s  cpu {cpu:8.3f} s")
    print(f"  with two maxima: {(ours.maxima > 1).sum()}; τ² at 0: {(ours.tau2 == 0).mean():.1%}")
    _, wall_bayes, cpu_bayes = timed(lambda: pool_bayes_batch(values, variances, prior=Prior(0.5)), asked.repeats)
    print(f"Bayesian quadrature, assuage    wall {wall_bayes:8.3f} s  cpu {cpu_bayes:8.3f} s")
    few = min(asked.few, asked.pools)
    theirs = by_metafor(values[:few], variances[:few])
    if theirs is None:
        print("metafor: absent (no Rscript, or metafor not installed in it); the figures above stand alone")
        return
    seconds, version, tau2 = theirs
    scaled = seconds * asked.pools / few
    print(f"REML, Hartung-Knapp, metafor {version}  wall {scaled:8.1f} s  ({few} pools in {seconds:.2f} s, scaled)")
    print(f"  {scaled / wall:,.0f} times ours; largest difference of τ² {np.abs(tau2 - ours.tau2[:few]).max():.1e}")


if __name__ == "__main__":
    main()
