"""The members of an ensemble made ready to be given doses: each as its typical person, the line and metabolite as people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from numpy.typing import ArrayLike

from assuage.exposure.chains import Metabolite
from assuage.exposure.covariates import Covariates, Numbers, holds
from assuage.exposure.domain import variability_of
from assuage.exposure.events import Array
from assuage.exposure.linear import LinearModel
from assuage.exposure.models import Ensemble, Member
from assuage.exposure.population import People, factors
from assuage.exposure.simulate import Body, absorbed, disposition
from assuage.kinetics import Kinetics

# Parts of which people are drawn; the other lines are of typical persons.
WITH_PEOPLE = ("line", "metabolite")


class Player(msgspec.Struct, frozen=True, eq=False):
    """A member with its typical person, and people where its model, or one it borrows from, says how they differ."""

    member: Member
    typical: Body
    people: Body | None


class Cast(msgspec.Struct, frozen=True, eq=False):
    """What people are made from: the models of the catalog, what is known of the patient, how many people and which."""

    models: Mapping[str, Kinetics]
    covariates: Covariates
    who: People


def players(ensemble: Ensemble, cast: Cast, *, baseline: float) -> tuple[Player, ...]:
    """Every member of an ensemble, ready. `baseline` is the measured level in the models' unit, 0 where there is none."""
    found: list[Player] = []
    for member in ensemble.members:
        # A metabolite is formed from the very people of the line, who are then made and diagonalised once.
        fed_by = next((one for one in found if _is_fed_by(member, one.member)), None)
        found.append(_player(member, cast, baseline, fed_by=fed_by))
    return tuple(found)


def _is_fed_by(member: Member, other: Member) -> bool:
    return member.fed_by is not None and (other.numbers, other.absorption) == (member.fed_by, member.absorption)


def _player(member: Member, cast: Cast, baseline: float, *, fed_by: Player | None) -> Player:
    typical = _body(member, {}, baseline, parent=fed_by.typical if fed_by else None)
    if member.part not in WITH_PEOPLE or cast.who.is_typical:
        return Player(member, typical, None)
    parent = fed_by.people if fed_by else None
    varied = _varied(cast, (member.numbers,) if parent else (member.numbers, member.fed_by, member.absorption))
    return Player(member, typical, _body(member, varied, baseline, parent=parent) if varied or parent else None)


def _varied(cast: Cast, of: Iterable[Numbers | None]) -> dict[str, dict[str, Array]]:
    """Factors for each set of numbers, by the id of the model that they belong to."""
    found: dict[str, dict[str, Array]] = {}
    for one in of:
        if one is None:
            continue
        model = cast.models[one.model]
        group = next((each.id for each in model.groups if holds(each.who, cast.covariates)), None)
        spread = variability_of(model, cast.models)
        varies = factors(spread, tuple(one.values), model=one.model, group=group, who=cast.who)
        if varies:
            found[one.model] = varies
    return found


def _body(
    member: Member, varied: Mapping[str, Mapping[str, Array]], baseline: float, *, parent: Body | None = None
) -> Body:
    own = _values(member.numbers, varied)
    if parent is not None:
        return Body(parent.drug, Metabolite(disposition(own), own["fm"]))
    front = None if member.absorption is None else absorbed(_values(member.absorption, varied))
    if member.fed_by is None:
        return Body(LinearModel(disposition(own), front, baseline if member.model.adds_to_baseline else 0.0))
    drug = LinearModel(disposition(_values(member.fed_by, varied)), front)
    return Body(drug, Metabolite(disposition(own), own["fm"]))


def _values(one: Numbers, varied: Mapping[str, Mapping[str, Array]]) -> dict[str, ArrayLike]:
    """A model's numbers, those that vary as one for each person."""
    factor = varied.get(one.model, {})
    return {name: value * factor[name] if name in factor else value for name, value in one.values.items()}
