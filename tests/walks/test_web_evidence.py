"""The evidence among the clinic's pages: the list, an answer as the command line gives it, and the same on paper."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from tests.bedsides import chromium, sign_in
from tests.browsed import AUDITOR, RESEARCHER, Clinic
from tests.courses import NURSE, catalog
from tests.registries import fresh_registry
from tests.served import served
from tests.walks.shell import assuage

QUESTION = "ketamine-or-magnesium"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry("sqlite", tmp_path) as registry:
        yield Clinic(registry).with_people()


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with chromium() as started:
        yield started


def test_every_question_is_listed_with_what_is_known(clinic: Clinic) -> None:
    page = html.unescape(clinic.signed_in(NURSE).get("/evidence").text)
    for one in catalog().questions.values():
        assert f'href="/evidence/{one.id}"' in page
        assert one.asked in page
    assert page.count("<strong>Nobody knows.</strong>") == sum(one.known == "nobody knows" for one in catalog().questions.values())  # fmt: skip


def test_an_answer_says_what_the_command_says(clinic: Clinic) -> None:
    page = clinic.signed_in(RESEARCHER).get(f"/evidence/{QUESTION}")
    alone = assuage("evidence", QUESTION, "--format", "html").out
    main = re.compile(r"<main.*</main>", re.DOTALL)
    here, there = main.search(page.text), main.search(alone)
    assert here
    assert there
    assert here.group(0) == there.group(0)
    assert 'href="/evidence"' in page.text


def test_the_style_in_the_page_is_the_one_that_is_allowed(clinic: Clinic) -> None:
    page = clinic.signed_in(NURSE).get(f"/evidence/{QUESTION}")
    (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    seal = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.headers["content-security-policy"]
    assert f"style-src 'sha256-{seal}'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script|\sstyle=|\son\w+=", page.text)


def test_an_answer_on_paper(clinic: Clinic) -> None:
    answer = clinic.signed_in(AUDITOR).get(f"/evidence/{QUESTION}/paper")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'inline; filename="evidence-{QUESTION}.pdf"'
    assert answer.content.startswith(b"%PDF")


def test_a_question_nobody_asked_is_told_with_the_nearest(clinic: Clinic) -> None:
    answer = clinic.signed_in(NURSE).get("/evidence/ketamine-or-magnesum")
    assert answer.status_code == 404
    assert QUESTION in answer.text


def test_without_a_sign_in_nothing_is_worked_out(clinic: Clinic) -> None:
    assert clinic.browser().get(f"/evidence/{QUESTION}").status_code in (303, 401)


def test_in_a_browser_the_page_is_drawn_and_nothing_is_refused(browser: Chromium, clinic: Clinic) -> None:
    with served(clinic) as address:
        page = browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda one: complaints.append(one.text) if one.type in ("error", "warning") else None)
        page.goto(f"{address}/sign-in")
        sign_in(page, NURSE)
        page.goto(f"{address}/evidence")
        page.click(f"main a[href='/evidence/{QUESTION}']")
        page.wait_for_url(f"**/evidence/{QUESTION}")
        assert page.locator("main svg").count() > 0
        assert page.evaluate("getComputedStyle(document.querySelector('.standing')).fontWeight") in ("600", "700")
        page.click("nav[aria-label=Program] a")
        page.wait_for_url("**/evidence")
        page.context.close()
    assert complaints == []
