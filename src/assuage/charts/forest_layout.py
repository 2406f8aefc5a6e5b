"""Where everything of a forest plot stands: blocks of words under one another, each with the height of its mark."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from assuage.charts.forest_rows import (
    DISPUTED,
    RISK_COLOURS,
    SIGNS,
    counted,
    effect_of,
    groups_of,
    named,
    share_of_pool,
    summaries_of,
    told_apart,
    treated,
)
from assuage.charts.lettering import LINE, SMALL, Style, Width, Word, column, wrapped
from assuage.charts.scale import reach_of, told
from assuage.evidence.answered import BodyFound, ForestRow, Summary
from assuage.question import Risk

EXPECTED = "Expected in one more study"
NO_ROW = "No result of any study answers this in numbers."
PAD = 8
# For the mark beneath the words, where the picture is narrow.
BENEATH = 16
BOLD: tuple[Style, ...] = ("strong", "strong-right")


class Columns(msgspec.Struct, frozen=True):
    """A page: its width, where the plot stands, and the left ends and widths of the columns of text beside it.

    Without columns (`study` none) the words of a row stand above its mark.
    """

    width: float
    plot: tuple[float, float]
    study: tuple[float, float] | None = None
    treated: tuple[float, float] = (0, 0)
    counted: tuple[float, float] = (0, 0)
    effect: tuple[float, float] = (0, 0)
    weight: float = 0
    risk: float = 0


PAGES: dict[Width, Columns] = {
    "wide": Columns(910, (424, 664), (0, 150), (158, 160), (326, 90), (676, 140), 862, 895),
    "narrow": Columns(380, (12, 368)),
}


class Block(msgspec.Struct, frozen=True):
    """A part of the picture: its words from its own top, its height, what is drawn at `at`, and the sign it holds.

    `is_open` says that lines of the axis may run through all of it: no words stand in the plot.
    """

    words: tuple[Word, ...]
    height: float
    row: ForestRow | None = None
    summary: Summary | None = None
    is_expected: bool = False
    is_line: bool = False
    at: float = 0
    is_open: bool = False
    sign: tuple[float, float, Risk] | None = None


class Placed(msgspec.Struct, frozen=True):
    """A block with the height of its top above it."""

    block: Block
    top: float

    @property
    def open(self) -> tuple[float, float] | None:
        """From where to where lines of the axis may run through it; none where words stand in their way."""
        if self.block.is_open:
            return self.top, self.top + self.block.height
        return (self.y - BENEATH / 2, self.y + BENEATH / 2 + PAD) if self.block.at else None

    @property
    def y(self) -> float:
        """The middle of its mark."""
        return self.top + self.block.at


def laid_out(body: BodyFound, page: Columns) -> tuple[Placed, ...]:
    """Every block of a body from top to bottom. Holds: every row and every summary stands once."""
    blocks, apart = _head(body, page), told_apart(body.rows)
    for group in groups_of(body):
        if group.rows[0].is_ours:
            blocks.append(Block((), PAD, is_line=True, is_open=True))
        blocks.append(_heading(f"{group.heading} ({len(group.rows)})", page))
        blocks += [_row(body, row, page, apart[row.study, row.row]) for row in group.rows]
    if not body.rows:
        blocks.append(Block((Word(0, LINE / 2 + PAD / 2, NO_ROW, "soft"),), LINE + PAD))
    if body.pool is not None:
        blocks.append(Block((), PAD, is_line=True, is_open=True))
        for one in summaries_of(body):
            blocks.append(_summary(body, one, page))
            if one.expected is not None and one.is_lead:
                blocks.append(_expected(body, one, page))
    placed, top = [], 0.0
    for block in blocks:
        placed.append(Placed(block, top))
        top += block.height
    return tuple(placed)


def confidences(body: BodyFound) -> str:
    """The confidence of the intervals, as it heads their column; empty where there is no interval."""
    spans = [row.span for row in body.rows if row.span] + [one.span for one in summaries_of(body)]
    return ", ".join(dict.fromkeys(f"{one.confidence * 100:g} %" for one in spans))


def height_of(placed: Sequence[Placed]) -> float:
    """The height of the whole."""
    return placed[-1].top + placed[-1].block.height if placed else LINE


def words_of(placed: Sequence[Placed]) -> list[Word]:
    """Every word, and every sign of risk, where it stands in the picture."""
    words = [msgspec.structs.replace(word, y=word.y + one.top) for one in placed for word in one.block.words]
    for one in placed:
        if one.block.sign is not None:
            x, y, risk = one.block.sign
            words.append(Word(x, y + one.top, SIGNS[risk], "sign-light" if RISK_COLOURS[risk] == "#000000" else "sign"))
    return words


def _head(body: BodyFound, page: Columns) -> list[Block]:
    if page.study is None:
        return []
    heads = ((page.study[0], "Study"), (page.treated[0], "Treatment"), (page.counted[0], "Events/people"),
             (page.effect[0], f"Effect ({confidences(body)})" if confidences(body) else "Effect"))  # fmt: skip
    words = [Word(x, LINE / 2, text, "soft") for x, text in heads]
    words += [
        Word(page.weight, LINE / 2, "Weight" if body.pool else "", "soft-right"),
        Word(page.risk, LINE / 2, "Bias", "soft-middle"),
    ]
    return [Block(tuple(words), LINE + PAD / 2, is_open=True)]


def _heading(text: str, page: Columns) -> Block:
    within = page.width if page.study is None else page.plot[0] - PAD
    words = column(wrapped(text, within, is_bold=True), (0, PAD), style="strong")
    return Block(tuple(words), PAD + LINE * len(words) + PAD / 4, is_open=page.study is not None)


def _row(body: BodyFound, row: ForestRow, page: Columns, apart: str) -> Block:
    if page.study is None:
        return _narrow_row(body, row, page, apart)
    effect, name = effect_of(body, row), _cell(_on_one_line(named(row)), page.study)
    words = [
        *name,
        *column(wrapped(apart, page.study[1], size=SMALL), (page.study[0], _bottom(name)), style="soft"),
        *_cell(treated(row), page.treated),
        *_cell(counted(row), page.counted),
        *(
            _cell(effect, page.effect)
            if row.span
            else _cell(effect, (page.plot[0], page.weight - page.plot[0] - 60), "soft")
        ),
        Word(page.weight, (LINE + PAD) / 2, share_of_pool(row.weight), "right"),
    ]
    sign = (page.risk, (LINE + PAD) / 2, row.risk) if row.risk is not None else None
    return Block(
        tuple(words),
        _bottom(words) + PAD / 2,
        row=row,
        at=(LINE + PAD) / 2 if row.span else 0,
        is_open=row.span is not None,
        sign=sign,
    )


def _on_one_line(name: str) -> str:
    """A name whose mark of dispute never stands on a line by itself."""
    return name.replace(f" {DISPUTED}", f"\u00a0{DISPUTED}")


def _narrow_row(body: BodyFound, row: ForestRow, page: Columns, apart: str) -> Block:
    parts = (
        apart,treated(row), counted(row), f"weight {share_of_pool(row.weight)}" if row.weight is not None else "",
             f"bias {SIGNS[row.risk]} {row.risk}" if row.risk else "")  # fmt: skip
    words = _two_ends(_on_one_line(named(row)), effect_of(body, row) if row.span else "", page)
    below = " · ".join(part.replace(" ", "\u00a0") for part in parts if part)
    words += _under(below, words, page)
    if row.span is None:
        words += _under(effect_of(body, row), words, page)
        return Block(tuple(words), _bottom(words) + PAD, row=row)
    return Block(tuple(words), _bottom(words) + BENEATH + PAD, row=row, at=_bottom(words) + BENEATH / 2)


def _two_ends(left: str, right: str, page: Columns, *, style: Style = "strong") -> list[Word]:
    """A name on the left and a number on the right: on one line where both fit, else under one another."""
    other: Style = "strong-right" if style in BOLD else "right"
    name, number = Word(0, (LINE + PAD) / 2, left, style), Word(page.width, (LINE + PAD) / 2, right, other)
    if name.box[1] + PAD < number.box[0]:
        return [name, number]
    words = column(wrapped(left, page.width, is_bold=style in BOLD), (0, PAD / 2), style=style)
    return [
        *words,
        *column(wrapped(right, page.width, is_bold=style in BOLD), (page.width, _bottom(words)), style=other),
    ]


def _under(text: str, words: Sequence[Word], page: Columns) -> list[Word]:
    return column(wrapped(text, page.width, size=SMALL), (0, _bottom(words)), style="soft")


def _cell(text: str, place: tuple[float, float], style: Style = "left") -> list[Word]:
    return column(wrapped(text, place[1], is_bold=style in BOLD), (place[0], PAD / 2), style=style)


def _bottom(words: Sequence[Word]) -> float:
    return max(word.y for word in words) + LINE / 2


def _summary(body: BodyFound, one: Summary, page: Columns) -> Block:
    """A pool; what is no lead says beside it where one more study is expected."""
    text = told(body.measure, one.span)
    beside = "" if one.is_lead or one.expected is None else f"one more study: {reach_of(body.measure, one.expected)}"
    style: Style = "strong" if one.is_lead else "left"
    return _pooled(one.name[:1].upper() + one.name[1:], text, page, style=style, beside=beside, summary=one)


def _expected(body: BodyFound, one: Summary, page: Columns) -> Block:
    assert one.expected is not None
    text = f"{reach_of(body.measure, one.expected)}{' %' if body.measure == 'PLO' else ''}"
    made = _pooled(EXPECTED, text, page, style="left", beside="", summary=one)
    return msgspec.structs.replace(made, is_expected=True)


def _pooled(name: str, text: str, page: Columns, *, style: Style, beside: str, summary: Summary) -> Block:
    if page.study is None:
        words = _two_ends(name, text, page, style=style)
        words += _under(beside, words, page)
        return Block(tuple(words), _bottom(words) + BENEATH + PAD, summary=summary, at=_bottom(words) + BENEATH / 2)
    left = _cell(name, (0, page.plot[0] - 2 * PAD), style)
    right = _cell(text, page.effect, style)
    more = column(wrapped(beside, page.effect[1], size=SMALL), (page.effect[0], _bottom(right)), style="soft")
    words = [*left, *right, *more]
    return Block(tuple(words), _bottom(words) + PAD / 2, summary=summary, at=(LINE + PAD) / 2, is_open=True)
