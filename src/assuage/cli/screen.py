"""assuage screen: what speaks against an infusion for this patient, by what it blocks."""

from __future__ import annotations

from collections.abc import Sequence

from assuage.cli.as_json import made_with, print_json
from assuage.cli.asked import Asked, ask
from assuage.cli.options import WHEN, WHERE, Moment, PatientFile, Place, RegimenId, TextOrJson
from assuage.cli.outcome import code_of_findings
from assuage.cli.page import Page
from assuage.finding import BLOCKS, Finding
from assuage.paper.studied import ACCESS
from assuage.plan import Request, make_plan
from assuage.screening import NotChecked, screen, show_date

TITLES = {
    "dose": ("Blocks the dose", "nothing may be given until this is settled"),
    "sign": ("Blocks signing", "a proposal can be read, not signed"),
    "start": ("Before each start", "settled at the bedside"),
    "none": ("To know", "blocks nothing"),
}


def screen_patient(
    patient: PatientFile,
    /,
    *,
    regimen: RegimenId | None = None,
    when: Moment = WHEN,
    where: Place = WHERE,
    format: TextOrJson = "text",
) -> int:
    """Screen a patient: every rule that applies, what could not be judged, and what would settle it.

    With a regimen, its preparation and limits are checked too; without one, the rules of every drug. Exit code 3 where a
    finding blocks the dose.
    """
    asked = ask(patient, when, where)
    findings, not_checked = _screened(asked, regimen)
    if format == "json":
        print_json(_object(asked, regimen, findings, not_checked))
    else:
        _print(asked, regimen, findings, not_checked)
    return code_of_findings(findings)


def _screened(asked: Asked, name: str | None) -> tuple[Sequence[Finding], Sequence[NotChecked]]:
    if name is None:
        found = screen(asked.patient, None, catalog=asked.catalog, clinic=asked.clinic, days=(asked.day,))
        return found.findings, found.not_checked
    regimen = asked.catalog.regimen(name)
    request = Request(start=asked.start, says_what_to_expect=False)
    plan = make_plan(
        asked.patient, regimen, catalog=asked.catalog, clinic=asked.clinic, as_of=asked.day, request=request
    )
    return plan.findings, plan.not_checked


def _object(
    asked: Asked, regimen: str | None, findings: Sequence[Finding], not_checked: Sequence[NotChecked]
) -> dict[str, object]:
    return {
        **made_with(asked.catalog),
        "patient": asked.patient.id,
        "regimen": None if regimen is None else asked.catalog.regimen(regimen).id,
        "as_of": asked.day,
        "dose_is_blocked": any(one.blocks == "dose" for one in findings),
        "findings": findings,
        "not_checked": not_checked,
    }


def _print(asked: Asked, regimen: str | None, findings: Sequence[Finding], not_checked: Sequence[NotChecked]) -> None:
    page = Page()
    about = f"for {asked.catalog.regimen(regimen).name}" if regimen else "by the rules of every drug"
    synthetic = " (synthetic: a made-up patient)" if asked.patient.synthetic else ""
    page.title(f"Screening of {asked.patient.id}{synthetic} {about}")
    page.paragraph(f"Facts as of {show_date(asked.day)}. Clinic {asked.clinic.id}.")
    for blocks in BLOCKS:
        mine = [one for one in findings if one.blocks == blocks]
        title, lead = TITLES[blocks]
        page.heading(title, f"{len(mine)}; {lead}" if mine else "nothing")
        for one in mine:
            _print_finding(page, one)
    page.heading("Not judged", f"{len(not_checked)}; not known is never taken for normal" if not_checked else "nothing")
    page.pairs([(one.rule, one.why) for one in not_checked])
    page.heading("Sources")
    names = dict.fromkeys(name for one in findings for name in one.sources)
    page.pairs([(f"[{name}]", _source(asked, name)) for name in names])
    page.print()


def _print_finding(page: Page, one: Finding) -> None:
    refs = f" [{', '.join(one.sources)}]" if one.sources else ""
    page.pairs([(one.severity.upper(), f"{one.message} ({one.rule}){refs}")])
    page.paragraph(f"Why: {one.reason}", indent=4)
    page.paragraph(f"To settle: {one.resolve}", indent=4)


def _source(asked: Asked, name: str) -> str:
    source = asked.catalog.sources.get(name)
    return f"{source.citation} ({ACCESS[source.access]})" if source else "not in the catalog"
