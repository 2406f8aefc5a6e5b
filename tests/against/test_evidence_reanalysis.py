"""Studies of the catalog re-analysed: against the reference results, against hand arithmetic, and as they are shown."""

from __future__ import annotations

import json
from functools import cache
from math import isclose, isfinite, sqrt
from pathlib import Path
from typing import Any

import pytest
from tests.walks.shell import assuage

from assuage.catalog import read_catalog
from assuage.evidence import Figure, Recomputed, recomputed
from assuage.study import Study

SEED = json.loads((Path(__file__).parent / "data" / "evidence" / "seed.json").read_text(encoding="utf-8"))
# The reference prints fifteen significant digits, the last of them rounded.
ALL_DIGITS = 2e-14
# R's conditional odds ratios stop at a relative 1.2e-4 and its score limits and quantiles at 1e-10.
LOOSE = {"exact, conditional on the margins": 2.5e-4, "Miettinen-Nurminen score": 1e-8, "posterior": 1e-9}


@cache
def studies() -> dict[str, Study]:
    return dict(read_catalog().studies)


def of(study: str, about: str, *, measure: str = "") -> list[Recomputed]:
    return [one for one in recomputed(studies()[study]) if one.about == about and measure in one.measure]


def figure(entry: Recomputed, name: str, *, method: str) -> Figure:
    (found,) = [one for one in entry.figures if one.name == name and method in one.method]
    return found


def agree(found: Figure, *expected: float) -> None:
    tol = next((value for method, value in LOOSE.items() if method in found.method), ALL_DIGITS)
    values = (found.value, found.lower, found.upper)[: len(expected)]
    for one, other in zip(values, expected, strict=True):
        assert one is not None
        assert abs(one - other) <= tol * (1 + abs(other)), (found.name, found.method)


@pytest.mark.parametrize(("measure", "key"), [(">=50%", "kim2015_ge50"), (">=30%", "kim2015_ge30")])
def test_kim_s_two_arms_as_r_has_them(measure: str, key: str) -> None:
    (entry,) = of("kim-2015", "two arms", measure=measure)
    ref: dict[str, Any] = SEED[key]
    agree(figure(entry, "risk ratio", method="normal"), ref["RR"]["est"], *ref["RR"]["ci"])
    agree(figure(entry, "odds ratio", method="normal"), ref["OR"]["est"], *ref["OR"]["ci"])
    agree(figure(entry, "odds ratio", method="exact"), ref["fisher_cond_or"]["est"], *ref["fisher_cond_or"]["ci"])
    agree(figure(entry, "risk difference", method="Newcombe"), ref["RD"]["est"], *ref["RD_newcombe"])
    agree(figure(entry, "risk difference", method="Miettinen"), ref["RD"]["est"], *ref["RD_miettinen_nurminen"])
    agree(figure(entry, "p", method="Fisher"), ref["fisher_p"])
    agree(figure(entry, "p", method="mid-p"), ref["fisher_midp"])
    needed = figure(entry, "number needed to treat", method="Miettinen")
    agree(needed, ref["NNT"]["est"], *ref["NNT"]["miettinen_nurminen"]["bounds"])
    assert needed.sentence.startswith(ref["NNT"]["miettinen_nurminen"]["text"])
    for prior, name in (("beta11", "uniform"), ("jeffreys", "Jeffreys")):
        expected = ref[f"posterior_{prior}"]
        above = figure(entry, "probability that the first share is above the second", method=name)
        assert above.value is not None
        assert abs(above.value - expected["P_1_gt_2"]) <= 1e-10
        agree(
            figure(entry, "risk difference", method=f"posterior, {name}"), expected["diff_median"], *expected["diff_ci"]
        )


@pytest.mark.parametrize(
    ("study", "arm", "measure", "key"),
    [
        ("kim-2015", "K", ">=50%", "kim2015_ketamine_50"),
        ("kim-2015", "M", ">=50%", "kim2015_magnesium_50"),
        ("kim-2015", "K", ">=30%", "kim2015_ketamine_30"),
        ("kim-2015", "M", ">=30%", "kim2015_magnesium_30"),
        ("mauskop-1995", "M", "lasting", "mauskop1995_magnesium_50"),
        ("crosby-2000", "L+H", "any relief", "crosby2000_any"),
    ],
)
def test_arms_as_r_has_them(study: str, arm: str, measure: str, key: str) -> None:
    (entry,) = [one for one in of(study, "arm", measure=measure) if one.arms == (arm,)]
    ref = SEED["arms"][key]
    assert entry.given == (f"{ref['x']}/{ref['n']}",)
    for method, name in (("Wilson", "wilson"), ("Clopper", "clopper_pearson"), ("Jeffreys", "jeffreys")):
        agree(figure(entry, "share", method=method), ref["p"], *ref[name])


def test_brill_s_printed_p_is_the_smallest_seven_can_give() -> None:
    entries = of("brill-2002", "printed p")
    assert {one.given for one in entries} == {("p 0.016",)}
    for one in entries:
        told = one.figures[0]
        assert told.value == 2 / 2**7
        assert told.sentence.startswith("p = 0.016 is the smallest a two-sided exact test can give at n = 7; ")


def test_a_crossover_is_never_taken_as_two_groups_of_people() -> None:
    for study in ("kvarnstrom-2003", "kvarnstrom-2004", "stavropoulou-2014", "brill-2002"):
        assert of(study, "two arms") == []
        assert of(study, "two means") == []


def test_the_same_people_by_hand() -> None:
    # Ten people, five with ketamine and none with placebo: all five changed one way, so p = 2/2⁵ and nothing is open.
    (sure,) = [one for one in of("kvarnstrom-2004", "same people") if one.arms == ("K", "P")]
    p = figure(sure, "p", method="McNemar")
    assert (p.value, p.lower, p.upper) == (2 / 32, 2 / 32, 2 / 32)
    assert sure.cautions == ()
    # Seven and two of twelve: none, one or two responded to both, so 7:2, 6:1 or 5:0 changed: 23·4/512, 8·2/128, 2/32.
    (open_,) = [one for one in of("kvarnstrom-2003", "same people") if one.arms == ("K", "P")]
    p = figure(open_, "p", method="McNemar")
    assert (p.value, p.lower, p.upper) == (None, 2 / 32, 92 / 512)
    assert "not printed" in open_.cautions[0]


def test_sessions_are_not_compared_as_people() -> None:
    entries = of("stavropoulou-2014", "not compared")
    assert len(entries) == 6
    assert all(one.figures == () and "sessions" in one.cautions[0] for one in entries)
    assert all("sessions" in one.cautions[0] for one in of("stavropoulou-2014", "arm"))


def test_arms_that_chance_did_not_choose_get_no_number_needed_to_treat() -> None:
    for one in of("crosby-2000", "two arms"):
        assert "not randomised" in one.cautions[0]
        assert {figure.name for figure in one.figures} == {"risk difference", "p"}


def test_sigtermans_means_by_hand() -> None:
    (entry,) = of("sigtermans-2009", "two means")
    found = figure(entry, "difference of means", method="Welch")
    # Standard errors 0.51 and 0.48 as printed; t of 57.8 degrees of freedom is 2.0019.
    assert found.value is not None
    assert isclose(found.value, 2.68 - 5.45, abs_tol=1e-12)
    assert found.upper is not None
    assert found.lower is not None
    assert isclose((found.upper - found.lower) / 2, 2.0019 * sqrt(0.51**2 + 0.48**2), rel_tol=1e-4)
    assert any("must be SE" in text for text in entry.cautions)


def test_every_study_is_recomputed_without_a_number_that_is_none() -> None:
    for study in studies().values():
        for entry in recomputed(study):
            for one in entry.figures:
                assert one.kind == "derived"
                assert one.method
                assert all(value is None or isfinite(value) for value in (one.value, one.lower, one.upper))
                if (
                    one.value is not None
                    and one.lower is not None
                    and one.upper is not None
                    and "needed" not in one.name
                ):
                    assert one.lower <= one.value <= one.upper


def test_no_animal_and_no_review_is_compared() -> None:
    for study in studies().values():
        compared = [one for one in recomputed(study) if one.about in ("two arms", "two means", "same people")]
        is_animal = bool(study.design and study.design.species and "human" not in study.design.species.casefold())
        assert not (compared and (is_animal or study.record_type != "primary_study"))


def test_kim_is_shown_printed_beside_recomputed() -> None:
    out = " ".join(assuage("studies", "kim-2015", width=160).out.split())
    for text in (
        "ARMS COMPARED", "K (Ketamine): 10 of 15 patients = 66.7 % (41.7 to 84.8 %) against M (Magnesium sulfate): 7 of 15 patients = 46.7 %", "1.43 (0.75 to 2.73)",
        "20.0 points (−15.7 to 51.1), Miettinen-Nurminen score", "20.0 points (−14.1 to 48.4), Newcombe",
        "0.462, Fisher, exact, two-sided", "NNTB 1.96 to infinity to NNTH 6.38", "85.7 %, uniform priors",
        "no comparison of these arms at this time",
    ):  # fmt: skip
        assert text in out
    assert "is better" not in out


def test_json_gives_all_digits() -> None:
    found = assuage("studies", "kim-2015", "--format", "json").json["recomputed"]
    (entry,) = [one for one in found if one["about"] == "two arms" and "50" in one["measure"]]
    (fisher,) = [one for one in entry["figures"] if "Fisher" in one["method"]]
    assert abs(fisher["value"] - SEED["kim2015_ge50"]["fisher_p"]) <= ALL_DIGITS
    assert len([one for one in found if one["about"] == "arm"]) == 4
