"""From a row of a body to a row of the forest: its effect, what it was worked from, and everything that speaks against it."""

from __future__ import annotations

import msgspec

from assuage.catalog.model import Catalog
from assuage.errors import EvidenceError, Problem
from assuage.evidence.answered import Design, ForestRow, Tallied
from assuage.evidence.comparable import OF_ONE_ARM, Counted, Described
from assuage.evidence.located import Located, Side, located
from assuage.evidence.reanalysis import NOT_RANDOMISED, is_crossover, is_randomised
from assuage.evidence.seen import Said, of_arm, of_counts, of_printed
from assuage.evidence.seen_means import of_mean_alone, of_means
from assuage.question import Body, Measured, Risk, Row
from assuage.study import Outcome, Study

SHARES: frozenset[Measured] = frozenset({"OR", "RR", "RD"})
UNCONTROLLED = (
    "nobody was counted beside these people: pain that is worst when people are enrolled falls by itself "
    "(regression to the mean), and hope does the rest"
)
ONE_ARM = "one arm of a comparison, seen by itself: what its trial compared is not shown here"
REVIEW = "a pool of other authors, not one study: its trials may stand in other rows too"
UNSURE = {"low": "read with low confidence", "unverified": "not verified"}
# Words of the vocabulary that say they do not know: never alike, not even to one another.
NOT_KNOWN = frozenset({"not-stated", "relief-unstated"})
REVIEWS = frozenset({"systematic_review", "review", "narrative_review", "health_technology_review", "guideline"})
ALONE = "none: each arm by itself"
PEOPLE = "people"


class Seen(msgspec.Struct, frozen=True):
    """A row of the forest with what a pool needs to know of it."""

    row: ForestRow
    said: Said
    described: Described
    at: Located


def seen(row: Row, *, body: Body, catalog: Catalog, risk: Risk | None = None) -> Seen:
    """A row of a body, read.

    Give      the row and its body; the overall risk of bias of this result, where it was appraised
    Holds     a row without an interval says why; nothing is NaN; a printed difference keeps its printed interval
    Checked   tests/against/test_answer_rows.py, tests/unit/test_answer_rows.py
    Errors    `EvidenceError` for a row that is not there, not coded, or cannot be read on the measure of its body
    """
    where = f"body {body.id}, row {row.study}.{row.row}"
    at = located(row, where=where, catalog=catalog)
    said = _said(at, body=body, where=where)
    if (shut := _never_pooled(at.study)) and not said.not_pooled:
        said = msgspec.structs.replace(said, not_pooled=shut)
    return Seen(_forest(row, at, said=said, measure=body.measure, risk=risk), said, _described(at, body.measure), at)


def _never_pooled(study: Study) -> str:
    """Why a whole study stays out of every pool; empty where nothing keeps it out."""
    if study.retracted is not None:
        return f"it was retracted: {study.retracted}"
    return REVIEW if study.record_type in REVIEWS else ""


def _said(at: Located, *, body: Body, where: str) -> Said:
    measure, is_shares = body.measure, body.measure in SHARES
    if measure == "PLO":
        if at.other is not None:
            raise _unfit(
                where, "a row set against another in a body of shares", "one arm by itself", "leave out versus"
            )
        return of_arm(at.side)
    if at.other is None:
        is_mean = isinstance(at.side.record, Outcome) and at.side.record.interval_95 is None
        return of_mean_alone(at.side) if is_mean and not is_shares else of_printed(at.side, measure)
    are_counts = [not isinstance(side.record, Outcome) for side in at.sides]
    if any(are_counts) != is_shares or all(are_counts) != is_shares:
        found = "counts" if any(are_counts) else "results without counts"
        raise _unfit(where, f"{found} in a body of the measure {measure}", "counts for ratios and differences of shares, "
                     "means for differences of means", "name rows that fit, or change the measure")  # fmt: skip
    return of_counts(at, measure, is_event_good=body.better == "higher") if is_shares else of_means(at, measure)


def _unfit(where: str, what: str, expected: str, do: str) -> EvidenceError:
    return EvidenceError(Problem(what, where, expected, do))


def _forest(row: Row, at: Located, *, said: Said, measure: Measured, risk: Risk | None) -> ForestRow:
    coded, study = at.side.coded, at.study
    disputes = disputes_of(study)
    return ForestRow(
        study=study.id, year=study.citation.year, row=row.row, label=label_of(at, measure), design=design_of(at, measure),
        condition=coded.condition, drugs=coded.drugs, comparator=None if measure == "PLO" else at.comparator,
        outcome=coded.outcome.replace("-", " "), window=coded.window.replace("-", " "), measure=measure, span=said.span,
        why_not=said.why_not, given=_given(at), people=people_of(at), is_derived=said.is_derived,
        derivation=said.derivation, is_disputed=bool(disputes), disputes=disputes,
        cautions=(*((row.note,) if row.note else ()), *_cautions(at, said, measure)), days=coded.days,
        infusions=coded.infusions, risk=risk, needed=said.needed, unit=said.unit, not_pooled=said.not_pooled,
    )  # fmt: skip


def _given(at: Located) -> tuple[Tallied, ...]:
    counts = [(side, side.count()) for side in at.sides]
    return tuple(Tallied(side.label, count.events, count.n, side.kind) for side, count in counts if count is not None)


def design_of(at: Located, measure: Measured) -> Design:
    """Single arm where nothing stands beside it in this body; else crossover or parallel, as the study was done."""
    if measure in OF_ONE_ARM or at.comparator is None:
        return "single arm"
    return "crossover" if is_crossover(at.study) else "parallel"


def _is_comparison(side: Side) -> bool:
    """A printed difference names what it is against."""
    return isinstance(side.record, Outcome) and (side.record.versus is not None or " v " in side.record.arm)


def people_of(at: Located) -> int | None:
    """How many people the row rests on; none where that is not known."""
    known = [side.people for side in at.sides]
    if at.other is None and _is_comparison(at.side):
        known = [arm.n for arm in at.study.arms]
        is_all = len(known) <= 2 or is_crossover(at.study)
        # The arms of a study with more than two groups do not say which two were compared.
        if None in known or len(known) < 2 or not is_all:
            return _analysed(at.study) if is_all else None
    numbers = [n for n in known if n is not None]
    if len(numbers) < len(known):
        return None
    return max(numbers) if is_crossover(at.study) else sum(numbers)


def _analysed(study: Study) -> int | None:
    return None if study.design is None else study.design.n_analysed or study.design.n_randomised


def label_of(at: Located, measure: Measured) -> str:
    """The first author and the year; the arm too where it is seen by itself."""
    label = study_label(at.study)
    return f"{label}, {at.side.label}" if measure == "PLO" else label


def study_label(study: Study) -> str:
    """“Kim 2015”; the id of the record where no author is named."""
    if not study.citation.authors:
        return study.id
    first = study.citation.authors[0]
    name, _, initials = first.rpartition(" ")
    surname = name if name and initials.isupper() else first
    return f"{surname} {study.citation.year}" if study.citation.year else surname


def disputes_of(study: Study) -> tuple[str, ...]:
    """Every field in which readings of the study differ, with the values and the one that is used."""
    return tuple(
        f"{one.field}: {' or '.join(dict.fromkeys(value.value for value in one.values))}; used: {one.trusted}"
        for one in study.conflicts
    )


def _cautions(at: Located, said: Said, measure: Measured) -> tuple[str, ...]:
    found = [*([] if at.study.retracted is None else [f"retracted: {at.study.retracted}"]), *said.cautions]
    is_single = design_of(at, measure) == "single arm"
    if at.study.record_type in REVIEWS:
        found.append(REVIEW)
    elif is_single:
        found.append(ONE_ARM if is_randomised(at.study) and len(at.study.arms) > 1 else UNCONTROLLED)
    elif not is_randomised(at.study):
        found.append(NOT_RANDOMISED)
    for side in at.sides:
        record = side.record
        found += [f"{side.label}: {UNSURE[record.confidence]}"] if record.confidence in UNSURE else []
        found += [f"{side.label}: {note}" for note in (getattr(record, "note", None), side.coded.because) if note]
        found += [f"{side.label}: computed from a printed percentage"] if side.kind == "derived" else []
        found += [f"{side.label}: read off a figure"] if side.kind == "read-off-figure" else []
    return tuple(dict.fromkeys(found))


def _described(at: Located, measure: Measured) -> Described:
    """The row as the guard must know it. What the vocabulary calls not stated is none, which is like nothing else."""
    coded = at.side.coded
    species = (at.study.design.species if at.study.design else None) or PEOPLE
    counted = at.side.counted if species == PEOPLE else "animals"
    kinds: dict[str | None, Counted] = {
        "patients": "patients", "sessions": "sessions", "infusions": "infusions", "animals": "animals",
    }  # fmt: skip
    if counted not in kinds:
        raise _unfit(f"{at.study.id}.{coded.id}", "what its total counts is not stated", "patients, sessions or infusions",
                     "fill `denominator` in the study file")  # fmt: skip
    return Described(
        study=at.study.id, species=species, condition=coded.condition, drug=" + ".join(coded.drugs),
        comparator=ALONE if measure == "PLO" else at.comparator, outcome=None if coded.outcome in NOT_KNOWN else coded.outcome,
        time=None if coded.window in NOT_KNOWN else coded.window, design=design_of(at, measure), counted=kinds[counted],
    )  # fmt: skip
