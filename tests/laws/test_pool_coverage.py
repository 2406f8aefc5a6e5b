"""Our intervals hold the truth about as often as they say; methods that do not are told apart by the same numbers."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from assuage.evidence.batch import pool_random_batch
from assuage.evidence.distribution import t_quantile, z_quantile

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
# Few studies alike, and more that differ: where a default is likeliest to hold too seldom or too often.
ROWS = [(2, 0.3), (3, 0.3), (5, 0.8), (8, 0.8)]
POOLS = 2000
# Three Monte-Carlo errors of 2,000 at 95 %: a right method leaves them once in 400 rows; seeds are fixed.
ERRORS = 3 * (0.95 * 0.05 / POOLS) ** 0.5


@cache
def bench() -> ModuleType:
    """The recipe."""
    spec = importlib.util.spec_from_file_location("coverage_of_pools", ROOT / "bench" / "pool_coverage.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.parametrize(("k", "tau"), ROWS)
def test_defaults_hold_the_truth_as_often_as_they_say(k: int, tau: float) -> None:
    found = bench().defaults(bench().Row(k, tau, "40 %"), POOLS)
    assert 0.93 - ERRORS < found["Bayes"].share < 0.99 + ERRORS
    # Hartung-Knapp is nearly exact for normal effects; counts of 7 to 20 move it by a point.
    assert 0.94 - ERRORS < found["HKSJ"].share < 0.965 + ERRORS
    if k <= 3:
        assert found["Bayes"].width < found["HKSJ"].width


@pytest.mark.parametrize(("k", "tau"), ROWS[2:])
def test_a_normal_interval_in_place_of_the_t_would_be_seen(k: int, tau: float) -> None:
    bench_row = bench().Row(k, tau, "40 %")
    one = pool_random_batch(*bench().log_odds_ratios(bench().drawn(bench_row, POOLS)))
    narrow = (one.upper - one.value) / t_quantile(0.975, k - 1) * z_quantile(0.975)
    assert bench().held(one.value - narrow, one.value + narrow).share < 0.94 - ERRORS


def test_one_effect_for_studies_that_differ_would_be_seen() -> None:
    found = bench().sensitivity(bench().Row(8, 0.8, "40 %"), 300)
    # 300 pools leave 2 points; both hold about 86 %.
    assert found["MH"].share < 0.92
    assert found["Peto"].share < 0.92
    assert found["floor"].share > found["DL"].share


def test_intervals_that_are_not_there_are_counted_and_count_for_nothing() -> None:
    lower, upper = np.array([0.0, np.nan, 0.7, 0.5]), np.array([1.0, np.nan, 0.9, 0.9])
    found = bench().held(lower, upper)
    assert (found.share, found.none, found.width) == (pytest.approx(2 / 3), 1, pytest.approx(0.4))


@pytest.mark.parametrize(("k", "tau", "control"), [(2, 0.8, "40 %"), (8, 0.3, "20 %")])
def test_the_page_shows_what_the_recipe_finds(k: int, tau: float, control: str) -> None:
    row = bench().Row(k, tau, control)
    found = bench().defaults(row, POOLS)
    start = bench().line(row, found).split(" | ")[:5]
    (seen,) = [line for line in PAGE.splitlines() if line.startswith(f"| {k} | {tau:g} | {control} |")]
    assert seen.split(" | ")[:5] == start


def test_the_page_has_every_row_and_its_words() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert len(rows) == len(bench().STUDIES) * len(bench().TAUS) * len(bench().LEVELS)
    head = bench().HEAD.format(
        truth=bench().TRUTH, pools=POOLS, level_sd=bench().LEVEL_SD, scale=bench().PRIOR.tau_scale
    )
    assert PAGE.startswith(head)
