"""Every address, in one list."""

from __future__ import annotations

from assuage.web.pages import (
    adoption,
    bedside,
    compare,
    course,
    eligibility,
    facts,
    levels,
    paper,
    patient,
    plan,
    response,
    signing,
    signing_off,
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
    *signing_off.ROUTES,
    *bedside.ROUTES,
    *response.ROUTES,
    *paper.ROUTES,
    *adoption.ROUTES,
    *compare.ROUTES,
    *levels.ROUTES,
)
