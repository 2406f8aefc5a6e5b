"""How long a screening holds: until the first of the facts it rests on becomes too old for the clinic."""

from __future__ import annotations

import datetime as dt

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.patient import Patient
from assuage.screening.state import STALE_AS

# These are found anew at every bedside, so that no screening waits for them.
AT_THE_BEDSIDE = ("weight", "vitals")


def holds_until(patient: Patient, catalog: Catalog, clinic: Clinic) -> dt.date | None:
    """The last day on which every dated fact is young enough; none where none of them ages.

    Holds     an older fact never makes it later
    Checked   tests/unit/test_course_holding.py
    """
    last = []
    for name, fact in patient.facts.items():
        limit = clinic.stale_after.get(_stale_as(name, catalog))
        if fact.on is not None and limit is not None and _stale_as(name, catalog) not in AT_THE_BEDSIDE:
            last.append(fact.on + dt.timedelta(days=int(limit.to("d").value)))
    return min(last, default=None)


def _stale_as(name: str, catalog: Catalog) -> str:
    known = catalog.measurements.get(name)
    if known is not None and known.stale_as:
        return known.stale_as
    group = name.split(".")[0]
    return STALE_AS.get(name, STALE_AS.get(group, group))
