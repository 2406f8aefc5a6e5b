"""Findings of preparation: what cannot be drawn up, mixed or run as asked, and what would settle it."""

from __future__ import annotations

from decimal import Decimal

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.drug import Presentation
from assuage.finding import Blocks, Finding, Severity
from assuage.plan.dose import Calculated, Drawn, shown, vials
from assuage.plan.preparation import Mixed, fluid_name
from assuage.quantity import Quantity, show, show_number
from assuage.regimen import Regimen, Step


def finding(
    rule: str, message: str, *, reason: str, resolve: str, severity: Severity = "hold", blocks: Blocks = "dose"
) -> Finding:
    """A finding of the planner itself, on the authority of the editors."""
    return Finding(rule, severity, blocks, message, reason, resolve, ("editors",))


def not_plannable(regimen: Regimen) -> Finding:
    """A regimen that lacks numbers: what is missing, and what would settle it."""
    missing = "; ".join(regimen.missing) or "no preparation is described"
    return finding(
        "regimen-not-plannable",
        f"{regimen.name} cannot be planned. Missing: {missing}.",
        reason="A dose that nobody has published in full is not completed by guessing.",
        resolve=regimen.settled_by or "Read the source in full and complete the record.",
    )


def weight_unknown(regimen: Regimen, which: str) -> Finding:
    """A dose per kilogram without its weight."""
    return finding(
        "weight-for-dose-not-known",
        f"The dose of {regimen.name} is per kilogram of {which}, which is not known.",
        reason="A weight is never guessed, and one weight never stands in for another.",
        resolve="Weigh the patient; for ideal weight also measure the height and record the sex.",
    )


def not_stocked(calculated: Calculated, clinic: Clinic) -> Finding:
    """No vial of this drug and form in the clinic's stock."""
    return finding(
        "no-presentation-stocked",
        f"The clinic {clinic.id} stocks no vial of {calculated.substance.name}.",
        reason="A volume can only be computed for a named vial.",
        resolve="Name one with --presentation, or add it to `stock` in the clinic profile.",
    )


def of_presentation(presentation: Presentation, calculated: Calculated, clinic: Clinic) -> list[Finding]:
    """What speaks against the vial that was asked for."""
    found = []
    if presentation.container == "premixed-bag":
        found.append(
            finding("premixed-bag", f"{presentation.name} is ready to run and is not diluted again.",
                    reason="A regimen is planned exactly as studied; a premixed bag has its own volume and strength.",
                    resolve="Choose a vial, or write a regimen of the clinic's own for the premixed bag.")
        )  # fmt: skip
    if presentation.id not in clinic.stock:
        found.append(
            finding("presentation-not-stocked", f"{presentation.name} is not in the stock of {clinic.id}.",
                    reason="What is drawn up must be what is on the shelf.",
                    resolve="Add it to `stock` in the clinic profile, or choose a stocked vial.", blocks="sign")
        )  # fmt: skip
    if presentation.substance != calculated.substance.id:
        found.append(
            finding("presentation-of-another-form",
                    f"{presentation.name} is labelled in another form than {calculated.substance.name}.",
                    reason="The milligrams on its label are not the milligrams of the regimen.",
                    resolve="Choose a vial labelled in the regimen's form.")
        )  # fmt: skip
    return found


def of_drawing(drawn: Drawn, catalog: Catalog) -> list[Finding]:
    """What speaks against the volume to be drawn up: nothing to draw, too coarse a step, many vials."""
    found = []
    if drawn.volume.value == 0:
        return [
            finding("nothing-to-draw-up", f"{show(drawn.exact.to_places(3))} of {drawn.presentation.name} rounds to nothing.",
                    reason="A syringe of the clinic cannot show so small a volume.",
                    resolve="Choose a weaker vial, or a finer syringe in the clinic profile.")
        ]  # fmt: skip
    most = catalog.practice["rounding-error"].fact.quantity
    if abs(drawn.error) > most.value:
        error = show_number(Quantity(drawn.error, "%").to_places(1).value)
        found.append(
            finding("rounding-error-too-large",
                    f"{show(drawn.volume)} of {drawn.presentation.name} is {error} % off the dose; the most is {show(most)}.",
                    reason="A drawn-up dose further from the calculated one is another dose.",
                    resolve="Choose a weaker vial, or a finer syringe in the clinic profile.")
        )  # fmt: skip
    count = vials(drawn).count
    if Decimal(count) > catalog.practice["series-vials"].fact.quantity.value:
        found.append(
            finding("many-vials", f"{count} × {drawn.presentation.name} for one dose.",
                    reason="Many vials for one dose is how tenfold errors have looked.",
                    resolve="Confirm the dose aloud with a second person before opening them.",
                    severity="warn", blocks="none")
        )  # fmt: skip
    return found


def mode_not_chosen(step: Step, clinic: Clinic) -> Finding:
    """Nobody said how the drug is added to the bag."""
    volume = show(step.volume.quantity) if step.volume else "the bag"
    return finding(
        "way-of-adding-not-chosen",
        f"Nobody has chosen how the drug is added to {volume}: add, replace or exact.",
        reason="The three ways give different volumes, concentrations and delivered doses.",
        resolve=f"Give --mode, or set `adding` in the profile of {clinic.id}.",
    )


def no_bag(step: Step, clinic: Clinic, mode: str) -> Finding:
    """The bag that the step needs is not stocked, or is too small for the drug."""
    assert step.volume is not None
    assert step.fluid is not None
    wanted = f"{show(step.volume.quantity)} of {fluid_name(step.fluid.value)}"
    return finding(
        "bag-not-available",
        f"With “{mode}” this needs a bag of {wanted} that the drug fits into; {clinic.id} has none.",
        reason="A different bag is a different concentration and another regimen.",
        resolve="Add the bag to `bags` in the clinic profile, or prepare an exact volume with --mode exact.",
    )


def undiluted_differs(step: Step, mixed: Mixed) -> Finding:
    """Undiluted as studied means the studied volume; another strength does not give it."""
    assert step.volume is not None
    return finding(
        "undiluted-volume-differs",
        f"Undiluted it was {show(step.volume.quantity)}; this vial gives {show(mixed.total)}.",
        reason="The vial has another strength than the one studied, so volume and rate would be others too.",
        resolve="Choose a vial of the studied strength.",
    )


def of_mixture(mixed: Mixed, clinic: Clinic, catalog: Catalog) -> list[Finding]:
    """What is doubtful about a mixture that can be made."""
    found = []
    if mixed.bag is not None and mixed.bag.actual is None:
        found.append(
            finding("bag-fill-not-measured",
                    f"What the {show(mixed.bag.labelled)} bag really holds is not in the clinic profile.",
                    reason="Bags hold more than their label; the volume to infuse must follow what is in them.",
                    resolve=f"Measure it and set `actual` for {mixed.bag.id}.", blocks="sign")
        )  # fmt: skip
    share = catalog.practice["additive-share"].fact
    if mixed.mode == "add" and mixed.bag is not None:
        part = mixed.added.over(mixed.bag.labelled, "%")
        if part.compare(share.quantity) > 0:
            found.append(
                finding("additive-above-share",
                        f"{show(mixed.added)} is {shown(part)} of the bag; above {show(share.quantity)} many withdraw the"
                        " same volume first.",
                        reason="The more is added, the further the bag is from what its label says.",
                        resolve="Consider --mode replace.", severity="note", blocks="none")
            )  # fmt: skip
    line = clinic.line.volume
    if line.compare(mixed.total) >= 0:
        found.append(
            finding("line-holds-the-dose",
                    f"The line holds {show(line)}, as much as the {show(mixed.total)} to be given or more.",
                    reason="Nothing would reach the patient before the flush, at the flush's time and rate.",
                    resolve="Use a line of small volume and give it in the clinic profile.", blocks="sign")
        )  # fmt: skip
    return found


def rate_too_slow(clinic: Clinic) -> Finding:
    """A rate that the pump cannot be set to."""
    return finding(
        "rate-below-pump-step",
        f"The rate rounds to nothing at the pump's step of {show(clinic.pump.rate_step)}.",
        reason="A pump cannot run slower than its smallest step.",
        resolve="Use a syringe pump with a finer step and give it in the clinic profile.",
    )


def portions_too_small(drawn: Drawn) -> Finding:
    """More portions than the syringes can show."""
    return finding(
        "portions-too-small",
        f"{show(drawn.volume)} cannot be divided into the portions asked for on the clinic's syringes.",
        reason="A portion that cannot be read on a syringe cannot be given.",
        resolve="Choose a weaker vial, or a finer syringe in the clinic profile.",
    )


def no_free_day(regimen: Regimen) -> Finding:
    """Different drugs on days that follow one another."""
    return finding(
        "no-free-day",
        f"{regimen.name} has a session every day: no day is left to recover on.",
        reason="Every other day let people get over the feelings of the drug before the next.",
        resolve="Record how the patient is before each session; consider a free day between all of them.",
        severity="warn",
        blocks="none",
    )
