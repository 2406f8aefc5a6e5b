"""From a patient and a regimen to what is drawn up, run and watched. make_plan is the only composition."""

from assuage.plan.compose import make_plan
from assuage.plan.model import Override, Plan
from assuage.plan.request import Request

__all__ = ["Override", "Plan", "Request", "make_plan"]
