"""Who acts, in which role, and what each role may put on the record of a course."""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["physician", "pharmacist", "nurse", "researcher", "administrator", "auditor"]
ROLES: tuple[Role, ...] = ("physician", "pharmacist", "nurse", "researcher", "administrator", "auditor")


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="person", tag_field="actor"):
    """A person with an account, acting in one role. `id` is the account; two names may be alike, two ids never."""

    id: str
    name: str
    role: Role


class System(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="system", tag_field="actor"):
    """An act of no person: a patient through a link of their own, or an import. `what` says which."""

    what: Literal["patient", "import", "demonstration"]


# Who may put which event on a course. A physician may do what a nurse does; nobody may do what is not listed.
BEDSIDE: tuple[Role, ...] = ("nurse", "physician")
MAY: dict[str, tuple[Role, ...]] = {
    "referred": ("physician", "nurse", "administrator"),
    "facts-recorded": ("physician", "pharmacist", "nurse"),
    "screened": ("physician", "pharmacist", "nurse"),
    "overridden": ("physician",),
    "ordered": ("physician", "pharmacist"),
    "checked": ("pharmacist", "nurse", "physician"),
    "signed": ("physician",),
    "cancelled": ("physician",),
    "prepared": ("pharmacist", "nurse"),
    "started": BEDSIDE,
    "observed": BEDSIDE,
    "rate-changed": BEDSIDE,
    "paused": BEDSIDE,
    "resumed": BEDSIDE,
    "stopped": BEDSIDE,
    "ended": BEDSIDE,
    "portion-given": BEDSIDE,
    "flushed": BEDSIDE,
    "reconciled": ("nurse", "physician", "pharmacist"),
    "discharged": BEDSIDE,
    "harmed": ("nurse", "physician", "pharmacist"),
    "called": BEDSIDE,
    "scored": BEDSIDE,
    "contacted": BEDSIDE,
    "measure-begun": ("physician", "nurse"),
    "measure-ended": ("physician", "nurse"),
    "decided": ("physician",),
    "corrected": ("physician", "pharmacist", "nurse"),
    "moved": ("administrator",),
    "closed": ("physician",),
}
# What a patient may put there through a link of their own.
PATIENT_MAY = ("scored",)
