"""Laws of the catalog: the order of reading does not matter, every byte counts, and a clinic takes nothing away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.catalog import Catalog, differ, load, read_catalog
from assuage.catalog.derivation import recompute
from assuage.catalog.model import FOLDERS
from assuage.catalog.overlay import lay_over
from assuage.catalog.read import Folder, catalog_of, folder_of
from assuage.catalog.walk import claims, facts, parts, with_facts
from assuage.errors import CatalogError
from assuage.sourced import Claim, Fact

SMALL = Path(__file__).parents[1] / "catalog" / "broken" / "sound"
FILES = folder_of(SMALL, f"{SMALL}/")
CATALOG = read_catalog(SMALL)
PATHS = sorted(fact.id for kind in FOLDERS for record in CATALOG.records(kind).values() for fact in facts(record))


def every_claim(catalog: Catalog) -> set[tuple[Any, ...]]:
    return {
        (kind, name, *path, claim)
        for kind in FOLDERS
        for name, record in catalog.records(kind).items()
        for path, claim in claims(record)
    }


@given(st.permutations(sorted(FILES.contents)))
@settings(max_examples=25)
def test_files_may_come_in_any_order(names: list[str]) -> None:
    shuffled = Folder(SMALL, {name: FILES.contents[name] for name in names}, FILES.label)
    read = catalog_of(shuffled)
    assert read.fingerprint == CATALOG.fingerprint
    assert all(read.records(kind) == CATALOG.records(kind) for kind in FOLDERS)
    assert differ(read, CATALOG) == ()


@given(st.data())
def test_any_byte_changes_the_fingerprint(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FILES.contents)))
    content = bytearray(FILES.contents[name])
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    changed = Folder(SMALL, {**FILES.contents, name: bytes(content)})
    assert changed.fingerprint != FILES.fingerprint


@given(st.data())
def test_moving_bytes_between_files_changes_the_fingerprint(data: st.DataObject) -> None:
    """The end of one file taken to the beginning of the next is another catalog."""
    one, two = data.draw(st.permutations(sorted(FILES.contents)))[:2]
    cut = data.draw(st.integers(1, len(FILES.contents[one])))
    moved = {
        **FILES.contents,
        one: FILES.contents[one][:-cut],
        two: FILES.contents[one][-cut:] + FILES.contents[two],
    }
    assert Folder(SMALL, moved).fingerprint != FILES.fingerprint


VALUES = st.sampled_from(["30 mg/kg", "1 mg/kg", "60 min", "100 mL", "vehicle", "2 d", "7 {score}", "90 mg/kg", "5 kg"])
ADDED = st.lists(
    st.tuples(st.sampled_from(PATHS), VALUES, st.sampled_from(["own", "methods", "at-70-kg", "author-2020"]), st.booleans()),
    max_size=4,
)  # fmt: skip


def own_folder(added: list[tuple[str, str, str, bool]]) -> Folder:
    """A clinic's folder that adds a claim for each, and chooses it where it is told to."""
    claim_lines = "".join(
        f'- fact: {fact}\n  claims: [{{value: "{value}", source: author-2020, where: page 1, key: {key}}}]\n'
        for fact, value, key, _ in added
    )
    choice_lines = "".join(
        f'- {{fact: {fact}, chosen: {key}, value: "{value}", because: It is so., physician: A., pharmacist: B., on: 2026-02-03}}\n'
        for fact, value, key, is_chosen in added
        if is_chosen
    )
    return Folder(Path("own"), {"claims.yaml": claim_lines.encode(), "choices.yaml": choice_lines.encode()}, "own/")


def laid_or_refused(own: Folder) -> Catalog | CatalogError:
    try:
        return lay_over(CATALOG, own)
    except CatalogError as error:
        return error


@given(ADDED)
def test_a_clinic_adds_and_chooses_and_takes_nothing_away(added: list[tuple[str, str, str, bool]]) -> None:
    """The folder lies nowhere on disk, so that nothing else lies in it."""
    laid = laid_or_refused(own_folder(added))
    if isinstance(laid, CatalogError):
        assert all(one.what and one.where and one.expected and one.do for one in laid.problems)
        return
    assert every_claim(CATALOG) <= every_claim(laid)
    assert all(set(CATALOG.records(kind)) == set(laid.records(kind)) for kind in FOLDERS)
    assert laid.fingerprint != CATALOG.fingerprint
    for name, limit in CATALOG.limits.items():
        assert limit.above is None or laid.limits[name].bound_quantity.compare(limit.bound_quantity) <= 0


@given(st.sampled_from(PATHS), VALUES)
def test_putting_a_fact_back_gives_the_same_record(path: str, value: str) -> None:
    kind, name = path.split(".")[:2]
    record = CATALOG.records(kind)[name]
    fact = next(one for one in facts(record) if one.id == path)
    other = msgspec.structs.replace(fact, claims=(Claim(value, "author-2020", "page 1"),), chosen=None)
    changed = with_facts(record, {path: other})
    assert next(one for one in facts(changed) if one.id == path) == other
    assert with_facts(changed, {path: fact}) == record
    assert with_facts(record, {}) is record


def test_every_fact_is_met_by_its_own_path() -> None:
    for kind in FOLDERS:
        for name, record in CATALOG.records(kind).items():
            for path, part in parts(record, (kind, name)):
                assert not isinstance(part, Fact) or part.id == ".".join(path)


@given(st.integers(1, 9999), st.integers(1, 200), st.integers(0, 3))
def test_a_true_derivation_holds_and_one_that_is_off_by_one_fails(dose: int, weight: int, places: int) -> None:
    number = f"{dose / 10**places:.{places}f}"
    product = dose * weight
    whole, rest = divmod(product, 10**places)
    shown = f"{whole:,}" + (f".{rest:0{places}d}" if places else "")
    assert recompute(f"{number} mg/kg × {weight} kg = {shown} mg").verdict == "holds"
    wrong = f"{whole + 1:,}" + (f".{rest:0{places}d}" if places else "")
    assert recompute(f"{number} mg/kg × {weight} kg = {wrong} mg").verdict == "fails"


@given(st.binary(max_size=200))
def test_bytes_that_are_no_compiled_catalog_are_none(content: bytes) -> None:
    assert load.decode(content, load.key_of("files")) is None
