"""What cannot be followed over time is refused in four parts; what ran to a limit is said."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import Any

import pytest

from assuage.errors import EvidenceError
from assuage.evidence.effect import Effect, Measure
from assuage.evidence.repeated import Followed, Repeated, followed, pool_repeated

ANY: Any = None


def at(*rows: tuple[float, float], measure: Measure = "MD", variance: float = 0.1) -> dict[float, Effect]:
    return {time: Effect(measure, value, variance, "drawn") for time, value in rows}


def study(name: str, *rows: tuple[float, float], **changed: Any) -> Followed:
    return followed(name, at(*rows, **changed), correlation=0.5)


FOUR = [
    study("first", (1, 1.0), (2, 0.5)),
    study("second", (1, 2.0), (2, 1.2)),
    study("third", (1, 0.2), (2, 0.4)),
    study("fourth", (1, 1.4)),
]
ALONE = [study("first", (1, 1.0)), study("second", (1, 2.0)), study("third", (2, 0.2)), study("fourth", (2, 0.4))]


def on(studies: list[Followed], **asked: Any) -> Repeated:
    return pool_repeated(studies, **asked)


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: on([]), "no study to pool"),
    (lambda: on(FOUR[:1]), "1 study to pool"),
    (lambda: on([FOUR[0], FOUR[0], FOUR[1]]), "first given more than once"),
    (lambda: on([*FOUR, study("fifth", (1, 1.0), measure="SMD")]), "effects measured as MD and SMD"),
    (lambda: on(FOUR[:2]), "2 studies at 2 times"),
    (lambda: on(FOUR, structure="diag"), "the structure “diag”"),
    (lambda: on(FOUR, estimator="DL"), "the estimator “DL”"),
    (lambda: on(FOUR, test="z"), "the test “z”"),
    (lambda: on(FOUR, confidence=95), "the confidence is 95"),
    (lambda: on(ALONE), "fewer than two studies that looked more than once"),
    (lambda: on(ALONE, structure="UN"), "the times 1 and 2, at which 0 studies looked both times"),
    (lambda: on([*FOUR, study("fifth", (1, 1.0), (9, 2.0))], structure="HAR"), "the time 9, at which 1 study looked"),
    (lambda: on(FOUR).at(3), "the time 3"),
    (lambda: on(FOUR).change(1, 1), "a change from 1 to 1"),
    (lambda: on(FOUR).prediction(7), "the time 7"),
    (lambda: followed("one", {}, correlation=0.5), "effects measured as nothing"),
    (lambda: followed("one", at((1, 1.0)) | at((2, 1.0), measure="OR"), correlation=0.5), "effects measured as MD and OR"),
    (lambda: followed("one", at((1, 1.0)), correlation=1.0), "a correlation of 1"),
    (lambda: followed("one", at((1, 1.0)), correlation=nan), "a correlation of nan"),
    (lambda: followed("one", at((1, 1.0)), correlation=-0.2), "a correlation of -0.2"),
    (lambda: followed("one", at((1, 1.0)), correlation=0.5, errors=ANY), "errors “None”"),
    (lambda: study("one", (nan, 1.0)), "times nan"),
    (lambda: study("one", (1, nan)), "effects nan"),
    (lambda: study("one", (1, 1.0), variance=-1.0), "variances -1"),
    (lambda: Followed("one", "MD", (2, 1), (1, 1), ((1, 0), (0, 1)), ""), "times 2, 1"),
    (lambda: Followed("one", "MD", (1, 1), (1, 1), ((1, 0), (0, 1)), ""), "times 1, 1"),
    (lambda: Followed("one", "MD", (1, 2), (1,), ((1,),), ""), "1 effects at 2 times"),
    (lambda: Followed("one", "MD", (), (), (), ""), "0 effects at 0 times"),
    (lambda: Followed("one", "MD", (1, 2), (1, 1), ((1, 2), (2, 1)), ""), "variances and covariances that cannot"),
]  # fmt: skip


@pytest.mark.parametrize(("work", "what"), REFUSED, ids=[f"{at} {what}" for at, (_, what) in enumerate(REFUSED)])
def test_it_is_refused_in_four_parts(work: Callable[[], object], what: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        work()
    problem = caught.value.problems[0]
    assert problem.what.startswith(what)
    assert all([problem.where, problem.expected, problem.do])


def test_it_says_how_it_was_made_and_by_which_t() -> None:
    one = on(FOUR)
    assert one.method == (
        "effects over time, one spread and one correlation between studies (CS), restricted maximum likelihood, "
        "t, studies − times interval"
    )
    assert (one.k, one.seen, one.df) == (4, (4, 3), 2)
    assert one.prediction(2).method == "prediction by t, studies − times = 2"
    assert on(FOUR, test="normal").prediction(2).method == "prediction by normal"
    assert FOUR[0].derivation == "2 times, errors correlated by 0.5, falling with time"


def test_errors_fall_with_the_gap_or_stay() -> None:
    rows = at((1, 1.0), (4, 1.0), variance=2.0)
    assert followed("one", rows, correlation=0.5).covariance[0][1] == pytest.approx(2 * 0.5**3)
    assert followed("one", rows, correlation=0.5, errors="the same at all times").covariance[0][1] == pytest.approx(1.0)


def test_a_spread_that_ran_to_nothing_is_said() -> None:
    same = [study(f"study {n}", (1, 1.0 + 0.01 * n), (2, 0.5 - 0.01 * n)) for n in range(5)]
    one = on(same)
    assert one.tau2 == (0.0, 0.0)
    assert one.at_limit == ("no spread between studies",)


def test_studies_that_differ_alike_at_both_times_have_a_correlation_at_its_end_and_say_so() -> None:
    rows = [study(f"study {n}", (1, 3.0 * n), (2, 3.0 * n + 0.02 * (n % 2)), variance=0.05) for n in range(6)]
    assert on(rows).at_limit == ("a correlation of 1 between times",)
