"""From a referral to a prepared bag in a real browser, by three people: with a mouse, by keyboard alone, without script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.bedsides import chromium
from tests.browsed import Clinic
from tests.courses import NURSE, PHARMACIST, PHYSICIAN
from tests.hands import Hands, Keys, NoScript, Walked, check, order, prepare, record_facts, refer, sign
from tests.registries import fresh_registry
from tests.served import served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize("hands", [Hands(), Keys(), NoScript()], ids=["mouse", "keyboard", "no script"])
def test_three_people_prepare_a_bag(browser: Browser, tmp_path: Path, hands: Hands) -> None:
    with fresh_registry("sqlite", tmp_path) as registry:
        clinic = Clinic(registry).with_people()
        clinic.patient()
        with served(clinic) as address:
            walked = Walked(clinic, browser, address, hands=hands)
            physician, pharmacist, nurse = (walked.signed_in(one) for one in (PHYSICIAN, PHARMACIST, NURSE))
            refer(walked, physician)
            record_facts(walked, nurse)
            order(walked, physician)
            check(walked, pharmacist)
            sign(walked, physician)
            prepare(walked, nurse)
        session = walked.state.session(1)
        assert session is not None
        assert session.status == "prepared"
        assert session.planned.rate is not None
        # 104.2 mL in 60 min, by hand.
        assert str(session.planned.rate) == "104.2 mL/h"
        assert walked.complaints == []
        assert walked.elsewhere == [], "no request leaves this machine"
        assert registry.verify() == ()


def test_pages_fit_a_telephone_and_every_target_is_large_enough(browser: Browser, tmp_path: Path) -> None:
    from tests.courses import Walk

    with fresh_registry("sqlite", tmp_path) as registry:
        clinic = Clinic(registry).with_people()
        clinic.patient()
        course = clinic.course(Walk().referred().screened().ordered().checked().signed().records)
        with served(clinic) as address:
            walked = Walked(clinic, browser, address, hands=Hands())
            walked.course = course
            page = walked.signed_in(NURSE)
            page.set_viewport_size({"width": 320, "height": 640})
            for part in (
                "facts",
                "eligibility",
                "compare?regimen=kim-2015-magnesium",
                "plan",
                "levels",
                "check",
                "sign",
                "prepare",
            ):
                walked.open(page, part)
                assert page.evaluate("document.documentElement.scrollWidth") <= 320, part
                # Text fields, choices, buttons: 44 px, which 2.75rem gives.
                small = page.evaluate(
                    "[...document.querySelectorAll('main button, main select, main summary, main input:not([type=hidden]):not([type=checkbox]):not([type=radio])')]"
                    ".filter(one => one.offsetParent && one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML.slice(0, 90))"
                )
                assert small == [], part
