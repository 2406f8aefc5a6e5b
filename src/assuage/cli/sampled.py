"""A file of measured levels, read strictly: every problem of every level at once. What is not known makes a level useless."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.cli.moment import MOMENT, read_start
from assuage.cli.reading import read_text
from assuage.document import Node, read
from assuage.document.shape import Shaper
from assuage.drug import Drug
from assuage.errors import AssuageError, DocumentError, Problem, nearest
from assuage.exposure.measured import Drawn
from assuage.quantity import Quantity
from assuage.screening import show_date

KNOWN = {"site": ("venous", "arterial"), "arm": ("other", "infusion"), "specimen": ("serum", "plasma", "red-cells"), "after_lipid": ("true", "false")}  # fmt: skip
AGAIN = "leave this level out and draw another"
UNFIT = {
    "arm": ("infusion", "a level drawn from the arm of the infusion: it holds what runs in", "a sample from the other arm"),
    "after_lipid": ("true", "a level drawn after lipid emulsion: the drug is bound, and the assay disturbed", "a sample from before the emulsion"),
    "specimen": ("red-cells", "a level in red cells: no model predicts it", "serum or plasma"),
}  # fmt: skip


class MeasuredLevel(msgspec.Struct, frozen=True):
    """One level as it is written. `assay_error` is the SD of the laboratory's assay as a share of the level."""

    analyte: str
    value: Quantity
    at: str
    site: str
    arm: str
    specimen: str
    after_lipid: bool
    assay_error: Quantity | None = None


class Drawing(msgspec.Struct, frozen=True):
    """One level that can be used: of a drug, a concentration, the instant, where it was drawn, and its place in the file."""

    drug: str
    value: Quantity
    at: dt.datetime
    site: Drawn
    assay_error: float
    where: str


class Reading(msgspec.Struct, frozen=True):
    """How a file is read: the facts, the clinic, the zone of the start, and the day on which levels are known."""

    catalog: Catalog
    clinic: Clinic
    zone: str
    known_on: dt.date | None = None


def read_levels_file(place: str, reading: Reading) -> tuple[tuple[Drawing, ...], list[Problem]]:
    """The levels of a file, and what is wrong with the others. Errors: `DocumentError` where it is no list of levels."""
    node = read(read_text(Path(place), "file of levels"), place)
    if node.kind != "sequence" or not node.value:
        raise DocumentError(
            Problem("this is no list of levels", node.where, "a list of one level or more",
                    "begin each level with a dash: - {analyte: magnesium, value: 1.35 mmol/L, ...}")
        )  # fmt: skip
    found: list[Drawing] = []
    problems: list[Problem] = []
    for child in node.value:
        one, wrong = _drawing(child, reading)
        problems += wrong
        if one is not None:
            found.append(one)
    return tuple(found), problems + list(_repeated(found))


def _drawing(node: Node, reading: Reading) -> tuple[Drawing | None, list[Problem]]:
    shaper = Shaper(("levels",))
    entry = shaper.convert(node, MeasuredLevel)
    problems = [*shaper.problems, *_unfit(node)]
    name = _text(node.get("analyte"))
    drug = None
    if name is not None:
        drug = _drug(name, reading.catalog)
        if drug is None:
            problems.append(_no_analyte(name, _place(node, "analyte"), reading.catalog))
    moment, wrong = _moment(node, reading)
    problems += wrong
    if isinstance(entry, MeasuredLevel):
        problems += _sizes(entry, node, drug)
    if problems or drug is None or moment is None or not isinstance(entry, MeasuredLevel):
        return None, problems
    error = 0.0 if entry.assay_error is None else float(entry.assay_error.to("1").value)
    site: Drawn = "arterial" if entry.site == "arterial" else "venous"
    return Drawing(drug.id, entry.value, moment, site, error, node.where), []


def _text(node: Node | None) -> str | None:
    return node.value if node is not None and node.kind in ("text", "plain") else None


def _place(node: Node, key: str) -> str:
    child = node.get(key)
    return (child or node).where


def _unfit(node: Node) -> Iterator[Problem]:
    """What makes a level useless for an estimate: known to be so, or not known not to be."""
    for key, choices in KNOWN.items():
        said, where = _text(node.get(key)), _place(node, key)
        if said is None:
            continue
        wrong, what, expected = UNFIT.get(key, (None, "", ""))
        if said == wrong:
            yield Problem(what, where, expected, AGAIN)
        elif said not in choices and key != "after_lipid":
            near = nearest(said, choices)
            do = f"did you mean {near[0]}?" if near else f"ask who drew it; if nobody knows, {AGAIN}"
            yield Problem(f"“{said}” is no {key} of a sample", where, f"{key}: {' or '.join(choices)}", do)


def _drug(name: str, catalog: Catalog) -> Drug | None:
    """The drug that a level of this name is of: by its name, or as its models call what they predict."""
    wanted = name.casefold()
    for one in catalog.drugs.values():
        lines = [m.analyte for m in catalog.kinetics.values() if m.drug == one.id and any(n.part == "line" for n in m.needs)]  # fmt: skip
        if wanted in {text.casefold() for text in (one.id, one.name, *one.aliases, *lines)}:
            return one
    return None


def _no_analyte(name: str, where: str, catalog: Catalog) -> Problem:
    names = ["magnesium" if "magnesium" in one else one for one in catalog.drugs]
    predicted = {model.analyte.casefold() for model in catalog.kinetics.values()}
    if name.casefold() in predicted or "ionised" in name:
        what = f"a level of {name}: the models here are of something else ({', '.join(names)})"
        return Problem(what, where, f"one of: {', '.join(names)}", "leave this level out: it is not to be mixed with them")  # fmt: skip
    near = nearest(name, names)
    do = f"did you mean {near[0]}?" if near else "write what the laboratory measured"
    return Problem(f"no model predicts “{name}”", where, f"one of: {', '.join(names)}", do)


def _moment(node: Node, reading: Reading) -> tuple[dt.datetime | None, list[Problem]]:
    text, where = _text(node.get("at")), _place(node, "at")
    if text is None:
        return None, []
    match = MOMENT.fullmatch(text)
    try:
        if match is not None and match["offset"] is not None:
            at = dt.datetime.fromisoformat(text)
        else:
            at, _ = read_start(text, tz=reading.zone, clinic=reading.clinic)
    except AssuageError as error:
        return None, [Problem(one.what, where, one.expected, one.do) for one in error.problems]
    except ValueError:
        return None, [Problem(f"“{text}” is no moment", where, "a day and a time, such as 2026-11-30T10:00", "correct it")]  # fmt: skip
    if reading.known_on is not None and at.date() > reading.known_on:
        what = f"the level is of {show_date(at.date())}, after the day on which facts are known, {show_date(reading.known_on)}"
        return None, [Problem(what, where, "a level drawn by then", "correct the time, or --as-of")]
    return at, []


def _sizes(entry: MeasuredLevel, node: Node, drug: Drug | None) -> Iterator[Problem]:
    if entry.value.value <= 0:
        yield Problem(f"the level is {entry.value.value:f}", _place(node, "value"), "a concentration above 0",
                      "leave out a level below the limit of quantification: it is no number")  # fmt: skip
    if drug is not None:
        try:
            entry.value.to("mmol/L", drug.form(drug.active).substance)
        except AssuageError as error:
            yield from (Problem(f"{entry.value.unit} is no unit of a level of {drug.name}", _place(node, "value"), "a concentration: mmol/L, mEq/L, mg/dL, ng/mL, mcg/L", one.do) for one in error.problems)  # fmt: skip
    if entry.assay_error is not None:
        where = _place(node, "assay_error")
        try:
            is_share = 0 < entry.assay_error.to("1").value < 1
        except AssuageError:
            is_share = False
        if not is_share:
            yield Problem("the error of the assay is no share of the level", where, "above 0 % and below 100 %, such as 5 %",
                          "write the coefficient of variation that the laboratory states, or leave it out")  # fmt: skip


def _repeated(found: list[Drawing]) -> Iterator[Problem]:
    """Two levels of one drug at one instant: nobody knows which one holds."""
    seen: dict[tuple[str, dt.datetime], Drawing] = {}
    for one in found:
        first = seen.setdefault((one.drug, one.at.astimezone(dt.UTC)), one)
        if first is not one:
            what = "two levels of one instant with different values" if first.value != one.value else "one level twice"
            yield Problem(f"{what} (the other: {first.where})", one.where, "one level for each instant",
                          "correct a time; enter a repeated assay once, as what the laboratory stands by")  # fmt: skip


def by_drug(found: tuple[Drawing, ...]) -> Mapping[str, tuple[Drawing, ...]]:
    """The levels of each drug, in order of time."""
    ordered = sorted(found, key=lambda one: one.at.astimezone(dt.UTC))
    return {name: tuple(one for one in ordered if one.drug == name) for name in dict.fromkeys(one.drug for one in ordered)}  # fmt: skip
