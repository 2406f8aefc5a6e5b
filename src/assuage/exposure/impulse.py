"""What follows one unit given at once, as a sum of exponentials that any program can add up: for pages without Python.

The closed forms of closed.py and chains.py are safe where rates coincide; this one divides by their differences. It serves
one typical person, whose rates lie apart, and a test holds it to the others.
"""

from __future__ import annotations

import msgspec
import numpy as np

from assuage.exposure.events import Array, Route
from assuage.exposure.linear import modes
from assuage.exposure.simulate import Body

# Rates closer than this part of themselves are moved so far apart: the error is no larger.
APART = 1e-7


class Impulse(msgspec.Struct, frozen=True, eq=False):
    """The level t hours after one unit is Σ weight · exp(-rate · t); shapes (K,), 1/h and 1/L."""

    rate_per_h: Array
    weight_per_l: Array


def impulse(body: Body, route: Route) -> Impulse:
    """The response of a typical person to one unit by a route.

    Give      a body of one person
    Get       as many exponentials as there are compartments on the way; the baseline is not in it
    Source    partial fractions of the chain depot → drug → metabolite
    Checked   tests/unit/test_impulse.py
    """
    parent = modes(body.drug.disposition)
    found = Impulse(parent.rate_per_h[:, 0], parent.weight_per_l[:, 0])
    if route == "intramuscular":
        assert body.drug.absorption is not None
        ka, fraction = (
            float(np.asarray(one).reshape(-1)[0])
            for one in (body.drug.absorption.ka_per_h, body.drug.absorption.fraction)
        )
        found = _then(found, rate=ka, gain=ka * fraction)
    if body.metabolite is None:
        return found
    follower = modes(body.metabolite.disposition)
    formed = float(np.asarray(body.metabolite.fraction).reshape(-1)[0]) * float(body.drug.disposition.cl_l_per_h[0])
    parts = [
        _then(found, rate=float(rate), gain=formed * float(weight))
        for rate, weight in zip(follower.rate_per_h[:, 0], follower.weight_per_l[:, 0], strict=True)
    ]
    return Impulse(
        np.concatenate([one.rate_per_h for one in parts]), np.concatenate([one.weight_per_l for one in parts])
    )


def _then(before: Impulse, *, rate: float, gain: float) -> Impulse:
    """One more step of the chain, at `rate`: e^(-at) * e^(-bt) = (e^(-at) - e^(-bt)) / (b - a)."""
    while np.any(np.abs(before.rate_per_h - rate) < APART * rate):
        rate *= 1 + 2 * APART
    share = gain * before.weight_per_l / (rate - before.rate_per_h)
    return Impulse(np.append(before.rate_per_h, rate), np.append(share, -share.sum()))
