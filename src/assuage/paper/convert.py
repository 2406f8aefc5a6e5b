"""Plan → the object of the contract. Nothing is computed here but exact decimals as text."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from assuage.errors import QuantityError
from assuage.paper import contract as out
from assuage.paper.contract import Amount, exact
from assuage.paper.predicted import BandOut, LineOut, SpannedOut
from assuage.paper.prospect import Proportion, prospect_object
from assuage.paper.words import fine
from assuage.plan.model import (
    ArmResult,
    ComponentPlan,
    Expected,
    Exposed,
    FollowUp,
    LaterEvidence,
    Plan,
    Preparation,
    Run,
    Session,
    Spanned,
    VehiclePlan,
    Watched,
)  # fmt: skip
from assuage.quantity import Quantity, parse
from assuage.sourced import Claim

# Figures of a predicted number: more than anybody can know.
FIGURES = 2 * 3
RESCUE = ("rescue", "antidote")
SPEAKS_AGAINST = ("against", "qualifies")


def plan_object(plan: Plan) -> out.PlanOut:
    """The plan in the shape of the contract. Holds: every dose and volume is the plan's own decimal."""
    same = {name: getattr(plan, name) for name in out.PlanOut.__struct_fields__ if name in SAME}
    return out.PlanOut(
        software=out.Software(plan.software_version),
        catalog=out.CatalogRead(plan.catalog_version, plan.fingerprint),
        findings=tuple(_like(one, out.FindingOut) for one in plan.findings),
        not_checked=tuple(_like(one, out.NotCheckedOut) for one in plan.not_checked),
        disputes=tuple(out.DisputeOut(one.fact, _claims(one.claims), one.chosen, one.because) for one in plan.disputes),
        preparation=_preparation(plan.preparation, ZoneInfo(plan.time_zone)) if plan.preparation else None,
        exposure=tuple(exposure_object(one) for one in plan.exposure),
        expectation=_expectation(plan.expectation) if plan.expectation else None,
        sources={one.id: out.SourceOut(one.citation, one.access) for one in plan.sources},
        guideline_position=_claims(plan.guideline_position),
        remarks=_claims(plan.remarks),
        **same,
    )


SAME = (
    "standing", "signable", "clinic", "patient", "regimen", "headline", "regimen_name", "basis", "access", "indication",
    "clinic_is_example", "as_of", "time_zone", "omitted", "population", "overrides",
)  # fmt: skip


def json_text(plan: Plan) -> str:
    """The object as indented JSON, keys in the order of the contract, ending with a line break."""
    built: Any = msgspec.to_builtins(plan_object(plan))
    return json.dumps(built, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _like(one: msgspec.Struct, kind: Any) -> Any:
    """A struct of another kind out of the fields that both name."""
    return kind(*(getattr(one, name) for name in kind.__struct_fields__))


def amount(quantity: Quantity) -> Amount:
    """A quantity as value and unit; quotients that never end are cut to the digits that print."""
    return Amount(exact(fine(quantity).value), quantity.unit)


def _maybe(quantity: Quantity | None) -> Amount | None:
    return None if quantity is None else amount(quantity)


def _amounts(one: msgspec.Struct, kind: Any) -> Any:
    """A struct of another kind out of the same fields, its quantities as amounts and its decimals as text."""
    return kind(*(_out(getattr(one, name)) for name in kind.__struct_fields__))


def _out(value: Any) -> Any:
    if isinstance(value, Quantity):
        return amount(value)
    return exact(value) if isinstance(value, Decimal) else value


def _claims(claims: Iterable[Claim]) -> tuple[out.ClaimOut, ...]:
    return tuple(_claim(one) for one in claims)


def _claim(one: Claim) -> out.ClaimOut:
    value, unit = one.value, None
    try:
        quantity = parse(one.value)
    except QuantityError:
        pass
    else:
        value, unit = exact(quantity.value), quantity.unit
    return out.ClaimOut(value, unit, one.source, one.where, one.kind, one.name, one.as_written, one.note)


def exposure_object(one: Exposed) -> out.ExposureOut:
    """Predicted levels in the shape of the contract: numbers of six figures, more than anybody can know."""
    made: dict[str, Any] = {
        "lines": tuple(_predicted(line, LineOut) for line in one.lines),
        "bands": tuple(_predicted(band, BandOut) for band in one.bands),
        "findings": tuple(_like(finding, out.FindingOut) for finding in one.findings),
    }
    names = out.ExposureOut.__struct_fields__
    return out.ExposureOut(*(made[name] if name in made else _number(getattr(one, name)) for name in names))


def _predicted(one: msgspec.Struct, kind: Any) -> Any:
    return kind(*(_number(getattr(one, name)) for name in kind.__struct_fields__))


def _number(value: Any) -> Any:
    if isinstance(value, Spanned):
        return _predicted(value, SpannedOut)
    return float(f"{value:.{FIGURES}g}") if isinstance(value, float) else value


def _preparation(made: Preparation, zone: ZoneInfo) -> out.PreparationOut:
    return out.PreparationOut(
        infusions=tuple(_infusion(one, zone) for one in made.sessions),
        follow_up=tuple(_follow_up(one, zone) for one in made.follow_up),
        monitoring=tuple(_watched(one) for one in made.watch if one.kind not in RESCUE),
        rescue=tuple(_watched(one) for one in made.watch if one.kind in RESCUE),
        working=made.working,
        limits=tuple(_amounts(one, out.LimitOut) for one in made.limits),
    )


def _follow_up(one: FollowUp, zone: ZoneInfo) -> out.FollowUpOut:
    return out.FollowUpOut(one.what, _local(one.at, zone), amount(one.after), one.primary, one.flags)


def _watched(one: Watched) -> out.WatchedOut:
    return out.WatchedOut(one.kind, one.sentence, one.when, one.sources)


def _local(instant: dt.datetime | None, zone: ZoneInfo) -> dt.datetime | None:
    return None if instant is None else instant.astimezone(zone)


def _infusion(one: Session, zone: ZoneInfo) -> out.InfusionOut:
    only: Run | None = one.runs[0] if len(one.runs) == 1 else None
    return out.InfusionOut(
        number=one.number,
        start=_local(one.start, zone),
        end=_local(one.end, zone),
        components=tuple(_component(each) for each in one.components),
        vehicle=_vehicle(one.vehicle) if one.vehicle else None,
        rate=amount(only.rate) if only else None,
        drug_rate=amount(only.drug_rate) if only else None,
        duration=amount(one.duration),
        day=one.day,
        step=one.step,
        route=one.route,
        recovery_until=_local(one.recovery_until, zone),
        recovery=_maybe(one.recovery),
        chair_time=amount(one.chair_time),
        interval_hours=None if one.interval_hours is None else exact(one.interval_hours),
        runs=tuple(_amounts(run, out.RunOut) for run in one.runs),
        portions=tuple(_amounts(portion, out.PortionOut) for portion in one.portions),
        flags=one.flags,
    )


def _component(one: ComponentPlan) -> out.ComponentOut:
    bare: dict[str, Any] = {
        "mmol": None if one.mmol is None else exact(fine(one.mmol).value),
        "meq": None if one.meq is None else exact(fine(one.meq).value),
        "vials": _amounts(one.vials, out.VialsOut),
    }
    names = out.ComponentOut.__struct_fields__
    return out.ComponentOut(*(bare[name] if name in bare else _out(getattr(one, name)) for name in names))


def _vehicle(one: VehiclePlan) -> out.VehicleOut:
    made: dict[str, Any] = {
        "bag": out.BagOut(one.bag, _maybe(one.labelled), _maybe(one.actual)) if one.bag else None,
        "flush": _amounts(one.flush, out.FlushOut) if one.flush else None,
        "overfill": _amounts(one.overfill, out.OverfillOut) if one.overfill else None,
    }
    names = out.VehicleOut.__struct_fields__
    return out.VehicleOut(*(made[name] if name in made else _out(getattr(one, name)) for name in names))


def _expectation(one: Expected) -> out.ExpectationOut:
    prospects = tuple(prospect_object(each) for each in one.prospects)
    first = prospects[0] if prospects else None
    later = tuple(_later(each) for each in one.against)
    return out.ExpectationOut(
        outcome=first.outcome if first else None,
        arms=first.arms if first else (),
        proportion=first.proportion if first else None,
        against=tuple(each for each in later if each.direction in SPEAKS_AGAINST),
        certainty=first.certainty if first else None,
        time=first.time if first else None,
        new_clinic=first.new_clinic if first else None,
        new_patient=first.new_patient if first else None,
        next_patients=first.next_patients if first else None,
        left_out=first.left_out if first else (),
        prospects=prospects,
        results=_results(one.results),
        later=later,
    )


def _results(rows: Sequence[ArmResult]) -> tuple[out.ResultOut, ...]:
    return tuple(
        out.ResultOut(
            row.outcome, row.time, (out.ArmOut(row.study, row.events, row.n, row.arm),),
            Proportion(row.mean, row.lower, row.upper),
        )
        for row in rows
    )  # fmt: skip


def _later(one: LaterEvidence) -> out.LaterOut:
    return out.LaterOut(one.study, one.direction, one.sentence)
