"""The page of levels in a real browser: it fetches nothing, and its numbers are Python's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.examples import START, clinic_with, patient_with, the_catalog
from tests.plans import SCREENED
from tests.walks.shell import PATIENT, assuage
from tests.walks.shell import START as AT

from assuage.exposure.events import Dose
from assuage.exposure.models import levels
from assuage.plan import Request, make_plan
from assuage.plan.exposed import answering
from assuage.plan.pumped import pumped
from assuage.quantity import parse
from assuage.screening import Formulas, State

CHROMIUM = "/usr/bin/chromium"
KIM = "kim-2015-magnesium"
SLIDERS = ("weight", "creatinine", "duration", "spacing")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of one infusion series, one of divided injections with a metabolite, and both drugs in turn."""
    made = tmp_path_factory.mktemp("pages")
    patient = made / "patient.yaml"
    more = "".join(f"{key}: {value}\n" for key, value in SCREENED.items())
    patient.write_text(Path(PATIENT).read_text(encoding="utf-8") + more, encoding="utf-8")
    for regimen in (KIM, "kim-2015-ketamine", "alternating-magnesium-ketamine"):
        words = ("exposure", str(patient), "--regimen", regimen, *AT, "--n", "200", "--format", "html")
        ran = assuage(*words, "-o", str(made / f"{regimen}.html"))
        assert ran.code == 0, ran.err
    return made


def opened(browser: Browser, folder: Path, regimen: str, *, script: bool = True) -> tuple[Page, list[str]]:
    """A page, and everything that it asked for or complained of."""
    page = browser.new_page(java_script_enabled=script)
    told: list[str] = []
    page.on("request", lambda one: told.append(one.url))
    page.on("pageerror", lambda one: told.append(str(one)))
    page.on("console", lambda one: told.append(one.text))
    page.goto((folder / f"{regimen}.html").as_uri())
    if script:
        page.wait_for_function("document.querySelector('#picture-0').dataset.ready === 'yes'")
    return page, told


def put(page: Page, **settings: int) -> dict[str, Any]:
    """Move sliders to marks and return what the page answers."""
    for name, mark in settings.items():
        page.eval_on_selector(
            f"#{name}", "(slider, mark) => { slider.value = mark; slider.dispatchEvent(new Event('input')); }", mark
        )
    answer: dict[str, Any] = page.evaluate("window.assuage.answer()")
    return answer


def by_python(regimen: str, answer: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[float]]]:
    """Each line of the page, beside the same levels from the plan and the models themselves."""
    setting, longer, farther = (answer[name] for name in ("setting", "longer", "farther"))
    changed = {
        "weight": f"{{value: {setting['weight']:g} kg, on: 2026-11-27, how: measured}}",
        "creatinine": f"{{value: {setting['creatinine']:g} umol/L, on: 2026-11-25}}",
    }
    patient, catalog, clinic = patient_with(**SCREENED, **changed), the_catalog(), clinic_with()
    plan = make_plan(
        patient,
        catalog.regimen(regimen),
        catalog=catalog,
        clinic=clinic,
        as_of=START.date(),
        request=Request(start=START),
    )
    assert plan.preparation is not None
    assert (
        next(f"{one.name} {parse(f'{one.dose.value} mg')}" for one in plan.preparation.sessions[0].components)
        in setting["doses"]
    )
    state = State(patient, START.date(), catalog=catalog, clinic=clinic, formulas=Formulas(catalog.formulas))
    for drug in answer["drugs"]:
        pieces = [one for one in pumped(plan) if one.drug == drug["drug"]["drug"]]
        known = answering(pieces[0].drug, pieces, state)
        starts = [s.day * 24 - 24 for s in plan.preparation.sessions]
        doses = [_moved(one, starts, longer, farther) for one in known.doses]
        for line, member in zip(drug["lines"], known.ensemble.members, strict=True):
            level = known.covariates.magnesium or 0.0 if member.model.adds_to_baseline else 0.0
            factor = {"mmol/L": 1.0, "ng/mL": 1000.0, "ug/mL": 1.0}[drug["drug"]["unit"]]
            values = levels(member, doses, t_h=drug["times"], baseline=level)
            yield {**line, "member": member.model.id}, [float(value) * factor for value in values]


def _moved(dose: Dose, starts: list[int], longer: float, farther: float) -> Dose:
    start = max(one for one in starts if one <= dose.start_h)
    return Dose(dose.amount, start * farther + (dose.start_h - start) * longer, dose.duration_h * longer, dose.route)


@pytest.mark.parametrize("regimen", [KIM, "kim-2015-ketamine", "alternating-magnesium-ketamine"])
def test_the_page_fetches_nothing_and_complains_of_nothing(browser: Browser, folder: Path, regimen: str) -> None:
    page, told = opened(browser, folder, regimen)
    assert told == [page.url]
    page.close()


@pytest.mark.parametrize(
    ("regimen", "settings"),
    [
        (KIM, {}),
        (KIM, {"weight": 9, "duration": 3, "spacing": 1}),
        (KIM, {"weight": 2, "creatinine": 4, "duration": 6}),
        ("kim-2015-ketamine", {}),
        ("kim-2015-ketamine", {"weight": 12, "creatinine": 0, "spacing": 2}),
        ("alternating-magnesium-ketamine", {"weight": 4}),
    ],
)  # fmt: skip
def test_every_line_of_the_page_is_pythons(
    browser: Browser, folder: Path, regimen: str, settings: dict[str, int]
) -> None:
    page, _ = opened(browser, folder, regimen)
    answer = put(page, **settings)
    assert answer["stops"] == []
    lines = list(by_python(regimen, answer))
    assert len(lines) >= 2
    for line, expected in lines:
        # Twelve figures of each weight are in the page; partial fractions lose a few where terms cancel.
        assert line["values"] == pytest.approx(expected, rel=1e-7, abs=1e-7 * max(expected)), line["member"]
        assert line["peak"] == pytest.approx(max(expected), rel=1e-7)
    page.close()


def test_the_table_shows_what_the_script_worked_out(browser: Browser, folder: Path) -> None:
    page, _ = opened(browser, folder, KIM)
    answer = put(page, weight=9)
    shown = page.eval_on_selector_all(
        "#answer [data-what=peak]", "cells => cells.map(cell => [Number(cell.dataset.value), cell.textContent])"
    )
    assert [value for value, _ in shown] == [line["peak"] for line in answer["drugs"][0]["lines"]]
    assert all(re.fullmatch(r"1\.\d\d mmol/L", text) for _, text in shown)
    assert "90 kg" in page.inner_text("#weight-shown")
    assert "2,700 mg" in page.inner_text("#doses")
    page.close()


def test_a_setting_that_would_be_refused_shows_no_level(browser: Browser, folder: Path) -> None:
    page, _ = opened(browser, folder, KIM)
    answer = put(page, creatinine=8)
    assert answer["drugs"] == []
    assert "Renal function" in page.inner_text("#stops")
    assert page.is_hidden("#table")
    assert page.is_hidden("#picture-0")
    assert put(page, creatinine=2)["drugs"] != []
    assert page.is_visible("#table")
    page.close()


def test_a_time_that_crosses_a_limit_that_stops_shows_no_level(browser: Browser, folder: Path) -> None:
    """Ketamine 1 mg/kg in half of 60 min is 2 mg/kg/h, on the bound; at 0.5 of it a bound of 1 mg/kg/h warns."""
    page, _ = opened(browser, folder, "kim-2015-ketamine")
    found = put(page, duration=0)
    assert "1 mg/kg/h" in page.inner_text("#said")
    assert "This is no regimen" in page.inner_text("#said")
    assert found["drugs"] != []
    page.close()


def test_without_a_script_the_page_is_whole_but_for_the_sliders(browser: Browser, folder: Path) -> None:
    page, told = opened(browser, folder, KIM, script=False)
    assert told == [page.url]
    assert page.locator("#explorer").is_hidden()
    assert page.locator(".picture svg").count() == 1
    assert re.search(r"1\.1\d\s\(1\.0\d to 1\.[12]\d\)", page.inner_text("table"))
    page.close()


def test_the_sliders_work_from_the_keyboard_and_say_where_they_stand(browser: Browser, folder: Path) -> None:
    page, _ = opened(browser, folder, KIM)
    for name in SLIDERS:
        assert page.locator(f"label[for={name}]").count() == 1
    page.focus("#weight")
    page.keyboard.press("ArrowRight")
    assert page.get_attribute("#weight", "aria-valuetext") == "75 kg"
    assert page.get_attribute("#doses", "role") == "status"
    page.close()


def test_a_hostile_name_is_text(browser: Browser, folder: Path) -> None:
    patient = folder / "hostile.yaml"
    text = (
        Path(PATIENT).read_text(encoding="utf-8").replace("id: demo-1", "id: '</script><script>window.hurt=1</script>'")
    )
    patient.write_text(text, encoding="utf-8")
    words = (
        "exposure",
        str(patient),
        "--regimen",
        KIM,
        *AT,
        "--n",
        "50",
        "--format",
        "html",
        "-o",
        str(folder / "hostile.html"),
    )
    assert assuage(*words).code == 0
    page, told = opened(browser, folder, "hostile")
    assert told == [page.url]
    assert page.evaluate("window.hurt") is None
    assert "</script><script>" in page.inner_text("header")
    page.close()


def test_creatinine_in_other_units_moves_the_same_slider(browser: Browser, folder: Path) -> None:
    """0.9 mg/dL × 10,000 ÷ 113.12 g/mol = 79.56 µmol/L."""
    patient = folder / "mg.yaml"
    text = re.sub(
        r"^creatinine:.*$",
        "creatinine: {value: 0.9 mg/dL, on: 2026-11-25}",
        Path(PATIENT).read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    patient.write_text(text, encoding="utf-8")
    words = (
        "exposure",
        str(patient),
        "--regimen",
        KIM,
        *AT,
        "--n",
        "50",
        "--format",
        "html",
        "-o",
        str(folder / "mg.html"),
    )
    assert assuage(*words).code == 0
    page, _ = opened(browser, folder, "mg")
    assert page.inner_text("#creatinine-shown") == "79.56 µmol/L"
    assert put(page, creatinine=0)["drugs"] != []
    page.close()
