"""Where models stop, and what stands beside their curves."""

from __future__ import annotations

import msgspec
import pytest
from tests.examples import the_catalog

from assuage.exposure.covariates import Covariates
from assuage.exposure.domain import baseline_unknown, marks, outside
from assuage.finding import Finding
from assuage.regimen import Route

INSIDE = Covariates(weight=70, age=50, creatinine=0.9, gfr=111, bmi=24)


def found(
    model: str, route: Route = "intravenous", *, longest_h: float | None = None, **changes: float | None
) -> tuple[Finding, ...]:
    covariates = msgspec.structs.replace(INSIDE, **changes)
    return outside(the_catalog().kinetics[model], covariates, route=route, longest_h=longest_h)


def rules(model: str, **changes: float | None) -> set[str]:
    return {one.rule for one in found(model, **changes)}


@pytest.mark.parametrize(
    "model",
    ["ketamine-kamp-2020", "magnesium-lu-2002-gfr-scaled", "magnesium-salinger-2013", "midazolam-albrecht-1999",
     "midazolam-brill-2014", "lidocaine-hsu-2011", "lidocaine-vozeh-1984", "lidocaine-rowland-1971"],
)  # fmt: skip
def test_an_ordinary_adult_is_inside(model: str) -> None:
    assert found(model) == ()


@pytest.mark.parametrize(
    ("model", "covariate", "inside", "beyond", "rule"),
    [
        ("ketamine-kamp-2020", "weight", 45, 44.9, "kinetics-outside-weight"),
        ("ketamine-kamp-2020", "weight", 120, 120.1, "kinetics-outside-weight"),
        ("ketamine-kamp-2020", "age", 18, 17, "kinetics-outside-age"),
        ("magnesium-salinger-2013", "creatinine", 1.3, 1.31, "kinetics-outside-renal"),
        ("magnesium-salinger-2013", "creatinine", 0.5, 0.49, "kinetics-outside-renal"),
        ("magnesium-salinger-2013", "weight", 94, 95, "kinetics-outside-weight"),
        ("magnesium-lu-2002-gfr-scaled", "gfr", 60, 59.9, "kinetics-outside-renal"),
        ("midazolam-albrecht-1999", "age", 81, 82, "kinetics-outside-age"),
        ("midazolam-albrecht-1999", "bmi", 30, 30.5, "kinetics-outside-body-mass-index"),
        ("midazolam-brill-2014", "weight", 60, 59, "kinetics-outside-weight"),
    ],
)
def test_a_bound_is_inside_and_beyond_it_is_not(
    model: str, covariate: str, inside: float, beyond: float, rule: str
) -> None:
    assert rule not in rules(model, **{covariate: inside})
    assert rule in rules(model, **{covariate: beyond})


def test_outside_warns_and_blocks_nothing_and_says_both_numbers() -> None:
    (one,) = found("ketamine-kamp-2020", weight=140)
    assert (one.severity, one.blocks) == ("warn", "none")
    assert "140 kg" in one.message
    assert "120 kg" in one.message
    assert "editors" in one.sources
    assert "kamp-2020" in one.sources


def test_low_renal_function_is_called_extrapolated() -> None:
    (one,) = found("magnesium-lu-2002-gfr-scaled", gfr=32)
    assert one.message.startswith("Extrapolated: GFR for this body's surface 32 mL/min lies below")
    assert "60 mL/min" in one.message


def test_what_cannot_be_judged_holds() -> None:
    (one,) = found("ketamine-kamp-2020", weight=None)
    assert (one.rule, one.severity, one.blocks) == ("kinetics-outside-weight-unknown", "hold", "none")


def test_an_infusion_of_days_is_outside_the_metabolite_and_a_route_outside_its_model() -> None:
    assert found("ketamine-norketamine-otto-2021-on-kamp", longest_h=24) == ()
    assert [one.rule for one in found("ketamine-norketamine-otto-2021-on-kamp", longest_h=72)] == [
        "kinetics-outside-duration"
    ]
    assert [one.rule for one in found("ketamine-kamp-2020", "intramuscular")] == ["kinetics-outside-route"]
    assert found("ketamine-norketamine-otto-2021-on-kamp", "intramuscular") == ()


def kinds(model: str) -> list[str]:
    return [one.kind for one in marks(the_catalog().kinetics[model], the_catalog().kinetics)]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("ketamine-kamp-2020", ["arterial", "borrowed-spread", "borrowed-residual", "own"]),
        ("ketamine-simons-2022-s-arterial", ["arterial"]),
        ("ketamine-clements-1981-250", ["site-not-stated", "no-spread"]),
        ("magnesium-lu-2002-gfr-scaled", ["site-not-stated", "pregnancy", "borrowed-residual", "own"]),
        ("magnesium-salinger-2013", ["pregnancy", "no-spread"]),
        ("ketamine-hornik-2018-children", ["site-not-stated", "children", "no-spread"]),
        ("ketamine-intramuscular-provisional", ["arterial", "provisional", "own"]),
        ("lidocaine-hsu-2011", ["site-not-stated", "borrowed-spread", "borrowed-residual", "own"]),
    ],
)
def test_what_stands_beside_a_curve(model: str, expected: list[str]) -> None:
    assert kinds(model) == expected


def test_the_marks_carry_the_three_sentences_that_matter_most() -> None:
    said = " ".join(
        mark.sentence for model in the_catalog().kinetics.values() for mark in marks(model, the_catalog().kinetics)
    )
    assert "a venous level is not to be compared with it" in said
    assert "22 to 27 % low in people who were not pregnant" in said
    assert "uncertain by about a factor of two either way" in said
    assert "UNVERIFIED (memory)" in said


def test_a_baseline_is_never_assumed() -> None:
    one = baseline_unknown(the_catalog().kinetics["magnesium-lu-2002-gfr-scaled"])
    assert (one.rule, one.severity, one.blocks) == ("kinetics-baseline-unknown", "hold", "none")
    assert "cannot be assumed" in one.reason
