"""Check 6: numbers that follow from other numbers are computed again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from assuage.catalog.checks.order import value_of
from assuage.catalog.checks.subject import Finder, Subject
from assuage.catalog.derivation import recompute
from assuage.catalog.model import CheckProblem
from assuage.catalog.read import Entry
from assuage.catalog.walk import Path
from assuage.drug import Presentation
from assuage.errors import QuantityError
from assuage.quantity import Quantity, Substance, parse, unit
from assuage.sourced import Claim, Fact
from assuage.study import Harm, Responders, Study

FIND = Finder("arithmetic")
THRESHOLD = re.compile(r"^>=\s*(\d+)\s*%(.*)$")
STRENGTH_IN_ID = re.compile(r"-(\d+(?:\.\d+)?)-mg-per-ml(?:-|$)")
VOLUME_IN_ID = re.compile(r"-(\d+(?:\.\d+)?)-ml$")
PERCENT_WV = re.compile(r"(\d+(?:\.\d+)?) ?% w/v")
STRENGTH_IN_NAME = re.compile(r"(\d[\d,]*(?:\.\d+)?) mg/mL")
# Grams in a litre that 1 % w/v is: one gram in 100 mL.
PER_CENT = Decimal(10)


def check(subject: Subject) -> Iterator[CheckProblem]:
    """Counts, percentages, strengths and derivations that do not come out."""
    for entry in subject.of("studies"):
        yield from _study(entry, entry.record)
    for entry in subject.of("presentations"):
        yield from _presentation(entry, entry.record)
    for entry, path, claim in subject.claims():
        yield from _claim(entry, path, claim)
    for entry, path, fact in subject.facts("regimens"):
        if fact.disputed:
            yield from _same_place(entry, path, fact, _forms(entry, subject))


def _study(entry: Entry, study: Study) -> Iterator[CheckProblem]:
    sizes = {arm.id: arm.n for arm in study.arms}
    for index, row in enumerate(study.responders):
        yield from _responders(entry, ("responders", str(index)), row, size=sizes.get(row.arm))
    for index, harm in enumerate(study.harms):
        yield from _harm(entry, ("harms", str(index)), harm)
    yield from _thresholds(entry, study)
    yield from _arms(entry, study)


def _responders(entry: Entry, path: Path, row: Responders, *, size: int | None) -> Iterator[CheckProblem]:
    if row.events is not None and row.events > row.n:
        yield FIND.error(entry, path, what=f"{row.events} of {row.n} in {row.arm}", expected="events not above n",
                         do="correct the count")  # fmt: skip
    if size is not None and row.n > size and row.denominator == "patients":
        yield FIND.error(entry, path, what=f"n is {row.n} in an arm of {size} ({row.arm})",
                         expected="not more people than the arm has", do="correct n, or call the denominator sessions")  # fmt: skip


def _harm(entry: Entry, path: Path, harm: Harm) -> Iterator[CheckProblem]:
    if harm.count is None or harm.total is None:
        return
    if harm.count > harm.total and harm.denominator != "infusions":
        yield FIND.error(entry, path, what=f"{harm.count} of {harm.total} had {harm.event}",
                         expected="a count not above the total", do="correct the count, or say what is counted")  # fmt: skip
    if harm.percent is not None and not percent_matches(harm.count, harm.total, percent=harm.percent):
        exact = Decimal(100 * harm.count) / Decimal(harm.total)
        yield FIND.error(entry, path, what=f"{harm.count} of {harm.total} is printed as {harm.percent} %",
                         expected=f"{exact:.2f} %", do="correct the count or the percentage")  # fmt: skip


def percent_matches(count: int, total: int, *, percent: Decimal) -> bool:
    """Whether a percentage, to the places it shows, is that of the count: rounded either way, or cut off."""
    if total == 0:
        return False
    step = Fraction(1, 10 ** max(0, -int(percent.as_tuple().exponent)))
    return abs(Fraction(100 * count, total) - Fraction(percent)) < step


def _thresholds(entry: Entry, study: Study) -> Iterator[CheckProblem]:
    """Whoever has half of the pain gone has a third of it gone: the count of the lower threshold is not below."""
    seen: dict[tuple[object, ...], list[tuple[int, int, int]]] = {}
    for index, row in enumerate(study.responders):
        match = THRESHOLD.match(row.threshold)
        if match and row.events is not None:
            key = (row.arm, row.time, row.n, row.denominator, match[2])
            seen.setdefault(key, []).append((int(match[1]), row.events, index))
    for rows in seen.values():
        rows.sort()
        for (low, more, _), (high, fewer, index) in itertools.pairwise(rows):
            if fewer > more:
                yield FIND.error(entry, ("responders", str(index)),
                                 what=f"{fewer} had at least {high} % and only {more} at least {low} %",
                                 expected=f"at least as many at {low} % as at {high} %", do="correct a count")  # fmt: skip


def _arms(entry: Entry, study: Study) -> Iterator[CheckProblem]:
    """The arms of a parallel trial sum to the people randomised or analysed; what is not parallel is not summed."""
    design = study.design
    sizes = [arm.n for arm in study.arms]
    if design is None or design.n_randomised is None or len(sizes) < 2 or None in sizes:
        return
    words = " ".join(filter(None, (design.type, *(arm.label for arm in study.arms)))).casefold()
    if any(word in words for word in ("crossover", "cross-over", "period", "pre-post", "session", "same patients")):
        return
    total = sum(size for size in sizes if size is not None)
    if total not in (design.n_randomised, design.n_analysed):
        yield FIND.note(entry, ("arms",), what=f"the arms sum to {total}, the trial to {design.n_randomised}",
                        expected="arms that sum to the trial, or a word on who is missing",
                        do="check the counts; say in the design who was not analysed")  # fmt: skip


def _presentation(entry: Entry, one: Presentation) -> Iterator[CheckProblem]:
    """What the id and the name of a product say of its strength and volume is what its facts say."""
    strength, volume = value_of(one.strength), value_of(one.volume)
    per_ml = strength.to("mg/mL").value if strength and _is(strength, "mg/mL") else None
    ml = volume.to("mL").value if volume and _is(volume, "mL") else None
    said = [("id", match[1], per_ml, "mg/mL") for match in STRENGTH_IN_ID.finditer(one.id)]
    said += [("id", match[1], ml, "mL") for match in VOLUME_IN_ID.finditer(one.id)]
    said += [("name", match[1].replace(",", ""), per_ml, "mg/mL") for match in STRENGTH_IN_NAME.finditer(one.name)]
    said += [("name", str(Decimal(match[1]) * PER_CENT), per_ml, "mg/mL") for match in PERCENT_WV.finditer(one.name)]
    for where, number, value, code in said:
        if value is not None and Decimal(number) != value:
            yield FIND.error(entry, (where,), what=f"the {where} says {number} {code}", expected=f"{value.normalize():f} {code}, as the facts say",
                             do="correct the facts or the name; one of them is the wrong vial")  # fmt: skip


def _is(quantity: Quantity, code: str) -> bool:
    try:
        quantity.to(code)
    except QuantityError:
        return False
    return True


def _claim(entry: Entry, path: Path, claim: Claim) -> Iterator[CheckProblem]:
    if claim.kind == "derived" and claim.derivation:
        came = recompute(claim.derivation, claim.value)
        if came.verdict == "fails":
            yield FIND.error(entry, path, what=f"“{claim.derivation}” comes to {came.computed}, not {came.found}",
                             expected=f"{came.computed}", do="correct the derivation or the value")  # fmt: skip
        elif came.verdict == "in words" and value_at(claim) is not None:
            yield FIND.note(entry, path, what=f"{claim.value} is derived in words: “{claim.derivation}”",
                            expected="arithmetic that can be computed again, where there is any",
                            do="check it by hand")  # fmt: skip


def _same_place(entry: Entry, path: Path, fact: Fact, forms: Sequence[Substance]) -> Iterator[CheckProblem]:
    """Two values that one source gives at one place, one in moles and one in grams, are one value in some form."""
    for one, two in itertools.combinations(fact.claims, 2):
        first, second = value_at(one), value_at(two)
        if (one.source, one.where) != (two.source, two.where) or first is None or second is None:
            continue
        if unit(first.unit).dimension == unit(second.unit).dimension:
            continue
        came = [(value, form.id) for form in forms if (value := _through(first, second.unit, form)) is not None]
        if came and not any(_close(value, second) for value, _ in came):
            really = " or ".join(f"{value.to_places(4)} of {form}" for value, form in came)
            yield FIND.note(entry, path, what=f"{one.source}, {one.where}, gives {first} and {second} as one value",
                            expected=f"{first} is {really}", do="keep the words as written, and choose between them")  # fmt: skip


def value_at(claim: Claim) -> Quantity | None:
    """What a claim says, as a quantity."""
    try:
        return parse(claim.value)
    except QuantityError:
        return None


def _forms(entry: Entry, subject: Subject) -> list[Substance]:
    """The forms of the drugs of a regimen, with a molar mass."""
    drugs = subject.catalog.drugs
    names = {component.drug for step in entry.record.steps for component in step.components}
    records = [form for name in sorted(names) if name in drugs for form in drugs[name].substances]
    return [form.substance for form in records if value_of(form.molar_mass) is not None]


def _through(one: Quantity, code: str, substance: Substance) -> Quantity | None:
    try:
        return one.to(code, substance)
    except QuantityError:
        return None


def _close(one: Quantity, two: Quantity) -> bool:
    """Equal to the digits that the second shows, one of the last either way."""
    step = Decimal(1).scaleb(int(two.value.as_tuple().exponent))
    return abs(one.value - two.value) <= step
