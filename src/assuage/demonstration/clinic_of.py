"""The clinic of the demonstration: the shipped example's shelves, as a clinic that has adopted what it gives."""

from __future__ import annotations

import datetime as dt

from msgspec.structs import replace

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.course.adoption import AdoptionEvent, Agreed, Proposed
from assuage.demonstration.people import PHARMACIST, PHYSICIAN

NAME = "demonstration-clinic"
ADOPTED = ("kim-2015-magnesium", "kim-2015-ketamine", "anodyne-ketamine-im")


def demonstration_clinic(example: Clinic) -> Clinic:
    """The example clinic under a name of its own. Its orders can be signed, since every patient of it is made up."""
    return replace(example, id=NAME, synthetic=False, adopted=())


def adoptions(catalog: Catalog, at: dt.datetime) -> tuple[AdoptionEvent, ...]:
    """A physician and a pharmacist adopt three regimens."""
    found: list[AdoptionEvent] = []
    for name in ADOPTED:
        read = tuple(dict.fromkeys(one for one in (catalog.regimens[name].source, catalog.regimens[name].study) if one))
        found.append(Proposed(at=at, regimen=name, by=PHYSICIAN, catalog=catalog.fingerprint, read=read,
                              settled={"dose": "as the catalog chose, for the reasons it gives"}, limits="as shipped"))  # fmt: skip
        found.append(
            Agreed(at=at + dt.timedelta(hours=2), regimen=name, by=PHARMACIST, catalog=catalog.fingerprint, read=read)
        )
    return tuple(found)
