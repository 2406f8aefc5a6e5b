"""Every address, in one list."""

from __future__ import annotations

from assuage.web.pages import course, facts, patient, signing, today
from assuage.web.route import Route

ROUTES: tuple[Route, ...] = (*signing.ROUTES, *today.ROUTES, *patient.ROUTES, *course.ROUTES, *facts.ROUTES)
