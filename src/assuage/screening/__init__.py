"""Screening: is this regimen safe for this patient, as far as anyone knows?"""

from assuage.screening.body import Formulas
from assuage.screening.derived import show_date
from assuage.screening.screen import NotChecked, Screening, screen
from assuage.screening.state import State

__all__ = ["Formulas", "NotChecked", "Screening", "State", "screen", "show_date"]
