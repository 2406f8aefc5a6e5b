"""Writes docs/kinetics.md: every kinetic model with every number and its source. Run: python docs/make_kinetics.py"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from assuage.catalog import Catalog, load_catalog
from assuage.errors import QuantityError
from assuage.exposure.domain import marks
from assuage.exposure.observed import agreement
from assuage.kinetics import Band, Effect, Kinetics, Observed, Parameter, Variability
from assuage.quantity import show
from assuage.sourced import Fact

TARGET = Path(__file__).parent / "kinetics.md"
HEAD = """# Kinetic models

This page is written by `docs/make_kinetics.py` from the catalog; a test holds it to that.

A predicted level is a sentence about a model, not about a patient. Which model answers for what, whom it was fitted on, where every
number was read, how far it lies from levels that others published, and what its sources disagree about, stand here. Predictions change
no dose. How much of a source was read stands in brackets: an abstract, code that transcribes a table (secondary), a choice of the editors.
"""
BAND_HEAD = """## Reference bands

Levels at which something was seen, in the words of a source. They are references, never targets: no dose is worked out from one. A band
whose source nobody kept, or whose numbers are only recalled, is listed and never drawn.
"""
OBSERVED_HEAD = """## Levels that others published, and how far the models lie from them

Errors are of the typical line, nothing fitted: 100 × (predicted − observed) ÷ observed, in %; the median (bias) and the median of the
sizes (inaccuracy). Magnesium is also judged on the rise above the baseline, since the baseline hides the error. `python
bench/observed.py` prints every model on every set.
"""


def table(head: str, rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    lines = [[cell.replace("|", "/").replace("\n", " ") for cell in row] for row in rows]
    columns = head.split("|")
    return "\n".join(f"| {' | '.join(row)} |" for row in ([*columns], ["---"] * len(columns), *lines)) + "\n"


def told(fact: Fact | None) -> str:
    """A value as it prints; as it stands where it is no quantity."""
    if fact is None:
        return ""
    try:
        return show(fact.quantity)
    except QuantityError:
        return fact.value  # a text, such as the name of a salt


def where(fact: Fact, catalog: Catalog) -> str:
    """Who says so, and where; all claims where they differ, with the choice."""
    said = [f"{claim.source} [{catalog.sources[claim.source].access}], {claim.where}" for claim in fact.claims]
    if not fact.disputed:
        return "; ".join(dict.fromkeys(said))
    sides = "; ".join(f"{claim.value} by {one}" for claim, one in zip(fact.claims, said, strict=True))
    return f"**disputed**: {sides}. Chosen: {fact.chosen}. {fact.because}"


def effect(one: Effect) -> str:
    """How a parameter depends on a covariate, in words."""
    sign = "−" if one.falls else ""
    parts = [f"{one.covariate.replace('_', ' ')} ({one.form})"]
    parts += [f"{name} {told(fact)}" for name, fact in (("reference", one.reference), ("at most", one.at_most)) if fact]
    parts += [
        f"{name} {sign}{told(fact)}"
        for name, fact in (("exponent", one.exponent), ("coefficient", one.coefficient))
        if fact
    ]
    return ", ".join(parts) + (f". Left out: {one.left_out}" if one.left_out else "")


def parameter_rows(parameters: Iterable[Parameter], catalog: Catalog, prefix: str = "") -> Iterator[tuple[str, ...]]:
    """One row for each parameter, its effects beside it."""
    for one in parameters:
        disputes = [
            where(fact, catalog)
            for part in one.effects
            for fact in (part.reference, part.exponent, part.coefficient)
            if fact and fact.disputed
        ]
        source = " ".join([where(one.value, catalog), *disputes])
        yield prefix + one.id, told(one.value), "; ".join(effect(part) for part in one.effects), source


def domain(model: Kinetics) -> str:
    """The bounds of a model in words."""
    d = model.domain
    spans = [(name, told(getattr(d, f"{name}_low", None)), told(getattr(d, f"{name}_high", None)))
             for name in ("weight", "age", "creatinine", "gfr", "bmi", "duration")]  # fmt: skip
    words = [f"{name} {low or '…'} to {high or '…'}" for name, low, high in spans if low or high]
    return ", ".join(words) or "not stated"


def spread(one: Variability, catalog: Catalog, title: str) -> str:
    """A line on how much people differ."""
    parts = [f"{part.parameter}{' and ' + ', '.join(part.also) if part.also else ''}{' (' + part.group + ')' if part.group else ''} {told(part.value)}"
             for part in one.of]  # fmt: skip
    parts += [f"{part.kind} of {' and '.join(part.parameters)} {told(part.value)}" for part in one.together]
    lent = f" **Borrowed** from {one.borrowed_from}." if one.borrowed_from else ""
    source = where(one.of[0].value, catalog)
    return f"- {title} ({one.kind}): {'; '.join(parts)}. {source}.{lent}{' ' + one.note if one.note else ''}"


def model_section(model: Kinetics, catalog: Catalog) -> str:
    """Everything about one model."""
    n = f"{model.population.n} people: " if model.population.n else ""
    lines = [f"### {model.id}", "", f"{model.name}. **{model.role}**: {model.because}", "",
             f"- Structure: {model.structure_in_words}{' Parameters not listed are those of ' + model.like + '.' if model.like else ''}",
             f"- Studied: {n}{model.population.who}. Samples: {model.site}. {model.site_in_words or ''}".rstrip(),
             f"- Holds for: {domain(model)}",
             f"- Amounts: {model.amount} of {told(model.of)}; analyte: {model.analyte}; stereochemistry: {model.stereochemistry}",
             f"- How it is known: {model.verification}. {model.verification_in_words}"]  # fmt: skip
    lines += [f"- **Provisional**: {model.provisional}"] if model.provisional else []
    lines += [spread(model.variability, catalog, "Between people")] if model.variability else []
    lines += [spread(one, catalog, "Between people, the other candidate") for one in model.other_variability]
    lines += [f"- Error of one level ({one.kind}){', ' + one.of if one.of else ''}: {told(one.value)}, {where(one.value, catalog)}"
              f"{'. **Borrowed** from ' + one.borrowed_from if one.borrowed_from else ''}" for one in model.residuals]  # fmt: skip
    lines += [f"- Effect site {one.id}: ke0 {told(one.ke0)}, {where(one.ke0, catalog)}. {'Used' if one.use else 'Not used'}: {one.because}"
              f"{' EC50 ' + told(one.ec50) + '.' if one.ec50 else ''}" for one in model.effect_sites]  # fmt: skip
    lines += [f"- Disagreement, {one.about}: {where(one.fact, catalog)}" for one in model.disputes]
    lines += [
        f"- Range ({one.part}): {', '.join(f'{p.id} {told(p.value)}' for p in one.parameters)}. {one.because}"
        for one in model.variants
    ]
    lines += (
        [f"- Beside every curve: {mark.sentence}" for mark in marks(model, catalog.kinetics)] if model.is_usable else []
    )
    lines += [f"- {claim.value} ({claim.source}, {claim.where})" for claim in model.notes]
    lines += [f"- Held against: {claim.value}, {claim.source}, {claim.where}" for claim in model.checks]
    rows = [*parameter_rows(model.parameters, catalog)]
    for group in model.groups:
        rows += parameter_rows(group.parameters, catalog, f"{group.id}: ")
    rows += parameter_rows(model.listed, catalog, "not simulated: ")
    return "\n".join(lines) + "\n\n" + table("parameter|value|depends on|source", rows)


def band_row(one: Band, catalog: Catalog) -> tuple[str, ...]:
    """One band."""
    low, high = told(one.low), told(one.high)
    span = f"about {low}" if low == high else f"{low} to {high}" if high else f"above {low}"
    fact = one.low or one.high
    assert fact is not None
    return one.id, one.analyte, one.seen, one.population, span, one.not_sourced or where(fact, catalog)


def observed_row(one: Observed, catalog: Catalog) -> tuple[str, ...]:
    """One set, with the errors as they are computed now."""
    doses = "; ".join(f"{dose.amount.normalize():f} {dose.unit} over {float(dose.duration_h):.3g} h" if dose.duration_h else f"{dose.amount.normalize():f} {dose.unit} at once"
                      for dose in one.doses)  # fmt: skip
    errors = []
    for stated in one.errors:
        model = catalog.kinetics[stated.model]
        now = agreement(model, one, models=catalog.kinetics)
        text = f"{model.id} {now.mdpe:+.0f} / {now.mdape:.0f}"
        if model.adds_to_baseline:
            rise = agreement(model, one, models=catalog.kinetics, above_baseline=True)
            text += f" (rise {rise.mdpe:+.0f} / {rise.mdape:.0f})"
        errors.append(text + (" (not independent)" if model.id in one.not_independent_of else ""))
    source = f"{one.source} [{catalog.sources[one.source].access}], {one.where}"
    return (
        one.id,
        one.analyte,
        one.matrix,
        doses,
        str(one.n or "–"),
        "; ".join(errors) or f"not scored: {one.not_scored}",
        source,
    )


def page() -> str:
    """The whole page."""
    catalog = load_catalog()
    models = sorted(catalog.kinetics.values(), key=lambda one: (one.drug, one.id))
    needs = [(one.drug, need.route, need.part, one.id, need.because) for one in models for need in one.needs]
    parts = [HEAD, "## Which model answers for what\n", table("drug|route|part|model|why", sorted(needs))]
    parts += ["## All models\n", table("model|analyte|role|structure|studied|samples|known through", (
        (one.id, one.analyte, one.role, one.structure, one.population.who, one.site, one.verification) for one in models))]  # fmt: skip
    parts += ["## Every number\n", *(model_section(one, catalog) for one in models)]
    parts += [
        BAND_HEAD,
        table(
            "band|analyte|what was seen|in whom|level|source",
            (band_row(one, catalog) for one in catalog.bands.values()),
        ),
    ]
    parts += [OBSERVED_HEAD, table("set|analyte|sample|given|people|bias / inaccuracy in %|source", (observed_row(one, catalog) for one in catalog.observed.values()))]  # fmt: skip
    return "\n".join(parts)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
