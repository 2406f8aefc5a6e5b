"""What enters, in which amounts, and what is said of the levels: case by case."""

from __future__ import annotations

from functools import cache

import msgspec
import pytest
from tests.examples import START, clinic_with, example_plan, patient_with, the_catalog
from tests.plans import SCREENED, plan_of, refused, undated

from assuage.errors import ExposureError
from assuage.exposure.population import MOST_PEOPLE, people
from assuage.paper.expected import expected_of
from assuage.paper.words import Numbering, untie
from assuage.plan import Plan
from assuage.plan.exposed import Asking, Outlook, exposed, outlook, with_exposure
from assuage.plan.model import Exposed, Spanned
from assuage.plan.pumped import Entering, Flow, amount_of, entering, flows_of, pumped
from assuage.screening import Formulas, State

KIM = "kim-2015-magnesium"
FEW = people(400, 1)


def state_of(**changes: str) -> State:
    catalog = the_catalog()
    return State(
        patient_with(**changes),
        START.date(),
        catalog=catalog,
        clinic=clinic_with(),
        formulas=Formulas(catalog.formulas),
    )


@cache
def found(regimen: str, **changes: str) -> tuple[Exposed, ...]:
    screened = SCREENED if "ketamine" in regimen else {}
    plan = example_plan(regimen, patient_with(**screened, **changes)) if changes else plan_of(regimen)
    return exposed(plan, state_of(**screened, **changes), who=FEW)


def test_the_worked_example_is_pumped_as_it_prints() -> None:
    """2,100 mg over 60 min at 09:00 on 30-Nov, 02-Dec and 04-Dec: at 0, 48 and 96 h."""
    pieces = pumped(plan_of(KIM))
    assert [(one.mass_mg, one.start_h, one.duration_h) for one in pieces] == [
        pytest.approx((2100, hour, 1)) for hour in (0, 48, 96)
    ]


def test_phases_keep_their_own_rates() -> None:
    """Tanaka: half over 5 min, half over 60 min."""
    first, second = pumped(plan_of("tanaka-1998-magnesium"))[:2]
    assert (first.mass_mg, first.duration_h * 60) == pytest.approx((625, 5))
    assert (second.mass_mg, second.start_h * 60, second.duration_h * 60) == pytest.approx((625, 5, 60))


def test_portions_are_injections_in_their_own_doses() -> None:
    """21 mg in four portions 15 min apart, in steps of a 1 mL syringe: 5, 5, 5.5 and 5.5 mg."""
    pieces = pumped(plan_of("anodyne-ketamine-im"))
    assert [(one.mass_mg, one.start_h * 60, one.duration_h) for one in pieces] == [
        pytest.approx(row) for row in ((5, 0, 0), (5, 15, 0), (5.5, 30, 0), (5.5, 45, 0))
    ]


def test_without_a_start_days_are_counted() -> None:
    assert [one.start_h for one in pumped(undated())] == [0, 48, 96]


def test_nothing_enters_where_nothing_is_planned() -> None:
    assert pumped(refused()) == ()


@pytest.mark.parametrize(
    ("flows", "lag", "expected"),
    [
        ([Flow(80, 100), Flow(20, 100)], 0, [(0, 1, 100)]),  # line primed with drug: the flush carries the rest
        ([Flow(100, 100), Flow(20, 100)], 20, [(0.2, 1, 100)]),  # primed with fluid: later by the line
        ([Flow(100, 100)], 20, [(0.2, 0.8, 80)]),  # no flush: what the line holds stays in it
        ([Flow(100, 100), Flow(10, 50)], 20, [(0.2, 0.8, 80), (1, 0.2, 10)]),  # a slow and small flush
        ([Flow(50, 100), Flow(0, 0, 0.5), Flow(50, 200)], 0, [(0, 0.5, 50), (1, 0.25, 50)]),  # paused, then faster
        ([Flow(150, 100)], 0, [(0, 1, 100)]),  # the pump ran on after the bag was empty
        ([Flow(10, 100)], 20, []),  # stopped before the drug was through the line
    ],
)  # fmt: skip
def test_when_drug_enters(flows: list[Flow], lag: float, expected: list[tuple[float, float, float]]) -> None:
    assert list(entering(flows, lag_ml=lag, drug_ml=100)) == [pytest.approx(row) for row in expected]


def test_a_line_primed_with_fluid_gives_later() -> None:
    """20 mL of line at 104.2 mL/h: 11.5 min later."""
    clinic = clinic_with(
        line="{volume: 20 mL, primed_with: fluid, flush: {volume: 20 mL, rate: same, fluid: sodium chloride 0.9 %}}"
    )
    session = example_plan(KIM, clinic=clinic).preparation.sessions[0]  # type: ignore[union-attr]
    assert session.vehicle is not None
    assert [flow.volume_ml for flow in flows_of(session)] == pytest.approx([104.2, 20])
    first = pumped(example_plan(KIM, clinic=clinic))[0]
    assert (first.start_h * 60, first.duration_h * 60, first.mass_mg) == pytest.approx((20 / 104.2 * 60, 60, 2100))


@pytest.mark.parametrize(
    ("drug", "form", "of", "unit", "amount"),
    [
        ("magnesium-sulfate", "magnesium-sulfate-heptahydrate", "magnesium", "mmol", 1000 / 246.47),
        ("ketamine", "ketamine-base", "ketamine-base", "mg", 1000),
        ("ketamine", "ketamine-hydrochloride", "ketamine-base", "mg", 1000 * 237.73 / 274.19),
        ("lidocaine", "lidocaine-hydrochloride", "lidocaine-hydrochloride", "mg", 1000),
    ],
)  # fmt: skip
def test_masses_become_the_amounts_of_models(drug: str, form: str, of: str, unit: str, amount: float) -> None:
    """By the molar masses of the labels: 246.47, 237.73, 274.19 g/mol."""
    piece = Entering(drug, form, "intravenous", 1000, 0, 1)
    assert amount_of(piece, the_catalog().drugs[drug], of=of, unit=unit) == pytest.approx(amount, rel=1e-9)


def test_a_level_that_was_not_measured_is_not_assumed() -> None:
    (one,) = exposed(plan_of(KIM), state_of(magnesium=""), who=FEW)
    assert (one.baseline, one.is_rise) == (None, True)
    assert one.peak == one.rise
    assert any("was not measured before" in text for text in one.caveats)
    assert all(band.above_h is None for band in one.bands)
    assert [finding.rule for finding in one.findings] == ["kinetics-baseline-unknown"]
    (known,) = found(KIM)
    assert known.rise.median == pytest.approx(one.rise.median, rel=1e-9)
    assert known.peak.median == pytest.approx(0.85 + one.rise.median, rel=1e-9)


def test_magnesium_always_has_its_upper_line_and_says_that_it_reads_low() -> None:
    (one,) = found(KIM)
    assert [line.part for line in one.lines] == ["line", "upper"]
    assert one.lines[1].peak.median > one.peak.median
    text = " ".join(one.caveats)
    assert "22 to 27 % low" in text
    assert "pregnant women" in text
    assert "hours later it falls below the line" in text


def test_ketamine_says_artery_and_borrowed_people() -> None:
    parent, metabolite = found("kim-2015-ketamine")
    assert "arterial" in " ".join(parent.caveats)
    assert (parent.is_indicative, metabolite.is_indicative) == (True, True)
    assert "indicative" in parent.spread
    assert (parent.peak_session, round(parent.peak_after_h, 6)) == (3, 1)


def test_a_metabolite_is_formed_from_the_very_people_of_its_drug() -> None:
    for name in ("kim-2015-ketamine", "anodyne-ketamine-im"):
        seen = outlook(plan_of(name), state_of(**SCREENED), asking=Asking(FEW))
        parent, metabolite = (report.line.player for report in seen.drugs[0].reports)
        assert parent.people is not None
        assert metabolite.people is not None
        assert metabolite.people.drug is parent.people.drug
        assert metabolite.typical.drug is parent.typical.drug


def test_a_provisional_absorption_shows_its_range() -> None:
    one = found("anodyne-ketamine-im")[0]
    parts = {line.part: line.peak.median for line in one.lines}
    assert parts["lower"] < parts["line"] < parts["upper"]
    assert "UNVERIFIED (memory)" in " ".join(one.caveats)


def test_weight_outside_the_models_is_found() -> None:
    names = {
        finding.rule
        for one in found("kim-2015-ketamine", weight="{value: 130 kg, on: 2026-11-27, how: measured}")
        for finding in one.findings
    }
    assert "kinetics-outside-weight" in names


def test_renal_function_that_no_study_has_is_found_and_the_lower_clearance_counts() -> None:
    (one,) = found(KIM, creatinine="{value: 130 umol/L, on: 2026-11-25}")
    assert "kinetics-outside-renal" in {finding.rule for finding in one.findings}
    assert any("Extrapolated" in finding.message for finding in one.findings)
    (usual,) = found(KIM)
    assert one.area.median > usual.area.median


def test_without_renal_function_nothing_is_predicted_and_that_is_said() -> None:
    plan = plan_of(KIM)
    silent: Outlook = outlook(plan, state_of(creatinine=""), asking=Asking(FEW))
    assert silent.exposed == ()
    assert any("not known" in text for text in silent.unpredicted)


def test_what_is_not_given_reaches_no_level() -> None:
    assert exposed(refused(), state_of(weight=""), who=FEW) == ()


def test_bands_come_with_sources_and_none_is_from_memory() -> None:
    bands = [band for one in found("kim-2015-ketamine") for band in one.bands]
    assert len(bands) > 3
    assert all(band.sources and "memory" not in band.sources for band in bands)


def test_the_sources_of_levels_join_those_of_the_plan() -> None:
    plan: Plan = plan_of(KIM)
    whole = with_exposure(plan, found(KIM), state_of())
    names = [one.id for one in whole.sources]
    assert names[: len(plan.sources)] == [one.id for one in plan.sources]
    assert len(set(names)) == len(names)
    assert {name for one in whole.exposure for name in one.sources} <= set(names)


def test_the_typical_person_alone_has_no_interval() -> None:
    (one,) = exposed(plan_of(KIM), state_of(), who=people(1, 1))
    assert (one.people, one.peak.p05, one.peak.p95) == (1, None, None)


@pytest.mark.parametrize(("count", "seed"), [(0, 1), (-1, 1), (MOST_PEOPLE + 1, 1), (10, -1)])
def test_a_number_of_people_that_cannot_be_is_refused(count: int, seed: int) -> None:
    with pytest.raises(ExposureError) as raised:
        people(count, seed)
    assert all((one.what, one.where, one.expected, one.do) for one in raised.value.problems)


def test_of_several_models_the_highest_counts_for_warnings() -> None:
    (one,) = found(KIM)
    several = tuple(
        msgspec.structs.replace(line, part="envelope", peak=Spanned(3.34)) if n else line
        for n, line in enumerate(one.lines)
    )
    (part,) = expected_of(
        msgspec.structs.replace(plan_of(KIM), exposure=(msgspec.structs.replace(one, lines=several),)), Numbering(())
    )
    told = untie(" ".join(part.items[0].more))
    assert "another model 3.34 mmol/L" in told
    assert "for warnings the highest counts, 3.34 mmol/L" in told


def test_without_a_flush_what_the_line_holds_is_never_pumped_in() -> None:
    """104.2 mL less 20 mL in the line: 84.2 ÷ 104.2 of 2,100 mg is 1,696.9 mg."""
    clinic = clinic_with(line="{volume: 20 mL, primed_with: drug, flush: null}")
    plan = example_plan(KIM, clinic=clinic)
    assert plan.preparation is not None
    assert len(flows_of(plan.preparation.sessions[0])) == 1
    assert pumped(plan)[0].mass_mg == pytest.approx(1696.93, abs=0.01)


def test_a_phase_that_lies_wholly_in_the_line_comes_with_the_flush() -> None:
    """10 mL, of which a line primed with drug holds 8: the bag's 2 mL, then 20 mL of flush, and no run of nothing."""
    line = "{volume: 8 mL, primed_with: drug, flush: {fluid: sodium chloride 0.9 %, volume: 20 mL}}"
    plan = example_plan("tanaka-1998-magnesium", clinic=clinic_with(line=line))
    assert plan.preparation is not None
    assert [flow.volume_ml for flow in flows_of(plan.preparation.sessions[0])] == [2, 20]


def test_a_drug_that_no_model_describes_is_said_and_shows_no_level() -> None:
    bare = msgspec.structs.replace(the_catalog(), kinetics={})
    state = State(patient_with(), START.date(), catalog=bare, clinic=clinic_with(), formulas=Formulas.of(bare))
    plan = plan_of(KIM)
    assert exposed(plan, state, who=FEW) == ()
