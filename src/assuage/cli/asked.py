"""What every command on a patient needs: patient, clinic, catalog, and the day on which facts are judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.cli.facts import load
from assuage.cli.moment import read_day, read_start, today
from assuage.cli.options import Moment, Place
from assuage.cli.reading import patient_of, read_clinic_file, read_document
from assuage.cli.writing import note
from assuage.errors import AssuageError, PlanError, Problem
from assuage.patient import Patient, read_patient
from assuage.screening import show_date

# What the door puts for a lone “-”.
STANDARD = "\0"
T = TypeVar("T")


class Asked(msgspec.Struct, frozen=True):
    """The input of a command, read and in agreement. `day` is the day of the start, or the one facts are judged on."""

    patient: Patient
    clinic: Clinic
    catalog: Catalog
    start: dt.datetime | None
    day: dt.date


def ask(patient: str, when: Moment, where: Place) -> Asked:
    """Read everything. Errors: `AssuageError` with the problems of all files and options together."""
    problems: list[Problem] = []
    clinic = _kept(problems, lambda: read_clinic_file(where.clinic))
    node = _kept(problems, lambda: read_document(patient, STANDARD))
    moment = _kept(problems, lambda: _moment(when, clinic)) if clinic is not None else None
    catalog = _kept(problems, lambda: load(where.catalog))
    terms = catalog.terms if catalog is not None else {}
    read = _kept(problems, lambda: patient_of(node, terms)) if node is not None else None
    if clinic is None or read is None or moment is None or catalog is None:
        raise AssuageError(*problems)
    who, notes = read
    for text in notes:
        note(text)
    return Asked(_completed(who, where.also), clinic, catalog, *moment)


def _completed(patient: Patient, also: str | None) -> Patient:
    if also is None:
        return patient
    from assuage.fhir import complete

    return complete(patient, read_patient(read_document(also, STANDARD)))


def _kept(problems: list[Problem], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except AssuageError as error:
        problems.extend(error.problems)
        return None


def _moment(when: Moment, clinic: Clinic) -> tuple[dt.datetime | None, dt.date]:
    if when.start is not None and when.as_of is not None:
        raise PlanError(
            Problem("both a start and an as-of day", "--start and --as-of", "one of them: facts are judged at the start",
                    "leave --as-of out")
        )  # fmt: skip
    if when.start is not None:
        start, notes = read_start(when.start, tz=when.tz, clinic=clinic)
        ago = (today(clinic.zone) - start.date()).days
        if ago > 0:
            notes.append(f"The start lies {ago:,} day{'s' if ago > 1 else ''} in the past.")
        for text in notes:
            note(text)
        return start, start.date()
    if when.tz is not None:
        raise PlanError(
            Problem("a time zone without a start", "--tz", "--start with it", "add --start, or leave --tz out")
        )
    if when.as_of is not None:
        return None, read_day(when.as_of, "--as-of")
    day = today(clinic.zone)
    note(f"Facts are judged as of {show_date(day)}, today in {clinic.time_zone}. No start is given, so no dates are.")
    return None, day
