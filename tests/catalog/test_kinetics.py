"""Kinetic models, bands and observed levels as facts: units, references, order, sources, and what stands on memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.examples import the_catalog

from assuage.catalog.walk import claims, facts
from assuage.kinetics import Effect, Kinetics, Parameter
from assuage.quantity import parse, unit
from assuage.sourced import Fact

MODELS = {
    "ketamine": 13,
    "magnesium-sulfate": 7,
    "midazolam": 6,
    "lidocaine": 5,
}
BANDS = {"ketamine": 9, "magnesium-sulfate": 17, "midazolam": 7, "lidocaine": 9}
ALIASES = """
ketamine.kamp2020 ketamine.norketamine_otto2021_on_kamp ketamine.fanta2015_otto2021_S ketamine.perezruixo2021_S
ketamine.simons2022_S_arterial ketamine.domino ketamine.clements1981_250 ketamine.hijazi2003_icu ketamine.herd2007_ped
ketamine.hornik2018_ped_IM ketamine.elkomy2015_ped ketamine.im_absorption_provisional ketamine.henthorn2018_RS
magnesium.lu2002 magnesium.lu2002_gfr_scaled magnesium.salinger2013 magnesium.easterling2018 magnesium.dacosta2020
magnesium.china2024 magnesium.brookfield2016 midazolam.albrecht1999 midazolam.brill2014 midazolam.buhrer_stanpumpR
midazolam.zomorodi1998_cabg midazolam.greenblatt1989_stanpump midazolam.nassar2022 lidocaine.hsu2011 lidocaine.vozeh1984
lidocaine.rowland1971 lidocaine.schnider1996 lidocaine.he2025
""".split()
# The dimension of a parameter by the first letters of its name: volumes, clearances and flows, rates, times, fractions.
KINDS = {"V": ("L", "L/kg"), "CL": ("L/h", "L/kg/h"), "Q": ("L/h", "L/kg/h"), "k": ("/h",), "MTT": ("h",),
         "absorption": ("h",), "f": ("1",), "F": ("1",), "total": ("L/h",)}  # fmt: skip
COVARIATE_UNITS = {"weight": "kg", "age": "a", "creatinine": "mg/dL", "gfr": "mL/min", "bmi": "kg/m2",
                   "tumour_size": "mm", "total_dose": "mg"}  # fmt: skip


def models() -> list[Kinetics]:
    return list(the_catalog().kinetics.values())


def parameters(model: Kinetics) -> Iterator[Parameter]:
    yield from model.parameters
    yield from model.listed
    for group in model.groups:
        yield from group.parameters
    for variant in model.variants:
        yield from variant.parameters


def effects() -> Iterator[tuple[str, Effect]]:
    for model in models():
        for one in parameters(model):
            yield from ((f"{model.id} {one.id}", effect) for effect in one.effects)


def dimension(text: str) -> tuple[tuple[str, int], ...]:
    return unit(parse(text).unit).dimension


def every_fact() -> Iterator[tuple[str, Fact]]:
    for kind in ("kinetics", "bands"):
        for record in the_catalog().records(kind).values():
            yield from ((f"{kind} {getattr(record, 'id', '')}", fact) for fact in facts(record))


def test_all_thirty_one_models_are_there_under_their_older_names_too() -> None:
    assert {drug: sum(one.drug == drug for one in models()) for drug in MODELS} == MODELS
    assert [the_catalog().model(alias).aliases for alias in ALIASES] == [(alias,) for alias in ALIASES]
    assert len(ALIASES) == len(models()) == 31


@pytest.mark.parametrize("model", models(), ids=lambda one: one.id)
def test_parameters_have_the_unit_of_their_kind(model: Kinetics) -> None:
    for one in parameters(model):
        kind = next(
            codes for start, codes in sorted(KINDS.items(), key=lambda k: -len(k[0])) if one.id.startswith(start)
        )
        for claim in one.value.claims:
            assert dimension(claim.value) in {unit(code).dimension for code in kind}, f"{one.id} {claim.value}"
            assert parse(claim.value).value > 0


def test_covariate_effects_have_what_their_form_asks_in_the_unit_of_the_covariate() -> None:
    for where, effect in effects():
        if effect.reference is not None:
            wanted = (
                "umol/L" if effect.left_out and effect.covariate == "creatinine" else COVARIATE_UNITS[effect.covariate]
            )
            assert effect.reference.quantity.unit == wanted, where
        if effect.form in ("power", "power-inverse"):
            assert effect.exponent, where
            assert effect.reference, where
        elif effect.form != "per-kg":
            assert effect.coefficient, where
        assert not (effect.exponent and effect.coefficient), where


def test_parameters_stand_once_in_a_model() -> None:
    for model in models():
        for some in (model.parameters, model.listed, *(group.parameters for group in model.groups)):
            names = [one.id for one in some]
            assert len(names) == len(set(names)), model.id


def test_every_usable_model_has_the_parameters_of_its_structure() -> None:
    counts = {"one-compartment": 1, "two-compartment": 2, "three-compartment": 3, "metabolite": 2}
    for model in (one for one in models() if one.is_usable and one.structure in counts):
        like = the_catalog().kinetics[model.like].parameters if model.like else ()
        for group in model.groups or (None,):
            names = {one.id for one in (*like, *model.parameters, *(group.parameters if group else ()))}
            assert {"V1"} < names
            assert names & {"CL", "k10"}
            for number in range(2, counts[model.structure] + 1):
                assert {f"V{number}", f"Q{number}"} <= names or {f"k1{number}", f"k{number}1"} <= names, model.id


def test_bounds_of_a_domain_are_in_order_and_in_their_unit() -> None:
    for model in models():
        domain = model.domain
        for name, code in (("weight", "kg"), ("age", "a"), ("creatinine", "mg/dL")):
            low, high = getattr(domain, f"{name}_low"), getattr(domain, f"{name}_high")
            assert all(fact is None or fact.quantity.unit == code for fact in (low, high)), model.id
            assert low is None or high is None or low.quantity.compare(high.quantity) < 0, model.id


def test_references_between_models_resolve() -> None:
    known = set(the_catalog().kinetics)
    for model in models():
        named = {model.like, model.on, *(need.instead_of for need in model.needs)} - {None}
        spreads = (model.variability, *model.other_variability)
        named |= {one.borrowed_from for one in (*spreads, *model.residuals) if one and one.borrowed_from}
        named |= {model.caution.also_of} if model.caution else set()
        assert named <= known - {model.id}, model.id
        assert set(model.sources) <= set(the_catalog().sources), model.id
        assert model.drug in the_catalog().drugs


def test_substances_are_forms_of_the_drug() -> None:
    for model in models():
        forms = {form.id for form in the_catalog().drugs[model.drug].substances}
        assert model.of.value in forms, model.id


def test_what_is_borrowed_is_what_the_lender_has() -> None:
    for model in models():
        for spread in (one for one in (model.variability, *model.other_variability) if one and one.borrowed_from):
            lender = the_catalog().kinetics[str(spread.borrowed_from)].variability
            assert lender
            theirs = {one.parameter: one.value.value for one in lender.of}
            assert {one.parameter: one.value.value for one in spread.of}.items() <= theirs.items(), model.id
            assert spread.kind == lender.kind


def test_the_scaled_magnesium_model_has_the_clearance_of_the_published_one() -> None:
    catalog = the_catalog().kinetics
    scaled, published = catalog["magnesium-lu-2002-gfr-scaled"], catalog["magnesium-lu-2002"]
    assert scaled.parameter("CL").value.value == published.parameter("CL").value.value == "5 L/h"
    assert [one.id for one in scaled.parameters] == ["CL"]


def test_spread_is_of_parameters_that_exist() -> None:
    for model in (one for one in models() if one.variability):
        names = {one.id for one in parameters(model)} | {"V2", "V3"}
        like = the_catalog().kinetics[model.like] if model.like else None
        names |= {one.id for one in parameters(like)} if like else set()
        assert model.variability
        assert {one.parameter for one in model.variability.of} <= names, model.id


def test_every_fact_can_be_settled_and_every_claim_has_a_source_and_a_place() -> None:
    for where, fact in every_fact():
        assert fact.claim(), where
        assert all(claim.source in the_catalog().sources and claim.where for claim in fact.claims), where
        assert not fact.disputed or fact.because, where


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("ketamine-kamp-2020", {"1 1", "0.75 1"}),
        ("ketamine-domino", {"Clin Pharmacol Ther 36:645-653", "PMID 7198883"}),
        ("ketamine-intramuscular-provisional", {"93 %", "41 %"}),
        ("lidocaine-he-2025", {"CV in %", "variances"}),
    ],
)
def test_disagreements_stand_with_both_sides_and_a_choice(model: str, said: set[str]) -> None:
    disputed = [fact for fact in facts(the_catalog().kinetics[model]) if fact.disputed]
    assert any({claim.value for claim in fact.claims} == said for fact in disputed)
    assert all(fact.chosen and fact.because for fact in disputed)


def test_what_cannot_be_used_says_why_and_has_no_parameters_to_use() -> None:
    unusable = {one.id for one in models() if not one.is_usable}
    assert unusable == {"magnesium-brookfield-2016", "ketamine-henthorn-2018-rs"}
    for name in unusable:
        model = the_catalog().kinetics[name]
        assert len(model.because) > 40
        assert model.parameters == ()
        assert model.needs == ()


def test_no_memory_drives_a_default_without_the_mark() -> None:
    recalled = set()
    for model in models():
        if any(claim.source == "memory" for _, claim in claims(model)):
            recalled.add(model.id)
            assert model.provisional, model.id
            assert "UNVERIFIED (memory)" in model.provisional
    assert recalled == {"ketamine-intramuscular-provisional"}


def test_a_default_exists_for_every_drug_and_route_that_a_plannable_regimen_gives() -> None:
    wanted = {
        (component.drug, step.route)
        for regimen in the_catalog().regimens.values()
        if regimen.plannable
        for step in regimen.steps
        for component in step.components
    }
    have = {(one.drug, need.route) for one in models() for need in one.needs if need.part == "line"}
    assert wanted <= have
    assert ("ketamine", "intramuscular") in wanted


def test_pregnancy_is_said_of_every_magnesium_model() -> None:
    assert all(one.population.pregnant for one in models() if one.drug == "magnesium-sulfate")
    assert not any(one.population.pregnant for one in models() if one.drug != "magnesium-sulfate")
    assert all(one.adds_to_baseline for one in models() if one.drug == "magnesium-sulfate")


def test_ke0_is_used_only_where_it_was_fitted_with_its_model() -> None:
    used = {(one.id, site.id) for one in models() for site in one.effect_sites if site.use}
    assert used == {("ketamine-domino", "analgesia-nociception-index"), ("midazolam-albrecht-1999", "eeg-under-65"),
                    ("midazolam-albrecht-1999", "eeg-65-and-over")}  # fmt: skip


def test_bands_are_all_there_in_order_and_in_units_of_a_level() -> None:
    bands = the_catalog().bands.values()
    assert {drug: sum(one.drug == drug for one in bands) for drug in BANDS} == BANDS
    levels = {dimension("1 ng/mL"), dimension("1 mmol/L")}
    for one in bands:
        ends = [fact.quantity for fact in (one.low, one.high) if fact]
        assert ends, one.id
        assert {dimension(str(end).replace("mcg", "ug").replace(",", "")) for end in ends} <= levels
        assert len(ends) < 2 or ends[0].compare(ends[1]) <= 0, one.id


def test_a_band_without_a_source_is_never_drawn_and_none_other_rests_on_memory() -> None:
    for one in the_catalog().bands.values():
        from_memory = any(claim.source == "memory" for _, claim in claims(one))
        assert from_memory == (not one.may_be_drawn), one.id
    assert sum(not one.may_be_drawn for one in the_catalog().bands.values()) == 3 + 6


def test_observed_levels_lie_within_their_time_and_above_zero() -> None:
    for one in the_catalog().observed.values():
        starts = [dose.start_h for dose in one.doses]
        assert starts == sorted(starts)
        assert all(point.value > 0 and hour > 0 for point in one.points for hour in point.hours), one.id
        assert all(dose.amount > 0 and dose.duration_h >= 0 for dose in one.doses), one.id
        assert one.not_scored or one.errors, one.id
        assert {error.model for error in one.errors} | set(one.not_independent_of) <= set(the_catalog().kinetics)
