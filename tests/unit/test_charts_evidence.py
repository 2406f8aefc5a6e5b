"""Charts of evidence hold every row, say every number in their tables, and leave nothing out without a reason."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal
from itertools import pairwise
from math import exp, log
from typing import Any

import msgspec
import pytest
from tests.evidence_found import appraised, body, many, pool, row, span, values_of, varied, words_of

from assuage.charts import (
    Edge,
    Node,
    durability_chart,
    forest_chart,
    funnel_chart,
    network_chart,
    risk_chart,
    svg,
)
from assuage.charts.course import courses_of, outcome_name
from assuage.charts.forest_layout import NO_ROW, PAGES, laid_out
from assuage.charts.forest_rows import OTHERS, groups_of, matters_of, named, study_name, told_apart
from assuage.charts.forest_table import mixed_of
from assuage.charts.funnel import TOO_FEW, points_of
from assuage.charts.lettering import Width, wide_of, wrapped
from assuage.charts.scale import analysed, drawn, scale_of, shown, sides, told
from assuage.errors import EvidenceError
from assuage.evidence.answered import Small, Tallied
from assuage.evidence.pool import as_read
from assuage.evidence.rows import REVIEW
from assuage.question import Measured, Told
from assuage.sourced import Claim

WIDTHS: tuple[Width, ...] = ("wide", "narrow")


def share(study: str, days: str | None, drug: str, value: float, **changes: Any) -> Any:
    """One arm's share of people better at a time."""
    return row(study, year=None, row=f"{drug}-{days}", measure="PLO", span=span(value, value / 2, min(1.0, value * 1.3)),
               drugs=(drug,), comparator=None, days=None if days is None else Decimal(days),
               given=(Tallied(drug, 5, 10, "stated"),), **changes)  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("count", [1, 20])
def test_a_forest_draws_every_row_once(width: Width, count: int) -> None:
    rows = many(count)
    drawn_rows = [one["study"] for one in values_of(forest_chart(body(rows), width=width).definition) if "row" in one]
    assert sorted(drawn_rows) == sorted(one.study for one in rows)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_forest_says_what_it_shows(width: Width) -> None:
    words = words_of(forest_chart(body(pooled=pool()), width=width))
    for text in (
        "Kim 2015", "10/15 v 7/15", "1.43 (0.75 to 2.73)", "40.0 %", "Schwartzman 2009 †", "6.00 (0.40 to 95.0)",
        "Crossover: everybody got both (1)", "This clinic, apart from the studies (1)", "Expected in one more study",
        "0.38 to 5.10", "REML with Hartung-Knapp", "1.38 (0.61 to 3.10)", "Mantel-Haenszel, common effect", "Peto",
        "Mixed on purpose: drug: ketamine, lidocaine;", "1.25 [grade-2013]", "♦ pooled mean", "I² 43 % (0 to 85)",
        "better with the treatment", "− high",
    ):  # fmt: skip
        assert text in words, text


def test_a_row_without_an_interval_is_listed_with_its_reason() -> None:
    chart = forest_chart(body())
    assert "No interval: no event in either arm" in words_of(chart)
    cells = next(cells for cells in chart.table.rows if cells[1] == "Gottrup 2006")
    assert cells[3] == "0/9 v 0/9"
    assert cells[-1] == "No interval: no event in either arm: a ratio of nothing to nothing"
    assert "1 without an interval, listed with the reason." in chart.told


def test_the_table_of_a_forest_has_every_number() -> None:
    """Typed from the bodies as they are made for these tests."""
    rows = forest_chart(body(pooled=pool())).table.rows
    assert rows[0][1:11] == ("Kim 2015", "ketamine v magnesium sulfate", "10/15 v 7/15", "30", "1.43", "0.75 to 2.73",
                             "95 %", "Wald", "40.0 %", "some concerns")  # fmt: skip
    kinds = [cells[0] for cells in rows]
    assert kinds.count("Pool") == 3
    ahead = [cells for cells in rows if cells[0] == "Expected in one more study"]
    assert [cells[6] for cells in ahead] == ["0.38 to 5.10", "0.30 to 6.30"]
    assert next(cells for cells in rows if cells[1] == "Yousef 2013")[11] == "counts from percentages"
    assert next(cells for cells in rows if "Schwartzman" in cells[1])[12] == "9 or 10 people"
    assert all(len(cells) == len(forest_chart(body()).table.head) for cells in rows)


def test_squares_are_sized_by_weight_and_hollow_where_worked_out() -> None:
    points = {one["study"]: one for one in values_of(forest_chart(body(pooled=pool())).definition) if "row" in one}
    assert points["kim-2015"]["area"] > points["yousef-2013"]["area"] > points["schwartzman-2009"]["area"]
    assert points["yousef-2013"]["fill"] == "#ffffff" != points["kim-2015"]["fill"]
    assert points["our-clinic"]["shape"] == "circle" != points["kim-2015"]["shape"]


def test_an_interval_that_leaves_the_axis_ends_in_an_arrow_and_the_end_is_said() -> None:
    chart = forest_chart(body())
    cut = [one["study"] for one in values_of(chart.definition) if one.get("goes_right")]
    assert cut == ["schwartzman-2009"]
    assert [one["shape"] for one in values_of(chart.definition) if str(one.get("shape")).startswith("triangle")] == [
        "triangle-right"
    ]
    assert "an arrow says that an interval goes on" in words_of(chart)
    assert "an arrow says" not in words_of(forest_chart(body((row(),))))


def test_groups_stand_in_order_and_say_whether_chance_chose() -> None:
    risks = (appraised("kim-2015", "low", ("low",) * 5),)
    groups = groups_of(body(risks=risks))
    assert [group.heading for group in groups] == [
        "Parallel groups, randomised", "Parallel groups", "Crossover: everybody got both", "This clinic, apart from the studies",
    ]  # fmt: skip
    assert sorted(one.study for group in groups for one in group.rows) == sorted(one.study for one in varied())


@pytest.mark.parametrize("width", WIDTHS)
def test_blocks_of_a_forest_do_not_overlap(width: Width) -> None:
    placed = laid_out(body(many(20), pooled=pool()), PAGES[width])
    for one, after in pairwise(placed):
        assert one.top + one.block.height == pytest.approx(after.top)
        assert all(0 <= word.y <= one.block.height for word in one.block.words)


def test_no_line_of_the_axis_runs_through_words() -> None:
    for one in laid_out(body(), PAGES["narrow"]):
        if one.open is not None and one.block.words:
            assert one.open[0] >= one.top + max(word.y for word in one.block.words)


@pytest.mark.parametrize(
    ("claim", "measure", "region"),
    [
        ("1.25 1", "RR", (0.8, 1.25)),
        ("0.8", "OR", (0.8, 1.25)),
        ("10 %", "RD", (-0.1, 0.1)),
        ("2 {score}", "MD", (-2, 2)),
        ("-2 {score}", "MD", (-2, 2)),
        ("10 %", "PLO", None),
    ],
)
def test_what_is_too_small_to_matter_lies_on_both_sides_of_no_effect(
    claim: str, measure: Measured, region: tuple[float, float] | None
) -> None:
    found = matters_of(
        body((row(unit="points" if measure == "MD" else ""),), measure=measure, matters=Claim(claim, "a", "b"))
    )
    assert found == (None if region is None else pytest.approx(region))


@pytest.mark.parametrize("units", [("0-100",), ("",), ("points", "0-100")])
def test_two_points_of_ten_are_not_drawn_on_another_scale(units: tuple[str, ...]) -> None:
    """2 points on a scale of 0 to 100 would be a tenth of what matters."""
    rows = tuple(row(f"s-{unit}", unit=unit, measure="MD") for unit in units)
    asked = body(rows, measure="MD", matters=Claim("2 {score}", "a", "b"))
    assert matters_of(asked) is None
    assert "What matters, not drawn: 2 points [a]." in words_of(forest_chart(asked))


def test_rows_in_different_units_say_so_and_never_share_an_axis_unsaid() -> None:
    rows = (row("a-2001", unit="0-10", measure="MD"), row("b-2002", unit="0-100", measure="MD"))
    words = words_of(forest_chart(body(rows, measure="MD", matters=None)))
    assert "mean difference, each row in its own unit" in words
    assert "1.43 (0.75 to 2.73) 0-100" in words
    timed = tuple(msgspec.structs.replace(one, days=Decimal(7)) for one in rows)
    lasting = [course.panel for course in courses_of([body(timed, measure="MD")])]
    assert lasting == ["ketamine, 0-10", "ketamine, 0-100"]
    assert points_of(body(rows, measure="MD"))[1] == ["B 2002: in 0-100, the first in 0-10."]


def test_pools_of_other_authors_stand_apart_and_in_no_funnel() -> None:
    rows = (row(), row("orhurhu-2019", year=2019, not_pooled=REVIEW, weight=None))
    assert [group.heading for group in groups_of(body(rows))] == ["Parallel groups", OTHERS]
    assert [one.row.study for one in points_of(body(rows))[0]] == ["kim-2015"]
    assert f"Left out of the pool: Orhurhu 2019, {REVIEW}." in words_of(forest_chart(body(rows, pooled=pool())))


def test_what_matters_must_be_one_number() -> None:
    with pytest.raises(EvidenceError, match="moderate"):
        forest_chart(body(measure="MD", matters=Claim("moderate", "a", "b")))


@pytest.mark.parametrize(
    ("measure", "better", "left", "right"),
    [
        ("RR", "higher", "better with magnesium sulfate", "better with ketamine"),
        ("MD", "lower", "better with ketamine", "better with magnesium sulfate"),
        ("PLO", "higher", "fewer people: worse", "more people: better"),
        ("PLO", "lower", "fewer people: better", "more people: worse"),
    ],
)
def test_the_sides_are_said_in_plain_words(measure: Measured, better: str, left: str, right: str) -> None:
    assert sides(body((row(),), measure=measure, better=better)) == (left, right)


def test_an_axis_of_ratios_is_a_logarithm_with_round_marks_and_holds_every_estimate() -> None:
    scale = scale_of("RR", [span(0.5, 0.2, 1.5), span(3.35, 1.15, 9.1)])
    assert (scale.kind, scale.low, scale.high, scale.marks) == ("log", 0.2, 10, (0.2, 0.5, 1, 2, 5, 10))
    assert not scale.is_cut
    cut = scale_of("OR", [span(1.0, 0.0, float("inf"))])
    assert cut.is_cut
    assert (cut.low, cut.high) == (0.2, 5)
    assert cut.at(1.0, ends=(0, 100)) == pytest.approx(50)


def test_an_axis_of_differences_has_zero_and_a_long_interval_is_cut() -> None:
    scale = scale_of("MD", [span(-1.2, -2.0, -0.4), span(-0.5, -40.0, 39.0)])
    assert scale.low < -2
    assert scale.low > -40
    assert scale.is_cut
    assert 0 in scale.marks
    assert scale.no_effect == 0
    assert scale_of("PLO", [span(0.4, 0.2, 0.6)]).no_effect is None


@pytest.mark.parametrize(
    ("measure", "value", "text"),
    [("PLO", 0.4667, "46.7 %"), ("RR", 0.0512, "0.051"), ("RR", 12.34, "12.3"), ("MD", -0.004, "−0.0040"),
     ("RD", -0.2, "−20.0"), ("SMD", 0.0, "0.00"), ("OR", 1234.0, "1,234"), ("MD", float("-inf"), "−∞")],
)  # fmt: skip
def test_an_effect_reads_as_people_write_it(measure: Measured, value: float, text: str) -> None:
    assert shown(measure, value) == text


@pytest.mark.parametrize("measure", ["RR", "OR", "ROM", "PLO", "RD", "MD"])
def test_the_scale_of_analysis_has_a_way_back(measure: Measured) -> None:
    assert as_read(measure, analysed(measure, 0.37)) == pytest.approx(0.37)
    assert analysed("PLO", 1.0) == float("inf")
    assert analysed("RR", 0.0) == float("-inf")


def test_text_breaks_where_it_fits_and_loses_nothing() -> None:
    text = "Magnesium sulfate against placebo in postherpetic-neuralgia-of-unusually-long-name"
    lines = wrapped(text, 90)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(wide_of(line) <= 90 for line in lines)


def test_a_funnel_of_few_studies_says_that_it_shows_nothing() -> None:
    few, enough = funnel_chart(body(pooled=pool())), funnel_chart(body(many(10)))
    assert TOO_FEW in few.told
    assert TOO_FEW in words_of(few)
    assert TOO_FEW not in words_of(enough)
    drawn_rows = [one["study"] for one in values_of(enough.definition) if "row" in one]
    assert len(drawn_rows) == 10


def test_a_standard_error_comes_from_the_width_of_the_interval() -> None:
    """exp(ln 2 ± 1.959964 × 0.3) has the standard error 0.3."""
    half = 1.959963984540054 * 0.3
    points, without = points_of(body((row(span=span(2.0, exp(log(2) - half), exp(log(2) + half))),)))
    assert points[0].error == pytest.approx(0.3)
    assert without == []
    assert points_of(body((row(span=span(2.0, 0.0, 9.0)),)))[1] == [
        "Kim 2015: an interval without end has no standard error."
    ]


def test_a_funnel_names_whom_it_does_not_draw_and_its_tests() -> None:
    tested = body(pooled=pool(), rows=varied())
    found = funnel_chart(body(varied(), pooled=msgspec.structs.replace(pool(), small=(Small("Egger", 0.04, False),))))
    assert "Egger: p 0.040, of too few studies to mean anything." in words_of(found)
    assert "Gottrup 2006: no interval" in funnel_chart(tested).told
    assert "Our Clinic 2026: the clinic's own record" in funnel_chart(tested).told


SEEN = (
    share("sigtermans-2009", "0", "ketamine", 0.6), share("sigtermans-2009", "7", "ketamine", 0.5),
    share("sigtermans-2009", "7", "placebo", 0.3), share("kim-2015", "14", "magnesium-sulfate", 0.4667),
    share("nobody-2001", None, "ketamine", 0.5),
)  # fmt: skip


def test_times_of_one_arm_are_one_course_and_arms_are_not_joined() -> None:
    courses = courses_of([body(SEEN, measure="PLO")])
    assert [[one.hours for one in course.placed] for course in courses] == [[0, 168], [168], [336]]
    assert [course.is_comparator for course in courses] == [False, True, False]
    assert [course.panel for course in courses] == ["ketamine", "ketamine", "magnesium sulfate"]


def test_what_lasts_is_drawn_at_its_time_and_what_has_none_is_named() -> None:
    words = (Told("brill-2002", "for", "Better than saline."), Told("fischer-2013", "against", "No difference."))
    chart = durability_chart("How long it lasts", [body(SEEN, measure="PLO", told=words)])
    points = {(one["study"], one["row"]): one for one in values_of(chart.definition) if "course" in one}
    assert len(points) == 4
    assert points["kim-2015", "magnesium-sulfate-14"]["value"] == pytest.approx(46.67)
    assert points["sigtermans-2009", "placebo-7"]["shape"] == "square"
    text = words_of(chart)
    for said in ("2 wk", "In words only", "Brill 2002", "▼ against", "Nobody 2001: not drawn, its time after"):
        assert said in text
    assert (
        "Kim 2015",
        "magnesium sulfate",
        "at least 50 % relief",
        "14",
        "5/10",
        "46.7 %",
        "23.3 to 60.7",
        "",
    ) in chart.table.rows
    assert ("Fischer 2013", "", "", "7, as asked", "", "against", "", "No difference.") in chart.table.rows


def test_measures_do_not_share_an_axis() -> None:
    with pytest.raises(EvidenceError, match="PLO and RR"):
        durability_chart("x", [body(SEEN, measure="PLO"), body()])
    with pytest.raises(EvidenceError, match="no body"):
        durability_chart("x", [])


def test_outcomes_read_as_words() -> None:
    assert outcome_name("relief-30") == "at least 30 % relief"
    assert outcome_name("pain-over-time") == "pain over time"
    assert study_name("esk-pcia-hz-2023") == "ESK PCIA HZ 2023"


def test_every_chart_is_told_in_words_and_described() -> None:
    risks = (appraised("kim-2015", "low", ("low",) * 5),)
    made = (forest_chart(body(pooled=pool())), funnel_chart(body()), network_chart("x", (Node("placebo", 300), Node("ketamine", 210)), (Edge("placebo", "ketamine", 8),)), risk_chart("x", risks),
            durability_chart("x", [body(SEEN, measure="PLO")]))  # fmt: skip
    for chart in made:
        root = ET.fromstring(svg(chart))
        assert root[1].text == chart.told
        assert chart.told.endswith(".")
        assert {len(cells) for cells in chart.table.rows} == {len(chart.table.head)}


def test_a_forest_in_sentences() -> None:
    found = forest_chart(body(pooled=pool())).told
    for text in ("Pooled (Bayesian, random effects): 1.41 (0.86 to 2.20).", "Expected in one more study: 0.38 to 5.10.",
                 "Readings differ of Schwartzman 2009.", "Chance that the mean lies on the better side: 92.6 %."):  # fmt: skip
        assert text in found
    alone = forest_chart(body((row(),), not_pooled="one study is no pool")).told
    assert "Not pooled: one study is no pool." in alone


def test_a_name_has_its_year_once_and_its_own_label() -> None:
    assert named(row()) == "Kim 2015"
    assert named(row(label="Kim 2015")) == "Kim 2015"
    assert named(row(label="Kim 2015, higher dose")) == "Kim 2015, higher dose"
    assert named(row("krusz-2010", year=None, label="krusz-2010, titrated")) == "Krusz 2010, titrated"
    assert named(row("michelet-2018", year=None, label="Michelet")) == "Michelet 2018"
    assert drawn("RD", 0.2) == 20
    assert told("RD", span(0.2, -0.1, 0.5)) == "20.0 (−10.0 to 50.0)"


def test_rows_of_one_name_are_told_apart() -> None:
    """By outcome and time where they differ, else by their own id."""
    rows = (
        row("stavropoulou-2014", year=2014, row="l-headache", outcome="headache"),
        row("stavropoulou-2014", year=2014, row="l-tinnitus", outcome="tinnitus"),
        row("zhu-2019", year=2019, row="l-early"), row("zhu-2019", year=2019, row="l-late"), row(),
    )  # fmt: skip
    assert list(told_apart(rows).values()) == ["headache", "tinnitus", "l early", "l late", ""]
    chart = forest_chart(body(rows))
    assert [cells[1] for cells in chart.table.rows] == [
        "Stavropoulou 2014, headache", "Stavropoulou 2014, tinnitus", "Zhu 2019, l early", "Zhu 2019, l late", "Kim 2015",
    ]  # fmt: skip
    assert "tinnitus" in words_of(chart)


@pytest.mark.parametrize("measure", ["RR", "RD", "PLO"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_body_without_any_interval_is_a_list_of_reasons_without_an_axis(measure: Measured, width: Width) -> None:
    none = row(span=None, why_not="nothing was printed", weight=None)
    words = words_of(forest_chart(body((none,), measure=measure, matters=None), width=width))
    assert "No interval: nothing was printed" in words
    assert "better" not in words
    assert NO_ROW in words_of(forest_chart(body((), measure=measure, matters=None), width=width))
    assert words_of(funnel_chart(body((none,), measure=measure), width=width))
    assert words_of(durability_chart("x", [body((none,), measure=measure)], width=width))


def test_words_of_the_vocabulary_read_as_words_where_they_were_mixed() -> None:
    made = msgspec.structs.replace(pool(), mixed=("condition: “postherpetic-neuralgia” and “cancer-neuropathic-pain”",))
    assert mixed_of(body(pooled=made)) == (
        "Mixed on purpose: condition: postherpetic neuralgia and cancer neuropathic pain. Too few studies of one drug alone."
    )
