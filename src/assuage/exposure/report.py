"""Exposure as it is told: for each substance the line with its spread, the lines beside it, reference bands, hours above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec
import numpy as np

from assuage.exposure.ensemble import Cast, Player, players
from assuage.exposure.events import Array, Dose, distinct
from assuage.exposure.followed import Answer, Followed, answer, followed, hours_above, hours_above_on, near_top
from assuage.exposure.models import FOR_WARNINGS, Ensemble
from assuage.exposure.population import HIGH, LOW, MIDDLE, spanned
from assuage.exposure.simulate import clock, spread
from assuage.kinetics import Band
from assuage.quantity import Quantity, Substance

ONE = Decimal(1)


class Told(msgspec.Struct, frozen=True, eq=False):
    """One member's answer, in the unit that is shown, baseline included; areas are above it.

    `typical` is of one person, `people` of each of them where they differ, `one` and `many` those persons as they are followed.
    `curve` is that of the typical person, or where curves were asked for the middle of the people, with `low` and `high` holding
    nine in ten; else those are empty.
    """

    player: Player
    one: Followed
    many: Followed | None
    typical: Answer
    people: Answer | None
    curve: Array
    low: Array
    high: Array


class Above(msgspec.Struct, frozen=True):
    """A band, its ends in the unit that is shown, and hours above the lower one: median and nine in ten; by the highest line.

    Hours are none where the level is not known, or the band has no lower end; by the highest line, where there is but one.
    `reached_by` is the share of people whose highest level lies above the lower end; none where there are no people.
    """

    band: Band
    low: float | None
    high: float | None
    hours: tuple[float, float, float] | None
    hours_by_highest: float | None
    reached_by: float | None = None


class Report(msgspec.Struct, frozen=True, eq=False):
    """Everything about one substance. `baseline` is none where the body has its own and nobody measured it."""

    analyte: str
    unit: str
    baseline: float | None
    has_own: bool
    times_h: Array
    line: Told
    others: tuple[Told, ...]
    bands: tuple[Above, ...]


class Asked(msgspec.Struct, frozen=True, eq=False):
    """What reports are made for: doses in the models' amounts; with curves, hours after the first dose that they must hold;
    whether hours above reference bands are wanted: without them a report has no bands.
    """

    doses: tuple[Dose, ...]
    with_curves: bool = False
    marks_h: tuple[float, ...] = ()
    with_bands: bool = True


class Shown(msgspec.Struct, frozen=True, eq=False):
    """How levels are shown: the unit, the factor from the models' unit to it, the active form for bands in other units."""

    unit: str
    factor: float
    active: Substance


def reports(
    ensemble: Ensemble, asked: Asked, *, cast: Cast, bands: Iterable[Band], active: Substance
) -> tuple[Report, ...]:
    """A report for the drug, and one for each metabolite.

    Give      the members that answer for a drug and route; doses; people; the catalog's bands; the form that levels are of
    Get       reports in the unit of the drug's reference bands; none where no member has numbers
    Holds     a band whose source nobody read is left out; a level is never invented: see `Report.baseline`
    Checked   tests/against/test_exposed.py, tests/laws/test_exposed.py
    """
    known = [one for one in bands if one.may_be_drawn and one.drug == ensemble.drug]
    baseline = cast.covariates.magnesium if any(one.model.adds_to_baseline for one in ensemble.members) else None
    cast_of = players(ensemble, cast, baseline=baseline or 0.0)
    if not cast_of:
        return ()
    unit = shown_unit(known, cast_of[0].member.model.amount)
    factor = float(Quantity(ONE, f"{cast_of[0].member.model.amount}/L").to(unit, active).value)
    shown = Shown(unit, factor, active)
    analytes = dict.fromkeys(one.member.model.analyte for one in cast_of)
    return tuple(
        _report(
            [one for one in cast_of if one.member.model.analyte == analyte],
            asked,
            shown=shown,
            bands=[one for one in known if asked.with_bands and one.analyte == analyte],
            baseline=baseline,
        )
        for analyte in analytes
    )


def shown_unit(bands: Sequence[Band], amount: str) -> str:
    """The unit in which the drug's reference bands are written; without one, the models' own."""
    facts = [fact for one in bands for fact in (one.low, one.high) if fact is not None]
    return facts[0].quantity.unit if facts else f"{amount}/L"


def _report(
    cast_of: Sequence[Player], asked: Asked, *, shown: Shown, bands: Sequence[Band], baseline: float | None
) -> Report:
    marks = min(dose.start_h for dose in asked.doses) + np.array(asked.marks_h, dtype=np.float64)
    times = distinct(np.concatenate([clock(asked.doses), marks]))
    told = [_told(one, asked, times=times, factor=shown.factor) for one in cast_of]
    line = next((one for one in told if one.player.member.part in ("line", "metabolite")), told[0])
    has_own = line.player.member.model.adds_to_baseline
    own = baseline * shown.factor if has_own and baseline is not None else None
    is_known = not has_own or own is not None
    above = (
        _bands(bands, told, line, asked=asked, shown=shown)
        if is_known
        else tuple(_unjudged(one, shown) for one in bands)
    )
    others = tuple(one for one in told if one is not line)
    return Report(cast_of[0].member.model.analyte, shown.unit, own, has_own, times, line, others, above)


def _told(player: Player, asked: Asked, *, times: Array, factor: float) -> Told:
    # Tops are sought where the clock looks, whatever else a curve must hold: a number is the same with its picture or without.
    looked = clock(asked.doses)
    one = followed(player.typical, asked.doses)
    course = one.levels(looked)
    typical = _scaled(answer(one, times_h=looked, curves=course), factor)
    many, people, nothing = None, None, np.zeros(0)
    if player.people is not None:
        many = followed(player.people, asked.doses)
        tops = looked if player.people.metabolite is None else near_top(looked, course[:, 0])
        people = _scaled(answer(many, times_h=tops), factor)
    if asked.with_curves and player.people is not None:
        low, middle, high = spread(player.people, asked.doses, t_h=times, shares=(LOW, MIDDLE, HIGH)) * factor
        return Told(player, one, many, typical, people, middle, low, high)
    drawn = one.levels(times) if asked.marks_h else course
    return Told(player, one, many, typical, people, drawn[:, 0] * factor, nothing, nothing)


def _scaled(one: Answer, factor: float) -> Answer:
    return Answer(one.peak * factor, one.peak_at_h, one.area * factor)


def _ends(band: Band, shown: Shown) -> tuple[float | None, float | None]:
    low, high = (
        None if fact is None else float(fact.quantity.to(shown.unit, shown.active).value)
        for fact in (band.low, band.high)
    )
    return low, high


def _unjudged(band: Band, shown: Shown) -> Above:
    return Above(band, *_ends(band, shown), None, None)


def _bands(bands: Sequence[Band], told: Sequence[Told], line: Told, *, asked: Asked, shown: Shown) -> tuple[Above, ...]:
    """Hours above each band: for people from their curves, made once; for the highest line exactly."""
    lows = [_ends(one, shown)[0] for one in bands]
    many = line.people if line.people is not None else line.typical
    each = _hours_of_people(lows, many.peak, line, asked=asked, shown=shown)
    warning = [one for one in told if one.player.member.part in FOR_WARNINGS] or [line]
    highest = _hours_by_highest(lows, warning, shown=shown) if len(warning) > 1 else {}
    found = []
    for band, low in zip(bands, lows, strict=True):
        hours = None if low is None else each[low]
        share = None if low is None or line.people is None else float(np.mean(line.people.peak > low))
        found.append(Above(band, *_ends(band, shown), hours, None if low is None else highest.get(low), share))
    return tuple(found)


def _hours_of_people(
    lows: Sequence[float | None], peak: Array, line: Told, *, asked: Asked, shown: Shown
) -> dict[float, tuple[float, float, float]]:
    """Hours above each level: the median and nine in ten of the people, or of the typical person."""
    floor = shown.factor * float(np.max(line.player.typical.drug.baseline))
    top = float(peak.max())
    times = clock(asked.doses)
    between = sorted({low for low in lows if low is not None and floor <= low < top})
    found: dict[float, tuple[float, float, float]] = {}
    for low in lows:
        if low is not None:  # below the baseline all the time that is looked at, beyond every peak none of it
            found[low] = (0.0 if low >= top else float(times[-1] - times[0]),) * 3
    if between:
        # Who never reaches the lowest of them is not looked at again.
        reached = peak > between[0]
        many = (line.many or line.one).of(reached)
        above = hours_above_on(times, many.rows(times), above=[low / shown.factor for low in between])
        for low, some in zip(between, above, strict=True):
            hours = np.zeros(len(peak))
            hours[reached] = some
            found[low] = spanned(hours)
    return found


def _hours_by_highest(lows: Sequence[float | None], warning: Sequence[Told], *, shown: Shown) -> dict[float, float]:
    """Hours above each level for typical persons, by the line that gives most."""
    found = {low: 0.0 for low in lows if low is not None}
    for one in warning:
        reached = [low for low in found if one.typical.peak[0] > low]
        if reached:
            above = hours_above(one.one, above=[low / shown.factor for low in reached])
            found |= {low: max(found[low], float(hours)) for low, hours in zip(reached, above, strict=True)}
    return found
