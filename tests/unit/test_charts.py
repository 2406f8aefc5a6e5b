"""Charts say what they are given: the same numbers in the picture and in its table, and nothing cut off silently."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET

import msgspec
import pypdf
import pytest
from tests.plans import plan_of

from assuage.charts import (
    Counted,
    Levels,
    Line,
    Reached,
    Shade,
    compared_chart,
    level_chart,
    pdf,
    png,
    responder_chart,
    responders_of,
    svg,
)
from assuage.charts.level import NOT_TARGETS, band_text, key_lines, number, reach
from assuage.charts.look import COLOURS, DASHES, Kind, styled

HOURS = (0.0, 1.0, 2.0, 30.0)
LINE = Line("the line", "line", HOURS, (0.85, 1.14, 1.05, 0.9), (0.85, 1.05, 0.99, 0.87), (0.85, 1.25, 1.12, 0.93))
UPPER = Line('an "upper" <line>', "upper", HOURS, (0.85, 1.27, 1.25, 1.0))
BANDS = (
    Shade("physiological", 0.65, 1.05, "us-label"),
    Shade("reflexes weaker", 2, None, "us-label"),
)
LEVELS = Levels("Total magnesium", "Levels of magnesium over 30 h.", "mmol/L", (LINE, UPPER), BANDS, ((0.0, 1.0),), 6.0,
                (1.0, 2.0), 0.85, ("10,000 people, seed 1.",))  # fmt: skip
ARMS = (
    Counted("kim-2015", "magnesium", "at least 50 % fall", "2 weeks", 7, 15),
    Counted("kim-2015", "ketamine", "at least 50 % fall", "2 weeks", 10, 15),
)
ROWS = (
    Reached("kim-2015-magnesium", "magnesium", 0.29, 1.9, (0.2, 0.4), (1.1, 3.0)),
    Reached("brill-2002-magnesium", "magnesium", 0.3, 1.8),
)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.1401, "1.14"), (391.6, "392"), (0.0, "0"), (2095.4, "2,100"), (0.00123, "0.00123"), (0.9996, "1.00"), (12.34, "12.3")],
)  # fmt: skip
def test_a_level_has_three_figures(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("band", "text"),
    [
        (Shade("a", 70, 160, "s"), "a: 70 to 160 ng/mL [s]"),
        (Shade("a", 750, None, "s"), "a: from 750 ng/mL [s]"),
        (Shade("a", None, 1200, "s"), "a: up to 1,200 ng/mL [s]"),
        (Shade("a", 750, 750, "s"), "a: about 750 ng/mL [s]"),
    ],
)
def test_a_band_reads_as_its_ends_say(band: Shade, text: str) -> None:
    assert band_text(band, "ng/mL") == text


def test_the_picture_holds_every_line_and_its_spread() -> None:
    bottom, top = reach(LEVELS)
    assert bottom < 0.85
    assert top > 1.27
    assert reach(msgspec.structs.replace(LEVELS, baseline=None))[0] == 0


def test_a_band_above_the_picture_is_told_and_not_drawn() -> None:
    key = key_lines(LEVELS, top=reach(LEVELS)[1])
    assert key[0] == "A: physiological: 0.65 to 1.05 mmol/L [us-label]"
    assert key[1] == "Above the picture: reflexes weaker: from 2 mmol/L [us-label]"
    assert key[-1] == NOT_TARGETS


def test_a_chart_without_bands_says_that_there_are_none() -> None:
    assert key_lines(msgspec.structs.replace(LEVELS, bands=()), top=2.0) == [
        "No reference band with a source that somebody read."
    ]


def test_the_table_says_what_the_lines_say_at_the_hours_asked_for() -> None:
    table = level_chart(LEVELS).table
    assert table.head == ("Level, mmol/L", "1 h", "2 h")
    assert table.rows[0] == ("the line", "1.14 (1.05 to 1.25)", "1.05 (0.990 to 1.12)")
    assert table.rows[1][1:] == ("1.27", "1.25")


def test_every_point_given_is_a_point_of_the_definition() -> None:
    points = level_chart(LEVELS).definition["datasets"]["curves-one"]
    drawn = {(one["line"], one["h"]): one["level"] for one in points}
    assert drawn == {(line.label, h): v for line in (LINE, UPPER) for h, v in zip(line.hours, line.level, strict=True)}


def test_a_short_course_has_one_panel_and_a_long_one_two() -> None:
    long = json.dumps(level_chart(LEVELS).definition)
    short = json.dumps(level_chart(msgspec.structs.replace(LEVELS, first_h=30.0)).definition)
    assert "The whole series" in long
    assert "The whole series" not in short


def test_lines_of_all_kinds_differ_in_colour_and_in_dash() -> None:
    kinds: list[Kind] = ["line", "upper", "lower", "metabolite", "envelope", "envelope", "envelope"]
    colours, dashes = styled(kinds)
    assert len(set(colours)) == len(kinds)
    assert len({tuple(dash) for dash in dashes}) == len(kinds)
    assert set(COLOURS) == set(DASHES)


def test_the_drawing_is_described_names_every_line_and_fetches_nothing() -> None:
    drawn = svg(level_chart(LEVELS))
    root = ET.fromstring(drawn)
    assert root.attrib["role"] == "img"
    assert root[0].text == "Total magnesium"
    assert root[1].text == LEVELS.told
    words = "".join(root.itertext())
    for text in ("the line", 'an "upper" <line>', "mmol/L", "10,000 people, seed 1.", NOT_TARGETS):
        assert text in words
    assert re.findall(r'(?:href|src|url\()=?["\']?https?:', drawn) == []


def test_responders_stand_with_their_intervals_and_counts() -> None:
    """7 of 15 and 10 of 15 by Wilson's formula: 24.8 to 69.9 % and 41.7 to 84.8 % (Wilson 1927, worked by hand)."""
    chart = responder_chart("Kim 2015", ARMS)
    assert [row[-3:] for row in chart.table.rows] == [
        ("7 of 15", "46.7 %", "24.8 % to 69.9 %"),
        ("10 of 15", "66.7 %", "41.7 % to 84.8 %"),
    ]
    words = "".join(ET.fromstring(svg(chart)).itertext())
    assert "7 of 15" in words
    assert "Wilson" in words


def test_regimens_stand_in_the_order_given_and_unknown_spread_is_said() -> None:
    chart = compared_chart("Magnesium", ROWS, unit="mmol/L", of_what=" above baseline")
    assert [row[0] for row in chart.table.rows] == ["kim-2015-magnesium", "brill-2002-magnesium"]
    assert chart.table.rows[1][3] == "not known"
    words = "".join(ET.fromstring(svg(chart)).itertext())
    assert words.index("kim-2015") < words.index("brill-2002")


def test_a_chart_becomes_a_picture_and_a_page() -> None:
    chart = responder_chart("Kim 2015", ARMS)
    assert png(chart).startswith(b"\x89PNG")
    assert len(pypdf.PdfReader(io.BytesIO(pdf(chart))).pages) == 1


def test_a_plan_shows_what_its_own_arm_counted() -> None:
    """Kim 2015, magnesium arm: 7 of 15 at least 50 % better, 11 of 15 at least 30 %."""
    chart = responders_of(plan_of("kim-2015-magnesium"))
    assert chart is not None
    assert [row[4] for row in chart.table.rows] == ["7 of 15", "11 of 15"]
    assert responders_of(plan_of("anodyne-ketamine-im")) is None
