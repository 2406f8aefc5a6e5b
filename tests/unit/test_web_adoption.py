"""Adoption on a page: two professions read and settle, one of them alone adopts nothing, and what rests on it is found."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace
from tests.browsed import PASSWORD, Browser, Clinic
from tests.courses import NURSE, PHARMACIST, PHYSICIAN, Walk, catalog
from tests.courses import clinic as profile
from tests.forms import fields
from tests.registries import fresh_registry

AT = "/adoption/kim-2015-magnesium"


@pytest.fixture
def unadopted(tmp_path: Path) -> Iterator[Clinic]:
    """A clinic whose profile adopts nothing."""
    with fresh_registry("sqlite", tmp_path) as registry:
        made = Clinic(registry).with_people()
        made.settings = replace_profile(made)
        yield made


def replace_profile(made: Clinic) -> object:
    from dataclasses import replace as changed

    from assuage.web.app import make_app

    settings = changed(made.settings, profile=replace(profile(), adopted=()))
    made.app = make_app(settings)
    return settings


def words(answer: httpx.Response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def step(browser: Browser, *, leaving_out: str = "", **changed: str) -> httpx.Response:
    """Fill the form of the page with everything that is asked, and send it."""
    page = browser.get(AT).text
    form = fields(page)
    form["read"] = re.findall(r'name="read" value="([^"]+)"', page)
    form["password"] = [PASSWORD]
    for name in form:
        if name.startswith("settled:") or name in ("limits", "because"):
            form[name] = ["as the catalog chose it"]
    form.update({name: [value] for name, value in changed.items()})
    form.pop(leaving_out, None)
    return browser.post(AT, data=form)


def test_two_professions_adopt_what_one_alone_does_not(unadopted: Clinic) -> None:
    physician, pharmacist, nurse = (unadopted.signed_in(one) for one in (PHYSICIAN, PHARMACIST, NURSE))
    page = words(physician.get(AT))
    assert "The regimen's own source." in page
    assert "Dose of magnesium sulfate" in page, "what sources disagree about is shown"
    assert "at most" in page, "limits are shown"
    assert "A physician and a pharmacist adopt" in words(nurse.get(AT))
    assert step(physician).status_code == 303
    assert "waits for the other profession" in words(nurse.get("/adoption"))
    alone = step(physician)
    assert alone.status_code == 409
    assert "The second person is the first" in words(alone)
    assert step(pharmacist).status_code == 303
    assert "Adopted" in words(nurse.get("/adoption"))
    assert unadopted.settings.clinic.adoption("kim-2015-magnesium") is not None
    assert step(pharmacist, because="A new review came out.").status_code == 303
    assert unadopted.settings.clinic.adoption("kim-2015-magnesium") is None
    assert "A new review came out." in words(nurse.get("/adoption"))


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"password": "wrong"}, 422, "Give your password again"),
        ({"limits": ""}, 422, "nothing was written"),
        ({"settled:Dose of magnesium sulfate": ""}, 422, "nothing was written"),
        ({"leaving_out": "settled:Dose of magnesium sulfate"}, 422, "nothing was written"),
        ({"leaving_out": "read"}, 409, "is not among what was read"),
        ({"step": "agree"}, 409, "Nobody has put"),
        ({"step": "withdraw", "because": "x"}, 409, "was not put up"),
        ({"step": "force"}, 422, "Choose one of"),
    ],
)
def test_a_step_that_is_not_whole_changes_nothing(
    unadopted: Clinic, changed: dict[str, str], status: int, said: str
) -> None:
    answer = step(unadopted.signed_in(PHYSICIAN), **changed)
    assert answer.status_code == status, words(answer)
    assert said.casefold() in words(answer).casefold()
    assert "Put up by" not in words(unadopted.signed_in(NURSE).get("/adoption"))


def test_a_nurse_adopts_nothing(unadopted: Clinic) -> None:
    assert unadopted.signed_in(NURSE).post(AT, data={"step": "propose"}).status_code == 403


def test_orders_that_no_longer_rest_on_what_is_adopted_are_found(unadopted: Clinic, tmp_path: Path) -> None:
    unadopted.patient()
    course = unadopted.course(Walk().referred().screened().ordered().records)
    page = unadopted.signed_in(PHARMACIST).get("/adoption")
    assert f"/courses/{course}" in page.text, "ordered, and not adopted now"
    with fresh_registry("sqlite", tmp_path) as registry:
        adopted = Clinic(registry).with_people()
        adopted.patient()
        adopted.course(Walk().referred().screened().ordered().records)
        assert "Orders to look at (0)" in words(adopted.signed_in(PHARMACIST).get("/adoption"))
        old = Walk().referred().screened()
        order = replace(old.order(), catalog="another-catalog")
        assert order.catalog != catalog().fingerprint
        from assuage.course.event import Ordered

        old.must(Ordered(at=old.at, order=order), PHYSICIAN)
        other = adopted.course(old.records)
        assert f"/courses/{other}" in adopted.signed_in(PHARMACIST).get("/adoption").text
