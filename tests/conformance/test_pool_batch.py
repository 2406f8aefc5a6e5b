"""A batch of pools and the same pools one by one: two ways of computing that must agree."""

from __future__ import annotations

import numpy as np
import pytest
from tests import gold

from assuage.errors import EvidenceError
from assuage.evidence.batch import pool_bayes_batch, pool_random_batch
from assuage.evidence.bayes import Prior, pool_bayes
from assuage.evidence.effect import Effect
from assuage.evidence.pool import pool_random
from assuage.evidence.weighted import Floats

CASES = [*{(case["dataset"], case["args"]["measure"]): case for case in gold.cases("leave1out")}.values()]
RNG = np.random.default_rng(8)
SHIFTS = RNG.normal(0, RNG.choice([0.0, 0.5, 3.0], (60, 1)), (60, 6))
VALUES = SHIFTS + RNG.normal(0, 1, (60, 6))
VARIANCES = RNG.uniform(0.02, 3, (60, 6))
MASK = np.arange(6) < RNG.integers(2, 7, (60, 1))
PRIORS = [Prior(0.5), Prior(2.0), Prior(0.5, 0.3, 1.0)]


def of_row(row: int) -> list[Effect]:
    there = MASK[row]
    return [Effect("MD", y, v, "drawn") for y, v in zip(VALUES[row][there], VARIANCES[row][there], strict=True)]


def one_row(case: dict[str, object]) -> tuple[Floats, Floats]:
    effects = gold.effects(case)
    return np.array([[one.value for one in effects]]), np.array([[one.variance for one in effects]])


def test_ragged_rows_of_a_batch_are_the_pools_of_each_row() -> None:
    batch = pool_random_batch(VALUES, VARIANCES, mask=MASK)
    for row in range(len(VALUES)):
        one = pool_random(of_row(row))
        assert one.tau2 is not None
        found = [batch.value[row], batch.standard_error[row], batch.lower[row], batch.upper[row], batch.p[row],
                 batch.tau2[row], batch.q[row], batch.k[row], batch.maxima[row]]  # fmt: skip
        assert found == pytest.approx([one.value, one.standard_error, one.lower, one.upper, one.p, one.tau2.value,
                                       one.spread.q, one.k, 1 + len(one.tau2.other_maxima)], rel=1e-7, abs=1e-9)  # fmt: skip


@pytest.mark.parametrize(("scale", "shift"), [(1e-3, 0.0), (1e3, 0.0), (1.0, 5000.0)])
def test_a_batch_is_as_right_on_any_scale_and_far_from_nothing(scale: float, shift: float) -> None:
    """One study in each row is a thousand times as precise as its neighbours: digits would be lost about another centre."""
    variances = np.where(np.arange(6) == 0, 1e-3, 1.0) * VARIANCES * scale**2
    batch = pool_random_batch(scale * VALUES + shift, variances, mask=MASK)
    for row in range(len(VALUES)):
        there = MASK[row]
        given = zip(scale * VALUES[row][there] + shift, variances[row][there], strict=True)
        one = pool_random([Effect("MD", y, v, "drawn") for y, v in given])
        assert one.tau2 is not None
        assert batch.tau2[row] == pytest.approx(one.tau2.value, rel=1e-7, abs=1e-8 * scale**2)
        assert [batch.value[row], batch.lower[row], batch.upper[row]] == pytest.approx(
            [one.value, one.lower, one.upper], rel=1e-7, abs=1e-7 * scale
        )


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['dataset']} {case['args']['measure']}")
def test_published_data_in_a_batch_are_the_pools_of_each(case: dict[str, object]) -> None:
    batch, one = pool_random_batch(*one_row(case)), pool_random(gold.effects(case))
    assert one.tau2 is not None
    assert [batch.value[0], batch.lower[0], batch.upper[0]] == pytest.approx(
        [one.value, one.lower, one.upper], rel=1e-8
    )
    assert batch.tau2[0] == pytest.approx(one.tau2.value, rel=1e-7)


def test_the_higher_of_two_maxima_is_taken_in_a_batch_too() -> None:
    # Two precise studies that agree, and a wide one far off: a search that starts at 0 stays there.
    values, variances = [-0.5, -0.5, 6.6], [0.39, 0.33, 6.55]
    effects = [Effect("MD", y, v, "two clusters") for y, v in zip(values, variances, strict=True)]
    batch, one = pool_random_batch([values], [variances]), pool_random(effects)
    assert one.tau2 is not None
    assert one.tau2.other_maxima == (0.0,)
    assert one.tau2.value > 9
    assert batch.tau2[0] == pytest.approx(one.tau2.value, rel=1e-8)
    assert batch.maxima[0] == 2


@pytest.mark.parametrize("prior", PRIORS, ids=str)
def test_posteriors_of_a_batch_are_those_of_each_row(prior: Prior) -> None:
    batch = pool_bayes_batch(VALUES, VARIANCES, prior=prior, mask=MASK)
    for row in range(len(VALUES)):
        one = pool_bayes(of_row(row), prior=prior)
        found = [batch.mean[row], batch.sd[row], batch.median[row], batch.lower[row], batch.upper[row],
                 batch.new_lower[row], batch.new_upper[row], batch.above_zero[row]]  # fmt: skip
        assert found == pytest.approx([one.mean, one.sd, one.median, one.lower, one.upper, one.new_lower, one.new_upper,
                                       one.probability_above(0)], rel=2e-6, abs=2e-6)  # fmt: skip


def test_a_batch_refuses_what_cannot_be_pooled_and_says_where() -> None:
    with pytest.raises(EvidenceError) as caught:
        pool_random_batch([[1.0, np.nan], [1.0, 2.0]], [[1.0, 1.0], [-1.0, 1.0]], mask=[[True, True], [True, False]])
    assert [problem.what for problem in caught.value.problems] == [
        "1 values cannot be used, the first nan in row 0, column 1",
        "1 variances cannot be used, the first -1.0 in row 1, column 0",
        "1 rows with fewer than two studies, the first row 1",
    ]
    with pytest.raises(EvidenceError, match="shapes"):
        pool_bayes_batch([1.0, 2.0], [1.0, 1.0], prior=Prior(1))
