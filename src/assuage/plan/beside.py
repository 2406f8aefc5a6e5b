"""What prints beside the preparation: for the nurse, the trial's patients, what was seen, what disagrees."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from assuage.catalog import Catalog
from assuage.evidence import wilson
from assuage.evidence.asked import asked_of, row_of
from assuage.evidence.expectation import prospect
from assuage.patient import Unknown, Value
from assuage.plan.model import ArmResult, Cited, Disputed, Expected, LaterEvidence, Match, OmittedDose, Watched
from assuage.quantity import Quantity, show
from assuage.regimen import Criterion, Expectation, Regimen, Step
from assuage.rule import Watch
from assuage.screening import State
from assuage.screening.truth import judge
from assuage.sourced import Fact

SCALES = {
    "vas-0-10": "a visual analogue scale of 0 to 10",
    "vas-0-100": "a visual analogue scale of 0 to 100",
    "nrs-0-10": "a numeric rating scale of 0 to 10",
}
KIND_ORDER = ("prepare", "site", "baseline", "during", "stop", "rescue", "antidote", "kit", "after", "discharge")


def printed(watch: Watch) -> Watched:
    """A watch record as it prints."""
    sources = tuple(dict.fromkeys(claim.source for claim in watch.authority))
    return Watched(watch.kind, watch.said, watch.when, sources, watch.order)


def watched(pairs: Iterable[tuple[Watch, Watched]], state: State) -> tuple[Watched, ...]:
    """The lines that apply to this patient; one that depends on a fact not known is printed."""
    return tuple(line for one, line in pairs if one.only_if is None or judge(one.only_if, state) != "false")


def relevant(regimen: Regimen, catalog: Catalog) -> list[Watch]:
    """Watch records of a regimen's drugs and routes, in the order they print: of a kind, drug by drug."""
    pairs = {(component.drug, step.route) for step in regimen.steps for component in step.components}
    mine = [
        one
        for one in catalog.watch.values()
        if any(drug in one.drugs and (not one.routes or route in one.routes) for drug, route in pairs)
    ]
    # A line that goes on from the one before it is never parted from it by a line about another drug.
    given = list(dict.fromkeys(component.drug for step in regimen.steps for component in step.components))
    return sorted(mine, key=lambda one: (KIND_ORDER.index(one.kind), _first(one, given), one.order))


def _first(one: Watch, given: list[str]) -> int:
    return min(given.index(drug) for drug in one.drugs if drug in given)


def recovery(step: Step, catalog: Catalog) -> Quantity | None:
    """The longest least time of recovery that any drug of the step asks for."""
    drugs = {component.drug for component in step.components}
    times = [
        one.values[0].quantity.to("min")
        for one in catalog.watch.values()
        if one.kind == "after"
        and one.values
        and set(one.drugs) & drugs
        and (not one.routes or step.route in one.routes)
        if one.only_if is None and one.values[0].quantity.unit in ("min", "h")
    ]
    return max(times, key=lambda time: time.value, default=None)


def population(regimen: Regimen, state: State) -> tuple[Match, ...]:
    """Each entry criterion of the trial beside this patient; exactly on a bound is called boundary.

    Last, for every regimen: these are treatments for pain that others did not relieve, so what was tried is said.
    """
    return (*(_match(criterion, state) for criterion in regimen.criteria), _tried(state))


def _tried(state: State) -> Match:
    tried, sentence = state.patient.tried, "Other treatments were tried before."
    if isinstance(tried, Unknown):
        return Match(sentence, "not known", tried.reason)
    names = ", ".join(one.name.replace("-", " ") for one in tried)
    return Match(sentence, "met" if tried else "not met", names or "asked, none")


def _match(criterion: Criterion, state: State) -> Match:
    value = state.get(criterion.fact)
    if isinstance(value, Unknown):
        return Match(criterion.sentence, "not known", value.reason)
    found = _shown(value, criterion, state)
    if criterion.is_one_of:
        return Match(criterion.sentence, "met" if str(value) in criterion.is_one_of else "not met", found)
    if criterion.above is None and criterion.at_least is None:
        return Match(criterion.sentence, "met", "recorded" if isinstance(value, bool) else found)
    assert isinstance(value, Quantity), f"{criterion.fact} is compared with a bound but is not a quantity"
    if criterion.above is not None:
        sign = _on_ten(value, state).compare(criterion.above.quantity)
        return Match(criterion.sentence, {1: "met", 0: "boundary", -1: "not met"}[sign], found)  # type: ignore[arg-type]
    assert criterion.at_least is not None
    return Match(criterion.sentence, "met" if value.compare(criterion.at_least.quantity) >= 0 else "not met", found)


def _on_ten(value: Quantity, state: State) -> Quantity:
    """A score on the 0 to 100 mm form of a scale, as tenths; other values unchanged."""
    hundred = value.unit == "{score}" and state.get("pain.scale") == "vas-0-100"
    return Quantity(value.value / Decimal(10), value.unit) if hundred else value


def _shown(value: Value, criterion: Criterion, state: State) -> str:
    if criterion.fact == "pain.score":
        return f"{value} on {SCALES.get(str(state.get('pain.scale')), 'a scale that is not named')}"
    if isinstance(value, Quantity):
        return str(value.to_places(1))
    return "yes" if value is True else str(value).replace("-", " ")


def expected(regimen: Regimen, catalog: Catalog) -> Expected | None:
    """Responders seen in the arm this regimen comes from, what follows for the next patients, and what stands against it.

    None where nobody was counted in an arm like it and nothing came later.
    """
    results = [result for one in regimen.expectations for result in _results(one, catalog)]
    against = tuple(LaterEvidence(one.study, one.direction, one.sentence) for one in regimen.later)
    prospects = tuple(prospect(regimen, asked, catalog) for asked in asked_of(regimen, catalog))
    if not results and not against and not any(one.arms for one in prospects):
        return None
    return Expected(tuple(results), against, prospects[0].certainty, prospects)


def _results(expectation: Expectation, catalog: Catalog) -> Iterable[ArmResult]:
    study, row = catalog.studies[expectation.study], row_of(expectation, catalog)
    names = {arm.id: arm.label for arm in study.arms}
    if row is not None and row.events is not None:
        seen = wilson(row.events, row.n)
        yield ArmResult(
            study.id, names.get(row.arm, row.arm), row.threshold, row.time, row.events, row.n,
            seen.mean, seen.lower, seen.upper,
        )  # fmt: skip


def disputes(regimen: Regimen, catalog: Catalog) -> tuple[Disputed, ...]:
    """Every disagreement between sources that this regimen rests on or must print beside it."""
    facts = [(label, fact) for label, fact in _facts(regimen, catalog) if fact.disputed]
    facts += [(one.about.removesuffix("."), one.fact) for one in regimen.disputes]
    unique = {fact.id: Disputed(label, fact.claims, fact.chosen, fact.because) for label, fact in facts}
    return tuple(unique.values())


def _facts(regimen: Regimen, catalog: Catalog) -> Iterable[tuple[str, Fact]]:
    for step in regimen.steps:
        for component in step.components:
            name = catalog.drugs[component.drug].name
            yield f"Dose of {name}", component.dose
            yield f"Form of {name}", component.form
            if component.cap is not None:
                yield f"Ceiling of {name}", component.cap
        named = (
            ("Fluid", step.fluid), (_volume_label(step), step.volume_means), ("Volume", step.volume),
            ("Running time", step.duration), ("Number of portions", step.portions),
            ("Time between portions", step.portion_interval),
        )  # fmt: skip
        yield from ((label, fact) for label, fact in named if fact is not None)
    if regimen.schedule is not None:
        yield "Number of sessions", regimen.schedule.count
        if regimen.schedule.every is not None:
            yield "Time between sessions", regimen.schedule.every


def _volume_label(step: Step) -> str:
    return f"What “in {show(step.volume.quantity)}” means" if step.volume is not None else "What the volume means"


def omitted(regimen: Regimen) -> tuple[OmittedDose, ...]:
    """Doses the source gave that are never offered."""
    return tuple(
        OmittedDose(one.drug, one.role, show(one.dose.quantity), one.because, one.changes) for one in regimen.omitted
    )


def cited(ids: Iterable[str], catalog: Catalog) -> tuple[Cited, ...]:
    """Sources in the order they are first used. An id that is not in the catalog is our fault."""
    return tuple(Cited(one, catalog.sources[one].citation, catalog.sources[one].access) for one in dict.fromkeys(ids))


def cited_in_text(texts: Iterable[str]) -> list[str]:
    """Ids of sources that sentences name in brackets."""
    return [name for text in texts for name in re.findall(r"\[([a-z0-9][a-z0-9-]*)\]", text)]
