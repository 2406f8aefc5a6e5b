"""From the form of facts to a patient document and back, with nothing lost on the way.

What was on record before is carried: older values become history, keys the form does not ask stay, and whatever was
known and is now empty is asked about instead of dropped.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from assuage.document import read_json
from assuage.errors import DocumentError
from assuage.patient import read_patient
from assuage.registry.patients import PatientRecord
from assuage.web.asked import Asked
from assuage.web.form import FieldError
from assuage.web.intake import LISTINGS, SECTIONS, UNKNOWN_DATE, Document, Entry, Listing, Section, label_of
from assuage.web.intake_lines import Lines

NAME = "the form"
# A number with an exponent: no unit of its own, and for the reader of quantities to refuse.
POWER = re.compile(r"[0-9.]+[eE][+-]?[0-9]+")
LINE = re.compile(r":(\d+)(?::\d+)?$")
KNOWN_SEXES = ("female", "male")
CLEARED = "Write the new value, or tick “not known” and say why."


class Taken(msgspec.Struct, frozen=True):
    """What a form came to: the document as text, and every problem beside its field."""

    document: str
    errors: tuple[FieldError, ...]


def taken(asked: Asked, before: Document, record: PatientRecord) -> Taken:
    """The document that was filled in, over what was known before.

    Give      the request; the document that the form was opened on (the last on record, or an uploaded one laid over it);
              whose it is
    Get       text that `patient_of` reads, unless there are errors; those of the reader stand beside their fields
    Checked   tests/unit/test_web_facts.py
    """
    form = _Filling(asked, before)
    document = form.document(record)
    lines = Lines()
    lines.write(document, ())
    text = "\n".join(lines.lines)
    if form.errors:
        return Taken(text, tuple(form.errors))
    return Taken(text, tuple(problems_of(text, lines.places)))


def problems_of(text: str, places: dict[int, str]) -> list[FieldError]:
    """What the reader of patient documents says against a text, each problem at the field that stands on its line."""
    try:
        read_patient(read_json(text, NAME))
    except DocumentError as error:
        found = []
        for one in error.problems:
            line = LINE.search(one.where)
            field = places.get(int(line.group(1)), "") if line else ""
            do = f"Expected: {one.expected}. {one.do[:1].upper()}{one.do[1:]}."
            found.append(FieldError(field, label_of(field) if field else "the facts", one.what, do))
        return found
    return []


class _Filling:
    """Reads every field; collects what cannot be kept silently."""

    def __init__(self, asked: Asked, before: Document) -> None:
        self.asked, self.before = asked, before
        self.errors: list[FieldError] = []
        self.unknown: dict[str, str] = {}

    def document(self, record: PatientRecord) -> Document:
        found: Document = {"id": record.id, "birth_date": record.identity.birth_date.isoformat()}
        if record.is_synthetic:
            found["synthetic"] = True
        if record.identity.sex in KNOWN_SEXES:
            found["sex"] = record.identity.sex
        for section in SECTIONS:
            self._section(section, found)
        for listing in LISTINGS:
            self._listing(listing, found)
        asked = {one.name for section in SECTIONS for one in section.entries} | {
            one.id for one in SECTIONS if one.group
        }
        kept = {
            name: why
            for name, why in self.before.get("not_obtained", {}).items()
            if name not in asked and "." not in name and name not in found
        }
        if record.identity.sex not in KNOWN_SEXES:
            kept["sex"] = f"recorded as {record.identity.sex}"
        if unknown := {**kept, **self.unknown}:
            found["not_obtained"] = unknown
        return found

    def wrong(self, field: str, *, what: str, do: str) -> None:
        self.errors.append(FieldError(field, label_of(field), what, do))

    def _section(self, section: Section, found: Document) -> None:
        if section.group is not None:
            self._group(section, found)
            return
        for entry in section.entries:
            if entry.name.startswith("pain."):
                continue
            if self._is_unknown(entry.name):
                continue
            value = self._value(entry)
            if value is None:
                self._refuse_cleared(entry.name, self.before.get(entry.name))
            else:
                found[entry.name] = self._dated(entry, value, self.before.get(entry.name)) if entry.dated else value
        if section.id == "pain":
            self._pain(found)

    def _is_unknown(self, name: str) -> bool:
        """Whether a fact was ticked as not known; a value beside the tick, or no reason, is a problem."""
        if self.asked.text(f"{name}.unknown") != "yes":
            if self.asked.text(f"{name}.because"):
                self.wrong(
                    name,
                    what="a reason for not knowing it, without the tick",
                    do="Tick “not known”, or clear the reason.",
                )
            return False
        because = self.asked.text(f"{name}.because")
        if not because:
            self.wrong(name, what="not known, without a reason", do="Say why it could not be obtained.")
        filled = [field for field in self.asked.form if self._is_value_of(field, name) and self.asked.text(field)]
        if filled:
            self.wrong(
                name,
                what="a value, and also “not known”",
                do="Keep one of them: clear the value and its day, or untick.",
            )
        self.unknown[name] = because
        return True

    def _is_value_of(self, field: str, name: str) -> bool:
        tail = field.removeprefix(name)
        return field.startswith(name) and (
            tail == ""
            or (tail.startswith(".") and tail.rsplit(".", 1)[-1] not in ("unknown", "because", "unit", "how", "wrong"))
        )

    def _value(self, entry: Entry) -> Any:
        text = self.asked.text(entry.name)
        if not text:
            return None
        if entry.field.kind == "boolean":
            return {"true": True, "false": False}.get(text, text)
        if entry.field.kind != "quantity":
            return text
        chosen = entry.unit or self.asked.text(f"{entry.name}.unit")
        if entry.unit == "{score}":
            return text
        if any(sign.isalpha() or sign in "%[" for sign in text) and not POWER.fullmatch(text):
            if not entry.unit and chosen and not text.endswith(chosen):
                self.wrong(entry.name, what=f"“{text}”, and the unit {chosen} beside it", do="Write the number alone and choose its unit.")  # fmt: skip
            return text
        return f"{text} {chosen}".strip()

    def _dated(self, entry: Entry, value: Any, old: Any) -> Document:
        """A value with its day; what was known of another day before becomes its history."""
        found: Document = {"value": value}
        on = self.asked.text(f"{entry.name}.on")
        if on:
            found["on"] = on
        how = self.asked.text(f"{entry.name}.how")
        if how:
            found["how"] = how
        wrong = set(self.asked.texts(f"{entry.name}.wrong"))
        history = [one for one in _history(old) if one.get("on") != on and one.get("on") not in wrong]
        if history:
            found["history"] = history
        return found

    def _refuse_cleared(self, name: str, old: Any) -> None:
        if old not in (None, {}):
            self.wrong(name, what=f"it was known before ({_said(old)}) and is empty now", do=CLEARED)

    def _group(self, section: Section, found: Document) -> None:
        assert section.group is not None
        if self._is_unknown(section.group):
            return
        parts = {one.name.split(".")[1]: value for one in section.entries if (value := self._value(one)) is not None}
        on = self.asked.text(f"{section.group}.on")
        if not parts and not on:
            self._refuse_cleared(section.group, self.before.get(section.group))
            return
        if not parts:
            self.wrong(
                f"{section.group}.on",
                what="a day without anything found on it",
                do="Write what was found, or clear the day.",
            )
        found[section.group] = {**({"on": on} if on else {}), **parts}

    def _pain(self, found: Document) -> None:
        old: Document = self.before.get("pain") or {}
        pain: Document = {}
        entries = {
            one.name.split(".")[1]: one for section in SECTIONS if section.id == "pain" for one in section.entries
        }
        for part in ("diagnosis", "since"):
            if (text := self.asked.text(f"pain.{part}")) or old.get(part) is None:
                pain.update({part: text} if text else {})
            else:
                self.wrong(
                    f"pain.{part}", what=f"it was known before ({old[part]}) and is empty now", do="Write it again."
                )
        for part in ("score", "dn4"):
            value = self._value(entries[part])
            if value is not None:
                pain[part] = self._dated(entries[part], value, old.get(part))
            elif old.get(part) is not None:
                self.wrong(
                    f"pain.{part}",
                    what=f"it was known before ({_said(old[part])}) and is empty now",
                    do="Write it again.",
                )
        scale = self.asked.text("pain.scale")
        if "score" in pain and scale:
            pain["score"]["scale"] = scale
        elif scale and not old.get("score"):
            self.wrong("pain.score", what="a scale without a score", do="Write the score, or choose no scale.")
        if pain or old:
            found["pain"] = pain

    def _listing(self, listing: Listing, found: Document) -> None:
        old = self._listed_before(listing.name)
        rows = self._rows(listing, old)
        state = self.asked.text(f"{listing.name}.state")
        if rows and state in ("none", "not-asked"):
            self.wrong(
                listing.name,
                what=f"{len(rows)} listed, and also “{_state_words(listing, state)}”",
                do="Keep one of them.",
            )
        elif state == "listed" and not rows:
            self.wrong(listing.name, what="a list without an entry", do=f"Write one, or choose “{listing.none}”.")
        elif state in ("", "not-asked") and not rows and old is not None:
            self.wrong(listing.name, what="it was asked before", do=f"Choose “{listing.none}”, or write the list.")
        if rows or state == "none":
            if listing.name == "tried":
                found.setdefault("pain", {})["tried"] = rows
            else:
                found[listing.name] = rows

    def _listed_before(self, name: str) -> list[Any] | None:
        holder = (self.before.get("pain") or {}) if name == "tried" else self.before
        return holder.get(name)

    def _rows(self, listing: Listing, old: list[Any] | None) -> list[Any]:
        known = [one if isinstance(one, dict) else {"name": one} for one in old or ()]
        rows = []
        for number in range(row_count(self.asked, listing.name)):
            prefix = f"{listing.name}.{number}"
            was = self.asked.text(f"{prefix}.was")
            carried = next((one for one in known if one["name"] == was), {})
            row = {key: text for key, _ in listing.columns if (text := self.asked.text(f"{prefix}.{key}"))}
            self._end(listing, prefix, row)
            if self.asked.text(f"{prefix}.mistake") == "yes":
                continue
            if "name" not in row:
                if was or row:
                    self.wrong(f"{prefix}.name", what=f"“{was}” was listed before and is empty now" if was else "an entry without a name",
                               do="Write its name; if it was never so, tick “by mistake”.")  # fmt: skip
                continue
            asked = {key for key, _ in listing.columns} | {"stopped"}
            whole = {**row, **{key: value for key, value in carried.items() if key not in asked}}
            rows.append(whole if len(whole) > 1 else whole["name"])
        return rows

    def _end(self, listing: Listing, prefix: str, row: Document) -> None:
        if not listing.has_end:
            return
        day, is_ended = self.asked.text(f"{prefix}.stopped"), self.asked.text(f"{prefix}.ended") == "yes"
        if day:
            row["stopped"] = day
        elif is_ended:
            row["stopped"] = UNKNOWN_DATE


def row_count(asked: Asked, name: str) -> int:
    """How many lines of a list were sent: the highest number among its fields, and one more."""
    numbers = [
        int(found.group(1)) for field in asked.form if (found := re.match(rf"{re.escape(name)}\.(\d{{1,3}})\.", field))
    ]
    return max(numbers, default=-1) + 1


def _state_words(listing: Listing, state: str) -> str:
    return listing.none if state == "none" else "Not asked"


def _history(old: Any) -> list[Document]:
    """What was known of a fact before, newest first, without the history within."""
    if not isinstance(old, dict):
        return []
    first = {key: value for key, value in old.items() if key in ("value", "on", "how")}
    return [first, *old.get("history", ())]


def _said(old: Any) -> str:
    """What was known, in a few words."""
    if isinstance(old, dict):
        parts = [str(value) for key, value in old.items() if key not in ("on", "how", "history", "scale")]
        return ", ".join([*parts, *([str(old["on"])] if old.get("on") else [])])
    return {True: "yes", False: "no"}.get(old, str(old)) if isinstance(old, bool) else str(old)
