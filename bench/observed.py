"""How far the models lie from levels that others published: each model of a drug on each set of it.

    python bench/observed.py [DRUG …]

Prints the median prediction error (bias) and the median of its size (inaccuracy) in %, for each set and over all points
of a drug; for magnesium also of the rise above the baseline, by which its models have to be judged. Sets that are not
scored, and why, come last. Nothing is fitted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

import numpy as np

from assuage.catalog import Catalog, load_catalog
from assuage.errors import ExposureError
from assuage.exposure.observed import Agreement, agreement
from assuage.kinetics import Kinetics, Observed


def comparable(model: Kinetics, observed: Observed) -> bool:
    """Whether a model is of the drug and analyte of a set. S-ketamine is held to models of the racemate too, as a shape."""
    analytes = (observed.analyte, observed.analyte.removeprefix("S-"))
    is_of_vein = "intravenous" in model.routes or "formed" in model.routes
    return model.drug == observed.drug and model.is_usable and model.analyte in analytes and is_of_vein


def scored(catalog: Catalog, drug: str, *, above_baseline: bool = False) -> list[Agreement]:
    """Every model of a drug on every scored set of it, as far as the set says what the model needs."""
    found = []
    for observed in catalog.observed.values():
        if observed.drug != drug or observed.not_scored is not None:
            continue
        for model in catalog.kinetics.values():
            if comparable(model, observed):
                try:
                    found.append(agreement(model, observed, models=catalog.kinetics, above_baseline=above_baseline))
                except ExposureError:
                    continue
    return found


def pooled(found: Iterable[Agreement]) -> dict[str, tuple[float, float, int]]:
    """Model → median error, median size and number of points, over all its sets."""
    points: dict[str, list[float]] = {}
    for one in found:
        points.setdefault(one.model, []).extend(one.errors)
    return {name: (float(np.median(v)), float(np.median(np.abs(v))), len(v)) for name, v in points.items()}


def main() -> int:
    """Print the comparison."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("drug", nargs="*")
    catalog = load_catalog()
    drugs = arguments.parse_args().drug or sorted({one.drug for one in catalog.observed.values()})
    for drug in drugs:
        found = scored(catalog, drug)
        print(f"\n{drug}\n{'set':<8} {'model':<42} {'bias %':>8} {'size %':>8} {'points':>7}")
        for one in found:
            print(f"{one.observed:<8} {one.model:<42} {one.mdpe:>8.1f} {one.mdape:>8.1f} {len(one.errors):>7}")
        _all(found, "all sets")
        if any(catalog.kinetics[one.model].adds_to_baseline for one in found):
            _all(scored(catalog, drug, above_baseline=True), "rise")
    for one in catalog.observed.values():
        if one.not_scored and one.drug in drugs:
            print(f"{one.id} is not scored: {one.not_scored}")
    return 0


def _all(found: list[Agreement], title: str) -> None:
    for name, (bias, size, count) in pooled(found).items():
        print(f"{title:<8} {name:<42} {bias:>8.1f} {size:>8.1f} {count:>7}")


if __name__ == "__main__":
    sys.exit(main())
