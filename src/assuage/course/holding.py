"""How long a screening holds: until the first of the facts it rests on becomes too old for the clinic."""

from __future__ import annotations

import datetime as dt

from assuage.patient import Patient
from assuage.regimen import Regimen
from assuage.screening import State
from assuage.screening.scope import scope_of
from assuage.screening.state import STALE_AS

# These are found anew before every start, where the rules are judged again on them: no screening waits for them.
AT_THE_BEDSIDE = ("weight", "vitals")


def holds_until(patient: Patient, regimen: Regimen, state: State) -> dt.date | None:
    """The last day on which every dated fact that the regimen's rules ask about is young enough; none where none ages.

    Give      the state of the patient on the day that was judged
    Holds     an older fact never makes it later; a fact that is too old already has a finding of its own and sets no day
    Checked   tests/unit/test_course_holding.py
    """
    last = []
    for name in scope_of(regimen, state.catalog).facts:
        fact = patient.facts.get(name)
        stale_as = _stale_as(name, state)
        limit = state.clinic.stale_after.get(stale_as)
        if fact is None or fact.on is None or limit is None or stale_as in AT_THE_BEDSIDE:
            continue
        day = fact.on + dt.timedelta(days=int(limit.to("d").value))
        if day >= state.day:
            last.append(day)
    return min(last, default=None)


def _stale_as(name: str, state: State) -> str:
    known = state.catalog.measurements.get(name)
    if known is not None and known.stale_as:
        return known.stale_as
    group = name.split(".")[0]
    return STALE_AS.get(name, STALE_AS.get(group, group))
