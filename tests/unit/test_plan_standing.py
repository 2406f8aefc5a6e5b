"""Proposal, adoption, order; stops that two people take on, and everything that cannot be taken on."""

from __future__ import annotations

import pytest
from tests.examples import START, clinic_with, example_plan, patient_with, the_catalog

from assuage.errors import PlanError
from assuage.finding import Finding
from assuage.plan import Override, Request
from assuage.plan.standing import headline, overridden

KIM = "kim-2015-magnesium"


def adopting(catalog: str = "", **changes: str) -> str:
    """The `adopted` list of a clinic that has adopted the magnesium series against a catalog."""
    against = catalog or the_catalog().fingerprint
    people = {"physician": "A. Physician", "pharmacist": "B. Pharmacist"} | changes
    return f"[{{regimen: {KIM}, physician: {people['physician']}, pharmacist: {people['pharmacist']}, on: 2026-11-01, catalog: {against}}}]"


def test_the_example_clinic_signs_nothing() -> None:
    plan = example_plan(KIM)
    assert (plan.standing, plan.signable) == ("provisional", False)
    assert plan.headline.startswith("PROPOSAL, not an order: as studied; known only second-hand")
    assert next(one for one in plan.findings if one.rule == "example-clinic").blocks == "sign"


def test_the_example_clinic_signs_nothing_even_when_it_says_it_adopted() -> None:
    plan = example_plan(KIM, clinic=clinic_with(adopted=adopting()))
    assert (plan.standing, plan.signable) == ("provisional", False)


def test_a_real_clinic_that_has_not_adopted_makes_a_proposal() -> None:
    plan = example_plan(KIM, clinic=clinic_with(synthetic="false"))
    assert plan.standing == "provisional"
    assert "has not adopted" in next(one for one in plan.findings if one.rule == "not-adopted").message


def test_an_adopted_regimen_with_nothing_open_is_an_order_for_signature() -> None:
    plan = example_plan(KIM, clinic=clinic_with(synthetic="false", adopted=adopting()))
    assert [one.rule for one in plan.findings if one.blocks in ("dose", "sign")] == []
    assert (plan.standing, plan.signable) == ("adopted", True)
    assert plan.headline.startswith("ORDER FOR SIGNATURE")


def test_an_adoption_against_another_catalog_does_not_count() -> None:
    plan = example_plan(KIM, clinic=clinic_with(synthetic="false", adopted=adopting("0" * 64)))
    assert (plan.standing, plan.signable) == ("provisional", False)
    assert "another catalog" in next(one for one in plan.findings if one.rule == "not-adopted").message


def test_an_adopted_regimen_with_an_open_signature_finding_is_not_signable() -> None:
    clinic = clinic_with(synthetic="false", adopted=adopting())
    plan = example_plan(KIM, patient_with(consent=""), clinic=clinic)
    assert (plan.standing, plan.signable) == ("adopted", False)
    assert plan.headline.startswith("ADOPTED, not yet signable")


def test_a_blocked_dose_is_the_first_line() -> None:
    plan = example_plan(KIM, patient_with(weight=""))
    assert plan.is_refused
    assert plan.headline.startswith("NOT PLANNED")


@pytest.mark.parametrize("basis", ["as-studied", "authors-practice", "hypothesis", "listed"])
def test_every_basis_has_its_words(basis: str) -> None:
    regimen = next(one for one in the_catalog().regimens.values() if one.basis == basis)
    assert len(headline(regimen, "provisional", is_signable=False, is_refused=False)) > 20


STOP = Finding("heart-block", "stop", "dose", "Heart block.", "r", "s")
REFUSE = Finding("myasthenia", "refuse", "dose", "Myasthenia.", "r", "s")
TAKEN = Override("heart-block", "A. Physician", "B. Physician", "first degree, paced")


def test_a_stop_that_two_people_take_on_stays_in_print_with_their_names() -> None:
    (found,) = overridden([STOP], [TAKEN])
    assert (found.severity, found.blocks) == ("stop", "none")
    assert "A. Physician with B. Physician: first degree, paced" in found.message


def test_other_findings_are_left_alone() -> None:
    assert overridden([REFUSE, STOP], [TAKEN])[0] == REFUSE


@pytest.mark.parametrize(
    ("override", "said"),
    [
        (Override("myasthenia", "A", "B", "c"), "stops here: heart-block"),
        (Override("no-such-rule", "A", "B", "c"), "is not a stop of this plan"),
        (Override("heart-block", "A", " a ", "c"), "nobody checks their own work"),
        (Override("heart-block", "A", "B", " "), "fill them in"),
        (Override("heart-block", "", "B", "c"), "fill them in"),
    ],
)
def test_what_cannot_be_taken_on_is_refused(override: Override, said: str) -> None:
    with pytest.raises(PlanError) as caught:
        overridden([STOP, REFUSE], [override])
    assert said in str(caught.value)


def test_where_nothing_is_a_stop_that_is_said() -> None:
    with pytest.raises(PlanError, match="nothing here is a stop"):
        overridden([REFUSE], [Override("x", "A", "B", "c")])


def test_a_plan_shows_a_dose_only_after_its_stop_was_taken_on() -> None:
    ill = patient_with(medications="[{name: pregabalin}, {name: digoxin}]")
    before = example_plan(KIM, ill)
    assert before.is_refused
    stops = [one for one in before.findings if one.blocks == "dose"]
    assert {one.severity for one in stops} == {"stop"}
    overrides = tuple(Override(one.rule, "A. Physician", "B. Pharmacist", "ECG and level seen") for one in stops)
    after = example_plan(KIM, ill, request=Request(start=START, overrides=overrides))
    assert not after.is_refused
    assert after.overrides == overrides
    assert all(one.rule in {each.rule for each in after.findings} for one in stops)


def test_a_hypothesis_is_never_an_order_and_its_daily_sessions_are_said() -> None:
    plan = example_plan("alternating-magnesium-ketamine")
    found = {one.rule: one for one in plan.findings}
    assert found["research-only"].blocks == "sign"
    assert found["no-free-day"].severity == "warn"
    assert "no-free-day" not in {one.rule for one in example_plan("collins-2009-magnesium").findings}
    assert "research-only" not in {one.rule for one in example_plan(KIM).findings}
