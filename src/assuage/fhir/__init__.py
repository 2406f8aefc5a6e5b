"""FHIR R4 in: a Bundle becomes a Patient, with an account of all that was understood and all that was not."""

from assuage.fhir.account import PatientReading, Said, Verdict
from assuage.fhir.codes import Codes, read_codes
from assuage.fhir.complete import complete
from assuage.fhir.patient import is_fhir, read_bundle

__all__ = ["Codes", "PatientReading", "Said", "Verdict", "complete", "is_fhir", "read_bundle", "read_codes"]
