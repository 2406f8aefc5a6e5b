"""Observations of one patient: which facts they carry, and what of them cannot be used."""

from __future__ import annotations

from assuage.fhir.account import Account
from assuage.fhir.codes import Codes, ObservationCode
from assuage.fhir.element import Element, Resource, has_modifier
from assuage.fhir.moment import Moment, effective
from assuage.fhir.newest import Chosen, Seen, newest
from assuage.fhir.record import Record
from assuage.fhir.value import read_value
from assuage.patient import Dated, Unknown

READY = ("final", "amended", "corrected")
NOT_A_RESULT = {"entered-in-error": "it was entered in error", "cancelled": "it was cancelled"}


class Facts:
    """The facts that observations carry: `known` by name, and for the others the reason."""

    def __init__(self) -> None:
        self.known: dict[str, Dated] = {}
        self.unknown: dict[str, str] = {}


def read_observations(record: Record, account: Account, codes: Codes) -> Facts:
    """The facts of this patient's observations; several values of a fact become the newest and its history."""
    seen: dict[str, list[Seen]] = {}
    for resource in record.of("Observation"):
        for one in _Observation(resource, record, account, codes).seen():
            seen.setdefault(one.fact, []).append(one)
    facts = Facts()
    for name, found in seen.items():
        chosen = newest(found)
        _tell(name, chosen, account, len(found) - 1)
        if isinstance(chosen.fact, Unknown):
            facts.unknown[name] = chosen.fact.reason
        else:
            facts.known[name] = chosen.fact
            if chosen.about.scale is not None:
                facts.known["pain.scale"] = Dated(chosen.about.scale, None, chosen.fact.place)
    return facts


def _tell(name: str, chosen: Chosen, account: Account, others: int) -> None:
    element = chosen.about.element
    if isinstance(chosen.fact, Unknown):
        account.say("held", element, what=name, why=chosen.fact.reason)
        return
    why = f"{chosen.fact.value} on {chosen.fact.on}"
    if others:
        why += f", the newest of {others + 1}"
    if element.each("note"):
        why += "; it carries a note that is not read here"
    account.say("understood", element, what=name, why=why)


class _Observation:
    """One Observation: whose it is, whether it is a result, and what it and its components stand for."""

    def __init__(self, resource: Resource, record: Record, account: Account, codes: Codes) -> None:
        self.resource, self.record, self.account, self.codes = resource, record, account, codes
        self.element = resource.element
        self.moment: Moment = effective(self.element)

    def seen(self) -> list[Seen]:
        """The values it carries, used or not; empty where it is not this patient's, no result, or not read."""
        found = [one for part in self._parts() for one in self._read(part)]
        if not found:
            return []
        whose = self.record.whose(self.resource, "subject")
        if whose.is_other:
            self.account.say("set-aside", self.element, what=self._label(), why=whose.why)
            return []
        status = self.element.text("status")
        if status in NOT_A_RESULT:
            self.account.say("excluded", self.element, what=self._label(), why=NOT_A_RESULT[status])
            return []
        doubt = self._doubt(status) or (whose.why if whose.is_unclear else None)
        return [self._doubted(one, doubt) for one in found] if doubt else found

    def _doubt(self, status: str | None) -> str | None:
        if has_modifier(self.element):
            return "it carries a modifier that is not understood"
        if self.element.child("focus") is not None:
            return "it is about something other than the patient (focus)"
        if status not in READY:
            return f"its status is {status or 'not given'}, so the result does not stand yet"
        return None

    def _doubted(self, one: Seen, doubt: str) -> Seen:
        return Seen(one.fact, one.element, one.moment, Unknown(doubt), one.how, one.scale)

    def _label(self) -> str:
        loinc = self.codes.in_system(self.element.child("code"), "loinc")
        return f"Observation {' '.join(loinc)}"

    def _parts(self) -> list[Element]:
        """The observation itself, and its components where it is a panel that is read."""
        loinc = self.codes.in_system(self.element.child("code"), "loinc")
        panel = any(panel.code in loinc for panel in self.codes.panels)
        return [self.element, *self.element.each("component")] if panel else [self.element]

    def _read(self, part: Element) -> list[Seen]:
        loinc = self.codes.in_system(part.child("code"), "loinc")
        known = [one for one in self.codes.observations if one.code in loinc]
        refused = next((one for one in self.codes.refused if one.code in loinc), None)
        if refused is not None:
            self.account.say("set-aside", part, what=f"LOINC {refused.code}", why=refused.why)
            # Coded as the right thing too: then nobody knows which of the two it is.
            doubt = Unknown(f"it is also coded LOINC {refused.code}: {refused.why}")
            return [Seen(one.fact, part, self.moment, doubt) for one in known]
        if not known:
            if not (part is self.element and self._is_panel()):
                self.account.leave(f"Observation {' '.join(loinc) or 'without a LOINC code'}", part)
            return []
        facts = {one.fact for one in known}
        if len(facts) > 1:
            doubt = Unknown(f"its codes stand for {' and '.join(sorted(facts))}")
            return [Seen(fact, part, self.moment, doubt) for fact in sorted(facts)]
        return [self._value(part, known)]

    def _is_panel(self) -> bool:
        return bool(self.element.each("component")) and len(self._parts()) > 1

    def _value(self, part: Element, known: list[ObservationCode]) -> Seen:
        """The value under all its codes: every one of them has to allow it."""
        values = [read_value(part, one, self.codes) for one in known]
        value = next((one for one in values if isinstance(one, Unknown)), values[0])
        how = next((one.how for one in known if one.how is not None), None)
        return Seen(known[0].fact, part, self.moment, value, how, known[0].scale)
