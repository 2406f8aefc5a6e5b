"""The order sheet as one HTML page that stands alone: inline style, no script, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assuage.paper.block import Box, Give, Item, Pair, Part, Sheet, Table, Visit
from assuage.paper.drawing import Drawing
from assuage.paper.markup import Html, constant, element, join
from assuage.paper.sheet import order_sheet
from assuage.paper.style import STYLE
from assuage.paper.words import KEPT_WHOLE
from assuage.plan.model import Plan

SET_ON_THE_PUMP = ("RATE", "VOLUME TO INFUSE", "TIME")
SEVERITIES = ("refuse", "stop", "hold", "warn", "note")


def html_page(plan: Plan, drawn: Sequence[Drawing] = ()) -> str:
    """The page, with the drawings of its expected levels where there are any. Text from a patient's file is escaped; a number is never parted from its unit at the end of a line."""
    sheet = order_sheet(plan)
    body = element(
        "body",
        element("a", "Skip to the plan", href="#plan", class_="skip"),
        _header(sheet, plan.patient.id),
        element("main", *_main(sheet, drawn), id="plan"),
        element("footer", element("dl", *(_pair(pair) for pair in sheet.foot)), aria_label="Made with"),
    )
    return f"<!doctype html>\n{element('html', _head(sheet, plan.patient.id), body, lang='en')}\n"


def _head(sheet: Sheet, patient: str) -> Html:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{patient}: {sheet.title}"),
        element("style", constant(STYLE)),
    )


def _header(sheet: Sheet, patient: str) -> Html:
    standing = element(
        "div", element("p", sheet.standing), element("p", f"{sheet.signature}.", class_="signature"), class_="standing"
    )
    band = element("dl", *(_pair(pair) for pair in sheet.band), class_="band")
    return element(
        "header", standing, element("h1", kept(sheet.title)), element("section", band, aria_label=f"Patient {patient}")
    )


def _main(sheet: Sheet, drawn: Sequence[Drawing]) -> Iterable[Html]:
    first = [part for part in sheet.parts if part.key in ("blocks-dose", "blocks-sign")]
    yield from (_part(part) for part in first)
    yield from (_visit(visit, number) for number, visit in enumerate(sheet.visits, 1))
    for part in sheet.parts:
        if part not in first:
            yield _part(part)
        if part.key == "exposure":
            yield from pictures(drawn)
    if sheet.boxes is not None:
        yield _boxes(sheet.boxes)


def _part(part: Part) -> Html:
    heading = f"heading-{part.key}"
    kind = "ol" if part.key in ("working", "sources") else "ul"
    return element(
        "section",
        element("h2", part.title.capitalize(), id=heading),
        element("p", kept(part.lead), class_="lead") if part.lead else None,
        element(
            kind,
            *(_item(item, part.key) for item in part.items),
            class_="items sources" if part.key == "sources" else "items",
        ),
        aria_labelledby=heading,
    )


def _item(item: Item, key: str) -> Html:
    severity = item.tag.casefold() if item.tag.casefold() in SEVERITIES else None
    return element(
        "li",
        element("span", kept(item.tag), class_="tag") if item.tag else None,
        kept(item.text),
        join(" ", links(item.refs)) if item.refs else None,
        *(element("p", kept(line), class_="more") for line in item.more),
        class_=severity,
        id=f"source-{item.tag.strip('[]')}" if key == "sources" else None,
    )


def links(refs: str) -> Html:
    """References such as “[1, 4]”, each a link to its source on the same page."""
    names = refs.strip("[]").split(", ")
    linked = [element("a", name, href=f"#source-{name}") if name.isdigit() else join(name) for name in names]
    return join("[", *(part for index, one in enumerate(linked) for part in ((", " if index else ""), one)), "]")


def _visit(visit: Visit, number: int) -> Html:
    heading = f"visit-{number}"
    return element(
        "section",
        element("h2", visit.title, id=heading),
        *(part for give in visit.gives for part in _give(give)),
        join(element("h3", "Make"), element("ul", *(element("li", kept(line)) for line in visit.make)))
        if visit.make
        else None,
        _facts("Run", visit.run) if visit.run else None,
        *(_table(table) for table in (visit.runs, visit.portions) if table is not None),
        element("p", element("strong", "Overfill. "), kept(visit.overfill)) if visit.overfill else None,
        _table(visit.dates),
        element("ul", *(element("li", kept(flag)) for flag in visit.flags)) if visit.flags else None,
        class_="visit",
        aria_labelledby=heading,
    )


def _give(give: Give) -> Iterable[Html]:
    equal = f" ({give.equal})" if give.equal else ""
    role = f", {give.role}" if give.role else ""
    reckoned = f"{give.basis}; {give.rounding}" if give.rounding else give.basis
    yield element("h3", "Give")
    yield element("p", f"{give.name} ", element("span", give.dose, class_="dose q"), kept(equal), role)
    pairs = [Pair("Reckoned", reckoned), Pair("Draw up", f"{give.draw_up} of {give.product}"), Pair("With", give.how)]
    yield element("dl", *(_pair(pair, grouped=False) for pair in pairs), class_="facts")


def _facts(title: str, pairs: Iterable[Pair]) -> Html:
    return join(element("h3", title), element("dl", *(_pair(pair, grouped=False) for pair in pairs), class_="facts"))


def _pair(pair: Pair, *, grouped: bool = True) -> Html:
    large = "set" if pair.label in SET_ON_THE_PUMP else None
    both = join(element("dt", pair.label), " ", element("dd", kept(pair.value), class_=large))
    return element("div", both) if grouped else both


def pictures(drawn: Sequence[Drawing]) -> Iterable[Html]:
    """A section for each drawing, which tells itself to a screen reader, with its table beneath it."""
    for number, one in enumerate(drawn):
        name = f"chart-{number}"
        # Drawn by this program from a definition of its own, in which text is data: what is text there is escaped here.
        picture = element("div", constant(one.svg), class_="picture")
        yield element("section", element("h2", one.title, id=name), picture, _table(one.table), aria_labelledby=name)


def _table(table: Table) -> Html:
    head = element("thead", element("tr", *(element("th", cell, scope="col") for cell in table.head)))
    rows = [
        element("tr", element("th", kept(row[0]), scope="row"), *(element("td", kept(cell)) for cell in row[1:]))
        for row in table.rows
    ]
    return scrolling(element("table", element("caption", table.caption), head, element("tbody", *rows)), table.caption)


def _boxes(boxes: Box) -> Html:
    head = element("thead", element("tr", *(element("th", cell, scope="col") for cell in boxes.head)))
    empty = [element("td") for _ in boxes.head[1:]]
    rows = [element("tr", element("th", name, scope="row"), *empty) for name in boxes.rows]
    table = element(
        "table", element("caption", boxes.title.capitalize()), head, element("tbody", *rows), class_="boxes"
    )
    return element(
        "section", element("p", boxes.note, class_="lead"), scrolling(table, boxes.title), aria_label=boxes.title
    )


def scrolling(table: Html, name: str) -> Html:
    """A table wider than the window scrolls by itself, also by keyboard."""
    return element(
        "div",
        table,
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=f"{name.capitalize()}, a table that scrolls",
    )


def kept(text: str) -> Html:
    """Text with every quantity and date in a span that does not break."""
    parts: list[str] = []
    end = 0
    for found in re.finditer(KEPT_WHOLE, text):
        parts += [text[end : found.start()], element("span", found[0], class_="q")]
        end = found.end()
    return join(*parts, text[end:])
