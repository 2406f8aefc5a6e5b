"""The kernels compiled by numba, the extra [fast]: loaded where the work repays it, or where they are asked for.

Without numba nothing here is needed: the same numbers come from NumPy, to 1e-12.
"""

from __future__ import annotations

import importlib.util
import marshal
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from assuage.errors import ExposureError, Problem
from assuage.exposure import kernels, kernels_quantile, kernels_summary
from assuage.exposure.closed import Grid, edge_states
from assuage.exposure.events import Array, Timeline
from assuage.exposure.grid import spans
from assuage.exposure.linear import Prepared

MODULES = (kernels, kernels_summary, kernels_quantile)
# Points above which loading numba (about half a second) is repaid; points above which a call of loaded kernels is.
REPAYS_LOADING = 1_000_000_000
REPAYS_CALLING = 1_000_000
OPTIONS: dict[str, Any] = {"error_model": "numpy", "fastmath": {"contract"}, "nogil": True}
ABSENT_RATE = 1.0  # of a mode that a model has not; its weight is 0


def is_available() -> bool:
    """Whether numba is installed. Does not load it."""
    return importlib.util.find_spec("numba") is not None


def is_loaded() -> bool:
    """Whether the kernels have been compiled, or read from numba's cache, in this process."""
    return _kernels.cache_info().currsize > 0


def is_wanted(fast: bool | None, *, work: int) -> bool:
    """Whether to use the kernels for `work` points.

    Errors    `ExposureError` where `fast` is True and numba is absent
    """
    if fast is None:
        return work >= (REPAYS_CALLING if is_loaded() else REPAYS_LOADING) and is_available()
    if fast and not is_available():
        raise ExposureError(
            Problem("fast kernels are asked for, and numba is not installed", "fast=True", "the extra [fast]",
                    "install assuage[fast], or leave fast out: the numbers are the same")
        )  # fmt: skip
    return fast


@cache
def _kernels() -> Mapping[str, Callable[..., Any]]:
    """Every kernel compiled, by name. Functions named …_all run patients in parallel."""
    import numba

    digest = _digest()
    compiled: dict[str, Callable[..., Any]] = {}
    scopes = []
    for module in MODULES:
        scopes.append(scope := {**vars(module), "prange": numba.prange})
        for name, function in _functions(module).items():
            bound = FunctionType(function.__code__, scope, name, function.__defaults__)
            # Numba's cache looks at one file alone: the name carries the contents of all.
            bound.__qualname__, bound.__module__ = f"{name}_{digest}", module.__name__
            is_parallel = name.endswith("_all")
            try:
                compiled[name] = numba.njit(bound, parallel=is_parallel, cache=True, **OPTIONS)
            except RuntimeError:  # no place to keep compiled code: a read-only disk and no home
                compiled[name] = numba.njit(bound, parallel=is_parallel, **OPTIONS)
    for scope in scopes:
        scope |= compiled
    return compiled


def _digest() -> str:
    """A fingerprint of every kernel and every constant they read."""
    parts = []
    for module in MODULES:
        parts += [marshal.dumps(function.__code__) for function in _functions(module).values()]
        parts += [
            repr((name, value)).encode() for name, value in vars(module).items() if isinstance(value, int | float)
        ]
    return sha256(b"".join(parts)).hexdigest()[:12]


def _functions(module: ModuleType) -> dict[str, FunctionType]:
    """The functions that a module defines, in its order."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__
    }


def system_of(prepared: Prepared) -> Array:
    """Patients as the kernels read them, (B, 9); see kernels.ONE_COLUMNS."""
    system = np.zeros((prepared.patients, len(kernels.ONE_COLUMNS)))
    number = len(prepared.modes.rate_per_h)
    system[:, :3] = ABSENT_RATE
    system[:, :number] = prepared.modes.rate_per_h.T
    system[:, 3 : 3 + number] = prepared.modes.weight_per_l.T
    if prepared.ka_per_h is not None:
        system[:, 6] = prepared.ka_per_h
    system[:, 7], system[:, 8] = prepared.fraction, prepared.baseline
    return system


def pieces_of(line: Timeline, *, last_h: float = np.inf) -> Array:
    """The timeline as the kernels read it, (E, 8), the last piece `last_h` long; see kernels.PIECE_COLUMNS."""
    pieces = np.zeros((len(line.edge_h), len(kernels.PIECE_COLUMNS)))
    pieces[:, 0] = [*line.length_h, last_h]
    pieces[:, 1], pieces[:, 2], pieces[:, 3], pieces[:, 7] = line.rate_per_h, line.bolus, line.depot, line.edge_h
    return pieces


def fill_grid(prepared: Prepared, line: Timeline, *, grid: Grid, out: Array) -> None:
    """`grid_concentrations` by kernels; the arguments are checked there."""
    before, found = spans(line, grid)
    if not found:
        out[:] = prepared.baseline[:, None]
        return
    pieces = pieces_of(line)
    pieces[0, 4] = before
    for span in found:
        pieces[span.piece, 4:7] = span.first, span.count, span.offset_h
    _kernels()["_fill_all"](system_of(prepared), pieces, grid.step_h, out)


def summarise_all(prepared: Prepared, line: Timeline, *, last_h: float, threshold: float) -> Array:
    """`summarise` by kernels, (B, 4): peak, its time, area, hours above; the arguments are checked there."""
    found = np.empty((prepared.patients, 4))
    _kernels()["_summarise_all"](system_of(prepared), pieces_of(line, last_h=last_h), threshold, found)
    return found


def grid_quantiles(prepared: Prepared, line: Timeline, *, grid: Grid, ranks: Array) -> Array:
    """`quantile_curves` by kernels, (Q, count); the arguments are checked there."""
    found = np.empty((len(ranks), grid.count))
    before, among = spans(line, grid)
    baseline = np.sort(prepared.baseline)
    for q, (rank, part) in enumerate(ranks):
        lower, upper = baseline[int(rank)], baseline[min(int(rank) + 1, len(baseline) - 1)]
        found[q, :before] = lower + (upper - lower) * part
    stretches = [
        (span.piece, span.first + at, min(kernels_quantile.STRETCH, span.count - at),
         span.offset_h + at * grid.step_h, line.rate_per_h[span.piece])
        for span in among
        for at in range(0, span.count, kernels_quantile.STRETCH)
    ]  # fmt: skip
    if stretches:
        states = edge_states(prepared, line)
        number = states.amount.shape[1]
        held = np.zeros((len(line.edge_h), prepared.patients, 4))
        held[..., :number] = states.amount.swapaxes(1, 2)
        if states.depot is not None:
            held[..., 3] = states.depot
        _kernels()["_quantiles_all"](system_of(prepared), held, np.array(stretches), grid.step_h, ranks, found)
    return found
