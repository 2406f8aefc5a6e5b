"""Rows of bodies against figures worked elsewhere: the reference table for Kim 2015, and arithmetic by hand."""

from __future__ import annotations

from math import isfinite, log, sqrt

import pytest
from tests.questions import body, coded, outcome, shipped, study
from tests.questions import catalog as small

from assuage.evidence.answered import ForestRow
from assuage.evidence.paired import PairedCount, newcombe_paired
from assuage.evidence.rows import Seen, seen
from assuage.question import Measured, Row

DIGITS = 6e-4  # the reference table prints three decimals


def shown(measure: Measured, study: str, row: str, versus: str | None = None) -> Seen:
    """A row of the shipped catalog on a measure."""
    one = Row(study, row, versus)
    return seen(one, body=body(measure, [one]), catalog=shipped())


def ends(row: ForestRow) -> tuple[float, float, float]:
    assert row.span is not None
    return row.span.value, row.span.lower, row.span.upper


@pytest.mark.parametrize(
    ("row", "share", "lower", "upper", "exact"),
    [
        ("k-50-2w", 0.667, 0.417, 0.848, "38 to 88 %"),
        ("m-50-2w", 0.467, 0.248, 0.699, "21 to 73 %"),
        ("k-30-2w", 0.800, 0.548, 0.930, "52 to 96 %"),
        ("m-30-2w", 0.733, 0.480, 0.891, "45 to 92 %"),
    ],
)
def test_arms_of_kim(row: str, share: float, lower: float, upper: float, exact: str) -> None:
    """Wilson and Clopper-Pearson as checked against SciPy and statsmodels."""
    found = shown("PLO", "kim-2015", row).row
    assert ends(found) == pytest.approx((share, lower, upper), abs=DIGITS)
    assert found.span is not None
    assert found.span.method == "Wilson score"
    assert exact in found.derivation
    assert found.design == "single arm"
    assert found.comparator is None


@pytest.mark.parametrize(
    ("measure", "value", "lower", "upper"),
    [("RD", 0.200, -0.157, 0.511), ("OR", 2.286, 0.522, 10.01)],
)
def test_ketamine_against_magnesium(measure: Measured, value: float, lower: float, upper: float) -> None:
    """10 of 15 against 7 of 15: the score interval of the difference, Woolf's of the odds ratio."""
    found = shown(measure, "kim-2015", "k-50-2w", "m-50-2w").row
    # Three decimals are printed, four figures of the odds ratio.
    assert ends(found) == pytest.approx((value, lower, upper), rel=6e-4, abs=6e-4)
    assert (found.comparator, found.people, found.design) == ("magnesium-sulfate", 30, "parallel")
    assert "NNTB 1.96 to infinity to NNTH 6.38" in found.needed
    assert not found.is_derived


def test_the_exact_odds_ratio_stands_in_the_derivation() -> None:
    """2.222 (0.420 to 12.949), conditional on the margins."""
    assert "2.22 (0.42 to 12.9)" in shown("OR", "kim-2015", "k-50-2w", "m-50-2w").row.derivation


def test_the_risk_ratio_is_the_ratio_of_the_shares() -> None:
    value, lower, upper = ends(shown("RR", "kim-2015", "k-50-2w", "m-50-2w").row)
    assert value == pytest.approx(10 / 7)
    # The normal approximation is 0.747 to 2.733; a score interval lies near it, not on it.
    assert 0.6 < lower < 0.9
    assert 2.3 < upper < 3.2


def test_the_disputed_dose_marks_the_row() -> None:
    found = shown("PLO", "kim-2015", "m-50-2w").row
    assert found.is_disputed
    assert "1 mg/kg or 30 mg/kg" in found.disputes[0]


def test_standard_errors_become_standard_deviations() -> None:
    """Sigtermans: 2.68 (SE 0.51) against 5.45 (SE 0.48), 30 each: −2.77 ± t(57.8) √(0.51² + 0.48²)."""
    found = shown("MD", "sigtermans-2009", "k-1w", "p-1w")
    assert ends(found.row) == pytest.approx((-2.77, -2.77 - 2.0018 * 0.70036, -2.77 + 2.0018 * 0.70036), abs=2e-3)
    assert found.row.is_derived
    assert found.row.unit == "0-10"


def test_a_printed_difference_keeps_its_interval_and_gives_its_error() -> None:
    """Moulin: 0.17 (−0.50 to 0.84); the error is 1.34 / 3.92."""
    found = shown("MD", "moulin-2019", "l-v-p-4w")
    assert ends(found.row) == (0.17, -0.5, 0.84)
    assert found.said.effect is not None
    assert sqrt(found.said.effect.variance) == pytest.approx(1.34 / 3.92, rel=1e-4)
    assert "derived" in found.row.derivation
    assert found.row.is_derived
    assert found.row.design == "crossover"


def test_a_printed_ratio_is_analysed_as_its_logarithm() -> None:
    """Zhu: odds ratio 7.75 (3.18 to 18.92)."""
    found = shown("OR", "zhu-2019", "l-v-p-harm")
    assert ends(found.row) == (7.75, 3.18, 18.92)
    assert found.said.effect is not None
    assert found.said.effect.value == pytest.approx(log(7.75))
    assert sqrt(found.said.effect.variance) == pytest.approx((log(18.92) - log(3.18)) / 3.92, rel=1e-4)
    assert found.said.not_pooled  # a review's pool, not one study


def test_the_same_people_with_several_pairings_have_a_range_and_no_interval() -> None:
    """Kvarnström 2003, 7 and 2 of 12: 7, 6 or 5 against 2, 1 or 0 discordant; p = 92/512, 16/128 or 2/32."""
    found = shown("RD", "kvarnstrom-2003", "k-50", "p-50").row
    assert found.span is None
    assert "p from 0.062 to 0.18" in found.why_not
    assert found.weight is None
    assert found.people == 12


def test_the_same_people_with_one_pairing_have_an_interval() -> None:
    """Kvarnström 2004, 5 and 0 of 10: Wilson 0.2366 to 0.7634 and 0 to 0.2775, squared and added; no correlation."""
    found = shown("RD", "kvarnstrom-2004", "k-50", "p-50").row
    lower = 0.5 - sqrt((0.5 - 0.2366) ** 2 + 0.2775**2)
    assert ends(found) == pytest.approx((0.5, lower, 0.7634), abs=DIGITS)
    assert any("McNemar's exact p is 0.062" in caution for caution in found.cautions)


def test_paired_intervals_by_hand() -> None:
    """36, 12, 2 and 0 of 50. φ = (36·0 − 12·2)/√(48·2·38·12) = −0.11471; Wilson 0.8654 to 0.9890, 0.6259 to 0.8570."""
    found = newcombe_paired(PairedCount(both=36, first_only=12, second_only=2, neither=0))
    phi = -24 / sqrt(48 * 2 * 38 * 12)
    below, above = (0.96 - 0.86543, 0.85698 - 0.76), (0.98896 - 0.96, 0.76 - 0.62591)
    lower, upper = (sqrt(a * a - 2 * phi * a * b + b * b) for a, b in (below, above))
    assert (found.lower, found.upper) == pytest.approx((0.2 - lower, 0.2 + upper), abs=1e-3)


def test_means_of_the_same_people_without_their_correlation_have_no_interval() -> None:
    """Pickering, 5.29 (SD 2.86) and 5.34 (SD 2.57) of 20: SE from 0.29/√20 = 0.065 to 5.43/√20 = 1.2."""
    found = shown("MD", "pickering-2020", "k-mean", "p-mean").row
    assert found.span is None
    assert "from 0.065 to 1.2" in found.why_not


def test_a_printed_share_in_per_cent_is_read_as_a_fraction() -> None:
    row = outcome("M", code=coded("m"), statistic="event rate", value=47, unit="%", interval=("25", "70"))
    one = Row("made-2020", "m")
    found = seen(one, body=body("PLO", [one]), catalog=small(study("made-2020", [row], arms={"M": 15})))
    assert ends(found.row) == (0.47, 0.25, 0.70)
    assert found.said.not_pooled == "its counts were not printed"


def test_no_row_of_a_shipped_question_holds_a_number_that_is_none() -> None:
    for question in shipped().questions.values():
        for one in question.bodies:
            for row in one.rows:
                found = seen(row, body=one, catalog=shipped()).row
                assert (found.span is None) == bool(found.why_not), (question.id, one.id, row)
                if found.span is not None:
                    assert isfinite(found.span.value), (question.id, one.id, row)
                    assert found.span.lower <= found.span.value <= found.span.upper, (question.id, one.id, row)
