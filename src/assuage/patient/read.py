"""From a document to a Patient. Every problem of shape is reported at once; clinical doubt is left to screening."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from assuage.document import Node, Shaper
from assuage.document.shape import FAILED
from assuage.errors import DocumentError, Problem, nearest
from assuage.patient.facts import Dated, Listed, Patient, Unknown, Value
from assuage.patient.fields import BARE, GROUPS, KNOWN_KEYS, LISTS, PAIN, SCALES, SINGLE, Field
from assuage.quantity import Quantity

# What may be said not to have been obtained: any fact, by its own name or as group.part.
NOT_OBTAINED = (
    "birth_date", "pain", *SINGLE, *BARE, *GROUPS, *LISTS, *(f"{name}.{part}" for name in GROUPS for part in GROUPS[name]),
)  # fmt: skip
DETAIL_KEYS = ("dose", "reaction", "since", "code", "note", "status", "route")


def read_patient(node: Node) -> Patient:
    """A patient file as a Patient. Errors: `DocumentError` with every problem, each with file and line."""
    reader = _Reader()
    patient = reader.patient(node)
    if reader.problems:
        raise DocumentError(*reader.problems)
    return patient


class _Reader(Shaper):
    """A shaper that knows what a patient file may say."""

    def __init__(self) -> None:
        super().__init__(("patient",))
        self.facts: dict[str, Dated] = {}

    def patient(self, node: Node) -> Patient:
        if node.kind != "mapping":
            raise DocumentError(
                Problem("this is not a patient file", node.where, "keys such as weight, creatinine, medications",
                        "start from the example patient, or give a FHIR R4 Bundle")
            )  # fmt: skip
        self._refuse_unknown_keys(node, KNOWN_KEYS)
        for key, child in node.items():
            self._fact(key, child)
        lists = {key: self._list(node.get(key)) for key in LISTS}
        pain = node.get("pain")
        return Patient(
            id=self._text(node.get("id"), "not given"),
            synthetic=self._boolean(node.get("synthetic")),
            birth_date=self._birth_date(node.get("birth_date")),
            facts=self.facts,
            tried=self._list(pain.get("tried") if pain else None),
            not_obtained=self._not_obtained(node.get("not_obtained")),
            file=node.file,
            **lists,
        )

    def _fact(self, key: str, child: Node) -> None:
        if child.kind == "null":
            return  # a key without a value is a fact not known
        if key in SINGLE:
            self._keep(key, self._single(child, SINGLE[key]))
        elif key in GROUPS:
            self._group(key, child)
        elif key in BARE:
            self._keep(key, self._dated(child, self._value(child, BARE[key]), None))
        elif key == "pain":
            self._pain(child)

    def _keep(self, name: str, fact: Any) -> None:
        if fact is not FAILED:
            self.facts[name] = fact

    def _refuse_unknown_keys(self, node: Node, known: tuple[str, ...]) -> None:
        for key, child in node.items():
            if key not in known:
                near = nearest(key, known)
                do = f"did you mean {' or '.join(near)}?" if near else "remove it, or correct its name"
                self.refuse(child, f"the key “{key}” is not known here", f"one of: {', '.join(known)}", do)

    def _dated(self, node: Node, value: Any, on: Any, *, how: str | None = None) -> Any:
        return FAILED if value is FAILED or on is FAILED else Dated(value, on, node.where, how)

    def _value(self, node: Node, field: Field) -> Any:
        match field.kind:
            case "quantity":
                return self._measured(node, field.units)
            case "word":
                return self._choice(node, field.words)
            case "boolean":
                return self.convert(node, bool)
        return self.convert(node, str)

    def _choice(self, node: Node, words: tuple[str, ...]) -> Any:
        text = self.convert(node, str)
        if text is FAILED or text in words:
            return text
        near = nearest(text, words)
        do = f"did you mean {near[0]}?" if near else "choose one, or leave the key out if not known"
        return self.refuse(node, f"“{text}”", f"one of: {', '.join(words)}", do)

    def _measured(self, node: Node, units: tuple[str, ...]) -> Any:
        quantity = self.convert(node, Quantity)
        if quantity is FAILED or quantity.unit in units:
            return quantity
        return self.refuse(node, f"“{node.value}” is in {quantity.unit}", f"a value in {' or '.join(units)}",
                           "give it in one of these units")  # fmt: skip

    def _single(self, node: Node, field: Field) -> Any:
        if node.kind != "mapping":
            return self.refuse(node, "a value without its date", "{value: …, on: 2026-11-27}",
                               "write the value and the day it was measured")  # fmt: skip
        self._refuse_unknown_keys(node, ("value", "on", "how", "history"))
        value_node, on_node, how_node = node.get("value"), node.get("on"), node.get("how")
        if value_node is None or value_node.kind == "null":
            return self.refuse(node, "a fact without a value", "value: and on:", "leave the whole key out if not known")
        how = self._choice(how_node, ("measured", "stated", "estimated")) if how_node else None
        fact = self._dated(value_node, self._value(value_node, field), self._on(node, on_node), how=how)
        history = node.get("history")
        if fact is FAILED or history is None or history.kind == "null":
            return fact
        if history.kind != "sequence":
            return self.refuse(
                history, "a history that is no list", "a list of {value: …, on: …}", "write it as a list"
            )
        earlier = [self._single(one, field) for one in history.value]
        if FAILED in earlier:
            return FAILED
        ordered = sorted(earlier, key=lambda one: one.on or dt.date.min, reverse=True)
        return Dated(fact.value, fact.on, fact.place, fact.how, tuple(ordered))

    def _on(self, parent: Node, node: Node | None) -> Any:
        if node is None or node.kind == "null":
            return self.refuse(parent, "a fact without a date", "on: the day it was measured", "add the date")
        return self.convert(node, dt.date)

    def _group(self, name: str, node: Node) -> None:
        parts = GROUPS[name]
        if node.kind != "mapping":
            self.refuse(node, f"{name} as a single value", f"the keys on, {', '.join(parts)}", "write it as a mapping")
            return
        self._refuse_unknown_keys(node, ("on", *parts))
        dated = any(field.dated for field in parts.values())
        on = self._on(node, node.get("on")) if dated else None
        if on is FAILED:
            return
        self.facts[name] = Dated(True, on, node.where)
        for part, field in parts.items():
            child = node.get(part)
            if child is not None and child.kind != "null":
                self._keep(f"{name}.{part}", self._dated(child, self._value(child, field), on))
        if f"{name}.bp" in self.facts:
            self._blood_pressure(self.facts.pop(f"{name}.bp"), name)

    def _blood_pressure(self, fact: Dated, name: str) -> None:
        text = str(fact.value)
        pair = re.fullmatch(r"([1-9][0-9]{1,2})/([1-9][0-9]{1,2}) ?mm(?:\[Hg\]| ?Hg)", text)
        if pair is None:
            self.problems.append(
                Problem(f"“{text}” is not a blood pressure that reads one way", fact.place, "systolic/diastolic mm[Hg]",
                        "write it like 132/78 mm[Hg]")
            )  # fmt: skip
            return
        if f"{name}.sbp" in self.facts or f"{name}.dbp" in self.facts:
            self.problems.append(
                Problem("blood pressure written twice", fact.place, "bp, or sbp and dbp", "keep one of them")
            )
            return
        for part, digits in zip(("sbp", "dbp"), pair.groups(), strict=True):
            value = self.convert(Node("text", f"{digits} mm[Hg]", "", 0, 0), Quantity)
            self.facts[f"{name}.{part}"] = Dated(value, fact.on, fact.place)

    def _pain(self, node: Node) -> None:
        if node.kind != "mapping":
            self.refuse(node, "pain as a single value", f"the keys {', '.join(PAIN)}", "write it as a mapping")
            return
        self._refuse_unknown_keys(node, PAIN)
        diagnosis, since, score, dn4 = (node.get(key) for key in PAIN[:4])
        if diagnosis is not None and diagnosis.kind != "null":
            self._keep("pain.diagnosis", self._dated(diagnosis, self.convert(diagnosis, str), None))
        if since is not None and since.kind != "null":
            day = self.convert(since, dt.date)
            self._keep("pain.since", self._dated(since, FAILED if day is FAILED else day.isoformat(), None))
        if score is not None and score.kind != "null":
            self._score(score)
        if dn4 is not None and dn4.kind != "null":
            self._bounded("pain.dn4", dn4, 10)

    def _score(self, node: Node) -> None:
        scale = node.get("scale")
        if scale is None:
            self.refuse(node, "a pain score without its scale", f"scale: one of {', '.join(SCALES)}", "name the scale")
            return
        word = self._choice(scale, SCALES)
        if word is not FAILED:
            self._keep("pain.scale", self._dated(scale, word, None))
            self._bounded("pain.score", node, int(word.rsplit("-", 1)[1]))

    def _bounded(self, name: str, node: Node, top: int) -> None:
        """A score from 0 to `top`: the scale's own definition, not a clinical bound."""
        kept = tuple((key, child) for key, child in node.items() if key != "scale")
        inner = Node("mapping", kept, node.file, node.line, node.column)
        value = inner.get("value")
        if value is not None and value.kind in ("plain", "text") and " " not in value.value:
            # A score has no unit: the scale is its unit, so a bare number is complete here.
            scored = Node("text", f"{value.value} {{score}}", value.file, value.line, value.column)
            kept = tuple((key, scored if key == "value" else child) for key, child in kept)
            inner = Node("mapping", kept, node.file, node.line, node.column)
        fact = self._single(inner, Field("quantity", units=("{score}",)))
        if fact is not FAILED and isinstance(fact.value, Quantity) and fact.value.value > top:
            fact = self.refuse(node, f"a score of {fact.value.value}", f"0 to {top}", "check the scale and the score")
        self._keep(name, fact)

    def _list(self, node: Node | None) -> tuple[Listed, ...] | Unknown:
        if node is None or node.kind == "null":
            return Unknown("not asked: the key is absent from the patient file")
        if node.kind != "sequence":
            self.refuse(node, "a single value", "a list; [] when asked and none", "write it as a list")
            return Unknown("not readable")
        entries = [self._entry(child) for child in node.value]
        return tuple(entry for entry in entries if entry is not FAILED)

    def _entry(self, node: Node) -> Any:
        if node.kind in ("text", "plain") and node.value.strip():
            return Listed(node.value.strip(), node.where)
        if node.kind != "mapping" or node.get("name") is None:
            return self.refuse(node, "an entry without a name", "a name, or {name: …}", "write what it is")
        self._refuse_unknown_keys(node, ("name", "stopped", *DETAIL_KEYS))
        name = self.convert(node.get("name"), str)  # type: ignore[arg-type]
        details = [self._text(node.get(key), "") for key in DETAIL_KEYS if node.get(key) is not None]
        stopped_node = node.get("stopped")
        unknown_stop = stopped_node is not None and stopped_node.value in ("true", "date-not-known")
        stopped = None if stopped_node is None or unknown_stop else self.convert(stopped_node, dt.date)
        if FAILED in (name, stopped):
            return FAILED
        return Listed(
            name.strip(), node.where, "; ".join(filter(None, details)) or None, stopped, stopped_node is not None
        )

    def _text(self, node: Node | None, absent: str) -> str:
        value = absent if node is None or node.kind == "null" else self.convert(node, str)
        return absent if value is FAILED else value

    def _boolean(self, node: Node | None) -> bool:
        return False if node is None else self.convert(node, bool) is True

    def _birth_date(self, node: Node | None) -> dt.date | None:
        value = None if node is None or node.kind == "null" else self.convert(node, dt.date)
        return None if value is FAILED else value

    def _not_obtained(self, node: Node | None) -> dict[str, str]:
        if node is None or node.kind == "null":
            return {}
        value = self.convert(node, dict[str, str])
        if value is FAILED:
            return {}
        self._refuse_unknown_keys(node, NOT_OBTAINED)
        return value  # type: ignore[no-any-return]


def shown(value: Value) -> str:
    """A fact's value as text for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
