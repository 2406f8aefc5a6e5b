"""What follows the central concentration: a metabolite, or an effect site, as one more step of the chain.

A follower's mode with rate μ is fed by the central concentration C = Σ weight · y. On a piece of input at rate R it holds

    m(h) = m(0) exp(-μh) + Σ weight_i (y_i(0) h exp[-λ_i h, -μh] + R h² exp[0, -λ_i h, -μh] + ka A(0) h² exp[-ka·h, -λ_i h, -μh])

with exp[…] the divided differences of phi.py: positive, and exact where rates coincide. After an intramuscular dose the
same formula is the chain depot → parent → metabolite.

Source    Bateman H. Proc Cambridge Philos Soc 1910;15:423-427, in divided differences; see phi.py
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from assuage.errors import ExposureError, Problem
from assuage.exposure.closed import AT_ONCE, Doses, States, as_prepared, as_timeline, as_times, edge_states, scan
from assuage.exposure.events import Array, Timeline
from assuage.exposure.linear import LinearModel, Mammillary, Prepared, modes
from assuage.exposure.phi import first_difference, second_difference


class Metabolite(msgspec.Struct, frozen=True, eq=False):
    """A metabolite with one compartment or more. `fraction` of what the parent's clearance removes becomes this.

    In units of mass the fraction includes the ratio of molar masses, unless the source left it out.
    """

    disposition: Mammillary
    fraction: ArrayLike = 1.0


class EffectSite(msgspec.Struct, frozen=True, eq=False):
    """A site that equilibrates with the central concentration at `ke0_per_h`, and has no volume. A float or (B,)."""

    ke0_per_h: ArrayLike


class Follower(msgspec.Struct, frozen=True, eq=False):
    """Rates (J, B) of what follows, and what its modes contribute to the result, (J, B)."""

    rate_per_h: Array
    gain: Array

    def part(self, begin: int, end: int) -> Follower:
        """The patients from `begin` up to `end`."""
        return Follower(self.rate_per_h[:, begin:end], self.gain[:, begin:end])


def metabolite_concentrations(
    model: LinearModel | Prepared, doses: Doses, *, metabolite: Metabolite, t_h: ArrayLike
) -> Array:
    """Concentration of a metabolite in its own central volume, from the doses alone.

    Give      the parent's model; doses of the parent; the metabolite, for one patient or B; times (T,), in any order
    Get       amount of metabolite per litre, (T,) or (B, T); the parent's baseline forms nothing here
    Holds     linear in dose; 0 before the first start; area to infinity = fraction · dose / metabolite's clearance
    Source    the formula at the head of this file
    Checked   tests/against/test_exposure_digits.py, tests/against/test_exposure_vectors.py
    Errors    as `concentrations`; a fraction that is not above 0
    """
    prepared = as_prepared(model)
    return _follow(prepared, as_timeline(doses), formed(prepared, metabolite), t_h=t_h)


def formed(prepared: Prepared, metabolite: Metabolite) -> Follower:
    """A metabolite as what follows its parent. Errors: `ExposureError` as `metabolite_concentrations`."""
    body = modes(metabolite.disposition)
    fraction = _positive(metabolite.fraction, "the fraction that becomes the metabolite")
    patients = (prepared.patients,)
    try:
        rate = np.broadcast_to(body.rate_per_h, (len(body.rate_per_h), *patients))
        gain = np.broadcast_to(body.weight_per_l * fraction * prepared.cl_l_per_h, rate.shape)
    except ValueError:
        raise _of_other_length("the metabolite", metabolite.disposition.patients, prepared) from None
    return Follower(rate, gain)


def effect_concentrations(
    model: LinearModel | Prepared, doses: Doses, *, effect_site: EffectSite, t_h: ArrayLike
) -> Array:
    """Concentration at an effect site: dCe/dt = ke0 (C - Ce), in equilibrium with the baseline before the first dose.

    Give      the model; doses; the site; times (T,), in any order
    Get       amount per litre, (T,) or (B, T), baseline included
    Holds     linear in dose above the baseline; never above the highest central concentration
    Source    Sheiner LB, Stanski DR, Vozeh S, Miller RD, Ham J. Clin Pharmacol Ther 1979;25:358-371
    Checked   tests/against/test_exposure_digits.py
    Errors    as `concentrations`; a ke0 that is not above 0
    """
    prepared = as_prepared(model)
    ke0 = _positive(effect_site.ke0_per_h, "ke0")
    try:
        rate = np.broadcast_to(ke0, (1, prepared.patients))
    except ValueError:
        raise _of_other_length("ke0", ke0.size, prepared) from None
    found = _follow(prepared, as_timeline(doses), Follower(rate, rate), t_h=t_h)
    return found + (prepared.baseline[0] if prepared.is_single else prepared.baseline[:, None])


def _positive(value: ArrayLike, name: str) -> Array:
    array = np.asarray(value, dtype=np.float64)
    if not np.all(np.isfinite(array) & (array > 0)):
        raise ExposureError(
            Problem(f"{name} is not a finite number above 0", "what follows the central concentration", "a number above 0",
                    f"correct {name}")
        )  # fmt: skip
    return array


def _of_other_length(name: str, length: int, prepared: Prepared) -> ExposureError:
    return ExposureError(
        Problem(f"{name} is given for {length} patients", "what follows the central concentration",
                f"one value, or one for each of {prepared.patients} patients", "give the same patients to both")
    )  # fmt: skip


def _follow(prepared: Prepared, line: Timeline, follower: Follower, *, t_h: ArrayLike) -> Array:
    times = as_times(t_h)
    found = np.zeros((prepared.patients, len(times)))
    piece = np.searchsorted(line.edge_h, times, side="right") - 1
    begun = np.flatnonzero(piece >= 0)
    if begun.size:
        size = max(1, AT_ONCE // max(len(begun), len(line.edge_h)))
        for begin in range(0, prepared.patients, size):
            part, followed = prepared.part(begin, begin + size), follower.part(begin, begin + size)
            states = edge_states(part, line)
            reached = _edges(part, states, followed, line=line)
            inputs = _Inputs(part, states, line.rate_per_h, piece[begun], times[begun] - line.edge_h[piece[begun]])
            found[begin : begin + size, begun] = _values(followed, reached, inputs)
    return found[0] if prepared.is_single else found


class _Inputs(msgspec.Struct, frozen=True, eq=False):
    """The parent at the beginning of pieces, and how long after it: `piece` and `since_h` of shape (T,)."""

    parent: Prepared
    states: States
    rates: Array
    piece: np.ndarray
    since_h: Array


def _edges(part: Prepared, states: States, follower: Follower, *, line: Timeline) -> Array:
    """What the follower's modes hold at the edges: (E, J, b)."""
    pieces = np.arange(len(line.edge_h) - 1)
    inputs = _Inputs(part, states, line.rate_per_h, pieces, line.length_h)
    gain = np.stack([fed.T for fed in _fed(follower, inputs)], axis=1)
    decay = np.exp(-follower.rate_per_h * line.length_h[:, None, None])
    return scan(decay, gain, start=np.zeros_like(follower.rate_per_h))


def _values(follower: Follower, reached: Array, inputs: _Inputs) -> Array:
    """The follower's concentration, (b, T)."""
    total = np.zeros((inputs.parent.patients, len(inputs.since_h)))
    for number, fed in enumerate(_fed(follower, inputs)):
        left = np.exp(-follower.rate_per_h[number][:, None] * inputs.since_h)
        total += follower.gain[number][:, None] * (reached[inputs.piece, number].T * left + fed)
    return total


def _fed(follower: Follower, inputs: _Inputs) -> Iterator[Array]:
    """What has come into each of the follower's modes since the beginning of the piece and is still there: (b, T)."""
    since_h, running = inputs.since_h, np.flatnonzero(inputs.rates[inputs.piece] > 0)
    squared = since_h * since_h
    parent, depot = inputs.parent, inputs.states.depot
    amounts = inputs.states.amount.swapaxes(0, 1)
    for follow in follower.rate_per_h:
        own = follow[:, None] * since_h
        fed = np.zeros_like(own)
        for rate, weight, amount in zip(parent.modes.rate_per_h, parent.modes.weight_per_l, amounts, strict=True):
            z, share = rate[:, None] * since_h, weight[:, None]
            fed += share * amount[inputs.piece].T * since_h * first_difference(z, own)
            if running.size:
                steps = second_difference(z[:, running], own[:, running], c=0.0) * squared[running]
                fed[:, running] += share * inputs.rates[inputs.piece[running]] * steps
            if depot is not None and parent.ka_per_h is not None:
                ka = parent.ka_per_h[:, None]
                fed += share * ka * depot[inputs.piece].T * squared * second_difference(z, own, c=ka * since_h)
        yield fed
