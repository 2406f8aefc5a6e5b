"""Effect sizes and variances against metafor's escalc, every case of data/evidence/escalc.json within its tolerance."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assuage.evidence import binomial, continuous, contrast, paired
from assuage.evidence.effect import Count, Effect

GOLD = json.loads((Path(__file__).parent / "data" / "evidence" / "escalc.json").read_text(encoding="utf-8"))

# Measures that need no correction take none; metafor adds nothing to them either.
UNCORRECTED = {"AS": contrast.arcsine_difference, "PAS": binomial.arcsine_share, "PFT": binomial.double_arcsine_share}
COUNTED: dict[str, Callable[..., Effect]] = {
    "OR": contrast.odds_ratio, "RR": contrast.risk_ratio, "RD": contrast.risk_difference,
    "PETO": contrast.peto_odds_ratio, "PR": binomial.raw_share, "PLN": binomial.log_share, "PLO": binomial.logit_share,
    "MPRR": paired.paired_risk_ratio, "MPOR": paired.paired_odds_ratio, "MPRD": paired.paired_risk_difference,
    "MPORC": paired.conditional_odds_ratio, "MPPETO": paired.paired_peto,
}  # fmt: skip


def rows(case: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The studies of a case as the nouns the functions take."""
    data = GOLD["datasets"][case["dataset"]]["data"]
    at = [dict(zip(data, values, strict=True)) for values in zip(*data.values(), strict=True)]
    first = at[0]
    if "xi" in first:
        return [(Count(one["xi"], one["ni"]),) for one in at]
    if "n1i" in first and "ai" in first:
        return [(Count(one["ai"], one["n1i"]), Count(one["ci"], one["n2i"])) for one in at]
    if "n1i" in first:
        arms = [tuple((one[f"m{arm}i"], one[f"sd{arm}i"], one[f"n{arm}i"]) for arm in (1, 2)) for one in at]
        return [tuple(continuous.Scores(*arm) for arm in both) for both in arms]
    if "ri" in first:
        return [(paired.PairedScores(mean_1=one["m1i"], sd_1=one["sd1i"], mean_2=one["m2i"], sd_2=one["sd2i"],
                                     n=one["ni"], correlation=one["ri"]),) for one in at]  # fmt: skip
    return [(paired.PairedCount(both=one["ai"], first_only=one["bi"], second_only=one["ci"], neither=one["di"]),)
            for one in at]  # fmt: skip


def computed(measure: str, args: dict[str, Any], *, nouns: tuple[Any, ...], is_new: bool) -> Effect:
    if measure in COUNTED:
        return COUNTED[measure](*nouns, add=args["add"], to=args["to"])
    if measure in UNCORRECTED:
        return UNCORRECTED[measure](*nouns)  # type: ignore[operator]
    return {
        "MD": lambda: continuous.mean_difference(*nouns, variances="pooled" if args.get("vtype") == "HO" else "apart"),
        "SMD": lambda: continuous.standardised_difference(*nouns, variance=args["vtype"]),
        "SMDH": lambda: continuous.standardised_by_average(*nouns),
        "ROM": lambda: continuous.ratio_of_means(*nouns, is_corrected=is_new),
        "MC": lambda: paired.mean_change(*nouns),
        "SMCC": lambda: paired.standardised_change(*nouns),
        "SMCR": lambda: paired.standardised_by_first(*nouns, is_spread_equal=True),
        "SMCRH": lambda: paired.standardised_by_first(*nouns, is_spread_equal=False),
        "ROMC": lambda: paired.ratio_of_paired_means(*nouns, is_corrected=is_new),
    }[measure]()


# Both versions of the bias correction are offered; of the variances of SMDH and SMCRH only Bonett's, as metafor since 4.6.
VERSIONS = [
    (case, is_new)
    for case in GOLD["cases"]
    for is_new in ((False, True) if "ROM" in case["args"]["measure"] and "out_5_1" in case else ("out_5_1" in case,))
]


@pytest.mark.parametrize(("case", "is_new"), VERSIONS, ids=lambda part: part["id"] if isinstance(part, dict) else "")
def test_value_and_variance_agree_with_metafor(case: dict[str, Any], is_new: bool) -> None:
    expected = {**case["out"], **(case["out_5_1"] if is_new else {})}
    found = [computed(case["args"]["measure"], case["args"], nouns=nouns, is_new=is_new) for nouns in rows(case)]
    assert len(found) == len(expected["yi"])
    for effect, yi, vi in zip(found, expected["yi"], expected["vi"], strict=True):
        assert abs(effect.value - yi) <= case["tol"] * (1 + abs(yi))
        assert abs(effect.variance - vi) <= case["tol"] * (1 + abs(vi))
        assert effect.kind == "derived"
        assert effect.derivation


def test_every_case_is_there() -> None:
    assert len(GOLD["cases"]) == 72
    assert len({case["args"]["measure"] for case in GOLD["cases"]}) == 24
