"""Proposal, adoption, order: what may be signed, by whom it was adopted, which stops were taken on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.errors import PlanError, Problem
from assuage.finding import Finding
from assuage.plan.model import Override
from assuage.plan.trouble import finding
from assuage.regimen import Regimen
from assuage.screening import show_date

Standing = Literal["provisional", "adopted"]


def standing(regimen: Regimen, clinic: Clinic, catalog: Catalog) -> Standing:
    """Adopted only by a real clinic, against this very catalog."""
    adoption = clinic.adoption(regimen.id)
    is_current = adoption is not None and adoption.catalog == catalog.fingerprint
    return "adopted" if is_current and not clinic.synthetic else "provisional"


def findings(regimen: Regimen, clinic: Clinic, catalog: Catalog) -> list[Finding]:
    """Why this is a proposal and not an order."""
    return [*_of_basis(regimen), *_of_adoption(regimen, clinic, catalog)]


def _of_basis(regimen: Regimen) -> list[Finding]:
    if regimen.basis != "hypothesis":
        return []
    return [
        finding("research-only", f"{regimen.name} has never been tried as a series: what it does is not known.",
                reason="A hypothesis is tested in a trial, not tried on a patient.",
                resolve="Give it within a trial that is approved, under a regimen of the clinic's own.", blocks="sign")
    ]  # fmt: skip


def _of_adoption(regimen: Regimen, clinic: Clinic, catalog: Catalog) -> list[Finding]:
    if clinic.synthetic:
        return [
            finding("example-clinic", f"{clinic.id} is an example clinic: nothing made with it can be signed.",
                    reason="Stock, bags, line and pump of a real clinic decide the volumes.",
                    resolve="Write a clinic profile and give it with --clinic.", severity="hold", blocks="sign")
        ]  # fmt: skip
    if standing(regimen, clinic, catalog) == "adopted":
        return []
    adoption = clinic.adoption(regimen.id)
    if adoption is None:
        said = f"{clinic.id} has not adopted {regimen.id}."
    else:
        said = (
            f"{clinic.id} adopted {regimen.id} on {show_date(adoption.on)} against another catalog"
            f" ({adoption.catalog[:7]}; this one is {catalog.fingerprint[:7]})."
        )
    return [
        finding("not-adopted", said,
                reason="An order exists only for a regimen whose source a physician and a pharmacist have read.",
                resolve="Have both read the source, settle open claims, and record the adoption in the clinic profile.",
                severity="hold", blocks="sign")
    ]  # fmt: skip


def headline(regimen: Regimen, standing: Standing, *, is_signable: bool, is_refused: bool) -> str:
    """The first line of everything printed."""
    if is_refused:
        return "NOT PLANNED: a finding below blocks the dose."
    if is_signable:
        return "ORDER FOR SIGNATURE: adopted by this clinic; not valid until signed."
    basis = {
        "as-studied": "as studied",
        "authors-practice": "the reviewing author's own practice, not studied",
        "hypothesis": "a hypothesis, for research only",
        "listed": "listed only",
    }[regimen.basis]
    known = {"seed": "known only second-hand, through a review", "secondary": "known only second-hand",
             "abstract": "read as an abstract", "weak": "known from a weak source"}.get(regimen.access)  # fmt: skip
    read = f"; {known}" if known else ""
    kind = "PROPOSAL, not an order" if standing == "provisional" else "ADOPTED, not yet signable"
    return f"{kind}: {basis}{read}."


def overridden(found: Sequence[Finding], overrides: Iterable[Override]) -> list[Finding]:
    """Findings after two clinicians took stops upon themselves. The stop stays in print with their names.

    Errors: `PlanError` for an override of something that is not a stop here, or by one person alone.
    """
    by_rule = {one.rule: one for one in overrides}
    problems = [problem for one in by_rule.values() for problem in _impossible(one, found)]
    if problems:
        raise PlanError(*problems)
    return [_taken_on(one, by_rule[one.rule]) if one.rule in by_rule else one for one in found]


def _impossible(override: Override, found: Sequence[Finding]) -> list[Problem]:
    where = f"override of {override.rule}"
    problems = []
    if override.prescriber.strip().casefold() == override.second.strip().casefold():
        problems.append(Problem(f"{override.prescriber} alone", where, "a prescriber and a second clinician",
                                "name two people; nobody checks their own work"))  # fmt: skip
    if not all(text.strip() for text in (override.prescriber, override.second, override.reason)):
        problems.append(Problem("a name or the reason is empty", where, "two names and a reason", "fill them in"))
    stops = [one.rule for one in found if one.severity == "stop"]
    if override.rule not in stops:
        near = f"stops here: {', '.join(stops)}" if stops else "nothing here is a stop"
        problems.append(Problem(f"{override.rule} is not a stop of this plan", where, near,
                                "only a stop can be overridden; a refusal cannot, a hold is resolved by its fact"))  # fmt: skip
    return problems


def _taken_on(found: Finding, override: Override) -> Finding:
    said = f" Overridden by {override.prescriber} with {override.second}: {override.reason}"
    return msgspec.structs.replace(found, blocks="none", message=found.message + said)
