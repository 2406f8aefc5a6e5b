"""What the numbers of a body themselves say of each domain of certainty. Where no number speaks, nothing is suggested."""

from __future__ import annotations

import msgspec

from assuage.evidence import enough, spoken
from assuage.evidence.answered import ForestRow, PoolFound, Span
from assuage.evidence.bias import FEWEST_FOR_A_FUNNEL
from assuage.evidence.effect import z_of
from assuage.evidence.risk import GRAVE, UNKNOWN
from assuage.question import Domain, Measured

RATIOS: frozenset[Measured] = frozenset({"OR", "RR", "ROM"})
# I² as the Cochrane Handbook reads it: half or more may be substantial, three quarters or more considerable.
SUBSTANTIAL, CONSIDERABLE = 50.0, 75.0
# Ours, since no method says how well one share must be known: to within ten points, or at the least twenty.
WITHIN, AT_LEAST = 0.10, 0.20
MOST = 0.5
FUNNEL_P = 0.1
NO_ROWS = "no row gives a number"


class Suggested(msgspec.Struct, frozen=True):
    """Steps (0, −1, −2) that the numbers suggest, none where they do not speak, and those numbers in words."""

    steps: int | None
    facts: tuple[str, ...]


class Evidence(msgspec.Struct, frozen=True):
    """What is judged: the rows as shown, their pool if there is one, and what matters to a patient.

    `conditions` are those that the population names, `within` every condition of the rows that is one of them or a kind
    of one.
    """

    measure: Measured
    rows: tuple[ForestRow, ...]
    pool: PoolFound | None
    matters: float | None
    conditions: tuple[str, ...]
    within: tuple[str, ...]

    @property
    def span(self) -> Span | None:
        """The interval that is told: of the pool, or of the only row."""
        if self.pool is not None:
            return self.pool.lead.span
        return self.rows[0].span if len(self.rows) == 1 else None

    @property
    def unit(self) -> str:
        return spoken.unit_words(next((row.unit for row in self.rows if row.unit), None))

    @property
    def people(self) -> int | None:
        if self.pool is not None:
            return self.pool.people
        return self.rows[0].people if len(self.rows) == 1 else None

    def weights(self) -> tuple[tuple[ForestRow, float], ...]:
        """Every row with its share of the answer: of the pool, or, where nothing was pooled, the same for all."""
        if self.pool is not None:
            return tuple((row, row.weight) for row in self.rows if row.weight is not None)
        return tuple((row, 1 / len(self.rows)) for row in self.rows)


def suggested(domain: Domain, of: Evidence) -> Suggested:
    """What the numbers say of one domain.

    Give      the domain and the body as computed
    Get       steps, or none where the numbers do not speak; the numbers in words
    Holds     what is not known never lowers nor clears a domain by itself
    Source    Guyatt et al., J Clin Epidemiol 2011 (GRADE 4 to 8): the interval against no effect and what matters, the
              optimal information size, I² with the prediction interval, the share of weight at high risk, the funnel
    Checked   tests/against/test_answer_certainty.py, tests/unit/test_answer_certainty.py
    """
    match domain:
        case "risk of bias":
            return _bias(of)
        case "inconsistency":
            return _inconsistency(of)
        case "indirectness":
            return _indirectness(of)
        case "imprecision":
            return _imprecision(of)
        case "publication bias":
            return _publication(of)


def _bias(of: Evidence) -> Suggested:
    """The share at high or serious risk is at least what is known, and at most that with what nobody judged."""
    weights = of.weights()
    if not weights:
        return Suggested(None, (NO_ROWS,))
    grave = sum(weight for row, weight in weights if row.risk in GRAVE)
    unknown = sum(weight for row, weight in weights if row.risk is None or row.risk == UNKNOWN)
    what = "of the weight" if of.pool is not None else "of the rows"
    facts: tuple[str, ...] = (f"{spoken.share(grave)} {what} at high or serious risk of bias",)
    if unknown:
        facts = (*facts, f"{spoken.share(unknown)} {what} not judged, or without information")
    critical = sum(weight for row, weight in weights if row.risk == "critical")
    worst = -2 if critical >= MOST else -1
    least, most = (worst if share >= MOST else 0 for share in (grave, grave + unknown))
    return Suggested(least if least == most else None, facts)


def _inconsistency(of: Evidence) -> Suggested:
    if of.pool is None:
        return Suggested(None, ("nothing was pooled: how much studies differ has no number",))
    spreading, lead = of.pool.spreading, of.pool.lead
    if spreading is None or spreading.i2 is None:
        return Suggested(
            0,
            (f"{of.pool.k} studies differ less than chance would have it (Q {spreading.q:.1f})" if spreading else "",),
        )
    i2 = spreading.i2
    facts = [f"I² {i2.value:.0f} % (95 % interval {i2.lower:.0f} to {i2.upper:.0f} %)"]
    steps = -2 if i2.value >= CONSIDERABLE else -1 if i2.value >= SUBSTANTIAL else 0
    if lead.expected is not None:
        facts.append(f"one more study: {spoken.reach(of.measure, lead.expected, unit=of.unit)}; "
                     f"mean: {spoken.reach(of.measure, lead.span, unit=of.unit)}")  # fmt: skip
        null = null_of(of.measure)
        if null is not None and holds(lead.expected, null) and not holds(lead.span, null):
            facts.append("the mean excludes no effect, one more study does not")
            steps = min(steps, -1)
    return Suggested(steps, tuple(facts))


def _indirectness(of: Evidence) -> Suggested:
    if not of.rows:
        return Suggested(None, (NO_ROWS,))
    if not of.conditions:
        return Suggested(None, ("which condition is asked about is not named in the vocabulary",))
    other = sum(weight for row, weight in of.weights() if row.condition not in of.within)
    what = "of the weight" if of.pool is not None else "of the rows"
    named = " or ".join(one.replace("-", " ") for one in of.conditions)
    told = f"{spoken.share(other)} {what} from people with another condition than {named}"
    if other >= MOST:
        return Suggested(-1, (told,))
    # People are one part of directness; of treatments and outcomes these numbers say nothing.
    return Suggested(None, (f"{told}; of treatment and outcome the numbers do not speak",))


def _imprecision(of: Evidence) -> Suggested:
    span = of.span
    if span is None:
        return Suggested(None, ("no single interval: the rows stand apart, or have none",))
    if of.measure == "PLO":
        return _of_share(of, span)
    null = null_of(of.measure)
    assert null is not None
    facts = [f"interval {spoken.reach(of.measure, span, unit=of.unit)}"]
    is_open = holds(span, null)
    facts.append("it holds no effect" if is_open else "it excludes no effect")
    is_trivial = False
    if of.matters is not None:
        said, is_trivial, is_short = _against_matters(of, span)
        facts.append(said)
        is_open = is_open or is_short
    is_small, told = _information(of, span)
    facts.append(told)
    events = sum(one.events for row in of.rows for one in row.given)
    facts += [f"{events} events"] if any(row.given for row in of.rows) else []
    if is_trivial:
        return Suggested(0, tuple(facts))
    return Suggested(-int(is_open) - int(bool(is_small)), tuple(facts))


def _of_share(of: Evidence, span: Span) -> Suggested:
    """One share: how far the interval reaches either way, and how many people would do."""
    half = (span.upper - span.lower) / 2
    need = enough.people_for_share(0.5, within=WITHIN)
    facts = (
        f"interval {spoken.share_reach(span)}, {half * 100:.0f} points either way",
        f"to know a share to within {WITHIN * 100:.0f} points takes at most {need} people; "
        f"{of.people if of.people is not None else 'an unknown number'} were counted",
        f"{sum(one.events for row in of.rows for one in row.given)} events",
    )
    return Suggested(-2 if half > AT_LEAST else -1 if half > WITHIN else 0, facts)


def _against_matters(of: Evidence, span: Span) -> tuple[str, bool, bool]:
    """In words; whether the whole interval is too small to feel; whether it excludes no effect but not a trivial one."""
    assert of.matters is not None
    low, high = trivial(of.measure, of.matters)
    if low < span.lower and span.upper < high:
        return "all of it is too small for a patient to feel", True, False
    if span.lower >= high or span.upper <= low:
        return "all of it is large enough for a patient to feel", False, False
    return "it holds effects that a patient would feel and effects that none would", False, True


def trivial(measure: Measured, matters: float) -> tuple[float, float]:
    """The effects too small to feel: from −d to d, or from 1/r to r."""
    if measure in RATIOS:
        return min(matters, 1 / matters), max(matters, 1 / matters)
    return -abs(matters), abs(matters)


def _information(of: Evidence, span: Span) -> tuple[bool | None, str]:
    """Whether fewer people were counted than a trial would need, and the size with what it rests on."""
    if of.people is None:
        return None, "optimal information size: not computed, since how many people were counted is not known"
    need, told = _optimal(of, span)
    if need is None:
        return None, f"optimal information size: not computed ({told})"
    return of.people < need, f"optimal information size {need:,} people ({told}); {of.people:,} were counted"


def _optimal(of: Evidence, span: Span) -> tuple[int | None, str]:
    if of.measure in ("SMD", "MD", "ROM"):
        if of.matters is None or of.measure == "ROM":
            return None, "no source says which difference matters"
        error = (span.upper - span.lower) / (2 * z_of(span.confidence))
        need = enough.people_for_difference(of.people or 0, error, matters=of.matters)
        return need, f"a difference that matters, {enough.TOLD}"
    control = _control(of)
    if control is None or not 0 < control < 1:
        return None, "no comparison arm with some who had it and some who had not"
    treated, how = _changed(of, control)
    if not 0 <= treated <= 1:
        return None, f"{how} would leave 0 to 100 %"
    return enough.people_for_shares(
        treated, control
    ), f"{spoken.share(control)} against {spoken.share(treated)}, {how}, {enough.TOLD}"


def _control(of: Evidence) -> float | None:
    if of.pool is not None:
        return of.pool.absolute.control_share if of.pool.absolute else None
    given = of.rows[0].given
    return given[1].events / given[1].n if len(given) == 2 else None


def _changed(of: Evidence, control: float) -> tuple[float, str]:
    """The share of the treated that would matter: as a source says, or a quarter more or less of the comparison's."""
    if of.matters is None:
        more = control * (1 + enough.RELATIVE)
        return (
            more if more < 1 else control * (1 - enough.RELATIVE)
        ), f"a relative change of {enough.RELATIVE:.0%}".replace("%", " %")
    if of.measure == "OR":
        return of.matters * control / (1 - control + of.matters * control), "the odds ratio that matters"
    if of.measure == "RR":
        return of.matters * control, "the risk ratio that matters"
    changed = control + of.matters
    return (changed if changed <= 1 else control - of.matters), "the difference that matters"


def _publication(of: Evidence) -> Suggested:
    k = len({row.study for row in of.rows}) if of.pool is None else of.pool.k
    if k < FEWEST_FOR_A_FUNNEL:
        return Suggested(
            None,
            (f"{k} {'study' if k == 1 else 'studies'}: a funnel of fewer than {FEWEST_FOR_A_FUNNEL} shows nothing",),
        )
    tests = () if of.pool is None else of.pool.small
    if not tests:
        return Suggested(None, ("no test of the funnel was computed",))
    low = [one for one in tests if one.p < FUNNEL_P]
    return Suggested(-1 if low else 0, tuple(f"{one.method}: p {one.p:.2g}" for one in tests))


def null_of(measure: Measured) -> float | None:
    """No effect, on the scale people read; none for a share, which is compared with nothing."""
    return None if measure == "PLO" else 1.0 if measure in RATIOS else 0.0


def holds(span: Span, value: float) -> bool:
    """Whether the interval holds the value."""
    return span.lower <= value <= span.upper
