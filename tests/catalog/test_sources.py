"""Sources: every one that is cited exists, says how much of it was read, and can be found again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
import pytest

from assuage.catalog import Catalog, read_catalog
from assuage.sourced import Claim, Source


def codes(letter: str, *numbers: int) -> set[str]:
    return {f"{letter}{number}" for number in numbers}


# The labels, guidelines, policies and pages that rules, limits and monitoring rest on. Numbers left out were dropped.
CLINICAL = {
    "magnesium": codes("m", *range(1, 22), *range(23, 31)),
    "ketamine": codes("k", *range(1, 6), *range(7, 22), *range(23, 32)),
    "lidocaine": codes("l", *range(1, 23)),
    "midazolam": codes("z", 1, 2, 3, 4, 5, 7, 8, 9),
    "antidotes": codes("x", *range(1, 9)),
    "scales and discharge": codes("y", *range(1, 10)) | {"g1", "g2", "q1"},
    "outcomes": codes("o", *range(1, 12), *range(13, 18)),
    "weights": codes("w", 1, 2, 3),
    "medication safety": codes("i", 1, *range(3, 21)),
    "products": codes("d", 1, 2, 3, 4),
    "payers": codes("p", 1, 2),
}
# Read without an address that could be kept.
WITHOUT_ADDRESS = {"m29", "m30", "z9"}
# Sources in which a number was found to be wrong: nothing in the catalog takes its value from them.
WITH_WRONG_NUMBERS = {"m21", "i9", "i16", "z5", "f4"}


@cache
def the_catalog() -> Catalog:
    return read_catalog()


def claims(value: Any) -> Iterator[Claim]:
    if isinstance(value, Claim):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from claims(getattr(value, name))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from claims(one)


def cited(value: Any) -> Iterator[str]:
    """Source ids anywhere within a record: in claims and in fields called source or sources."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            part = getattr(value, name)
            if name == "source" and isinstance(part, str):
                yield part
            elif name == "sources" and isinstance(part, tuple | list):
                yield from (one for one in part if isinstance(one, str))
            yield from cited(part)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from cited(one)


def records(*kinds: str) -> Iterator[tuple[str, Any]]:
    catalog = the_catalog()
    for kind in kinds:
        for record in getattr(catalog, kind).values():
            yield f"{kind} {record.id}", record


ALL = ("drugs", "presentations", "limits", "terms", "regimens", "studies", "rules", "watch", "events", "instruments",
       "formulas", "measurements", "practice")  # fmt: skip


@pytest.mark.parametrize("group", CLINICAL)
def test_every_clinical_source_is_listed(group: str) -> None:
    assert CLINICAL[group] - set(the_catalog().sources) == set()


def test_every_source_that_is_cited_exists() -> None:
    known = set(the_catalog().sources)
    missing = {(where, name) for where, record in records(*ALL) for name in cited(record) if name not in known}
    assert sorted(missing) == []


def clinical_sources() -> list[Source]:
    """Every source that was read and is no study; what is recalled or chosen has no address and says so."""
    studies = set(the_catalog().studies)
    openly = ("editorial", "arithmetic", "memory")
    return [one for one in the_catalog().sources.values() if one.id not in studies and one.access not in openly]


def test_a_source_says_what_it_is_and_what_was_read() -> None:
    for one in clinical_sources():
        assert len(one.citation) > 20, one.id
        assert one.citation.endswith((".", ")")), one.id
        assert one.read_what or one.read_at or one.doi, one.id
        assert one.read_at or one.id in WITHOUT_ADDRESS | {"seed"} or one.doi or one.set_id, one.id


def test_identifiers_have_their_form() -> None:
    for one in the_catalog().sources.values():
        assert one.doi is None or re.fullmatch(r"10\.\d{4,9}/\S+", one.doi), one.id
        assert one.pmid is None or re.fullmatch(r"\d{7,8}", one.pmid), one.id
        assert one.set_id is None or re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one.set_id), one.id


def test_what_a_page_merely_says_is_not_called_a_label() -> None:
    """Access is what was read, not what was quoted: only a label's own page is access `label`."""
    for one in the_catalog().sources.values():
        assert one.access != "label" or one.kind == "label", one.id
        assert one.access != "guideline" or one.kind == "guideline", one.id
        assert one.access != "registry" or one.kind in ("registry", "catalog-record"), one.id
        assert one.access != "label" or "(copy" not in one.citation, one.id


@pytest.mark.parametrize("name", sorted(WITH_WRONG_NUMBERS))
def test_a_source_with_a_wrong_number_says_so_and_gives_no_value(name: str) -> None:
    assert the_catalog().sources[name].note
    taken = [where for where, record in records("drugs", "presentations", "limits", "regimens", "practice")
             for claim in claims(record) if claim.source == name]  # fmt: skip
    assert taken == []


def test_a_study_read_twice_names_its_record() -> None:
    """Where a clinical source is a paper that also has a study record, its note says which."""
    for name, study in (("l12", "moulin-2019"), ("l13", "todorovic-2021"), ("l14", "zhu-2019"), ("o4", "farrar-2001")):
        assert study in (the_catalog().sources[name].note or "")
        assert study in the_catalog().studies
