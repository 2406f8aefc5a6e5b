"""The same models by an ODE solver: the twin that tests hold the closed form to. Not for use; slow, and ten digits at best."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from assuage.exposure.closed import Doses, as_timeline, as_times
from assuage.exposure.events import Array
from assuage.exposure.general import Compartments


def solved_concentrations(model: Compartments, doses: Doses, *, t_h: ArrayLike, rtol: float = 1e-10) -> Array:
    """Output of one patient's compartments by LSODA, restarted at every edge.

    Give      a model of one patient; doses; times (T,), in any order; relative tolerance of the solver
    Get       (T,), in the order of the times
    Holds     the solver never steps across a change of input
    Source    SciPy's solve_ivp, imported here and only here
    Checked   tests/conformance/test_exposure_ode.py
    Errors    ImportError where SciPy is absent: this is for tests
    """
    from scipy.integrate import solve_ivp  # type: ignore[import-untyped]

    times, line = as_times(t_h), as_timeline(doses)
    matrix = model.matrix[0]
    state, found = np.zeros(len(matrix)), np.zeros(len(times))
    ends = [*line.edge_h[1:], max(float(times.max(initial=0.0)), float(line.edge_h[-1])) + 1]
    for piece, (begin, end) in enumerate(zip(line.edge_h, ends, strict=True)):
        state = state + line.bolus[piece] * model.intravenous + line.depot[piece] * model.intramuscular
        source = line.rate_per_h[piece] * model.intravenous
        inside = np.flatnonzero((times >= begin) & (times < end))
        asked, back = np.unique(times[inside], return_inverse=True)
        solved = solve_ivp(
            lambda _, amount, source=source: matrix @ amount + source,
            (0, end - begin),
            state,
            method="LSODA",
            t_eval=[*(asked - begin), end - begin],
            rtol=rtol,
            atol=1e-14,
        )
        found[inside] = (np.broadcast_to(model.output, (1, len(matrix)))[0] @ solved.y[:, :-1])[back]
        state = solved.y[:, -1]
    return found
