"""Charts: one definition for each, drawn in a browser, as SVG, PNG or PDF; a table stands beside every one."""

from assuage.charts.chart import Chart, Table, browser_script, pdf, png, stacked, svg
from assuage.charts.compared import Reached, compared_chart
from assuage.charts.dose_response import dose_chart
from assuage.charts.doses import ArmExposure, Dosing, Person
from assuage.charts.durability import durability_chart
from assuage.charts.exposed_arms import exposures_of
from assuage.charts.forest import forest_chart
from assuage.charts.funnel import funnel_chart
from assuage.charts.level import Levels, Line, Shade, level_chart
from assuage.charts.network_graph import Edge, Node, network_chart
from assuage.charts.responder import Counted, responder_chart, responders_of
from assuage.charts.risk_table import risk_chart

__all__ = [
    "ArmExposure",
    "Chart",
    "Counted",
    "Dosing",
    "Edge",
    "Levels",
    "Line",
    "Node",
    "Person",
    "Reached",
    "Shade",
    "Table",
    "browser_script",
    "compared_chart",
    "dose_chart",
    "durability_chart",
    "exposures_of",
    "forest_chart",
    "funnel_chart",
    "level_chart",
    "network_chart",
    "pdf",
    "png",
    "responder_chart",
    "responders_of",
    "risk_chart",
    "stacked",
    "svg",
]
