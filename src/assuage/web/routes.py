"""Every address, in one list."""

from __future__ import annotations

from assuage.web.pages import (
    adoption,
    bedside,
    check,
    compare,
    course,
    eligibility,
    elsewhere,
    facts,
    keeping,
    levels,
    own,
    paper,
    patient,
    people,
    plan,
    prepare,
    research,
    response,
    restricted,
    sign,
    signing,
    today,
)
from assuage.web.route import Route

ROUTES: tuple[Route, ...] = (
    *signing.ROUTES,
    *today.ROUTES,
    *patient.ROUTES,
    *course.ROUTES,
    *facts.ROUTES,
    *eligibility.ROUTES,
    *plan.ROUTES,
    *check.ROUTES,
    *sign.ROUTES,
    *prepare.ROUTES,
    *bedside.ROUTES,
    *response.ROUTES,
    *paper.ROUTES,
    *adoption.ROUTES,
    *compare.ROUTES,
    *levels.ROUTES,
    *own.ROUTES,
    *people.ROUTES,
    *keeping.ROUTES,
    *research.ROUTES,
    *elsewhere.ROUTES,
    *restricted.ROUTES,
)
