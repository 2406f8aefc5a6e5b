"""What to expect, as other programs read it: arms with their own intervals, what is believed of the next, what was left out."""

from __future__ import annotations

import msgspec

from assuage.evidence.expectation import Likely, Prospect, SeenArm
from assuage.paper.outlook import headline, reasons_to_doubt

# Figures of a predicted share: more than anybody can know.
FIGURES = 2 * 3


class Proportion(msgspec.Struct, frozen=True):
    """A share from 0 to 1 with its 95 % interval."""

    mean: float
    lower: float
    upper: float


class ComparableOut(msgspec.Struct, frozen=True):
    """An arm that tells what to expect, with its own share. `also_had` are drugs that everybody in it had besides."""

    study: str
    events: int
    n: int
    arm: str
    proportion: Proportion
    also_had: tuple[str, ...]
    has_placebo: bool
    is_ours: bool


class LeftOutOut(msgspec.Struct, frozen=True):
    """An arm of the same drug that does not, with every reason."""

    study: str
    arm: str
    reasons: tuple[str, ...]


class NextOut(msgspec.Struct, frozen=True):
    """How many of the next `of` patients of a new clinic respond: the ends of a 95 % interval."""

    of: int
    lower: int
    upper: int


class ProspectOut(msgspec.Struct, frozen=True):
    """What to expect for one outcome at one time. `proportion` is believed of the mean of all clinics; null without an arm.

    `new_patient` is the chance of one patient. `text` says the same in words.
    """

    outcome: str
    time: str
    arms: tuple[ComparableOut, ...]
    proportion: Proportion | None
    new_clinic: Proportion | None
    new_patient: float | None
    next_patients: NextOut | None
    certainty: str
    prior: str
    left_out: tuple[LeftOutOut, ...]
    text: tuple[str, ...]


def prospect_object(one: Prospect) -> ProspectOut:
    """What to expect for one outcome at one time, in the shape of the contract."""
    found = one.predicted
    ahead = found.next_patients if found else None
    return ProspectOut(
        outcome=one.asked.outcome,
        time=one.asked.when(is_series=one.is_series),
        arms=tuple(_arm(arm) for arm in one.arms),
        proportion=_share(found.mean) if found else None,
        new_clinic=_share(found.new_clinic) if found else None,
        new_patient=_number(found.new_patient) if found else None,
        next_patients=NextOut(ahead.of, ahead.lower, ahead.upper) if ahead else None,
        certainty=one.certainty or "not graded",
        prior=one.prior,
        left_out=tuple(LeftOutOut(left.study, left.arm, left.reasons) for left in one.left_out),
        text=(headline(one), *reasons_to_doubt(one, refs="")) if found else (),
    )


def _arm(one: SeenArm) -> ComparableOut:
    seen = Proportion(*(_number(value) for value in (one.mean, one.lower, one.upper)))
    return ComparableOut(one.study, one.events, one.n, one.arm, seen, one.also_had, one.has_placebo, one.is_ours)


def _share(one: Likely) -> Proportion:
    return Proportion(_number(one.mean), _number(one.lower), _number(one.upper))


def _number(value: float) -> float:
    return float(f"{value:.{FIGURES}g}")
