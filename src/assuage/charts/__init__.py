"""Charts: one definition for each, drawn in a browser, as SVG, PNG or PDF; a table stands beside every one."""

from assuage.charts.chart import Chart, Table, browser_script, pdf, png, stacked, svg
from assuage.charts.compared import Reached, compared_chart
from assuage.charts.level import Levels, Line, Shade, level_chart
from assuage.charts.responder import Counted, responder_chart, responders_of

__all__ = [
    "Chart",
    "Counted",
    "Levels",
    "Line",
    "Reached",
    "Shade",
    "Table",
    "browser_script",
    "compared_chart",
    "level_chart",
    "pdf",
    "png",
    "responder_chart",
    "responders_of",
    "stacked",
    "svg",
]
