"""First actions as steps to press: no word is lost, a condition stays with what it is a condition of."""

from __future__ import annotations

import re

import pytest
from tests.courses import Walk, catalog, facts, facts_for_ketamine

from assuage.course.bedside import concerns
from assuage.web.bedside_fields import symptoms_for
from assuage.web.bedside_reaction import reactions, steps_of


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9/:,]+", text.casefold())


@pytest.mark.parametrize("name", sorted(catalog().events))
def test_no_word_of_an_action_is_lost_or_moved(name: str) -> None:
    action = catalog().events[name].action
    assert words(" ".join(steps_of(action))) == words(action)


def test_parts_are_steps_and_a_condition_stays_whole() -> None:
    assert steps_of("Stop; call for help; airway.") == ("Stop", "Call for help", "Airway")
    assert steps_of("Quiet room. Severe: stop; a drug.") == ("Quiet room", "Severe: stop; a drug.")
    assert steps_of("Lay flat; if it lasts, halve the rate.") == ("Lay flat; if it lasts, halve the rate.",)


@pytest.mark.parametrize("regimen", ["kim-2015-magnesium", "kim-2015-ketamine"])
def test_every_symptom_that_a_stop_line_names_can_be_told_and_has_steps(regimen: str) -> None:
    walk = Walk(regimen=regimen, document=facts_for_ketamine() if "ketamine" in regimen else facts()).ready()
    session = walk.state.session(1)
    assert session is not None
    lines = [one for one in catalog().watch.values() if concerns(one, session)]
    named = {word for one in lines for bound in one.bounds if bound.what == "symptom" for word in bound.words}
    assert named
    assert named <= {one.id for one in symptoms_for(session, catalog())}
    assert all(one.steps for one in reactions(session, catalog()))
