"""Two arms with means and spreads as one row of a body: what follows, and what a crossover without its pairing hides."""

from __future__ import annotations

from assuage.evidence import spoken
from assuage.evidence.continuous import Scores, mean_difference, ratio_of_means, standardised_difference, welch
from assuage.evidence.located import Located, Side
from assuage.evidence.reanalysis import is_crossover, scores_of
from assuage.evidence.seen import Said, nothing, range_of_errors, spanned
from assuage.question import Measured
from assuage.study import Outcome


def of_means(at: Located, measure: Measured) -> Said:
    """The difference, standardised difference or ratio of two means.

    Holds     means of the same people without their correlation give a range of standard errors, not an interval
    Source    the functions of continuous.py; each names its equation
    Checked   tests/against/test_answer_rows.py
    """
    assert at.other is not None
    found = [_scores(side) for side in at.sides]
    missing = [f"{side.label}: {why}" for side, (_, why) in zip(at.sides, found, strict=True) if why]
    one, other = (scores for scores, _ in found)
    if one is None or other is None:
        return nothing("; ".join(missing))
    units = {record.unit for side in at.sides if isinstance(record := side.record, Outcome)}
    if len(units) > 1:
        return nothing(f"the arms were measured in different units: {' and '.join(str(unit) for unit in units)}")
    unit = units.pop() or ""
    if is_crossover(at.study):
        return _within(one, other, unit)
    if measure == "MD":
        effect = mean_difference(one, other)
        span = spanned(effect.estimate, welch(one, other))
    else:
        effect = (
            standardised_difference(one, other) if measure == "SMD" else ratio_of_means(one, other, is_corrected=True)
        )
        span = spanned(effect.estimate, effect.bounds())
    return Said(
        span=span, derivation=effect.derivation, is_derived=True, effect=effect, unit=unit if measure == "MD" else ""
    )


def _within(one: Scores, other: Scores, unit: str) -> Said:
    seen = one.mean - other.mean
    told = spoken.difference(seen, unit=spoken.unit_words(unit), digits=1)
    least, most = range_of_errors((one.sd, other.sd), min(one.n, other.n))
    return nothing(
        f"the same people had both, and the correlation of their scores was not printed: {one} against {other} is "
        f"{told}, with a standard error from {least:.2g} to {most:.2g}, whatever the correlation"
    )


def of_mean_alone(side: Side) -> Said:
    """One arm's mean: it compares nobody with anybody, and is no difference."""
    scores, missing = _scores(side)
    told = missing if scores is None else f"{scores} is a mean of one arm, with nothing to set it against"
    return nothing(f"{side.label}: {told}")


def _scores(side: Side) -> tuple[Scores | None, str]:
    """Mean, standard deviation and n of one arm, or what is missing."""
    record = side.record
    if not isinstance(record, Outcome) or record.value is None:
        return None, "no mean was printed"
    if side.arm is None or side.arm.n is None:
        return None, "how many people the mean is of is not known"
    if record.dispersion is None:
        return None, f"the mean {record.value} was printed without a spread: no interval follows"
    found = scores_of(record, side.arm)
    if found is None:
        return None, f"what the printed spread of {record.dispersion} is was not stated"
    return found[0], ""
