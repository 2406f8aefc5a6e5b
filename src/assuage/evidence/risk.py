"""Risk of bias of one result: the overall judgement by the rule of its own tool, and the rule in words."""

from __future__ import annotations

from collections.abc import Sequence

from assuage.errors import EvidenceError, Problem
from assuage.evidence.answered import DomainFound, RiskFound
from assuage.question import Appraisal, Risk, Tool

# From the best to the worst. Words of different tools that mean the same stand beside one another.
ORDER: tuple[Risk, ...] = ("low", "some concerns", "moderate", "serious", "high", "critical")
GRAVE: frozenset[Risk] = frozenset({"serious", "high", "critical"})
RANDOMISED: frozenset[Tool] = frozenset({"RoB 2", "RoB 2 crossover"})
# RoB 2 says “some concerns for multiple domains in a way that substantially lowers confidence” and gives no number.
SEVERAL = 3
UNKNOWN: Risk = "no information"
WORDS: dict[Tool, frozenset[Risk]] = {
    "RoB 2": frozenset({"low", "some concerns", "high"}),
    "RoB 2 crossover": frozenset({"low", "some concerns", "high"}),
    "ROBINS-I": frozenset({"low", "moderate", "serious", "critical", UNKNOWN}),
    "case series": frozenset({*ORDER, UNKNOWN}),
}
_TRIAL = (
    "low where every domain is low; high where any is high, or where several raise some concerns (the tool gives no "
    f"number; {SEVERAL} here); some concerns otherwise"
)
_WORST = "that of the worst domain; no information where a domain has none and no other is serious or worse"
RULES: dict[Tool, str] = {
    "RoB 2": _TRIAL,
    "RoB 2 crossover": f"{_TRIAL}; the domain of period and carryover counts as the others do",
    "ROBINS-I": _WORST,
    "case series": _WORST,
}


def overall(tool: Tool, risks: Sequence[Risk]) -> Risk:
    """The overall judgement of a result from its domains.

    Give      the tool, and the risk of every domain
    Holds     never better than the worst domain; the order of domains does not matter; a domain without information
              never makes the whole low
    Source    Sterne et al., BMJ 2019 (RoB 2, and its crossover form); Sterne et al., BMJ 2016 (ROBINS-I)
    Checked   tests/unit/test_answer_risk.py, tests/laws/test_answer_laws.py
    Errors    `EvidenceError` for no domains, or a word that the tool does not have
    """
    wrong = sorted(set(risks) - WORDS[tool])
    if wrong or not risks:
        raise EvidenceError(
            Problem(f"domains judged {', '.join(wrong)}" if wrong else "no domain judged", tool,
                    f"every domain judged, in words of the tool: {', '.join(sorted(WORDS[tool]))}", "judge it by the tool")
        )  # fmt: skip
    known = [risk for risk in risks if risk != UNKNOWN]
    worst = max(known, key=ORDER.index, default=UNKNOWN)
    if tool in RANDOMISED:
        return "high" if list(risks).count("some concerns") >= SEVERAL else worst
    return UNKNOWN if len(known) < len(risks) and worst not in GRAVE else worst


def risk_found(appraisal: Appraisal) -> RiskFound:
    """An appraisal with its overall judgement and the rule that gave it. Errors: as `overall`."""
    return RiskFound(
        appraisal.study, appraisal.result, appraisal.tool,
        overall(appraisal.tool, [one.risk for one in appraisal.domains]), RULES[appraisal.tool],
        tuple(DomainFound(one.domain, one.risk, one.reason) for one in appraisal.domains), appraisal.reader,
        appraisal.second_reader,
    )  # fmt: skip
