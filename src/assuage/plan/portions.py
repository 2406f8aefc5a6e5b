"""Divided injections: one dose in several portions with a rating between, never more than the whole."""

from __future__ import annotations

from decimal import Decimal

from assuage.catalog.clinic import Clinic, Syringe
from assuage.plan.dose import Drawn
from assuage.plan.model import Portion
from assuage.quantity import EXACT, Quantity
from assuage.regimen import Step


def portions(step: Step, drawn: Drawn, *, clinic: Clinic) -> tuple[Portion, ...]:
    """The drawn-up volume in equal portions, as nearly as the finest syringe shows; later ones take what is over.

    Holds: the portions add up to the volume drawn up. Empty when there are more portions than steps of the syringe.
    """
    assert step.portions is not None
    assert step.portion_interval is not None
    count = int(step.portions.quantity.value)
    interval = step.portion_interval.quantity.to("min")
    sizes = [_in_steps(drawn.volume, count, step=one.step.value) for one in _fitting(drawn, clinic, count)]
    volumes = next((each for each in sizes if each), ())
    strength = drawn.presentation.strength.quantity
    return tuple(
        Portion(
            number=number + 1,
            after=Quantity(interval.value * number, "min"),
            dose=volume.times(strength, "mg"),
            draw_up=volume,
            before=step.between if number else None,
        )
        for number, volume in enumerate(volumes)
    )


def _fitting(drawn: Drawn, clinic: Clinic, count: int) -> list[Syringe]:
    each = EXACT.divide(drawn.volume.value, Decimal(count))
    return sorted((one for one in clinic.syringes if one.size.value >= each), key=lambda one: one.size.value)


def _in_steps(volume: Quantity, count: int, *, step: Decimal) -> tuple[Quantity, ...]:
    """Equal numbers of steps; the remainder, one step each, goes to the last portions."""
    steps = EXACT.divide(volume.value, step)
    if steps != steps.to_integral_value() or steps < count:
        return ()
    each, over = divmod(int(steps), count)
    return tuple(
        Quantity(EXACT.multiply(step, Decimal(each + (number >= count - over))), volume.unit) for number in range(count)
    )
