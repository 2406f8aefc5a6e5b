"""The form of facts as a document fills it: what is on record, or what a file says, laid into the fields."""

from __future__ import annotations

from typing import Any

from assuage.web.intake import LISTINGS, SECTIONS, UNKNOWN_DATE, Document, Entry, Listing


def filled(document: Document) -> dict[str, str]:
    """The fields of the form as a document fills them."""
    found: dict[str, str] = {}
    for section in SECTIONS:
        for entry in section.entries:
            holder: Any = document
            for part in entry.name.split("."):
                holder = holder.get(part) if isinstance(holder, dict) else None
            found.update(_filled_entry(entry, holder))
        if section.group:
            group = document.get(section.group)
            if isinstance(group, dict) and group.get("on"):
                found[f"{section.group}.on"] = str(group["on"])
    score = (document.get("pain") or {}).get("score")
    if isinstance(score, dict) and score.get("scale"):
        found["pain.scale"] = str(score["scale"])
    for name, why in (document.get("not_obtained") or {}).items():
        found.update({f"{name}.unknown": "yes", f"{name}.because": str(why)})
    for listing in LISTINGS:
        found.update(_filled_list(listing, document))
    return found


def _filled_entry(entry: Entry, value: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    if isinstance(value, dict):
        for part in ("on", "how"):
            if value.get(part):
                found[f"{entry.name}.{part}"] = str(value[part])
        value = value.get("value")
    if value is None:
        return found
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    if entry.field.kind == "quantity":
        number, _, unit = text.partition(" ")
        if unit in entry.field.units:
            return {**found, entry.name: number, f"{entry.name}.unit": unit}
    return {**found, entry.name: text}


def _filled_list(listing: Listing, document: Document) -> dict[str, str]:
    holder = (document.get("pain") or {}) if listing.name == "tried" else document
    listed = holder.get(listing.name)
    if listed is None:
        return {}
    found = {f"{listing.name}.state": "listed" if listed else "none"}
    for number, one in enumerate(listed):
        row = one if isinstance(one, dict) else {"name": one}
        prefix = f"{listing.name}.{number}"
        found[f"{prefix}.was"] = str(row["name"])
        for key, value in row.items():
            found[f"{prefix}.{key}"] = str(value)
        if row.get("stopped") == UNKNOWN_DATE or row.get("stopped") is True:
            found[f"{prefix}.ended"] = "yes"
            found.pop(f"{prefix}.stopped", None)
    return found
