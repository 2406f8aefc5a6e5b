"""How long an estimate from measured levels takes, warm and cold, and whether a general minimiser finds the same.

    python bench/exposure_map.py [--patients 200]

Virtual patients of the workload of exposure_speed.py, levels with an error of 15 % drawn at 48.75 h, 49.5 h and later; one to
three varying parameters. "cpu" is processor time, which a busy machine does not stretch; the promise is a median below 1 ms for
two parameters and two levels. The peer is SciPy's Nelder-Mead on the same sum of squares, predicted by the same engine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from bench.exposure_speed import DOSES, MICRO, V1

from assuage.exposure import Level, Posterior, Prior, Residual, concentrations, estimate, grid_posterior

PROPORTIONAL = 0.15
TIMES = (48.75, 49.5, 52.0, 60.0, 97.0, 100.0)
VARIANCE = {"cl": 0.09, "v1": 0.0625, "q2": 0.04}
COLD = """
import time; begun = time.perf_counter()
from assuage.exposure import *
import numpy as np
prior = Prior({"v1": 25, "cl": 84, "v2": 56, "q2": 161}, ("cl", "v1"), np.diag([.09, .06]), Residual(.15))
estimate(prior, [Dose(70, 0, 1)], levels=[Level(1.5, .2), Level(3, .1)])
print(time.perf_counter() - begun)
"""


def population(varying: int) -> Prior:
    """The workload's population, with so many varying parameters."""
    k10, k12, k21, k13, k31 = (60 * rate for rate in MICRO)
    typical = {"v1": V1, "cl": V1 * k10, "v2": V1 * k12 / k21, "q2": V1 * k12, "v3": V1 * k13 / k31, "q3": V1 * k13}
    names = tuple(VARIANCE)[:varying]
    return Prior(typical, names, np.diag([VARIANCE[name] for name in names]), Residual(PROPORTIONAL))


def drawn(prior: Prior, count: int, patients: int) -> list[list[Level]]:
    """Levels of virtual patients, drawn with a fixed seed."""
    rng = np.random.default_rng(7)
    etas = rng.multivariate_normal(np.zeros(len(prior.varying)), prior.covariance, size=patients)
    true = concentrations(prior.model(etas), DOSES, t_h=TIMES[:count])
    noisy = true * np.exp(PROPORTIONAL * rng.standard_normal(true.shape))
    return [[Level(at, float(value)) for at, value in zip(TIMES, row, strict=False)] for row in noisy]


def timed(prior: Prior, patients: list[list[Level]]) -> tuple[list[float], list[Posterior]]:
    """Processor milliseconds of each estimate, and the estimates."""
    estimate(prior, DOSES, levels=patients[0])
    taken, found = [], []
    for levels in patients:
        begun = time.process_time()
        found.append(estimate(prior, DOSES, levels=levels))
        taken.append((time.process_time() - begun) * 1e3)
    return taken, found


def apart(prior: Prior, levels: list[Level], ours: Posterior) -> tuple[float, float]:
    """Processor milliseconds of the peer, and how far its answer is from ours in posterior standard deviations."""
    from scipy.optimize import minimize

    at, values = [one.at_h for one in levels], np.array([one.value for one in levels])
    inverse = np.linalg.inv(prior.covariance)

    def misfit(eta: np.ndarray) -> float:
        seen = concentrations(prior.model(eta), DOSES, t_h=at)
        variance = (PROPORTIONAL * seen) ** 2
        return float(np.sum((values - seen) ** 2 / variance + np.log(variance)) + eta @ inverse @ eta)

    begun = time.process_time()
    found = minimize(misfit, np.zeros(len(prior.varying)), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-9})
    taken = (time.process_time() - begun) * 1e3
    return taken, float(np.max(np.abs(found.x - ours.eta) / np.sqrt(np.diag(ours.covariance))))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=200)
    patients = parser.parse_args().patients
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}; cpu ms of one estimate"
    )
    print(f"{'varying':>7} {'levels':>6} {'median':>7} {'most':>7} {'peer':>8} {'ratio':>6} {'apart in SD':>11}")
    for varying in (1, 2, 3):
        for count in (1, 2, 6):
            prior = population(varying)
            levels = drawn(prior, count, patients)
            taken, found = timed(prior, levels)
            others = [apart(prior, one, ours) for one, ours in zip(levels[:5], found, strict=False)]
            peer, middle = statistics.median(ms for ms, _ in others), statistics.median(taken)
            print(f"{varying:>7} {count:>6} {middle:>7.2f} {max(taken):>7.2f} {peer:>8.1f} {peer / middle:>6.0f} {max(far for _, far in others):>11.1e}")  # fmt: skip
    prior = population(2)
    (levels, *_) = drawn(prior, 2, 1)
    begun = time.process_time()
    grid_posterior(estimate(prior, DOSES, levels=levels), DOSES, levels=levels)
    print(f"with the grid of 61 by 61: {(time.process_time() - begun) * 1e3:.1f} ms")
    cold = [float(subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=True).stdout) for _ in range(5)]  # fmt: skip
    print(f"cold, imports included: {min(cold) * 1e3:.0f} ms wall at best of 5")


if __name__ == "__main__":
    main()
