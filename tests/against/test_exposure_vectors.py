"""Curves computed apart from this program, by the engine alone: parameters straight from the papers, no catalog between."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assuage.exposure import (
    Absorption,
    Dose,
    LinearModel,
    Mammillary,
    Metabolite,
    compartments,
    concentrations,
    from_micro,
    general_concentrations,
    mammillary,
    metabolite_concentrations,
)

HERE = Path(__file__).parent
CURVES = json.loads((HERE / "kinetics_vectors.json").read_text(encoding="utf-8"))
MODELS = json.loads((HERE / "data" / "exposure_models.json").read_text(encoding="utf-8"))
PER_UNIT = {"ng/mL": 1000.0, "ug/mL": 1.0, "mmol/L": 1.0}


def curve(model: str, given: str = "") -> dict[str, Any]:
    (found,) = (one for one in CURVES["vectors"] if one["model"] == model and one["given"].startswith(given))
    return found


def doses(one: dict[str, Any]) -> list[Dose]:
    return [Dose(dose["amount"], dose["start_h"], dose["duration_h"], dose["route"]) for dose in one["doses"]]


def disposition(one: dict[str, Any]) -> Mammillary:
    if "volumes" in one:
        return mammillary(**one["volumes"])
    minute = dict(one["per_minute"])
    volume = minute.pop("v1_l")
    return from_micro(v1_l=volume, **{f"{name}_per_h": 60 * value for name, value in minute.items()})


def is_met(found: Any, one: dict[str, Any]) -> None:
    np.testing.assert_allclose(found * PER_UNIT[one["unit"]], one["expected"], rtol=0.002)


@pytest.mark.parametrize("model", MODELS["models"], ids=lambda one: one["model"])
def test_a_published_model(model: dict[str, Any]) -> None:
    one = curve(model["model"], model["given"])
    is_met(concentrations(LinearModel(disposition(model)), doses(one), t_h=one["hours"]), one)


def kamp() -> Mammillary:
    return disposition(MODELS["models"][0])


def test_muscle() -> None:
    one = curve("ketamine-intramuscular-provisional")
    # Half-life of absorption 10 min, 93 % absorbed: assumed, as the file of curves has it.
    is_met(concentrations(LinearModel(kamp(), Absorption(4.159, 0.93)), doses(one), t_h=one["hours"]), one)


def test_a_metabolite() -> None:
    one = curve("ketamine-norketamine-otto-2021-on-kamp")
    body = {name: value for name, value in MODELS["norketamine"].items() if name != "source"}
    follows = Metabolite(mammillary(**body))
    is_met(metabolite_concentrations(LinearModel(kamp()), doses(one), metabolite=follows, t_h=one["hours"]), one)


def test_a_liver_in_between_by_the_general_path() -> None:
    one, p = curve("ketamine-perez-ruixo-2021-s"), MODELS["perez_ruixo"]
    matrix = np.zeros((4, 4))  # central, two peripheral, liver
    for to, source, rate in (
        (1, 0, p["q1"] / p["vc"]),
        (0, 1, p["q1"] / p["vp1"]),
        (2, 0, p["q2"] / p["vc"]),
        (0, 2, p["q2"] / p["vp2"]),
        (3, 0, p["qh"] / p["vc"]),
        (0, 3, p["qh"] / p["vh"]),
    ):
        matrix[to, source] += rate
        matrix[source, source] -= rate
    matrix[3, 3] -= p["kel"] + p["kmet"]
    model = compartments(matrix, intravenous=[1, 0, 0, 0], output=[1 / p["vc"], 0, 0, 0])
    is_met(general_concentrations(model, doses(one), t_h=one["hours"]), one)
