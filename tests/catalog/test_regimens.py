"""The regimens: all there, nothing plannable without its numbers, nothing given that was only blinding."""

from __future__ import annotations

import itertools
from functools import cache

import pytest

from assuage.catalog import Catalog, read_catalog
from assuage.errors import DisputedFact
from assuage.quantity import parse
from assuage.regimen import Expectation, Regimen, Step
from assuage.sourced import Fact
from assuage.study import Study

FROM_THE_REVIEW = {
    "kim-2015-magnesium", "kim-2015-ketamine", "brill-2002-magnesium", "mauskop-1995-magnesium",
    "tanaka-1998-magnesium", "cheong-2006-magnesium", "collins-2009-magnesium", "crosby-2000-magnesium-500mg",
    "crosby-2000-magnesium-1g", "anodyne-ketamine-im", "thompson-ketamine-lidocaine", "magnesium-alternate-days",
    "alternating-magnesium-ketamine",
}  # fmt: skip
BEYOND_IT = {
    "pickering-2020-ketamine-magnesium", "fischer-2013-magnesium", "yousef-2013-magnesium", "eide-1994-ketamine",
    "ahn-2015-ketamine-midazolam", "schwartzman-2009-ketamine", "amr-2010-ketamine", "kim-yc-2018-lidocaine",
    "liu-2018-lidocaine", "nagai-2025-magnesium-lidocaine",
}  # fmt: skip
PLANNABLE = {
    "kim-2015-magnesium", "kim-2015-ketamine", "brill-2002-magnesium", "tanaka-1998-magnesium",
    "collins-2009-magnesium", "crosby-2000-magnesium-500mg", "crosby-2000-magnesium-1g", "anodyne-ketamine-im",
    "magnesium-alternate-days", "alternating-magnesium-ketamine", "yousef-2013-magnesium", "amr-2010-ketamine",
}  # fmt: skip


@cache
def the_catalog() -> Catalog:
    return read_catalog()


def steps() -> list[tuple[Regimen, Step]]:
    return [(regimen, step) for regimen in the_catalog().regimens.values() for step in regimen.steps]


def doses(regimen: str, *, step: int = 0) -> Fact:
    return the_catalog().regimens[regimen].steps[step].components[0].dose


def test_every_regimen_of_the_contract_exists() -> None:
    assert set(the_catalog().regimens) >= FROM_THE_REVIEW | BEYOND_IT


def test_what_can_be_planned_is_a_list_someone_must_change_on_purpose() -> None:
    """A regimen becomes plannable when its missing numbers are read, never by an oversight in a file."""
    assert {regimen.id for regimen in the_catalog().regimens.values() if regimen.plannable} == PLANNABLE


@pytest.mark.parametrize("name", sorted(PLANNABLE))
def test_a_plannable_regimen_has_every_number_it_needs(name: str) -> None:
    regimen = the_catalog().regimens[name]
    assert regimen.steps
    assert regimen.schedule
    assert not regimen.missing
    count = regimen.schedule.count.quantity
    assert count.unit == "{infusions}"
    assert count.value >= 1
    if count.value > 1:
        assert regimen.schedule.every is not None
        assert regimen.schedule.every.quantity.to("h").value >= 24
    for step in regimen.steps:
        assert all(component.dose.quantity.value > 0 and component.form.value for component in step.components)
        if step.route == "intramuscular":
            assert step.portions
            assert step.portions.quantity.value > 1
            assert step.portion_interval
            assert step.portion_interval.quantity.to("min").value > 0
        else:
            assert step.duration
            assert step.duration.quantity.to("min").value > 0
            assert step.volume
            assert step.volume.quantity.to("mL").value > 0
            assert (step.fluid is None) == (step.volume_means is None), (
                "a fluid is added to or made up to; neither is undiluted"
            )


def test_what_cannot_be_planned_says_what_is_missing_and_what_would_settle_it() -> None:
    for regimen in the_catalog().regimens.values():
        if not regimen.plannable:
            assert regimen.missing, regimen.id
            assert regimen.settled_by, regimen.id


def test_no_standing_value_is_recalled_and_not_read() -> None:
    for regimen, fact in every_fact():
        if fact.claims:
            assert fact.claim().source != "memory", (regimen.id, fact.id)
        for claim in fact.claims:
            assert claim.source != "memory" or "unverified" in (claim.note or "").casefold(), (regimen.id, fact.id)


def every_fact() -> list[tuple[Regimen, Fact]]:
    found: list[tuple[Regimen, Fact]] = []
    for regimen, step in steps():
        facts = [step.fluid, step.volume, step.volume_means, step.duration, step.portions, step.portion_interval]
        facts += [part for phase in step.phases for part in (phase.volume, phase.duration)]
        facts += [part for c in step.components for part in (c.form, c.dose, c.cap)]
        found += [(regimen, fact) for fact in facts if fact is not None]
    for regimen in the_catalog().regimens.values():
        if regimen.schedule:
            found += [(regimen, fact) for fact in (regimen.schedule.count, regimen.schedule.every) if fact is not None]
        found += [(regimen, dispute.fact) for dispute in regimen.disputes]
    return found


def test_every_fact_can_be_settled() -> None:
    """A dispute without a choice would stop a plan; the catalog ships none."""
    for regimen, fact in every_fact():
        assert not fact.claims or fact.claim(), (regimen.id, fact.id)


@pytest.mark.parametrize("name", ["kim-2015-magnesium", "magnesium-alternate-days", "alternating-magnesium-ketamine"])
def test_one_and_thirty_milligrams_per_kilogram_stand_side_by_side_with_a_choice(name: str) -> None:
    dose = doses(name)
    assert {claim.value for claim in dose.claims if claim.source == "seed"} == {"1 mg/kg", "30 mg/kg"}
    assert dose.disputed
    assert dose.because
    assert dose.value == "30 mg/kg"


def test_without_the_choice_the_magnesium_dose_has_no_value() -> None:
    dose = doses("kim-2015-magnesium")
    with pytest.raises(DisputedFact):
        Fact(dose.id, dose.claims).claim()


def test_kim_is_three_infusions_48_h_apart_in_100_ml_over_60_min() -> None:
    for name, dose in (("kim-2015-magnesium", "30 mg/kg"), ("kim-2015-ketamine", "1 mg/kg")):
        regimen = the_catalog().regimens[name]
        step, schedule = regimen.steps[0], regimen.schedule
        assert schedule
        assert schedule.every
        assert step.fluid
        assert step.volume
        assert step.volume_means
        assert step.duration
        assert (step.components[0].dose.value, step.fluid.value) == (dose, "sodium-chloride-0.9")
        assert (step.volume.value, step.volume_means.value, step.duration.value) == ("100 mL", "vehicle", "60 min")
        assert (schedule.count.value, schedule.every.value) == ("3 {infusions}", "48 h")
        assert [omitted.role for omitted in regimen.omitted] == ["blinding"]


def test_blinding_is_recorded_and_never_given() -> None:
    for regimen, step in steps():
        assert all(component.role != "blinding" for component in step.components), regimen.id


def test_sedatives_stand_in_no_plannable_step() -> None:
    for regimen, step in steps():
        assert not regimen.plannable or all(component.drug != "midazolam" for component in step.components), regimen.id


def test_thompson_is_listed_without_a_single_number() -> None:
    regimen = the_catalog().regimens["thompson-ketamine-lidocaine"]
    assert not regimen.plannable
    assert regimen.basis == "listed"
    assert regimen.steps == ()
    assert regimen.schedule is None


def test_the_alternating_series_is_a_hypothesis_beside_the_trial_that_does_not_test_it() -> None:
    regimen = the_catalog().regimens["alternating-magnesium-ketamine"]
    schedule = regimen.schedule
    assert regimen.basis == "hypothesis"
    assert schedule
    assert schedule.every
    assert schedule.pattern == ("magnesium", "ketamine", "magnesium", "ketamine", "magnesium")
    assert schedule.count.quantity.value == len(schedule.pattern)
    days = [index for index, step in enumerate(schedule.pattern) if step == "magnesium"]
    apart = min(later - sooner for sooner, later in itertools.pairwise(days))
    assert apart * schedule.every.quantity.to("h").value >= 48
    assert [step.route for step in regimen.steps] == ["intravenous", "intramuscular"]
    beside = next(later for later in regimen.later if later.study == "pickering-2020")
    assert "not a test of an alternating series" in beside.sentence
    assert regimen.expectations == ()


def test_tanaka_is_five_millimoles_in_two_equal_parts() -> None:
    step = the_catalog().regimens["tanaka-1998-magnesium"].steps[0]
    assert step.components[0].dose.value == "5 mmol"
    assert step.volume
    assert step.duration
    assert sum(phase.volume.quantity.to("mL").value for phase in step.phases) == step.volume.quantity.to("mL").value
    assert sum(phase.duration.quantity.to("min").value for phase in step.phases) == step.duration.quantity.value
    dispute = the_catalog().regimens["tanaka-1998-magnesium"].disputes[0].fact
    assert dispute.value == "0.5 mol/L"
    assert {"0.5 mmol/L", "1.3 g/L"} <= {claim.value for claim in dispute.claims}
    assert dispute.quantity.times(step.volume.quantity, "mmol") == parse("5 mmol")


def test_schwartzman_is_capped_as_the_trial_capped_it() -> None:
    component = the_catalog().regimens["schwartzman-2009-ketamine"].steps[0].components[0]
    assert parse("0.35 mg/kg/h").times(parse("4 h"), "mg/kg") == component.dose.quantity
    assert component.cap
    assert parse("25 mg/h").times(parse("4 h"), "mg") == component.cap.quantity


def test_anodyne_prints_both_ends_and_the_two_counts_of_patients() -> None:
    regimen = the_catalog().regimens["anodyne-ketamine-im"]
    dose = doses("anodyne-ketamine-im")
    assert dose.value == "0.3 mg/kg"
    assert {claim.value for claim in dose.claims} == {"0.3 mg/kg", "0.4 mg/kg"}
    assert regimen.steps[0].between
    assert {claim.value for claim in regimen.disputes[0].fact.claims} == {"18 people", "17 people"}


def test_leg_veins_are_to_be_avoided_and_the_remark_is_the_authors() -> None:
    for regimen in the_catalog().regimens.values():
        remarks = [remark for remark in regimen.remarks if "varicose" in remark.value]
        assert all(remark.source == "seed" and "Never offered" in (remark.note or "") for remark in remarks)
        assert not remarks or any("leg" in site.value for site in regimen.sites_to_avoid), regimen.id


def test_every_study_named_is_a_study_of_the_catalog() -> None:
    studies = the_catalog().studies
    for regimen in the_catalog().regimens.values():
        named = [regimen.study] if regimen.study else []
        named += [later.study for later in regimen.later] + [row.study for row in regimen.expectations]
        assert not [name for name in named if name not in studies], regimen.id


def rows(study: Study, expectation: Expectation) -> list[object]:
    """Rows of a study that an expectation names: a responder count by threshold, or another outcome by measure."""
    counted = [r for r in study.responders if (r.arm, r.threshold, r.time) == key(expectation)]
    measured = [o for o in study.outcomes if (o.arm, o.measure, o.time) == key(expectation)]
    return [*counted, *measured]


def key(expectation: Expectation) -> tuple[str, str, str]:
    return expectation.arm, expectation.outcome, expectation.time


def test_every_expectation_names_one_row_of_its_study() -> None:
    for regimen in the_catalog().regimens.values():
        for expectation in regimen.expectations:
            found = rows(the_catalog().studies[expectation.study], expectation)
            assert len(found) == 1, (regimen.id, key(expectation))


def test_a_regimen_is_found_by_the_name_of_its_study_only_where_there_is_one() -> None:
    names = [name for regimen in the_catalog().regimens.values() for name in (regimen.id, *regimen.aliases)]
    assert len(names) == len(set(names))
    assert the_catalog().regimen("brill2002").id == "brill-2002-magnesium"
    assert "kim2015" not in names
    assert "crosby2000" not in names


def test_abbreviations_that_kill_are_not_written() -> None:
    for regimen in the_catalog().regimens.values():
        text = repr(regimen)
        assert not [word for word in ("EOD", "QOD", "MgSO4", "µg") if word in text], regimen.id
