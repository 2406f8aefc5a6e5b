"""What is added to everything done for a pain: one at a time, two series at once, no third layer that sedates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.courses import PHYSICIAN, Walk, facts

from assuage.course import Decision
from assuage.course.event import MeasureBegun, MeasureEnded
from assuage.course.measures import arms, layers


def referred(*taken: str) -> Walk:
    return Walk(document=facts(medications=[{"name": one} for one in taken])).referred()


def adds(walk: Walk, name: str, sort: Any = "oral drug", **more: Any) -> Decision:
    return walk.do(
        MeasureBegun(at=walk.at, measure=f"m{walk.keys}", name=name, sort=sort, aim="less pain"), PHYSICIAN, **more
    )


def rules(decision: Decision) -> set[str]:
    return {one.rule for one in decision.findings}


@pytest.mark.parametrize(
    ("taken", "name", "rule"),
    [
        (("pregabalin", "oxycodone"), "amitriptyline", "third-depressant"),
        (("pregabalin", "oxycodone"), "Lyrica", None),
        (("pregabalin",), "amitriptyline", None),
        (("pregabalin", "oxycodone"), "capsaicin patch", None),
        (("pregabalin", "oxycodone"), "a powder from abroad", "depressant-not-known"),
        (("ibuprofen", "metformin"), "amitriptyline", None),
    ],
)
def test_two_layers_and_no_third(taken: tuple[str, ...], name: str, rule: str | None) -> None:
    assert rules(adds(referred(*taken), name)) == ({rule} if rule else set())


def test_a_third_layer_is_not_bought_with_a_reason_and_a_doubt_is() -> None:
    walk = referred("pregabalin", "oxycodone")
    assert adds(walk, "diazepam", acknowledged={"third-depressant": "the patient asks for it"}).is_refused
    assert adds(
        walk, "a powder from abroad", acknowledged={"depressant-not-known": "the label was read: no sedative"}
    ).records


def test_a_drug_of_the_order_is_a_layer() -> None:
    walk = Walk(regimen="kim-2015-ketamine", document=facts(drives_home=False, medications=[{"name": "pregabalin"}],
                psychosis_screen={"value": "negative", "on": "2026-11-25"}, substance_screen={"value": "negative", "on": "2026-11-25"})).referred()  # fmt: skip
    assert layers(walk.state, walk.around()) == ("pregabalin",)
    walk.screened().ordered(because="the first")
    assert "ketamine" in layers(walk.state, walk.around())


def test_one_measure_at_a_time_until_two_weeks_or_a_judgement() -> None:
    walk = referred()
    assert adds(walk, "capsaicin patch", "topical drug").records
    walk.wait(days=13)
    assert rules(adds(walk, "physiotherapy", "physical")) == {"one-measure-at-a-time"}
    walk.wait(days=1)
    assert adds(walk, "physiotherapy", "physical").records


def test_a_judged_measure_no_longer_stands_in_the_way() -> None:
    walk = referred()
    adds(walk, "capsaicin patch", "topical drug")
    (one,) = walk.state.measures
    walk.must(
        MeasureEnded(at=walk.at, measure=one.begun.measure, response="not effective", because="no change", keeps=False),
        PHYSICIAN,
    )
    assert adds(walk, "physiotherapy", "physical").records


def test_two_series_at_once_and_no_third() -> None:
    walk = referred()
    for name in ("magnesium elsewhere", "lidocaine elsewhere"):
        assert adds(walk, name, "infusion series").records
        walk.wait(days=15)
    refused = adds(walk, "ketamine elsewhere", "infusion series", acknowledged={"arms-at-once": "why not"})
    assert refused.is_refused
    assert "arms-at-once" in rules(refused)
    assert arms(walk.state) == ("magnesium elsewhere", "lidocaine elsewhere")


def test_a_stopped_drug_counts_until_its_wash_out_is_over() -> None:
    long_ago, yesterday = "2024-01-01", (dt.date(2026, 11, 29)).isoformat()
    for stopped, counts in ((long_ago, False), (yesterday, True)):
        walk = Walk(document=facts(medications=[{"name": "pregabalin", "stopped": stopped}])).referred()
        assert bool(layers(walk.state, walk.around())) is counts
