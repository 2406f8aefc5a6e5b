"""The table at the head of events.py, row by row: what a dose means, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from assuage.errors import ExposureError
from assuage.exposure import Dose, LinearModel, concentrations, mammillary, rate_history, timeline

DRUG = LinearModel(mammillary(v1_l=10, cl_l_per_h=5))
NAN, INF = math.nan, math.inf


def rows(*doses: Dose) -> list[tuple[float, float, float, float]]:
    line = timeline(doses)
    columns = (line.edge_h, line.rate_per_h, line.bolus, line.depot)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_duration_0_is_a_bolus_and_is_in_at_its_time() -> None:
    assert rows(Dose(5, 1)) == [(1, 0, 5, 0)]
    assert concentrations(DRUG, [Dose(5, 1)], t_h=[math.nextafter(1, 0), 1]).tolist() == [0, 0.5]


def test_a_duration_is_a_constant_rate() -> None:
    assert rows(Dose(5, 1, 2)) == [(1, 2.5, 0, 0), (3, 0, 0, 0)]


def test_infusions_that_overlap_add_up() -> None:
    assert rows(Dose(4, 0, 2), Dose(9, 1, 3)) == [(0, 2, 0, 0), (1, 5, 0, 0), (2, 3, 0, 0), (4, 0, 0, 0)]


def test_two_doses_at_one_instant_are_both_given() -> None:
    assert rows(Dose(5, 1), Dose(5, 1), Dose(2, 1, 0, "intramuscular")) == [(1, 0, 10, 2)]
    assert rows(Dose(5, 1, 1), Dose(5, 1, 1)) == [(1, 10, 0, 0), (2, 0, 0, 0)]


def test_an_infusion_from_the_end_of_another_leaves_no_gap() -> None:
    assert rows(Dose(5, 0, 1), Dose(7, 1, 1)) == [(0, 5, 0, 0), (1, 7, 0, 0), (2, 0, 0, 0)]


def test_order_does_not_matter() -> None:
    doses = [Dose(5, 3, 1), Dose(2, 0), Dose(7, 1, 4), Dose(1, 0.1, 0.2)]
    assert rows(*doses) == rows(*reversed(doses)) == rows(*sorted(doses, key=lambda dose: dose.amount))


def test_amount_0_gives_nothing() -> None:
    assert concentrations(DRUG, [Dose(0, 0), Dose(0, 1, 2)], t_h=[0, 2, 5]).tolist() == [0, 0, 0]


def test_a_start_below_0_is_a_time_like_any_other() -> None:
    early, late = (concentrations(DRUG, [Dose(5, at, 1)], t_h=[at + 1, at + 2]) for at in (-24, 0))
    assert early.tolist() == late.tolist()


def test_no_dose_is_no_drug() -> None:
    assert concentrations(LinearModel(DRUG.disposition, baseline=0.85), [], t_h=[0, 9]).tolist() == [0.85, 0.85]


def test_a_million_doses() -> None:
    doses = [Dose(1, 0.001 * n) for n in range(500_000)] + [Dose(1, 0.001 * n + 0.0003, 0.0002) for n in range(500_000)]
    line = timeline(doses)
    assert len(line.edge_h) == 1_500_000
    assert line.bolus.sum() + line.rate_per_h[:-1] @ line.length_h == pytest.approx(1e6, rel=1e-12)
    # 2 mg each 0.001 h is 2,000 mg/h into 5 L/h: 400 mg/L, up to half a dose's 0.1 mg/L.
    assert concentrations(DRUG, line, t_h=[499.9995])[0] == pytest.approx(400, abs=0.1)


def test_what_is_left_after_a_fast_infusion_is_not_its_rounding() -> None:
    line = timeline([Dose(1e17, 0, 1), Dose(3e-9, 0.25, 0.3), Dose(0.1, 0.5, 3)])
    assert line.rate_per_h[-2:].tolist() == [0.1 / 3, 0]
    many = timeline([Dose(0.1 * n, 0.01 * n, 3) for n in range(1, 200)])
    assert many.rate_per_h[-1] == 0
    assert np.all(many.rate_per_h >= 0)


def test_the_amount_put_in_is_the_amount_given_late_in_a_series() -> None:
    line = timeline([Dose(70, 8760 + 1 / 3, 1 / 60)])
    assert line.rate_per_h[0] * line.length_h[0] == pytest.approx(70, rel=1e-15)


@pytest.mark.parametrize(
    ("dose", "what"),
    [
        (Dose(-1, 0), "the amount is -1"),
        (Dose(NAN, 0), "the amount is nan"),
        (Dose(INF, 0), "the amount is inf"),
        (Dose(1, NAN), "the start is nan"),
        (Dose(1, INF), "the start is inf"),
        (Dose(1, 0, -0.5), "the duration is -0.5 h"),
        (Dose(1, 0, NAN), "the duration is nan"),
        (Dose(1, 0, INF), "the duration is inf"),
        (Dose(1, 0, 1, "intramuscular"), "an intramuscular dose over 1 h"),
        (Dose(1, 1e6, 1e-12), "shorter than can be told apart"),
        (Dose(1e300, 0, 1e-300), "shorter than can be told apart"),
        (Dose(1, 0, 0, "oral"), "the route is “oral”"),  # type: ignore[arg-type]
    ],
)
def test_a_dose_that_cannot_be_is_refused(dose: Dose, what: str) -> None:
    with pytest.raises(ExposureError, match="dose 2 of 2") as raised:
        timeline([Dose(1, 0), dose])
    assert what in str(raised.value)


def test_all_wrong_doses_are_told_at_once_up_to_twenty() -> None:
    with pytest.raises(ExposureError) as raised:
        timeline([Dose(-1, 0), Dose(1, 0), Dose(1, NAN)])
    assert len(raised.value.problems) == 2
    with pytest.raises(ExposureError) as raised:
        timeline([Dose(-1, 0)] * 1000)
    assert len(raised.value.problems) == 20


@pytest.mark.parametrize(
    ("changes", "end_h"),
    [
        ([(0, 60), (0, 30)], 1),
        ([(1, 60), (0.5, 0)], 2),
        ([(0, 60)], 0),
        ([(0, -1)], 1),
        ([(0, INF)], 1),
        ([(NAN, 1)], 1),
    ],
)
def test_a_rate_history_that_cannot_be_is_refused(changes: list[tuple[float, float]], end_h: float) -> None:
    with pytest.raises(ExposureError, match="of a rate history"):
        rate_history(changes, end_h=end_h)
