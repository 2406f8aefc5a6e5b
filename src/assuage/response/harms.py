"""Harms against infusions: events for each 100 infusions of a drug, with an interval; and how many infusions had any."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from assuage.errors import EvidenceError, Problem
from assuage.evidence.proportion import Proportion, wilson
from assuage.response.clinic import Figures

CONFIDENCE = 0.95


class Rate(msgspec.Struct, frozen=True):
    """Events for each 100 infusions, with the interval it is never shown without."""

    events: int
    infusions: int
    per_100: float
    lower: float
    upper: float


class DrugHarms(msgspec.Struct, frozen=True):
    """Harms under one drug: events for each 100 infusions, infusions with any event, and how many events were serious.

    An infusion of two drugs counts for both, and so do its events.
    """

    drug: str
    rate: Rate
    with_any: Proportion
    serious: int
    by_grade: tuple[tuple[int, int], ...]


def rate(events: int, infusions: int, *, confidence: float = CONFIDENCE) -> Rate:
    """A rate of events that may come several times in one infusion.

    Give      counts; confidence between 0 and 1, two-sided
    Get       events for each 100 infusions, lower and upper limit
    Holds     the lower limit is 0 for no event; another event raises both limits
    Source    Garwood F. Fiducial limits for the Poisson distribution. Biometrika 1936: lower χ²(α/2; 2x)/2, upper
              χ²(1 − α/2; 2x + 2)/2, by the gamma distribution
    Checked   tests/against/test_response_harms.py, tests/laws/test_response_clinic.py
    Not for   events that come in clusters: the interval is then too narrow, and `with_any` is the one to read
    Errors    `EvidenceError` for fewer than no events, no infusion, or a confidence outside 0 to 1
    """
    if events < 0 or infusions < 1 or not 0 < confidence < 1:
        raise EvidenceError(Problem(f"{events} events in {infusions} infusions at a confidence of {confidence}", "a rate of harms",
                                    "events from 0, infusions from 1, a confidence between 0 and 1", "check the counts"))  # fmt: skip
    from scipy.special import gammaincinv  # type: ignore[import-untyped]

    rest = (1 - confidence) / 2
    lower = float(gammaincinv(events, rest)) if events else 0.0
    upper = float(gammaincinv(events + 1, 1 - rest))
    each = 100 / infusions
    return Rate(events, infusions, events * each, lower * each, upper * each)


def by_drug(every: Sequence[Figures]) -> tuple[DrugHarms, ...]:
    """Harms by drug, over every infusion of which drug went in or may have.

    Holds     an event that belongs to no infusion is in no drug's count: `apart` has those
    Checked   tests/spec/test_response_clinic.py
    """
    drugs = sorted({drug for one in every for _, given in one.sessions for drug in given})
    return tuple(_of(drug, every) for drug in drugs)


def _of(drug: str, every: Sequence[Figures]) -> DrugHarms:
    infusions = sum(drug in given for one in every for _, given in one.sessions)
    harms = [(at, harm) for at, one in enumerate(every) for harm in one.harms if drug in harm.drugs]
    hit = {(at, harm.session) for at, harm in harms}
    grades = sorted({harm.grade for _, harm in harms})
    return DrugHarms(
        drug, rate(len(harms), infusions), wilson(len(hit), infusions), sum(harm.is_serious for _, harm in harms),
        tuple((grade, sum(harm.grade == grade for _, harm in harms)) for grade in grades),
    )  # fmt: skip


def apart(every: Sequence[Figures]) -> int:
    """Adverse events that belong to no infusion of which anything went in."""
    return sum(not harm.drugs for one in every for harm in one.harms)
