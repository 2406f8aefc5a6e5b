"""Many random patients and clinics through make_plan, and what came of them."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.invariants import broken
from tests.population import TODAY, clinic, patient

from assuage.catalog import Catalog, load_catalog
from assuage.catalog.clinic import Clinic, read_clinic
from assuage.document import read_yaml
from assuage.plan import Plan, Request, make_plan

ROOT = Path(__file__).parents[1]
CLINICS = 64


@cache
def example_clinic() -> Clinic:
    return read_clinic(read_yaml((ROOT / "examples" / "clinic.yaml").read_text(encoding="utf-8"), "clinic.yaml"))


@cache
def the_catalog() -> Catalog:
    return load_catalog()


class Crowd:
    """Regimens and clinics to draw from."""

    def __init__(self) -> None:
        self.catalog = the_catalog()
        self.regimens = [one for one in self.catalog.regimens.values() if one.plannable]
        chance = random.Random(CLINICS)
        self.busy = 0.0  # seconds of processor time within make_plan alone
        self.clinics = [example_clinic(), *(clinic(chance, example_clinic(), self.catalog) for _ in range(CLINICS))]

    def plan(self, chance: random.Random) -> Plan:
        """A plan for one random patient, regimen, clinic and start."""
        start = dt.datetime.combine(TODAY, dt.time(chance.randrange(7, 17)), ZoneInfo("America/Winnipeg"))
        start += dt.timedelta(days=chance.randrange(0, 3))
        who, regimen, where = patient(chance), chance.choice(self.regimens), chance.choice(self.clinics)
        request = Request(start=start if chance.random() < 0.8 else None)
        begin = time.process_time()
        try:
            return make_plan(who, regimen, catalog=self.catalog, clinic=where, as_of=TODAY, request=request)
        finally:
            self.busy += time.process_time() - begin


@dataclass
class Tried:
    """How many were planned and refused, which regimens and rules took part, and every fault."""

    planned: int = 0
    refused: int = 0
    busy: float = 0.0
    faults: list[str] = field(default_factory=list)
    regimens: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)


def try_many(*, seed: int | str, count: int) -> Tried:
    """`count` plans, each from its own seed, so that any one of them can be made again alone."""
    crowd, tried = Crowd(), Tried()
    for number in range(count):
        name = f"{seed}/{number}"
        try:
            plan = crowd.plan(random.Random(name))
        except Exception as error:  # every exception here is a fault to report with its seed
            tried.faults.append(f"{name}: {type(error).__name__}: {error}")
            continue
        tried.faults += [f"{name}: {fault}" for fault in broken(plan, crowd.catalog)]
        tried.planned += plan.preparation is not None
        tried.refused += plan.preparation is None
        tried.regimens[plan.regimen] += plan.preparation is not None
        tried.rules.update(one.rule for one in plan.findings)
    tried.busy = crowd.busy
    return tried
