"""Check 10: what is asked of the evidence hangs together, with the rows, the judgements and the words it is told in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from assuage.catalog.checks import place
from assuage.catalog.checks.mixture import found_row, mixtures
from assuage.catalog.checks.subject import Finder, Subject
from assuage.catalog.model import Catalog, CheckProblem
from assuage.catalog.read import Entry
from assuage.catalog.references import coded
from assuage.question import DOMAINS, JUDGED, Appraisal, Body, Domain, Grade, Question, Row
from assuage.study import Study

FIND = Finder("questions")
# How far one judgement may lower certainty, and how far one reason may raise it.
LOWEST, HIGHEST = -3, 2
FEWEST = 2


def check(subject: Subject) -> Iterator[CheckProblem]:
    """Rows that say what they are, questions whose bodies can be computed, and risk of bias by the domains of its tool."""
    for entry in subject.of("studies"):
        yield from _study(entry, entry.record, subject.catalog)
    for entry in subject.of("appraisals"):
        yield from _appraisal(entry, entry.record, subject.catalog)
    for entry in subject.of("questions"):
        yield from _question(entry, entry.record, subject.catalog)


def result_of(row: Row, catalog: Catalog) -> str | None:
    """The result that a row belongs to, as appraisals call it; none where the row is unknown."""
    one = found_row(catalog, row.study, row.row)
    return f"{one.coded.outcome}-{one.coded.window}" if one else None


def _study(entry: Entry, study: Study, catalog: Catalog) -> Iterator[CheckProblem]:
    counts = Counter(one.coded.id for one in coded(study))
    for one in coded(study):
        path = (*one.path, "coded")
        if counts[one.coded.id] > 1:
            yield FIND.error(entry, (*path, "id"), what=f"“{one.coded.id}” names {counts[one.coded.id]} rows of {study.id}",
                             expected="a name for one row", do="rename one")  # fmt: skip
        term = catalog.terms.get(one.coded.condition)
        if term is not None and term.kind != "condition":
            yield FIND.error(entry, (*path, "condition"), what=f"“{term.id}” is a {term.kind}", expected="a condition",
                             do="name what the people had")  # fmt: skip
        if list(one.coded.drugs) != sorted(set(one.coded.drugs)) or not one.coded.drugs:
            yield FIND.error(entry, (*path, "drugs"), what=f"drugs {', '.join(one.coded.drugs) or 'missing'}",
                             expected="each once, in the order of the alphabet; placebo for an inert infusion", do="sort them")  # fmt: skip


def _appraisal(entry: Entry, appraisal: Appraisal, catalog: Catalog) -> Iterator[CheckProblem]:
    wanted = DOMAINS[appraisal.tool]
    named = tuple(one.domain for one in appraisal.domains)
    if named != wanted:
        yield FIND.error(entry, ("domains",), what=f"the domains are {', '.join(named)}",
                         expected=f"those of {appraisal.tool}, in its order: {', '.join(wanted)}", do="judge each once")  # fmt: skip
    if appraisal.id != f"{appraisal.study}.{appraisal.result}":
        yield FIND.error(entry, ("id",), what=f"the id is “{appraisal.id}”",
                         expected=f"“{appraisal.study}.{appraisal.result}”", do="make them the same")  # fmt: skip
    study = catalog.studies.get(appraisal.study)
    results = {f"{one.coded.outcome}-{one.coded.window}" for one in coded(study)} if study else {appraisal.result}
    if appraisal.result not in results:
        yield FIND.error(entry, ("result",), what=f"no row of {appraisal.study} is {appraisal.result}",
                         expected=f"one of {', '.join(sorted(results)) or 'none'}", do="name a coded outcome and its window")  # fmt: skip
    read = {one.id for one in study.readings} if study else set()
    for index, one in enumerate(appraisal.domains):
        if one.risk not in JUDGED[appraisal.tool]:
            yield FIND.error(entry, ("domains", str(index), "risk"), what=f"{appraisal.tool} knows no “{one.risk}”",
                             expected=f"one of {', '.join(JUDGED[appraisal.tool])}", do="judge by the tool")  # fmt: skip
        if study and (not one.reading or not set(one.reading) <= read):
            yield FIND.error(entry, ("domains", str(index), "reading"), what=f"the reading is {', '.join(one.reading) or 'missing'}",
                             expected=f"one or more of {', '.join(sorted(read))}", do="say what was read for it")  # fmt: skip


def _question(entry: Entry, question: Question, catalog: Catalog) -> Iterator[CheckProblem]:
    for index, sentence in enumerate(question.answer):
        for fault in place.faults(sentence, question, catalog):
            yield FIND.error(entry, ("answer", str(index)), what=fault.what, expected=fault.expected, do=fault.do)
    for name in question.claims:
        if not any(f"{{claim.{name}}}" in sentence for sentence in question.answer):
            yield FIND.error(entry, ("claims", name), what=f"no sentence says {name}", expected=f"a place {{claim.{name}}}",
                             do="say it, or leave it out")  # fmt: skip
    if not question.answer or not question.would_change:
        yield FIND.error(entry, (), what="the question has no answer, or nothing that would change it", expected="both",
                         do="say what is known, if only that nobody knows, and what would change that")  # fmt: skip
    for body in question.bodies:
        yield from _body(entry, body, catalog)


def _body(entry: Entry, body: Body, catalog: Catalog) -> Iterator[CheckProblem]:
    path = ("bodies", body.id)
    if (body.pool is None) == (body.not_pooled is None):
        yield FIND.error(entry, path, what=f"{body.id} is {'not said to be pooled or not' if body.pool is None else 'pooled and not pooled'}",
                         expected="exactly one of pool and not_pooled", do="choose one, with the reason")  # fmt: skip
    shown = {row.study for row in body.rows}
    for index, left_out in enumerate(body.excluded):
        if left_out.study in shown:
            yield FIND.error(entry, (*path, "excluded", str(index)), what=f"{left_out.study} is among the rows and left out",
                             expected="one of the two", do="remove one")  # fmt: skip
    for index, row in enumerate(body.rows):
        if row.versus == row.row:
            yield FIND.error(entry, (*path, "rows", str(index), "versus"), what=f"{row.row} is set against itself",
                             expected="another row of the study", do="name the other arm")  # fmt: skip
    if body.pool is not None:
        yield from _pool(entry, body, catalog)
    if body.grade is not None:
        yield from _grade(entry, (*path, "grade"), body.grade)


def _pool(entry: Entry, body: Body, catalog: Catalog) -> Iterator[CheckProblem]:
    """Enough rows, each with its risk of bias, and every mixture named and real."""
    assert body.pool is not None
    path = ("bodies", body.id, "pool")
    if len(body.rows) < FEWEST:
        yield FIND.error(entry, path, what=f"{len(body.rows)} row to pool", expected="two or more",
                         do="show it by itself, with not_pooled")  # fmt: skip
    if (body.pool.mean is None) != (body.pool.mean_sd is None):
        yield FIND.error(entry, path, what="half a prior of the mean", expected="its mean and its standard deviation, or neither",
                         do="add the other, or remove both")  # fmt: skip
    mixed, named = set(mixtures(body, catalog)), set(body.pool.mixed_on_purpose)
    if mixed != named:
        yield FIND.error(
            entry, (*path, "mixed_on_purpose"),
            what=f"the rows differ in {', '.join(sorted(mixed)) or 'nothing'}, and named is {', '.join(sorted(named)) or 'nothing'}",
            expected="the names of what differs, each and no other", do="name it with the reason, or pool apart",
        )  # fmt: skip
    for index, row in enumerate(body.rows):
        result = result_of(row, catalog)
        if result is not None and f"{row.study}.{result}" not in catalog.appraisals:
            yield FIND.error(entry, ("bodies", body.id, "rows", str(index)), what=f"nobody judged the risk of bias of {row.study}.{result}",
                             expected="an appraisal of every result that is pooled", do="write one in appraisals")  # fmt: skip


def _grade(entry: Entry, path: tuple[str, ...], grade: Grade) -> Iterator[CheckProblem]:
    judged = [one.domain for one in grade.judgements]
    if judged != list(get_args(Domain)):
        yield FIND.error(entry, (*path, "judgements"), what=f"judged are {', '.join(judged) or 'no domains'}",
                         expected=f"each once, in this order: {', '.join(get_args(Domain))}", do="judge each, with 0 where nothing is lost")  # fmt: skip
    for index, one in enumerate(grade.judgements):
        if not LOWEST <= one.steps <= 0:
            yield FIND.error(entry, (*path, "judgements", str(index), "steps"), what=f"{one.steps} steps",
                             expected=f"0 to {LOWEST}", do="lower certainty by whole steps")  # fmt: skip
    for index, raised in enumerate(grade.upgrades):
        if not 1 <= raised.steps <= HIGHEST or grade.starts == "high":
            yield FIND.error(entry, (*path, "upgrades", str(index), "steps"), what=f"{raised.steps} steps up from {grade.starts}",
                             expected=f"1 to {HIGHEST}, of evidence that starts low", do="remove it, or say where it starts")  # fmt: skip
