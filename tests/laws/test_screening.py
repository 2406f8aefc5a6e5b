"""Laws of screening, for any patient: more dangers never help, less knowledge never helps, order never matters."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.spec.given import CONDITIONS, DAY, DRUGS, blocks_dose, catalog, clinic, rules_of

from assuage.document import read_yaml
from assuage.finding import BLOCKS, SEVERITIES, Finding, merge
from assuage.patient import read_patient
from assuage.screening import Screening, screen

PLANS = ("kim-2015-magnesium", "kim-2015-ketamine", "collins-2009-magnesium", "anodyne-ketamine-im",
         "alternating-magnesium-ketamine", "liu-2018-lidocaine", "ahn-2015-ketamine-midazolam")  # fmt: skip
# What a file may say of each fact; the dates are `recent`, so that a law can make them older.
OPTIONS: dict[str, tuple[str, ...]] = {
    "birth_date": ("1957-04-02", "1940-04-02", "1990-01-01"),
    "sex": ("female", "male"),
    "weight": ("{value: 70 kg, on: recent}", "{value: 38 kg, on: recent}", "{value: 70 kg, on: recent, how: stated}"),
    "height": ("{value: 165 cm, on: recent}", "{value: 150 cm, on: recent}"),
    "creatinine": (
        "{value: 80 umol/L, on: recent}",
        "{value: 120 umol/L, on: recent}",
        "{value: 220 umol/L, on: recent}",
    ),
    "magnesium": ("{value: 0.85 mmol/L, on: recent}", "{value: 1.3 mmol/L, on: recent}"),
    "calcium": ("{value: 2.35 mmol/L, on: recent}", "{value: 1.8 mmol/L, on: recent}"),
    "potassium": ("{value: 4.2 mmol/L, on: recent}",),
    "alt": ("{value: 22 U/L, on: recent}",),
    "ggt": ("{value: 25 U/L, on: recent}",),
    "ecg": (
        "{on: recent, av_block: none, pr: 160 ms, qtc: 420 ms}",
        "{on: recent, av_block: second, pr: 260 ms, qtc: 520 ms}",
        "{on: recent, pr: 210 ms}",
    ),
    "vitals": (
        "{on: recent, bp: 132/78 mm[Hg], hr: 72 /min, rr: 16 /min, spo2: 97 %}",
        "{on: recent, bp: 92/60 mm[Hg], hr: 45 /min, rr: 11 /min, spo2: 97 %}",
        "{on: recent, bp: 190/110 mm[Hg], hr: 155 /min, rr: 14 /min}",
    ),
    "knee_jerk": ("{on: recent, present: true}", "{on: recent, present: false}"),
    "urine": ("{on: recent, normal: true, last_4h: 250 mL}", "{on: recent, normal: true, last_4h: 50 mL}"),
    "psychosis_screen": ("{value: negative, on: recent}", "{value: positive, on: recent}"),
    "substance_screen": ("{value: negative, on: recent}", "{value: positive, on: recent}"),
    "nerve_block": ("none-planned", "within-4-h"),
    "pregnancy": ("not-applicable", "pregnant"),
    "escort": ("true", "false"),
    "drives_home": ("false", "true"),
    "consent": ("{on: recent, off_label: true}", "{on: recent, off_label: false}"),
    "setting": ("{kit: true, monitoring: true, airway: true}", "{kit: false, monitoring: true}"),
    "liver": ("{on: recent, child_pugh: a}", "{on: recent, child_pugh: c}"),
}
DISEASES = tuple(line.split(":")[0] for line in CONDITIONS.strip().splitlines())
MEDICINES = tuple(line.split(":")[0] for line in DRUGS.strip().splitlines())
ALLERGIES = ("ketamine", "magnesium sulfate", "lignocaine", "benzodiazepine", "latex", "penicillin")
LISTS = {"conditions": DISEASES, "medications": MEDICINES, "allergies": ALLERGIES}
Said = dict[str, str | list[str]]


@st.composite
def patients(draw: st.DrawFn) -> Said:
    """What one file says: any of the facts, any of the lists."""
    said: Said = {}
    for key, options in OPTIONS.items():
        value = draw(st.sampled_from((None, *options)))
        if value is not None:
            said[key] = value
    for key, names in LISTS.items():
        value = draw(st.none() | st.lists(st.sampled_from(names), max_size=4, unique=True))
        if value is not None:
            said[key] = value
    return said


def screened(said: Said, plan: str, *, recent: dt.date = dt.date(2026, 11, 28)) -> Screening:
    lines = [
        f"{key}: {value if isinstance(value, str) else '[' + ', '.join(value) + ']'}" for key, value in said.items()
    ]
    text = "\n".join(["id: made-up", "synthetic: true", *lines]).replace("recent", recent.isoformat())
    person = read_patient(read_yaml(text, "patient.yaml"))
    return screen(person, catalog().regimen(plan), catalog=catalog(), clinic=clinic(), days=(DAY,))


def stops(screening: Screening) -> set[str]:
    """Rules that lead a finding that refuses or stops."""
    return {one.rule for one in screening.findings if one.severity in ("refuse", "stop")}


def in_stops(screening: Screening) -> set[str]:
    """Every rule within a finding that refuses or stops."""
    grave = [one for one in screening.findings if one.severity in ("refuse", "stop")]
    return {rule for one in grave for rule in (one.rule, *one.merged)}


def of_catalog(screening: Screening) -> set[str]:
    return rules_of(screening) & set(catalog().rules)


def is_contradictory(screening: Screening) -> bool:
    return any(rule.startswith("contradictory-") for rule in rules_of(screening))


def at_most_as_free(before: Screening, after: Screening) -> None:
    """Nothing a rule said is lost, and no dose that was blocked is let through."""
    assert of_catalog(before) <= of_catalog(after)
    assert blocks_dose(after) or not blocks_dose(before)


@given(patients(), st.sampled_from(PLANS), st.data())
def test_one_more_contraindication_removes_no_stop(said: Said, plan: str, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(LISTS)))
    name = data.draw(st.sampled_from(LISTS[key]))
    listed = said.get(key, [])
    assert isinstance(listed, list)
    before, after = screened({**said, key: listed}, plan), screened({**said, key: [*listed, name]}, plan)
    assert stops(before) <= in_stops(after)


@given(patients(), st.sampled_from(PLANS), st.data())
def test_a_value_made_unknown_removes_nothing_and_lets_nothing_through(
    said: Said, plan: str, data: st.DataObject
) -> None:
    before = screened(said, plan)
    if not said or is_contradictory(before):
        return  # of two entries that contradict each other, leaving one out is how they are mended
    gone = data.draw(st.sampled_from(sorted(said)))
    at_most_as_free(before, screened({key: value for key, value in said.items() if key != gone}, plan))


@given(patients(), st.sampled_from(PLANS), st.data())
def test_a_part_of_a_group_made_unknown_does_neither(said: Said, plan: str, data: st.DataObject) -> None:
    before = screened(said, plan)
    groups = [key for key in ("ecg", "vitals", "urine", "setting") if key in said]
    if not groups or is_contradictory(before):
        return
    key = data.draw(st.sampled_from(groups))
    parts = [part for part in str(said[key]).strip("{}").split(", ") if not part.startswith("on:")]
    gone = data.draw(st.sampled_from(parts))
    less = re.sub(r"\{, ", "{", str(said[key]).replace(gone, "").replace(", ,", ",").replace(", }", "}"))
    at_most_as_free(before, screened({**said, key: less}, plan))


@given(patients(), st.sampled_from(PLANS), st.data())
def test_a_name_nobody_understands_hides_nothing(said: Said, plan: str, data: st.DataObject) -> None:
    lists = [key for key in LISTS if said.get(key)]
    before = screened(said, plan)
    if not lists or is_contradictory(before):
        return
    key = data.draw(st.sampled_from(lists))
    listed = said[key]
    assert isinstance(listed, list)
    place = data.draw(st.integers(0, len(listed) - 1))
    at_most_as_free(before, screened({**said, key: [*listed[:place], "zzyzx", *listed[place + 1 :]]}, plan))


@given(patients(), st.sampled_from(PLANS), st.integers(0, 400), st.integers(0, 400))
def test_older_facts_are_never_freer(said: Said, plan: str, first: int, more: int) -> None:
    newer, older = (DAY - dt.timedelta(days=days) for days in (first, first + more))
    at_most_as_free(screened(said, plan, recent=newer), screened(said, plan, recent=older))


@given(patients(), st.sampled_from(PLANS), st.data())
def test_the_order_of_entries_does_not_matter(said: Said, plan: str, data: st.DataObject) -> None:
    turned = {
        key: data.draw(st.permutations(value)) if isinstance(value, list) else value for key, value in said.items()
    }

    def gist(screening: Screening) -> set[tuple[str, str, str, frozenset[str]]]:
        return {(one.rule, one.severity, one.blocks, frozenset(one.merged)) for one in screening.findings}

    assert gist(screened(said, plan)) == gist(screened(turned, plan))


@given(patients(), st.sampled_from(PLANS))
def test_every_unknown_that_a_rule_met_is_told(said: Said, plan: str) -> None:
    screening = screened(said, plan)
    assert {one.rule for one in screening.not_checked} <= rules_of(screening)
    assert all(one.why for one in screening.not_checked)


@given(patients(), st.sampled_from(PLANS))
def test_merging_again_changes_nothing(said: Said, plan: str) -> None:
    found = screened(said, plan).findings
    assert merge(list(found)) == found


@given(patients(), st.sampled_from(PLANS))
def test_every_sentence_is_filled(said: Said, plan: str) -> None:
    for one in screened(said, plan).findings:
        assert not re.search(r"[{}]|: [.,]|  |\bNone\b(?! of)|Unknown\(", f"{one.message} {one.reason} {one.resolve}")
        assert one.message.strip()
        assert one.sources


def a_finding(rule: str, severity: str, blocks: str, cause: str | None) -> Finding:
    return Finding(rule, severity, blocks, f"{rule} said.", "Because.", f"Do {rule}.", (f"source-{rule}",), cause)  # type: ignore[arg-type]


findings = st.builds(
    a_finding, st.sampled_from("abcdefgh"), st.sampled_from(SEVERITIES), st.sampled_from(BLOCKS), st.sampled_from([None, "x", "y"])
)  # fmt: skip


@given(st.lists(findings, max_size=8))
def test_merging_loses_nothing_and_weakens_nothing(several: list[Finding]) -> None:
    merged = merge(several)
    assert [one.rank for one in merged] == sorted(one.rank for one in merged)
    for one in several:
        into = [each for each in merged if one.rule in (each.rule, *each.merged) and each.cause == one.cause]
        assert any(one.message in each.message and set(one.sources) <= set(each.sources) for each in into)
        assert any(SEVERITIES.index(each.severity) <= SEVERITIES.index(one.severity) for each in into)
        assert any(BLOCKS.index(each.blocks) <= BLOCKS.index(one.blocks) for each in into)


@pytest.mark.parametrize("plan", PLANS)
def test_an_empty_file_blocks_every_dose(plan: str) -> None:
    assert blocks_dose(screened({}, plan))
