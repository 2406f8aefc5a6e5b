"""Patient: what is known, when it was known, and what is not known."""

from assuage.patient.facts import Dated, Listed, Patient, Unknown, Value
from assuage.patient.read import read_patient

__all__ = ["Dated", "Listed", "Patient", "Unknown", "Value", "read_patient"]
