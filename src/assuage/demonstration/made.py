"""The demonstration put into a registry: accounts, adoptions, sixty patients and their courses."""

from __future__ import annotations

import datetime as dt
import secrets

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.course.adoption import adopting
from assuage.demonstration.clinic_of import adoptions
from assuage.demonstration.people import PATIENTS_FROM, STAFF
from assuage.demonstration.year import Told, year
from assuage.registry import accounts, clinic_record, patients
from assuage.registry.begun import begun_with
from assuage.registry.store import Registry

# The adoption, so long before the first course.
BEFORE = dt.timedelta(days=420)


def new_password() -> str:
    """A password for everybody in one demonstration: made for it, shown on its page, and gone with it."""
    return f"demonstration {secrets.token_hex(3)}"


def fill(registry: Registry, catalog: Catalog, clinic: Clinic, *, now: dt.datetime, password: str) -> dict[str, str]:
    """Fill an empty registry. Get: the course of each stage that is shown, by the words for it.

    Holds     every event passed the decisions of the course room; every patient is marked as made up
    """
    steps = adoptions(catalog, now - BEFORE)
    with registry.writing() as connection:
        for one in STAFF:
            accounts.create(connection, one, at=now - BEFORE, password=password)
        for number, step in enumerate(steps):
            clinic_record.add(connection, step, key=f"demonstration-{number}", recorded=step.at)
    shown = {}
    adopted = adopting(clinic, steps)
    for told in year(catalog, adopted, now=now):
        course = _record(registry, told)
        if told.stage:
            shown[told.stage] = course
    return shown


def _record(registry: Registry, told: Told) -> str:
    begun = told.story.records[0].recorded
    who = told.who
    with registry.writing() as connection:
        patients.register(connection, registry.keys, who.id, who.identity, at=begun, is_synthetic=True)
        course = f"{PATIENTS_FROM}{who.id}"
        begun_with(registry, connection, id=course, patient=who.id, records=told.story.records, at=begun)
    return course
