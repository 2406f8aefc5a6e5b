"""How fast concentrations are computed, how near that is to what the memory can take, and how right: ours and peers, one go.

    OPENBLAS_NUM_THREADS=1 python bench/exposure_speed.py [--patients 10000] [--many 1000000] [--repeats 5]

Workload: three compartments, V1 4.4 L, k10 .438, k12 .592, k21 .247, k13 .590, k31 .0146 per minute, log-normal spread of 0.30
on CL and 0.25 on V1; 70 mg over 60 min at 0, 48 and 96 h; 7,201 points a minute apart, float64. "wall" is the least of the
repeats; "cpu" the processor time of all threads, which a busy machine does not stretch. Errors are relative, against forty
digits (tests/digits.py), at troughs too, where a solver's absolute tolerance shows. A peer that is not installed is named as absent.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

import mpmath as mp
import numpy as np
from tests.digits import CENTRAL, amounts, body, worst

from assuage.exposure import (
    Dose,
    Grid,
    Level,
    LinearModel,
    Prior,
    Residual,
    estimate,
    fast,
    grid_concentrations,
    mammillary,
    prepare,
    quantiles,
    summarise,
)

V1, MICRO = 4.4, (0.438, 0.592, 0.247, 0.590, 0.0146)
DOSES = [Dose(70, start, 1) for start in (0, 48, 96)]
GRID = Grid(0, 1 / 60, 7201)
CHECKED = (1, 30, 60, 61, 70, 200, 2879, 2880, 2940, 3000, 5759, 6000, 7200)
THRESHOLD = 0.05


class Run:
    """The least wall and processor seconds of several runs."""

    def __init__(self, work: Callable[[], Any], repeats: int) -> None:
        self.wall_s = self.cpu_s = np.inf
        for _ in range(repeats):
            wall, cpu = time.perf_counter(), time.process_time()
            self.result = work()
            self.wall_s = min(self.wall_s, time.perf_counter() - wall)
            self.cpu_s = min(self.cpu_s, time.process_time() - cpu)


def say(name: str, run: Run, *, points: int = 0, promised: str = "", note: str = "") -> None:
    """One line: times, points a second by wall and by processor time, what was promised."""
    rate = f"{points / run.wall_s / 1e9:8.3f} G/s {points / run.cpu_s / 1e9:8.3f} G/cpu-s" if points else " " * 30
    print(f"{name:<44} wall {run.wall_s * 1e3:9.2f} ms  cpu {run.cpu_s * 1e3:9.2f} ms {rate}  {promised:<24} {note}")


def population(patients: int) -> LinearModel:
    """The workload's virtual patients; the first ones are the same for every number."""
    rng = np.random.default_rng(20261125)
    spread = np.exp(rng.standard_normal((patients, 2)) * (0.30, 0.25))
    k10, k12, k21, k13, k31 = (60 * rate for rate in MICRO)
    return LinearModel(
        mammillary(
            v1_l=V1 * spread[:, 1], cl_l_per_h=V1 * k10 * spread[:, 0],
            v2_l=V1 * k12 / k21, q2_l_per_h=V1 * k12, v3_l=V1 * k13 / k31, q3_l_per_h=V1 * k13,
        )
    )  # fmt: skip


def exact(model: LinearModel, patient: int) -> list[mp.mpf]:
    """Forty digits at some points of the grid, for one patient's rates as they are stored."""
    one = model.disposition
    (k12, k13), (k21, k31) = one.out_per_h, one.back_per_h
    micro = tuple(float(k[patient]) for k in (one.k10_per_h, k12, k21, k13, k31))
    system, times = body(micro, ka=1, ke0=1, metabolite=(1, 1, 0, 1)), GRID.times_h()
    return [amounts(system, DOSES, float(times[j]))[CENTRAL] / mp.mpf(float(one.v1_l[patient])) for j in CHECKED]


def error(out: np.ndarray, model: LinearModel) -> str:
    """The largest relative error of three patients at the checked points; and where there is more than 1e-4 of the peak."""
    everywhere = above = 0.0
    for n in range(3):
        true, found = exact(model, n), out[n, list(CHECKED)]
        high = [j for j, value in enumerate(true) if value > 1e-4 * out[n].max()]
        everywhere = max(everywhere, worst(found, true))
        above = max(above, worst(found[high], [true[j] for j in high]))
    return f"error {everywhere:.1e}, above 1e-4 of the peak {above:.1e}"


def stores(out: np.ndarray, repeats: int) -> float:
    """Bytes a second that two threads store, by plain stores in a compiled loop: the limit for an array."""
    import numba

    @numba.njit(parallel=True)
    def store(target: np.ndarray, value: float) -> None:
        for row in numba.prange(len(target)):
            for column in range(target.shape[1]):
                target[row, column] = value

    store(out, 0.0)
    run = Run(lambda: store(out, 1.5), repeats)
    say(
        "plain stores, all threads",
        run,
        note=f"{out.nbytes / run.wall_s / 1e9:.1f} GB/s, {out.nbytes / run.cpu_s / 1e9:.1f} GB/cpu-s",
    )
    return out.nbytes / run.cpu_s


def arrays(model: LinearModel, out: np.ndarray, repeats: int) -> float:
    """The whole array, without and with kernels; points a second of the better."""
    ready, points = prepare(model), out.size
    plain = Run(lambda: grid_concentrations(ready, DOSES, grid=GRID, out=out, fast=False), repeats)
    say("array, NumPy, one thread", plain, points=points, promised=">= 0.4 G/s", note=error(out, model))
    if not fast.is_available():
        print("numba is not installed: no kernels")
        return points / plain.wall_s
    limit = stores(out, repeats)
    grid_concentrations(ready, DOSES, grid=GRID, out=out, fast=True)
    quick = Run(lambda: grid_concentrations(ready, DOSES, grid=GRID, out=out, fast=True), repeats)
    share = out.nbytes / quick.cpu_s / limit
    note = f"{error(out, model)}; {out.nbytes / quick.wall_s / 1e9:.1f} GB/s, {share:.0%} of plain stores by cpu time"
    say("array, kernels, all threads", quick, points=points, promised=">= 2 G/s, >= 60 %", note=note)
    return points / quick.wall_s


def reductions(model: LinearModel, repeats: int) -> None:
    """Summaries and quantiles."""
    ready = prepare(model)
    kernels = [False, True] if fast.is_available() else [False]
    for chosen in kernels:
        word = "kernels" if chosen else "NumPy"
        summarise(model, DOSES, until_h=120, threshold=THRESHOLD, fast=chosen)
        run = Run(lambda chosen=chosen: summarise(model, DOSES, until_h=120, threshold=THRESHOLD, fast=chosen), repeats)
        say(f"summaries, {word}", run, promised="< 60 ms" if chosen else "< 200 ms")
        asked = GRID if chosen else np.linspace(0, 120, 121)
        quantiles(ready, DOSES, t_h=asked, fast=chosen)
        run = Run(lambda chosen=chosen, asked=asked: quantiles(ready, DOSES, t_h=asked, fast=chosen), repeats)
        where = "at 7,201 times" if chosen else "at 121 times"
        say(f"three quantile curves {where}, {word}", run, promised="< 300 ms" if chosen else "< 150 ms")


def many(patients: int) -> None:
    """Summaries of very many, and what memory that took."""
    import resource

    model = population(patients)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run = Run(lambda: summarise(model, DOSES, until_h=120, threshold=THRESHOLD, fast=fast.is_available()), 1)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    say(f"summaries of {patients:,}", run, promised="< 5 s", note=f"peak memory grew by {grown / 1024:.0f} MiB")


def levels(repeats: int) -> None:
    """The most probable parameters from two levels."""
    k10, k12, k21, k13, k31 = (60 * rate for rate in MICRO)
    typical = {"v1": V1, "cl": V1 * k10, "v2": V1 * k12 / k21, "q2": V1 * k12, "v3": V1 * k13 / k31, "q3": V1 * k13}
    prior = Prior(typical, ("cl", "v1"), np.diag([0.09, 0.0625]), Residual(0.15))
    seen = [Level(48.75, 0.5), Level(49.5, 0.12)]
    estimate(prior, DOSES, levels=seen)
    say("estimate from two levels", Run(lambda: estimate(prior, DOSES, levels=seen), 40 * repeats), promised="< 1 ms")


def numbalsoda(model: LinearModel, patients: int) -> Run:
    """LSODA compiled, restarted at the edges of input; all threads."""
    import numba
    from numbalsoda import lsoda, lsoda_sig

    @numba.cfunc(lsoda_sig)
    def flow(t: float, y: Any, dy: Any, p: Any) -> None:
        k = numba.carray(p, (6,))
        dy[0] = k[5] - (k[0] + k[1] + k[3]) * y[0] + k[2] * y[1] + k[4] * y[2]
        dy[1] = k[1] * y[0] - k[2] * y[1]
        dy[2] = k[3] * y[0] - k[4] * y[2]

    address = flow.address

    @numba.njit(parallel=True)
    def solve(rates: np.ndarray, times: np.ndarray, edges: np.ndarray, out: np.ndarray) -> None:
        for n in numba.prange(len(rates)):
            state, k = np.zeros(3), np.append(rates[n, :5], 0.0)
            for e in range(len(edges) - 1):
                k[5] = 70.0 if e % 2 == 0 else 0.0
                at = times[edges[e] : edges[e + 1] + 1]
                found, _ = lsoda(address, state, at, data=k, rtol=1e-8, atol=1e-10)
                out[n, edges[e] : edges[e + 1] + 1] = found[:, 0] / rates[n, 5]
                state = found[-1].copy()

    one = model.disposition
    columns = [one.k10_per_h, one.out_per_h[0], one.back_per_h[0], one.out_per_h[1], one.back_per_h[1], one.v1_l]
    rates, times = np.stack(columns, axis=1)[:patients].copy(), GRID.times_h()
    edges, out = np.array([0, 60, 2880, 2940, 5760, 5820, 7200]), np.empty((patients, GRID.count))
    solve(rates[:2], times, edges, out[:2])
    run = Run(lambda: solve(rates, times, edges, out), 1)
    run.result = out
    return run


def odeint(model: LinearModel, patients: int) -> Run:
    """SciPy's LSODA with a right-hand side in Python, restarted at the edges of input."""
    from scipy.integrate import odeint as solve

    one, times = model.disposition, GRID.times_h()
    edges, out = [0, 60, 2880, 2940, 5760, 5820, 7200], np.empty((patients, GRID.count))

    def flow(y: np.ndarray, _: float, k: list[float], rate: float) -> list[float]:
        central, second, third = y
        return [
            rate - (k[0] + k[1] + k[3]) * central + k[2] * second + k[4] * third,
            k[1] * central - k[2] * second,
            k[3] * central - k[4] * third,
        ]

    def work() -> None:
        for n in range(patients):
            out_of, back = one.out_per_h, one.back_per_h
            k = [float(rate[n]) for rate in (one.k10_per_h, out_of[0], back[0], out_of[1], back[1])]
            state = np.zeros(3)
            for e, (begin, end) in enumerate(pairwise(edges)):
                rate = 70.0 if e % 2 == 0 else 0.0
                found = solve(flow, state, times[begin : end + 1], args=(k, rate), rtol=1e-8, atol=1e-10)
                out[n, begin : end + 1], state = found[:, 0] / float(one.v1_l[n]), found[-1]

    run = Run(work, 1)
    run.result = out
    return run


PEERS: dict[str, tuple[str, Callable[[LinearModel, int], Run], int]] = {
    "numbalsoda": ("numbalsoda", numbalsoda, 400),
    "SciPy odeint": ("scipy", odeint, 12),
}


def peers(model: LinearModel, ours: float) -> None:
    """Each peer on as many patients as it takes a second or so, and how many times ours is its rate."""
    for name, (package, work, patients) in PEERS.items():
        if find_spec(package) is None:
            print(f"{name:<44} absent: not installed")
            continue
        run, points = work(model, patients), patients * GRID.count
        note = f"{error(run.result, model)}; ours is {ours * run.wall_s / points:,.0f} times its rate"
        say(f"{name}, {patients} patients", run, points=points, note=note)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}, NumPy {np.__version__}"
    )
    model, out = population(asked.patients), np.zeros((asked.patients, GRID.count))
    ours = arrays(model, out, asked.repeats)
    reductions(model, asked.repeats)
    levels(asked.repeats)
    peers(model, ours)
    del out
    many(asked.many)


if __name__ == "__main__":
    main()
