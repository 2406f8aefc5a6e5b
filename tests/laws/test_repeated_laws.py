"""What must hold for effects over time: order and shifts; one time is a plain pool; a study is one study however often it looks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from assuage.evidence.effect import Effect
from assuage.evidence.over_time import STRUCTURES
from assuage.evidence.pool import pool_random, prediction
from assuage.evidence.repeated import Followed, Repeated, followed, pool_repeated

SEEN = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 1], [1, 1, 1], [0, 1, 1], [1, 1, 1], [1, 1, 0]], dtype=bool)
seed = st.integers(0, 10_000)
QUICK = settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def drawn(seed: int, *, spread: float = 0.6, seen: np.ndarray = SEEN) -> list[dict[float, Effect]]:
    """Studies at up to three times (2, 4 and 12), with true effects that hang together by 0.7."""
    rng = np.random.default_rng(seed)
    width = seen.shape[1]
    between = spread**2 * (0.3 * np.eye(width) + 0.7)
    variances = rng.uniform(0.05, 0.3, seen.shape)
    found = []
    for row, own in zip(seen, variances, strict=True):
        errors = np.sqrt(np.outer(own, own)) * (0.5 * np.eye(width) + 0.5)
        y = rng.multivariate_normal(np.array([1.0, 0.7, 0.2])[:width], between + errors)
        found.append({time: Effect("MD", float(y[at]), float(own[at]), "drawn")
                      for at, time in enumerate((2.0, 4.0, 12.0)[:width]) if row[at]})  # fmt: skip
    return found


def studies(rows: list[dict[float, Effect]], *, shift: float = 0.0, turn: float = 1.0) -> list[Followed]:
    return [
        followed(f"study {at}", {time: Effect("MD", turn * one.value + shift, one.variance, "drawn")
                                 for time, one in row.items()}, correlation=0.5, errors="the same at all times")
        for at, row in enumerate(rows)
    ]  # fmt: skip


def numbers(one: Repeated) -> list[float]:
    return [number for time in one.times for number in (one.at(time).value, one.at(time).standard_error)]


@pytest.mark.parametrize("structure", STRUCTURES)
@given(seed=seed)
@QUICK
def test_order_does_not_matter_and_shifting_shifts_and_turning_turns(structure: str, seed: int) -> None:
    rows = drawn(seed)
    one = pool_repeated(studies(rows), structure=structure)  # type: ignore[arg-type]
    back = pool_repeated(studies(rows)[::-1], structure=structure)  # type: ignore[arg-type]
    moved = pool_repeated(studies(rows, shift=7), structure=structure)  # type: ignore[arg-type]
    turned = pool_repeated(studies(rows, turn=-1), structure=structure)  # type: ignore[arg-type]
    # A search ends where the slope is small, to about a thousandth of a standard error.
    for other, shift, turn in ((back, 0, 1), (moved, 7, 1), (turned, 0, -1)):
        assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-5)
        assert [turn * (number - shift) for number in other.values] == pytest.approx(list(one.values), abs=1e-3)
        assert other.at(2).standard_error == pytest.approx(one.at(2).standard_error, rel=5e-3)
    assert one.change(2, 12).value == pytest.approx(one.at(12).value - one.at(2).value, abs=1e-9)
    assert one.change(12, 2).value == pytest.approx(-one.change(2, 12).value, abs=1e-12)
    assert one.prediction(4).lower <= one.at(4).lower


@given(seed=seed)
@QUICK
def test_at_one_time_it_is_the_pool_of_the_studies(seed: int) -> None:
    rows = drawn(seed, seen=np.ones((6, 1), dtype=bool))
    one, pool = pool_repeated(studies(rows), test="normal"), pool_random([row[2.0] for row in rows], test="normal")
    assert pool.tau2 is not None
    assert one.tau2[0] == pytest.approx(pool.tau2.value, rel=1e-3, abs=1e-6)
    at = one.at(2)
    assert [at.value, at.standard_error, at.lower] == pytest.approx(
        [pool.value, pool.standard_error, pool.lower], rel=1e-4, abs=1e-5
    )
    ahead = prediction(pool, reference="normal")
    assert one.prediction(2).upper == pytest.approx(ahead.upper, rel=1e-4, abs=1e-4)


@given(seed=seed)
@QUICK
def test_a_richer_structure_is_never_less_likely(seed: int) -> None:
    heights = {name: pool_repeated(studies(drawn(seed)), structure=name, test="normal").log_likelihood  # type: ignore[arg-type]
               for name in STRUCTURES}  # fmt: skip
    for simple, rich in (("CS", "HCS"), ("AR", "HAR"), ("HCS", "UN"), ("HAR", "UN")):
        assert heights[rich] >= heights[simple] - 1e-5


@given(seed=seed)
@QUICK
def test_the_height_is_that_of_plain_matrices_and_no_grid_point_is_higher(seed: int) -> None:
    given = studies(drawn(seed))
    one = pool_repeated(given, test="normal")

    def height(tau2: float, rho: float) -> float:
        information, moved, lost, kept, n = np.zeros((3, 3)), np.zeros(3), 0.0, 0.0, 0
        crossed = np.zeros((3, 3))
        for study in given:
            x = np.array([[float(time == at) for at in one.times] for time in study.times])
            k = len(study.times)
            m = np.array(study.covariance) + tau2 * ((1 - rho) * np.eye(k) + rho)
            w, y = np.linalg.inv(m), np.array(study.values)
            information += x.T @ w @ x
            crossed += x.T @ x
            moved += x.T @ w @ y
            lost += np.linalg.slogdet(m)[1]
            kept += float(y @ w @ y)
            n += k
        beta = np.linalg.solve(information, moved)
        lost += np.linalg.slogdet(information)[1] - np.linalg.slogdet(crossed)[1]
        return -0.5 * float((n - 3) * np.log(2 * np.pi) + lost + kept - beta @ moved)

    assert one.log_likelihood == pytest.approx(height(one.tau2[0], one.correlations[0][1]), abs=1e-8)
    for tau2 in (0.0, 0.05, 0.2, 0.5, 1.0, 3.0):
        for rho in (-0.4, 0.0, 0.4, 0.8, 0.99):
            assert one.log_likelihood >= height(tau2, rho) - 1e-6


def test_a_study_that_looks_twice_does_not_weigh_twice() -> None:
    """Two looks at the same people, errors alike and nothing between: the second tells next to nothing new."""
    once = {time: Effect("MD", 1.0, 0.2, "drawn") for time in (1.0,)}
    rows = [once | {2.0: Effect("MD", 1.0, 0.2, "drawn")} for _ in range(5)]
    apart = [{1.0: Effect("MD", 1 + 0.1 * at, 0.2, "drawn"), 2.0: Effect("MD", 1.02 + 0.1 * at, 0.2, "drawn")} for at in range(5)]  # fmt: skip
    given = [followed(f"study {at}", row, correlation=0.999) for at, row in enumerate(rows)]
    one = pool_repeated(given, test="normal")
    assert one.at(1).standard_error == pytest.approx((0.2 / 5) ** 0.5, rel=1e-6)
    loose, tight = (pool_repeated([followed(f"study {at}", row, correlation=r) for at, row in enumerate(apart)], test="normal")
                    for r in (0.0, 0.95))  # fmt: skip
    assert tight.change(1, 2).standard_error < loose.change(1, 2).standard_error / 3
    assert one.at_limit == ("no spread between studies",)


def test_intervals_by_studies_less_times_hold_the_truth_about_as_often_as_they_say() -> None:
    """Of 8 studies at three times with a spread as large as their errors: 300 of 95 % intervals, for each time."""
    seen = np.ones((8, 3), dtype=bool)
    found = [pool_repeated(studies(drawn(seed, spread=0.4, seen=seen))) for seed in range(300)]
    for time, truth in ((2.0, 1.0), (4.0, 0.7), (12.0, 0.2)):
        held = np.mean([one.at(time).lower <= truth <= one.at(time).upper for one in found])
        # Monte-Carlo error of 300: 0.8 points at 98 %. An interval that left the spread out would hold about 80 %.
        assert 0.95 <= held <= 0.999
