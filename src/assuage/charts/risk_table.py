"""Risk of bias as a table of lights: a sign and a colour for each domain of each study, with the words beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from assuage.charts.chart import Chart, Table, altair
from assuage.charts.forest_rows import RISK_COLOURS, SIGNS, sign_key, study_name
from assuage.charts.lettering import LINE, SMALL, Width, Word, across, beneath, column, down, headed, lettered, wrapped
from assuage.charts.look import PALE, SOFT, configured
from assuage.evidence.answered import RiskFound
from assuage.question import Risk, Tool

LIGHT, DISC = 46, 300
PAD = 8
OVERALL = "Overall"
# How wide the names of studies and a word under its sign may be; a narrow table has signs only.
PAGES: dict[Width, tuple[float, float]] = {"wide": (250, 78), "narrow": (130, 36)}


class Light(msgspec.Struct, frozen=True):
    """One judgement where it stands, in pixels."""

    x: float
    y: float
    risk: Risk
    study: str
    domain: str


def risk_chart(title: str, risks: Sequence[RiskFound], *, width: Width = "wide") -> Chart:
    """A row for each appraised result, a light for each domain and for the whole, apart by tool.

    Give      appraisals as found; wide has words under the signs, narrow has them in the key
    Holds     every domain of every appraisal is drawn; tools with other domains do not share columns
    Checked   tests/unit/test_charts_network.py, tests/walks/test_charts_evidence.py
    """
    page = PAGES[width]
    lights, words, top = [], [], 0.0
    for tool in dict.fromkeys(one.tool for one in risks):
        mine = [one for one in risks if one.tool == tool]
        more, said, top = _of_tool(tool, mine, page=page, top=top)
        lights += more
        words += said
    across_all = (
        page[0] + max((len(_domains(risks, tool)) + 1 for tool in {one.tool for one in risks}), default=1) * page[1]
    )
    view = _view(lights, words, width=across_all, height=max(top, LINE))
    notes = [
        sign_key(tuple(risk for risk in SIGNS if risk in {one.risk for one in lights})),
        *_domain_key(risks),
        *_readers(risks),
    ]
    under = ["Each domain judged from what was read; the whole by the rule of the tool. Reasons stand in the table."]
    whole = altair().vconcat(view, *beneath(notes, width=across_all), spacing=8)
    definition = configured(whole.properties(title=headed(title, under, within=across_all)))
    return Chart(title, _told(title, risks), definition, _table(title, risks))


def _domains(risks: Sequence[RiskFound], tool: Tool) -> list[str]:
    """The domains that a tool was used with, in its order."""
    return list(dict.fromkeys(domain.domain for one in risks if one.tool == tool for domain in one.domains))


def _of_tool(
    tool: Tool, risks: Sequence[RiskFound], *, page: tuple[float, float], top: float
) -> tuple[list[Light], list[Word], float]:
    names, step = page
    domains = _domains(risks, tool)
    heads = [*(f"D{number}" for number in range(1, len(domains) + 1)), OVERALL]
    words = [Word(0, top + LINE, tool, "strong")]
    words += [
        Word(names + step * (at + 0.5), top + LINE, head if len(head) < step / 5 else "All", "soft-middle")
        for at, head in enumerate(heads)
    ]
    top += LINE + PAD * 2
    lights: list[Light] = []
    for one in risks:
        label = [*wrapped(study_name(one.study), names - PAD, is_bold=True)]
        under = wrapped(one.result.replace("-", " "), names - PAD, size=SMALL)
        words += column(label, (0, top), style="strong")
        words += column(under, (0, top + LINE * len(label)), style="soft")
        judged = {domain.domain: domain.risk for domain in one.domains}
        marks = [*((name, judged.get(name)) for name in domains), (OVERALL, one.overall)]
        lights += [Light(names + step * (at + 0.5), top + LINE, risk, one.study, name)
                   for at, (name, risk) in enumerate(marks) if risk is not None]  # fmt: skip
        below = [
            Word(light.x, top + LINE * 2 + 3, light.risk, "soft-middle") for light in lights if light.y == top + LINE
        ]
        words += below if step > LIGHT else []
        top += max(LINE * (len(label) + len(under)), LINE * 2.6) + PAD
    return lights, words, top + PAD


def _view(lights: Sequence[Light], words: Sequence[Word], *, width: float, height: float) -> Any:
    alt = altair()
    discs = [{"px": one.x, "py": one.y, "fill": RISK_COLOURS[one.risk], "study": one.study, "domain": one.domain, "risk": one.risk}
             for one in lights]  # fmt: skip
    signs = [Word(one.x, one.y, SIGNS[one.risk], "sign-light" if one.risk == "critical" else "sign") for one in lights]
    mark = alt.Chart(alt.Data(values=discs)).mark_point(shape="circle", size=DISC, opacity=1, stroke=SOFT)
    layer = mark.encode(
        x=across("px", width), y=down("py", height), fill=alt.Fill("fill:N", scale=None),
        tooltip=["study:N", "domain:N", "risk:N"],
    )  # fmt: skip
    lines = alt.Chart(alt.Data(values=[{"px": 0, "to": width, "py": height}])).mark_rule(color=PALE, strokeWidth=0.8)
    foot = lines.encode(x=across("px", width), x2="to:Q", y=down("py", height))
    text = lettered([*words, *signs], width=width, height=height)
    return alt.layer(foot, layer, *text).properties(width=width, height=height)


def _domain_key(risks: Sequence[RiskFound]) -> Iterator[str]:
    for tool in dict.fromkeys(one.tool for one in risks):
        named = [f"D{number} {name}" for number, name in enumerate(_domains(risks, tool), 1)]
        yield f"{tool}: {'; '.join(named)}. Overall by the rule of the tool."


def _readers(risks: Sequence[RiskFound]) -> Iterator[str]:
    alone = sum(one.second_reader is None for one in risks)
    if alone:
        yield f"Read by one person only: {alone} of {len(risks)}."


def _told(title: str, risks: Sequence[RiskFound]) -> str:
    counts = {risk: sum(one.overall == risk for one in risks) for risk in SIGNS}
    said = "; ".join(f"{risk}: {count}" for risk, count in counts.items() if count)
    return f"{title}. Risk of bias of {len(risks)} results, domain by domain. Overall: {said or 'none appraised'}."


def _table(title: str, risks: Sequence[RiskFound]) -> Table:
    head = ("Study", "Result", "Tool", "Domain", "Judgement", "Because", "Readers")
    rows = []
    for one in risks:
        readers = one.reader if one.second_reader is None else f"{one.reader}, {one.second_reader}"
        first = (study_name(one.study), one.result, one.tool)
        rows += [(*first, domain.domain, domain.risk, domain.reason, readers) for domain in one.domains]
        rows.append((*first, OVERALL, one.overall, one.rule, readers))
    return Table(title, head, tuple(rows))
