"""The ledger on a page: one measure at a time, judged in words, no sum."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browsed import Clinic
from tests.courses import PHARMACIST, PHYSICIAN, Walk
from tests.forms import send
from tests.registries import DATABASES, fresh_registry

AT = "/courses/abcabcabcabc/ledger"


@pytest.fixture(params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry(request.param, tmp_path) as registry:
        made = Clinic(registry).with_people()
        made.patient()
        walk = Walk().referred()
        made.course(walk.records, id="abcabcabcabc")
        made.clock.at = walk.at
        yield made


def test_a_measure_is_added_judged_and_kept(clinic: Clinic) -> None:
    physician = clinic.signed_in(PHYSICIAN)
    form = {"name": "Lidocaine plaster", "sort": "topical drug", "aim": "Touch no longer hurts."}
    assert send(physician, AT, holding="aim", to=f"{AT}/begin", **form).status_code == 303
    said = {"response": "partly", "because_end": "Less at night.", "keeps": "yes"}
    assert send(physician, AT, holding="because_end", to=f"{AT}/end", **said).status_code == 303
    page = physician.get(AT).text
    assert "Partly, kept. Less at night." in page
    (one,) = clinic.registry.course("abcabcabcabc").state.measures
    assert one.ended is not None
    assert one.ended.keeps is True
    again = physician.post(f"{AT}/end", data={**said, "key": "another", "measure": one.begun.measure})
    assert again.status_code == 409
    assert "not been judged" in again.text


def test_another_measure_before_the_first_is_judged_needs_a_reason(clinic: Clinic) -> None:
    physician = clinic.signed_in(PHYSICIAN)
    first = {"name": "Plaster", "sort": "topical drug", "aim": "Touch."}
    send(physician, AT, holding="aim", to=f"{AT}/begin", **first)
    second = {"name": "Sleep training", "sort": "physical", "aim": "Sleep."}
    refused = send(physician, AT, holding="aim", to=f"{AT}/begin", **second)
    assert refused.status_code == 409
    assert "Plaster: added less than" in refused.text
    assert 'value="Sleep training"' in refused.text
    why = {"because:one-measure-at-a-time": "He sleeps two hours."}
    answer = send(physician, AT, holding="aim", to=f"{AT}/begin", **second, **why)
    assert answer.status_code == 303
    _, added = clinic.registry.course("abcabcabcabc").state.measures
    assert added.begun.aim == "Sleep. In spite of what was told: He sleeps two hours."


def test_a_third_that_sedates_is_not_added_whatever_is_said(clinic: Clinic) -> None:
    """The patient takes pregabalin; one more is added, and no other."""
    physician = clinic.signed_in(PHYSICIAN)
    assert "pregabalin" in physician.get(AT).text
    first = {"name": "Amitriptyline", "sort": "oral drug", "aim": "Sleep."}
    assert send(physician, AT, holding="aim", to=f"{AT}/begin", **first).status_code == 303
    why = {"because:one-measure-at-a-time": "He sleeps two hours.", "because:third-depressant": "He wants it."}
    refused = send(
        physician, AT, holding="aim", to=f"{AT}/begin", name="Oxycodone", sort="oral drug", aim="Pain.", **why
    )
    assert refused.status_code == 409
    assert "would be one more that depresses" in refused.text
    assert len(clinic.registry.course("abcabcabcabc").state.measures) == 1


def test_who_only_prepares_reads_the_ledger_and_adds_nothing(clinic: Clinic) -> None:
    pharmacist = clinic.signed_in(PHARMACIST)
    assert pharmacist.get(AT).status_code == 200
    assert pharmacist.post(f"{AT}/begin", data={"name": "x"}).status_code == 403
