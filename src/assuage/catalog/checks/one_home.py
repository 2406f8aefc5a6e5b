"""Check 9: the same quantity of the same thing is stated once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from assuage.catalog.checks.order import value_of
from assuage.catalog.checks.subject import Finder, Subject
from assuage.catalog.exchange.same import differ, identities
from assuage.catalog.model import CheckProblem
from assuage.catalog.read import Entry
from assuage.catalog.walk import Path
from assuage.quantity import Quantity

FIND = Finder("one home")


def check(subject: Subject) -> Iterator[CheckProblem]:
    """Two places for one number: an error where they differ, a note where they agree today."""
    yield from _twice(_molar_masses(subject), "the molar mass of {}")
    yield from _limits(subject)
    yield from _products(subject)
    yield from _sources(subject)
    yield from _studies(subject)


Home = tuple[Hashable, str, Entry, Path, Quantity | None]


def _molar_masses(subject: Subject) -> Iterator[Home]:
    for entry in subject.of("drugs"):
        for form in entry.record.substances:
            yield form.id, form.id, entry, ("substances", form.id, "molar_mass"), value_of(form.molar_mass)
    for entry in subject.of("measurements"):
        if entry.record.molar_mass is not None:
            name = "magnesium" if entry.id.endswith("magnesium") else entry.id
            yield name, name, entry, ("molar_mass",), value_of(entry.record.molar_mass)


def _limits(subject: Subject) -> Iterator[CheckProblem]:
    """Two limits with one measure, severity, side and bound say one thing twice."""
    first: dict[Hashable, Entry] = {}
    for entry in subject.of("limits"):
        one = entry.record
        side = "above" if one.above is not None else "below"
        key = (one.drug, one.measure, one.route, one.weight, one.severity, side, str(value_of(one.above or one.below)))
        other = first.setdefault(key, entry)
        if other is not entry:
            yield FIND.error(entry, (side,), what=f"{entry.id} says what {other.id} says", expected="one home for each number",
                             do=f"keep one; the other is at {other.at((side,))}")  # fmt: skip


def _twice(homes: Iterator[Home], about: str) -> Iterator[CheckProblem]:
    first: dict[Hashable, Home] = {}
    for home in homes:
        key, name, entry, path, value = home
        _, _, other, other_path, same = first.setdefault(key, home)
        if other is entry and other_path == path:
            continue
        what = f"{about.format(name)} stands here as {value} and at {other.at(other_path)} as {same}"
        agree = value is not None and same is not None and value.unit == same.unit and value.value == same.value
        found = FIND.note if agree else FIND.error
        yield found(entry, path, what=what, expected="one home for each number", do="keep one, and refer to it")


def _products(subject: Subject) -> Iterator[CheckProblem]:
    first: dict[Hashable, Entry] = {}
    for entry in subject.of("presentations"):
        one = entry.record
        strength, volume = value_of(one.strength), value_of(one.volume)
        key = (one.substance, str(strength), str(volume), one.container, one.region, one.multi_dose, one.preserved,
               one.with_adrenaline)  # fmt: skip
        other = first.setdefault(key, entry)
        if other is not entry:
            yield FIND.note(entry, (), what=f"{entry.id} and {other.id} are one product as far as the catalog says",
                            expected="one record for a product, or what tells them apart", do="join them, or say what differs")  # fmt: skip


def _sources(subject: Subject) -> Iterator[CheckProblem]:
    for field in ("doi", "pmid", "set_id"):
        first: dict[str, Entry] = {}
        for entry in subject.of("sources"):
            number = getattr(entry.record, field)
            if not number:
                continue
            other = first.setdefault(str(number).casefold(), entry)
            if other.id != entry.id:
                yield FIND.note(entry, (field,), what=f"{entry.id} and {other.id} have the same {field} {number}",
                                expected="one source for one publication, or one for each part of it",
                                do="join them where they are one text")  # fmt: skip


def _studies(subject: Subject) -> Iterator[CheckProblem]:
    """One study under two ids would be counted twice wherever studies are pooled."""
    here = {entry.id: entry for entry in subject.of("studies")}
    first: dict[Hashable, str] = {}
    for study in subject.catalog.studies.values():
        same: dict[str, str] = {}
        for by, key in identities(study.citation):
            other = first.setdefault((by, key), study.id)
            if other != study.id:
                same.setdefault(other, by)
        for other, by in same.items():
            if by == "title and year" and differ(study.citation, subject.catalog.studies[other].citation):
                continue
            entry, name = (here[study.id], other) if study.id in here else (here.get(other), study.id)
            if entry is not None:
                yield FIND.error(entry, ("citation",), what=f"{entry.id} is {name} again: the same {by}", expected="one record for each study",
                                 do="join them; what was read anew is a further reading or a conflict of the record that stands")  # fmt: skip
