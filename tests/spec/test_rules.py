"""Every rule speaks in one patient and is silent in another, at the gravity and with the block the tables name."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from tests.spec.given import catalog, of, screened
from tests.spec.pairs import PLANS, TABLES

from assuage.finding import BLOCKS, SEVERITIES, Finding
from assuage.screening import Screening


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    plan: str
    rule: str
    severity: str
    blocks: str
    speaks: str
    silent: str


def rows() -> list[Row]:
    found = []
    for table, text in TABLES.items():
        for line in text.strip().splitlines():
            rule, says, speaks, silent = (part.strip() for part in line.split("|"))
            severity, blocks = says.split()
            found.append(Row(PLANS[table], rule, severity, blocks, speaks, silent))
    return found


def patient_of(described: str, plan: str) -> Screening:
    """The screening of a patient as the tables describe one."""
    changes = [part.strip() for part in described.split(" & ") if part.strip()]
    without = tuple(part[1:] for part in changes if part.startswith("-"))
    for part in changes:
        plan = part.removeprefix("plan=") if part.startswith("plan=") else plan
    return screened(plan, *(part for part in changes if not part.startswith(("-", "plan="))), without=without)


def names(row: Row) -> str:
    return f"{row.rule} {row.severity}: {row.speaks or 'as is'}"


def is_at_least(found: Finding, row: Row) -> bool:
    """A finding may be graver than the rule where it was merged with others of one cause."""
    return SEVERITIES.index(found.severity) <= SEVERITIES.index(row.severity) and (  # type: ignore[arg-type]
        BLOCKS.index(found.blocks) <= BLOCKS.index(row.blocks)  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("row", rows(), ids=names)
def test_a_rule_speaks(row: Row) -> None:
    found = of(patient_of(row.speaks, row.plan), row.rule)
    assert found is not None
    alone = not found.merged
    assert (found.severity, found.blocks) == (row.severity, row.blocks) if alone else is_at_least(found, row)


@pytest.mark.parametrize("row", rows(), ids=names)
def test_a_rule_is_silent(row: Row) -> None:
    assert of(patient_of(row.silent, row.plan), row.rule) is None


@pytest.mark.parametrize("row", rows(), ids=names)
def test_a_table_names_the_gravity_of_the_rule(row: Row) -> None:
    rule = catalog().rules[row.rule]
    said = {(rule.severity, rule.blocks)}
    if rule.when_unknown is not None:
        said.add((rule.when_unknown.severity, rule.when_unknown.blocks))
    assert (row.severity, row.blocks) in said


def test_no_rule_is_without_its_pair() -> None:
    decided_elsewhere = {rule.id for rule in catalog().rules.values() if rule.decided_by in ("plan", "bedside")}
    assert {row.rule for row in rows()} == set(catalog().rules) - decided_elsewhere


def test_every_sentence_for_not_knowing_has_its_row() -> None:
    said = {(row.rule, row.severity, row.blocks) for row in rows()}
    wanted = {
        (rule.id, rule.when_unknown.severity, rule.when_unknown.blocks)
        for rule in catalog().rules.values()
        if rule.when_unknown is not None
    }
    assert wanted <= said


def test_rules_decided_elsewhere_are_silent_here() -> None:
    elsewhere = [rule.id for rule in catalog().rules.values() if rule.decided_by in ("plan", "bedside")]
    screening = screened("nagai-2025-magnesium-lidocaine")
    assert elsewhere
    assert [rule for rule in elsewhere if of(screening, rule) is not None] == []


def test_the_whole_patient_has_nothing_left_to_ask() -> None:
    for plan in ("kim-2015-magnesium", "kim-2015-ketamine", "liu-2018-lidocaine"):
        screening = screened(plan)
        assert [one.rule for one in screening.findings if one.severity != "note"] == []
        assert screening.not_checked == ()
