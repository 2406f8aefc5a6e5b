"""From a document to a record of exactly one living patient. What makes the whole Bundle unusable is refused at once."""

from __future__ import annotations

from assuage.document import Node
from assuage.errors import DocumentError, Problem
from assuage.fhir.account import Account
from assuage.fhir.codes import Codes
from assuage.fhir.element import Element, Resource, has_modifier, resource_of
from assuage.fhir.record import Record

READ = ("collection", "searchset", "document", "transaction", "batch", "message")


def is_fhir(node: Node) -> bool:
    """True for a document that says which FHIR resource it is."""
    kind = node.get("resourceType")
    return kind is not None and kind.kind == "text"


def open_record(node: Node, account: Account, codes: Codes) -> Record:
    """The record of a Bundle or a bare Patient. Errors: `DocumentError` with every problem of the whole."""
    root = resource_of(Element(node, str(node.get("resourceType").value) if is_fhir(node) else "?"))  # type: ignore[union-attr]
    if root is None or root.type not in ("Bundle", "Patient"):
        found = f"a FHIR resource of type {root.type}" if root else "no FHIR resource"
        raise DocumentError(
            Problem(found, node.where, "a FHIR R4 Bundle or Patient", "export the patient's record as one Bundle")
        )
    problems: list[Problem] = []
    resources = _entries(root, account, problems) if root.type == "Bundle" else (root,)
    patients = [one for one in resources if one.type == "Patient"]
    problems += [*_one_patient(patients, root), *(found for one in patients[:1] for found in _usable(one, codes))]
    if problems:
        raise DocumentError(*problems)
    return Record(patients[0], tuple(one for one in resources if one.type != "Patient"))


def _problem(element: Element, what: str, expected: str, do: str) -> Problem:
    return Problem(what, f"{element.path}, {element.place}", expected, do)


def _entries(root: Resource, account: Account, problems: list[Problem]) -> tuple[Resource, ...]:
    bundle, kind = root.element, root.element.text("type")
    if has_modifier(bundle):
        problems.append(_modified(bundle))
    if kind not in READ:
        problems.append(
            _problem(bundle, f"a Bundle of type {kind or 'not given'}", f"one of: {', '.join(READ)}",
                     "export the record as it stands today, in one of these types")
        )  # fmt: skip
    problems += _whole(bundle)
    found = [_entry(entry, account, problems) for entry in bundle.each("entry")]
    resources = tuple(one for one in found if one is not None)
    _refuse_twice(resources, problems)
    return resources


def _whole(bundle: Element) -> list[Problem]:
    """A page of a longer list is no list: what stands on the next page would be taken for absent."""
    problems = []
    entry = bundle.child("entry")
    if entry is not None and entry.node.kind != "sequence":
        problems.append(_problem(entry, "entries that are not a list", "a list of entries", "export the Bundle again"))
    links = [link for link in bundle.each("link") if link.text("relation") == "next"]
    matches = [one for one in bundle.each("entry") if one.text("search", "mode") in (None, "match")]
    total = bundle.plain("total")
    if links or (total is not None and (not total.isdecimal() or int(total[:9]) > len(matches))):
        problems.append(
            _problem(links[0] if links else bundle, "one page of a longer search result", "all pages in one Bundle",
                     "fetch every page and give them together")
        )  # fmt: skip
    return problems


def _entry(entry: Element, account: Account, problems: list[Problem]) -> Resource | None:
    """The resource of an entry; None for one that holds none, or that deletes it."""
    held = entry.child("resource")
    if held is None:
        account.leave("entry without a resource", entry)
        return None
    resource = resource_of(held, entry.text("fullUrl"))
    if resource is None:
        problems.append(
            _problem(held, "an entry that names no resource type", "resourceType", "export the Bundle again")
        )
        return None
    if has_modifier(entry) or entry.text("request", "method") in ("DELETE", "PATCH"):
        account.say("excluded", entry, what=resource.name, why="its entry deletes, patches or modifies it")
        return None
    if resource.type == "OperationOutcome":
        worst = {issue.text("severity") for issue in held.each("issue")} - {"information"}
        why = "the server sends a warning or an error" if worst else "a message of the server"
        account.say("set-aside", held, what=resource.type, why=why)
        return None
    return resource


def _refuse_twice(resources: tuple[Resource, ...], problems: list[Problem]) -> None:
    """Refuses two versions of one resource: which of them stands is not ours to say."""
    seen: dict[str, list[Resource]] = {}
    for one in resources:
        same = seen.setdefault(one.name if one.id is not None else f"{one.type} {one.full_url}", [])
        if any(None in (one.full_url, other.full_url) or one.full_url == other.full_url for other in same) and (
            one.id is not None or one.full_url is not None
        ):
            problems.append(
                _problem(one.element, f"{one.name} stands twice", "each resource once", "keep the version that stands")
            )
        same.append(one)


def _one_patient(patients: list[Resource], root: Resource) -> list[Problem]:
    if len(patients) == 1:
        return []
    if not patients:
        return [
            _problem(root.element, "no Patient", "exactly one Patient resource", "export the Bundle with its Patient")
        ]
    names = ", ".join(f"{one.name} ({one.element.place})" for one in patients)
    return [
        _problem(root.element, f"{len(patients)} patients: {names}", "exactly one Patient resource",
                 "give one Bundle for each patient; records are never mixed")
    ]  # fmt: skip


def _modified(element: Element) -> Problem:
    return _problem(element, "a modifier that may change the meaning of everything here",
                    "no modifierExtension and no implicitRules", "export the record without them")  # fmt: skip


def _usable(patient: Resource, codes: Codes) -> list[Problem]:
    """Why nothing can be planned for this Patient, whatever else the Bundle holds."""
    element, problems = patient.element, []
    if has_modifier(element):
        problems.append(_modified(element))
    if element.child("deceasedDateTime") is not None or not _says(element, "deceasedBoolean", "false"):
        problems.append(_problem(element, "the patient is recorded as deceased", "a living patient",
                                 "correct the record if that is wrong"))  # fmt: skip
    if not _says(element, "active", "true"):
        problems.append(_problem(element, "the Patient record is marked as not in use", "active: true, or no such mark",
                                 "use the record that is in use"))  # fmt: skip
    if any(link.text("type") == "replaced-by" for link in element.each("link")):
        problems.append(_problem(element, "the Patient record is replaced by another", "the record that replaces it",
                                 "export that one"))  # fmt: skip
    if any(one.text("url") == codes.systems["animal"] for one in element.each("extension")):
        problems.append(_problem(element, "the patient is an animal", "a human patient", "nothing here is for animals"))
    return problems


def _says(element: Element, key: str, word: str) -> bool:
    """True where a boolean is the one expected, or is not there; what is no boolean at all is not that."""
    return element.child(key) is None or element.plain(key) == word
