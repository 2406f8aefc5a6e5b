"""Exact quantiles over patients at given times: no sampling of the population's curve, no binning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from assuage.errors import ExposureError, Problem
from assuage.exposure.closed import Doses, Grid, as_prepared, as_timeline, as_times, concentrations
from assuage.exposure.events import Array
from assuage.exposure.linear import LinearModel, Prepared

# Numbers held at once: 16 megabytes.
AT_ONCE = 1 << 21


def quantiles(
    model: LinearModel | Prepared,
    doses: Doses,
    *,
    t_h: ArrayLike | Grid,
    probabilities: Sequence[float] = (0.05, 0.5, 0.95),
    fast: bool | None = None,
) -> Array:
    """Quantiles of the concentration over B patients, at each time apart.

    Give      a model of B patients; doses; times (T,) in any order, or a grid; probabilities (Q,) from 0 to 1; `fast` as in
              `grid_concentrations`: only a grid has kernels
    Get       (Q, T), in the order of both; linear between ranks
    Holds     not decreasing in the probability; a row is not one patient's curve
    Source    Hyndman RJ, Fan Y. Am Stat 1996;50:361-365, definition 7
    Checked   tests/laws/test_exposure_summaries.py, tests/conformance/test_exposure_fast.py
    Errors    `ExposureError`: as `concentrations`; a probability outside 0 to 1
    """
    prepared, line = as_prepared(model), as_timeline(doses)
    ranks = _ranks(probabilities, prepared.patients)
    if isinstance(t_h, Grid):
        from assuage.exposure.fast import grid_quantiles, is_wanted
        from assuage.exposure.grid import refuse_grid

        refuse_grid(t_h)
        if is_wanted(fast, work=prepared.patients * t_h.count * len(ranks)):
            return grid_quantiles(prepared, line, grid=t_h, ranks=ranks)
    times = t_h.times_h() if isinstance(t_h, Grid) else as_times(t_h)
    found = np.empty((len(ranks), len(times)))
    size = max(1, AT_ONCE // prepared.patients)
    for begin in range(0, len(times), size):
        block = times[begin : begin + size]
        values = np.empty((prepared.patients, len(block)))
        concentrations(prepared, line, t_h=block, out=values)
        found[:, begin : begin + size] = _between_ranks(np.ascontiguousarray(values.T), ranks)
    return found


def _ranks(probabilities: Sequence[float], patients: int) -> Array:
    """For each probability the rank below and the share of the next one, (Q, 2)."""
    wanted = np.asarray(probabilities, dtype=np.float64)
    if wanted.ndim != 1 or not np.all((wanted >= 0) & (wanted <= 1)):
        raise ExposureError(
            Problem(f"the probabilities are {list(probabilities)}", "quantiles over patients", "fractions from 0 to 1",
                    "write 0.05 for 5 %")
        )  # fmt: skip
    place = wanted * (patients - 1)
    return np.stack([np.floor(place), place - np.floor(place)], axis=1)


def _between_ranks(values: Array, ranks: Array) -> Array:
    """Quantiles of each row, (Q, rows); the rows are put in a partial order."""
    lower = ranks[:, 0].astype(np.int64)
    upper = np.minimum(lower + 1, values.shape[1] - 1)
    values.partition(sorted({*lower.tolist(), *upper.tolist()}), axis=1)
    low, high = values[:, lower].T, values[:, upper].T
    return np.asarray(low + (high - low) * ranks[:, 1:])
