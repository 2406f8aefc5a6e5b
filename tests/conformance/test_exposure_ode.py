"""The closed form and the general path against SciPy's LSODA: another method, another author, the same curve."""

from __future__ import annotations

import numpy as np

from assuage.exposure import (
    Absorption,
    Dose,
    LinearModel,
    Metabolite,
    compartments,
    concentrations,
    general_concentrations,
    mammillary,
    metabolite_concentrations,
)
from assuage.exposure.ode import solved_concentrations

BODY = {"v1_l": 25, "cl_l_per_h": 84, "v2_l": 56, "q2_l_per_h": 161, "v3_l": 157, "q3_l_per_h": 79}
KA, CLEARED, VOLUME = 4.159, 57.72, 98.638
DOSES = [Dose(70, 0, 1), Dose(20, 0.5, 3), Dose(10, 2), Dose(24.5, 5.5, 0, "intramuscular"), Dose(70, 48, 1)]
TIMES = [30.0, 0.2, 1, 2, 2.5, 5.5, 6, 12, 48, 48.5, 49, 60]


def matrix() -> np.ndarray:
    """Depot, central, two peripheral, metabolite."""
    k10, k12, k13 = (BODY[name] / BODY["v1_l"] for name in ("cl_l_per_h", "q2_l_per_h", "q3_l_per_h"))
    k21, k31 = BODY["q2_l_per_h"] / BODY["v2_l"], BODY["q3_l_per_h"] / BODY["v3_l"]
    return np.array(
        [
            [-KA, 0, 0, 0, 0],
            [KA, -(k10 + k12 + k13), k21, k31, 0],
            [0, k12, -k21, 0, 0],
            [0, k13, 0, -k31, 0],
            [0, k10, 0, 0, -CLEARED / VOLUME],
        ]
    )


def test_parent_and_metabolite() -> None:
    model = LinearModel(mammillary(**BODY), Absorption(KA))
    follows = Metabolite(mammillary(v1_l=VOLUME, cl_l_per_h=CLEARED))
    closed = {
        1: concentrations(model, DOSES, t_h=TIMES) * BODY["v1_l"],
        4: metabolite_concentrations(model, DOSES, metabolite=follows, t_h=TIMES) * VOLUME,
    }
    for place, amount in closed.items():
        general = compartments(
            matrix(), intravenous=[0, 1, 0, 0, 0], intramuscular=[1, 0, 0, 0, 0], output=np.eye(5)[place]
        )
        # The solver's relative tolerance is 1e-10 a step; over a few hundred steps two digits and more go.
        np.testing.assert_allclose(solved_concentrations(general, DOSES, t_h=TIMES), amount, rtol=1e-7)
        np.testing.assert_allclose(general_concentrations(general, DOSES, t_h=TIMES), amount, rtol=1e-11)
