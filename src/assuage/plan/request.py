"""What is asked beside the patient and the regimen: when, from which vial, how added, and which stops are taken on."""

from __future__ import annotations

import datetime as dt

import msgspec

from assuage.catalog.clinic import Mode
from assuage.plan.model import Override


class Request(msgspec.Struct, frozen=True):
    """`start` is an instant with its zone, or none: then days are counted and no date is invented.

    `presentations` are ids, at most one for each drug; none means the first that the clinic stocks and that can be
    measured. `mode` is how the drug is added; none means the clinic's own way. Who
    asks for doses or levels alone may leave out what to expect, which takes some milliseconds to work out.
    """

    start: dt.datetime | None = None
    presentations: tuple[str, ...] = ()
    mode: Mode | None = None
    overrides: tuple[Override, ...] = ()
    says_what_to_expect: bool = True
