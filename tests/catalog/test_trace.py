"""Is every item of the review accounted for, and is what is lost listed as lost?"""

from collections import Counter
from pathlib import Path

import pytest

from assuage.catalog import read_catalog
from assuage.catalog.provenance import read_provenance
from assuage.catalog.trace import TraceItem, read_trace, trace_item
from assuage.errors import CatalogError, UnknownName

ROOT = Path(__file__).parents[2]
ITEMS = read_trace()


def test_all_thirty_eight_items_stand_in_order() -> None:
    assert [item.id for item in ITEMS] == [f"S{number:02d}" for number in range(1, 39)]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_what_is_not_finished_says_what_is_missing(item: TraceItem) -> None:
    assert (item.state == "built") != bool(item.note)
    assert bool(item.lives_in) == (item.state != "later")


@pytest.mark.parametrize("item", [item for item in ITEMS if item.test], ids=lambda item: item.id)
def test_a_named_test_exists(item: TraceItem) -> None:
    assert item.test is not None
    path, _, name = item.test.partition("::")
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_an_item_is_found_by_its_id_and_an_unknown_one_is_refused() -> None:
    assert trace_item("s07", ITEMS).id == "S07"
    with pytest.raises(UnknownName) as refused:
        trace_item("S39", ITEMS)
    assert "did you mean" in refused.value.problems[0].do


def test_an_item_that_stands_twice_is_refused(tmp_path: Path) -> None:
    line = "- {id: S01, seed: a, software: b, lives_in: [], test: null, state: built}\n"
    (tmp_path / "trace.yaml").write_text(line * 2, encoding="utf-8")
    with pytest.raises(CatalogError) as refused:
        read_trace(tmp_path)
    assert len(refused.value.problems) == 3  # twice the same id, and each is built but lives nowhere


def test_lost_images_are_listed_as_lost() -> None:
    items = read_provenance()
    images = {item.title: item for item in items if item.kind == "image"}
    assert set(images) == {"DN4_symptoms", "ivinfusionresults", "singlemagnesium", "anodynehealth"}
    assert {item.state for item in images.values()} == {"lost"}
    assert all(item.address is None for item in images.values())


def test_everything_the_review_points_to_is_listed() -> None:
    items = read_provenance()
    assert Counter(item.kind for item in items) == {
        "post": 1, "citation": 8, "link": 9, "image": 4, "mention": 2, "comment": 1,
    }  # fmt: skip
    sources = read_catalog().sources
    assert all(item.source is None or item.source in sources for item in items)


def test_a_provenance_that_stands_twice_is_refused(tmp_path: Path) -> None:
    line = "- {id: a, kind: link, title: b, what_the_seed_used_it_for: c, state: lost}\n"
    (tmp_path / "provenance.yaml").write_text(line * 2, encoding="utf-8")
    with pytest.raises(CatalogError):
        read_provenance(tmp_path)
