"""What research may have: nobody is named, days are moved together, small counts are hidden; and the page that gives it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars
import pytest
from msgspec.structs import replace
from tests.browsed import ERNA, EVERYONE, RESEARCHER, Clinic
from tests.courses import Walk
from tests.registries import fresh_registry

from assuage.course.event import Harmed, Scored
from assuage.registry import deidentified, erasure, glass
from assuage.registry.deidentified import HIDDEN, Setting, summary
from assuage.registry.tabular import FORMATS
from assuage.web.route import ANYBODY

SPOKEN = "my chest is tight said Erna"
FROM = dt.timedelta(weeks=1)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry("sqlite", tmp_path) as registry:
        yield Clinic(registry).with_people(*EVERYONE)


def treated() -> Walk:
    walk = Walk().ready()
    walk.must(walk.start())
    walk.ended()
    walk.must(
        Harmed(at=walk.at, term="chest-tightness", spoken=SPOKEN, session=1, began=walk.at, grade=1, standard="ctcae-5",
               is_serious=False, related="possible", expected="expected", action="watched by Cleo")
    )  # fmt: skip
    for day in range(1, 4):
        walk.wait(days=1)
        walk.must(
            Scored(at=walk.at, instrument="nrs", day=walk.at.date(), purpose="diary", reported_by="patient",
                   value=Decimal(day))
        )  # fmt: skip
    return walk


def setting(clinic: Clinic, at: dt.datetime) -> Setting:
    return Setting(clinic.settings.catalog, clinic.settings.profile.zone, at)


def rows(clinic: Clinic, at: dt.datetime) -> dict[str, list[dict[str, Any]]]:
    return {
        shape.name: [dict(zip([name for name, _ in shape.columns], row, strict=True)) for row in found]
        for shape, found in deidentified.tables_of(clinic.registry, setting(clinic, at))
    }


def test_nothing_that_names_anybody_is_in_any_file(clinic: Clinic, tmp_path: Path) -> None:
    clinic.patient(identity=replace(ERNA, phone="555-0100"))
    walk = treated()
    course = clinic.course(walk.records)
    for form in FORMATS:
        deidentified.export(clinic.registry, tmp_path / form, form, setting=setting(clinic, walk.at))
        if form == "parquet":
            text = "".join(str(polars.read_parquet(one).rows()) for one in (tmp_path / form).iterdir())
        else:
            text = "".join(one.read_text("utf-8") for one in (tmp_path / form).iterdir())
        assert "magnesium" in text
        secrets = (
            "Example",
            "Erna",
            "1957",
            "555",
            "demo-1",
            course,
            SPOKEN,
            "Cleo",
            "anna",
            "relieved",
            f"{walk.at:%Y-%m-%d}",
        )
        for secret in secrets:
            assert secret not in text, secret


def test_days_of_one_patient_move_together_by_whole_weeks_and_never_by_nothing(clinic: Clinic) -> None:
    clinic.patient()
    walk = treated()
    clinic.course(walk.records)
    found = rows(clinic, walk.at)
    true = [one.event.day for one in walk.records if isinstance(one.event, Scored)]
    moved = [row["day"] for row in found["scores"]]
    by = {after - before for before, after in zip(true, moved, strict=True)}
    assert len(by) == 1
    (only,) = by
    assert only % FROM == dt.timedelta(0)
    assert dt.timedelta(0) < abs(only) <= 26 * FROM
    started = walk.state.sessions[0].started
    assert started is not None
    zone = clinic.settings.profile.zone
    assert {row["day"] - started.at.astimezone(zone).date() for row in found["doses"]} == by


def test_moves_differ_between_patients_and_stay_the_same_between_exports(clinic: Clinic) -> None:
    walk = Walk().referred()
    for number in range(12):
        clinic.patient(f"p{number}")
        one = replace(walk.records[0], event=replace(walk.records[0].event, patient=f"p{number}"), key=f"r{number}")
        clinic.course([one], f"p{number}")
    first, second = rows(clinic, walk.at), rows(clinic, walk.at)
    assert first == second
    assert len({row["referred"] for row in first["courses"]}) > 5
    assert len({row["subject"] for row in first["courses"]}) == 12


def test_from_ninety_on_ages_are_one(clinic: Clinic) -> None:
    walk = Walk().referred()
    ages = {"ninety": dt.date(1936, 11, 30), "older": dt.date(1921, 1, 1), "younger": dt.date(1936, 12, 1)}
    for id, born in ages.items():
        clinic.patient(id, replace(ERNA, birth_date=born))
        one = replace(walk.records[0], event=replace(walk.records[0].event, patient=id), key=id)
        clinic.course([one], id)
    assert sorted(row["age_years"] for row in rows(clinic, walk.at)["courses"]) == [89, 90, 90]


def test_restricted_and_erased_patients_are_left_out(clinic: Clinic) -> None:
    walk = Walk().referred()
    for id in ("stays", "restricted", "erased"):
        clinic.patient(id)
        one = replace(walk.records[0], event=replace(walk.records[0].event, patient=id), key=id)
        clinic.course([one], id)
    with clinic.registry.writing() as connection:
        glass.restrict(connection, "restricted", is_restricted=True, by="ruth", at=walk.at)
    erasure.erase(clinic.registry, "erased", by="ruth", at=walk.at, because="entered by mistake")
    assert len(rows(clinic, walk.at)["courses"]) == 1


@pytest.mark.parametrize(
    ("counted", "shown"),
    [
        ({("a", "x"): 5, ("a", "y"): 7}, ["5", "7"]),
        # One alone is hidden: the next smallest goes with it, or a total known from elsewhere would tell it.
        ({("a", "x"): 4, ("a", "y"): 7, ("a", "z"): 9}, [HIDDEN, "not shown", "9"]),
        ({("a", "x"): 1, ("a", "y"): 2, ("a", "z"): 9}, [HIDDEN, HIDDEN, "9"]),
        ({("a", "x"): 4}, [HIDDEN]),
        ({("a", "x"): 4, ("b", "x"): 8}, [HIDDEN, "8"]),
    ],
)
def test_small_counts_are_hidden(counted: dict[tuple[str | None, str], int], shown: list[str]) -> None:
    assert [row[2] for row in summary(counted)] == shown


def test_the_page_gives_counts_and_one_file_and_notes_both(clinic: Clinic) -> None:
    clinic.patient()
    clinic.course(treated().records)
    browser = clinic.signed_in(RESEARCHER)
    assert browser.get("/").headers["location"] == "/research"
    assert "kim-2015" not in browser.get("/research").text
    page = browser.post("/research/counts").text
    assert "kim-2015-magnesium" in page
    assert HIDDEN in page
    assert browser.post("/research", {"form": "xlsx"}).status_code == 422
    for form in FORMATS:
        answer = browser.post("/research", {"form": form})
        assert answer.headers["content-disposition"] == 'attachment; filename="research-2026-11-30.zip"'
        with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
            assert file.testzip() is None
            assert file.namelist() == [f"{name}.{form}" for name in ("courses", "doses", "harms", "scores", "summary")]


@pytest.mark.parametrize("person", [one for one in EVERYONE if one.role != "researcher"], ids=lambda one: one.role)
def test_a_researcher_sees_this_and_nobody_else_does(clinic: Clinic, person: Any) -> None:
    assert clinic.signed_in(person).get("/research").status_code == 403
    assert person.role in ANYBODY
