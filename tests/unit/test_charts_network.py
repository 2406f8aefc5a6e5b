"""Networks and lights: every treatment, comparison and judgement is drawn, and none rests on colour alone."""

from __future__ import annotations

from typing import Any

import pytest
from tests.evidence_found import appraised, body, row, values_of, words_of

from assuage.charts import Edge, Node, network_chart, risk_chart
from assuage.charts.forest_rows import RISK_COLOURS, SIGNS
from assuage.charts.network_graph import edges_of, parts_of
from assuage.charts.trials import trials_chart
from assuage.errors import EvidenceError
from assuage.evidence import Count
from assuage.evidence.trial_contrasts import contrasts_of_counts

NODES = (Node("placebo", 300), Node("ketamine", 210), Node("lidocaine", None), Node("morphine", 40))
EDGES = (Edge("placebo", "ketamine", 8), Edge("placebo", "lidocaine", 2, True))


def test_a_network_has_every_treatment_and_comparison_and_says_what_is_not_connected() -> None:
    chart = network_chart("Compared", NODES, EDGES)
    values = list(values_of(chart.definition))
    assert {one["name"] for one in values if "people" in one} == {node.name for node in NODES}
    lines = values_of(chart.definition, mark="rule")
    assert {(one["one"], one["other"]): one["trials"] for one in lines} == {
        ("placebo", "ketamine"): 8, ("placebo", "lidocaine"): 2,
    }  # fmt: skip
    assert "Not connected: 2 parts that no trial joins (ketamine, lidocaine, placebo; morphine)" in chart.told
    assert ("placebo", "lidocaine", "2", "crossovers only") in chart.table.rows
    assert "not connected" in words_of(chart)
    assert chart.definition == network_chart("Compared", NODES, EDGES).definition


def test_parts_that_an_edge_joins_late_are_one() -> None:
    edges = [Edge("a", "b", 1), Edge("c", "d", 1), Edge("b", "c", 1)]
    assert parts_of("abcd", edges) == [("a", "b", "c", "d")]


def test_a_trial_of_three_arms_made_three_comparisons() -> None:
    arms = {"placebo": Count(3, 10), "ketamine": Count(6, 10), "lidocaine": Count(5, 10)}
    two = {"placebo": Count(2, 9), "ketamine": Count(4, 9)}
    trials = [contrasts_of_counts("a", arms, measure="OR"), contrasts_of_counts("b", two, measure="OR")]
    assert edges_of(trials, crossovers={"a"}) == (
        Edge("ketamine", "lidocaine", 1, True), Edge("ketamine", "placebo", 2, False), Edge("lidocaine", "placebo", 1, True),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("nodes", "edges", "said"),
    [
        (NODES, (Edge("placebo", "nothing", 1),), "placebo against nothing"),
        (NODES, (Edge("placebo", "placebo", 1),), "placebo against placebo"),
        (NODES, (*EDGES, Edge("ketamine", "placebo", 1)), "given more than once"),
        (NODES, (Edge("placebo", "ketamine", 0),), "0 trials"),
        ((*NODES, NODES[0]), EDGES, "placebo given more than once"),
    ],
)  # fmt: skip
def test_a_network_that_cannot_be_is_refused(nodes: Any, edges: Any, said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        network_chart("x", nodes, edges)


def test_trials_of_an_answer_are_counted_once_for_each_two_treatments() -> None:
    rows = (
        row(), row(row="relief-30"), row("a", design="crossover", comparator="placebo", people=18),
        row("b", comparator="placebo", given=()), row("c", comparator=None, design="single arm"), row("d", comparator="ketamine"),
        row("ours", comparator="placebo", is_ours=True),
    )  # fmt: skip
    chart = trials_chart("Which?", [body(rows[:3]), body(rows[3:])])
    values = list(values_of(chart.definition))
    assert {one["name"]: one["people"] for one in values if "people" in one} == {
        "ketamine": None,
        "magnesium sulfate": 15,
        "placebo": None,
    }
    lines = values_of(chart.definition, mark="rule")
    assert {(one["one"], one["other"]): one["trials"] for one in lines} == {
        ("ketamine", "magnesium sulfate"): 1,
        ("ketamine", "placebo"): 2,
    }
    assert "1 with one drug against itself are not drawn" in chart.title


def test_people_of_crossovers_had_both() -> None:
    chart = trials_chart("Which?", [body((row(), row("a", design="crossover", comparator="placebo", people=18)))])
    people = {one["name"]: one["people"] for one in values_of(chart.definition) if "people" in one}
    assert people == {"ketamine": 15 + 18, "magnesium sulfate": 15, "placebo": 18}


def test_single_arms_join_nothing() -> None:
    with pytest.raises(EvidenceError, match="nothing compared"):
        trials_chart("Which?", [body((row(comparator=None), row("d", comparator="ketamine")))])


def test_lights_have_a_sign_a_word_and_a_colour_for_each_domain() -> None:
    risks = (appraised("kim-2015", "high", ("some concerns", "low", "low", "high", "low")),)
    chart = risk_chart("Risk of bias", risks)
    lights = [(one["domain"], one["risk"], one["fill"]) for one in values_of(chart.definition) if "risk" in one]
    assert lights[0] == ("randomisation", "some concerns", RISK_COLOURS["some concerns"])
    assert len(lights) == 6
    assert chart.table.rows[3] == (
        "Kim 2015",
        "relief-50",
        "RoB 2",
        "measurement",
        "high",
        "why measurement",
        "A. Reader",
    )
    assert chart.table.rows[-1][3:6] == ("Overall", "high", "the worst domain decides")
    assert "Read by one person only: 1 of 1." in words_of(chart)
    assert "Overall: high: 1." in chart.told


def test_no_judgement_rests_on_colour_alone() -> None:
    assert set(SIGNS) == set(RISK_COLOURS)
    for tool in (("low", "some concerns", "high"), ("low", "moderate", "serious", "critical", "no information")):
        signs = [SIGNS[risk] for risk in tool]  # type: ignore[index]
        assert len(set(signs)) == len(signs)
