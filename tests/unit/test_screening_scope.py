"""Which rules look at a regimen, by each thing a rule may name, and which facts and bounds they bring with them."""

from __future__ import annotations

import msgspec
import pytest
from tests.spec.given import catalog, fact

from assuage.catalog import Catalog
from assuage.quantity import parse
from assuage.regimen import Regimen, Schedule
from assuage.rule import Applies, Condition, Rule
from assuage.screening.scope import applies, given_drugs, is_series, kept_ready, scope_of

MAGNESIUM, KETAMINE, MUSCLE = "kim-2015-magnesium", "kim-2015-ketamine", "anodyne-ketamine-im"


def regimen(plan: str) -> Regimen:
    return catalog().regimen(plan)


def rule(scope: Applies, when: Condition | None = None, identity: str = "made") -> Rule:
    return Rule(identity, "T-1", scope, "warn", "none", "Said.", "Because.", "Do it.", (), when)


ONCE = msgspec.structs.replace(regimen(MAGNESIUM), schedule=Schedule(fact("1 {infusions}")))
TEN = msgspec.structs.replace(regimen(MAGNESIUM), schedule=Schedule(fact("10 {infusions}")))


@pytest.mark.parametrize(
    ("scope", "plan", "ready", "found"),
    [
        (Applies(), MAGNESIUM, (), True),
        (Applies(drugs=("magnesium-sulfate",)), MAGNESIUM, (), True),
        (Applies(drugs=("ketamine", "magnesium-sulfate")), MAGNESIUM, (), True),
        (Applies(drugs=("ketamine",)), MAGNESIUM, (), False),
        (Applies(drugs=("ketamine",)), MAGNESIUM, ("ketamine",), False),
        (Applies(rescue=("midazolam",)), MAGNESIUM, ("midazolam",), True),
        (Applies(rescue=("midazolam",)), MAGNESIUM, (), False),
        (Applies(rescue=("magnesium-sulfate",)), MAGNESIUM, (), False),
        (Applies(drugs=("ketamine",), rescue=("midazolam",)), MAGNESIUM, ("midazolam",), True),
        (Applies(drugs=("magnesium-sulfate",), rescue=("midazolam",)), MAGNESIUM, (), True),
        (Applies(drugs=("ketamine",), rescue=("midazolam",)), MAGNESIUM, (), False),
        (Applies(together=("ketamine", "magnesium-sulfate")), MAGNESIUM, (), False),
        (Applies(together=("ketamine", "magnesium-sulfate")), "alternating-magnesium-ketamine", (), True),
        (Applies(routes=("intravenous",)), KETAMINE, (), True),
        (Applies(routes=("intravenous",)), MUSCLE, (), False),
        (Applies(routes=("intravenous", "intramuscular")), MUSCLE, (), True),
        (Applies(regimens=(MAGNESIUM, KETAMINE)), KETAMINE, (), True),
        (Applies(regimens=(MAGNESIUM,)), KETAMINE, (), False),
        (Applies(drugs=("ketamine",), routes=("intramuscular",)), KETAMINE, (), False),
        (Applies(drugs=("ketamine",), regimens=(MAGNESIUM,)), KETAMINE, (), False),
        (Applies(series=True), MAGNESIUM, (), True),
    ],
)  # fmt: skip
def test_a_rule_looks_at_what_it_names(scope: Applies, plan: str, ready: tuple[str, ...], found: bool) -> None:
    assert applies(rule(scope), regimen(plan), frozenset(ready)) is found


def test_a_rule_for_a_series_looks_at_more_than_one_session() -> None:
    assert [applies(rule(Applies(series=True)), one, frozenset()) for one in (ONCE, TEN)] == [False, True]
    assert [is_series(one) for one in (ONCE, TEN)] == [False, True]
    assert applies(rule(Applies()), ONCE, frozenset())


def test_without_a_regimen_every_rule_is_asked_but_those_for_named_ones() -> None:
    for scope in (Applies(), Applies(drugs=("ketamine",)), Applies(series=True), Applies(routes=("intramuscular",))):
        assert applies(rule(scope), None, frozenset())
    assert not applies(rule(Applies(regimens=(MAGNESIUM,))), None, frozenset())


def test_the_drugs_of_a_regimen() -> None:
    assert given_drugs(regimen(MAGNESIUM)) == {"magnesium-sulfate"}
    assert given_drugs(regimen("alternating-magnesium-ketamine")) == {"magnesium-sulfate", "ketamine"}
    assert given_drugs(None) == frozenset()


def lines(**kept: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]) -> Catalog:
    """A catalog whose lines for the nurse are these: drugs, routes, what is kept ready."""
    one = next(iter(catalog().watch.values()))
    watch = {
        name: msgspec.structs.replace(one, id=name, drugs=drugs, routes=routes, keeps=keeps)
        for name, (drugs, routes, keeps) in kept.items()
    }
    return msgspec.structs.replace(catalog(), watch=watch)


def test_what_is_kept_ready_follows_the_drugs_and_the_routes() -> None:
    made = lines(
        by_vein=(("ketamine",), ("intravenous",), ("midazolam",)),
        any_route=(("ketamine", "lidocaine"), (), ("ephedrine",)),
        other=(("magnesium-sulfate",), (), ("calcium-gluconate",)),
    )
    assert kept_ready(regimen(KETAMINE), made) == {"midazolam", "ephedrine"}
    assert kept_ready(regimen(MUSCLE), made) == {"ephedrine"}
    assert kept_ready(regimen(MAGNESIUM), made) == {"calcium-gluconate"}
    assert kept_ready(None, made) == frozenset()


BELOW = Condition(fact="renal", below=fact("30 mL/min"))
RANGE = Condition(fact="renal", at_least=fact("45 mL/min"), at_most=fact("60 mL/min"))
ABOVE = Condition(fact="renal", above=fact("90 mL/min"))


def with_rules(*rules: Rule) -> Catalog:
    return msgspec.structs.replace(catalog(), rules={one.id: one for one in rules}, watch={})


def test_a_scope_holds_the_rules_that_apply_with_what_they_ask() -> None:
    first = rule(Applies(drugs=("magnesium-sulfate",)), Condition(any=(BELOW, Condition(missing="ecg"))), "first")
    other = rule(Applies(drugs=("ketamine",)), ABOVE, "other")
    always = rule(Applies(), None, "always")
    found = scope_of(regimen(MAGNESIUM), with_rules(first, other, always))
    assert [(one.rule.id, one.names, one.missing) for one in found.rules] == [
        ("first", ("renal", "ecg"), ("ecg",)),
        ("always", (), ()),
    ]
    assert [one.rule.id for one in scope_of(None, with_rules(first, other, always)).rules] == [
        "first",
        "other",
        "always",
    ]


def test_a_scope_names_every_fact_with_what_it_rests_on_once() -> None:
    bare = msgspec.structs.replace(regimen(MAGNESIUM), criteria=())
    assert scope_of(bare, with_rules()).facts == ("weight", "height", "age", "bmi")
    found = scope_of(bare, with_rules(rule(Applies(), Condition(all=(BELOW, Condition(medication=("opioid",)))))))
    assert found.facts == (
        "weight", "height", "age", "bmi", "creatinine", "sex", "egfr_reported", "renal", "medications",
    )  # fmt: skip
    assert scope_of(None, with_rules()).facts == ("weight", "height", "age", "bmi")


@pytest.mark.parametrize(
    ("name", "roots"),
    [
        ("egfr", ("creatinine", "sex")), ("crcl", ("creatinine", "sex")), ("egfr_indexed", ("creatinine", "sex")),
        ("ideal_weight", ("sex",)), ("adjusted_weight", ("sex",)), ("lean_weight", ("sex",)),
        ("creatinine_doubled", ("creatinine",)), ("creatinine.age", ("creatinine",)), ("pain.duration", ("pain.since",)),
    ],
)  # fmt: skip
def test_a_derived_fact_brings_its_roots_before_it(name: str, roots: tuple[str, ...]) -> None:
    bare = msgspec.structs.replace(regimen(MAGNESIUM), criteria=())
    made = rule(Applies(), Condition(fact=name, above=fact("1 kg")))
    assert scope_of(bare, with_rules(made)).facts == ("weight", "height", "age", "bmi", *roots, name)


def test_the_criteria_of_a_regimen_are_facts_of_its_scope() -> None:
    criteria = regimen(MAGNESIUM).criteria
    assert criteria
    assert {one.fact for one in criteria} <= set(scope_of(regimen(MAGNESIUM), with_rules()).facts)


def test_the_bounds_of_renal_function_are_all_kept_and_no_other() -> None:
    other = Condition(fact="weight", below=fact("40 kg"))
    made = (
        rule(Applies(), Condition(any=(RANGE, other)), "one"), rule(Applies(), BELOW, "two"), rule(Applies(), BELOW, "again"),
        rule(Applies(), ABOVE, "three"), rule(Applies(), None, "four"), rule(Applies(drugs=("ketamine",)), Condition(fact="renal", below=fact("15 mL/min")), "five"),
    )  # fmt: skip
    bounds = [parse(f"{value} mL/min") for value in (60, 45, 30, 90)]
    assert scope_of(regimen(MAGNESIUM), with_rules(*made)).thresholds == tuple(bounds)


def test_the_scope_of_a_regimen_is_worked_out_once() -> None:
    assert scope_of(regimen(MAGNESIUM), catalog()) is scope_of(regimen(MAGNESIUM), catalog())
