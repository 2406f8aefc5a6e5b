"""Small catalogs, studies and bodies made up for tests of answers, with as much in them as an answer reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from assuage.catalog import Catalog, read_catalog
from assuage.question import Body, Grade, Judgement, Pool, Question, Row
from assuage.sourced import Claim
from assuage.study import Arm, Citation, Coded, Design, Harm, Interval, Outcome, Responders, Study

DAY = dt.date(2026, 2, 3)
DOMAINS = ("risk of bias", "inconsistency", "indirectness", "imprecision", "publication bias")


@cache
def shipped() -> Catalog:
    """The catalog as it ships."""
    return read_catalog()


def coded(name: str, **other: Any) -> Coded:
    given: dict[str, Any] = {
        "id": name, "condition": "postherpetic-neuralgia", "drugs": ("magnesium-sulfate",), "outcome": "relief-50",
        "window": "2-weeks",
    }  # fmt: skip
    return Coded(**(given | other))


def responders(arm: str, events: int | None, n: int, *, code: Coded | None, **other: Any) -> Responders:
    given: dict[str, Any] = {"threshold": "half", "time": "2 weeks", "reading": ("s1",), "confidence": "high"}
    return Responders(arm=arm, events=events, n=n, coded=code, **(given | other))


def outcome(arm: str, *, code: Coded | None, interval: tuple[str, str] | None = None, **other: Any) -> Outcome:
    given: dict[str, Any] = {"time": "2 weeks", "measure": "pain", "reading": ("s1",), "confidence": "high"}
    ends = None if interval is None else Interval(Decimal(interval[0]), Decimal(interval[1]))
    return Outcome(arm=arm, coded=code, interval_95=ends, **(given | other))


def harm(arm: str, count: int, total: int, *, code: Coded, **other: Any) -> Harm:
    given: dict[str, Any] = {"event": "nausea", "reading": ("s1",), "confidence": "high", "denominator": "patients"}
    return Harm(arm=arm, count=count, total=total, coded=code, **(given | other))


def study(
    name: str,
    rows: Sequence[Responders | Outcome | Harm],
    *,
    design: str = "randomised parallel",
    arms: dict[str, int | None] | None = None,
    **other: Any,
) -> Study:
    """A study of that name with these rows; `arms` are ids with how many people each had."""
    groups = {} if arms is None else arms
    given: dict[str, Any] = {
        "record_type": "primary_study", "role": "added", "access": "abstract", "confidence": "high",
        "citation": Citation(title="A trial", authors=(f"{name.split('-')[0].capitalize()} AB",), year=2020),
        "design": Design(type=design, species=other.pop("species", None)),
        "arms": tuple(Arm(id=one, label=f"arm {one}", reading=("s1",), confidence="high", n=n) for one, n in groups.items()),
    }  # fmt: skip
    sorts: dict[str, tuple[Any, ...]] = {
        "responders": tuple(row for row in rows if isinstance(row, Responders)),
        "outcomes": tuple(row for row in rows if isinstance(row, Outcome)),
        "harms": tuple(row for row in rows if isinstance(row, Harm)),
    }
    return Study(id=name, **(given | sorts | other))


def arm_study(name: str, events: int, n: int, **other: Any) -> Study:
    """An uncontrolled series with one arm M of n people."""
    species = other.pop("species", None)
    return study(name, [responders("M", events, n, code=coded("m", **other))], design="uncontrolled series", arms={"M": n},
                 species=species)  # fmt: skip


def trial(name: str, first: tuple[int, int], second: tuple[int, int], **other: Any) -> Study:
    """A trial of K against M, events of n in each."""
    rows = [
        responders("K", *first, code=coded("k", drugs=("ketamine",))),
        responders("M", *second, code=coded("m")),
    ]
    return study(name, rows, arms={"K": first[1], "M": second[1]}, **other)


def catalog(*studies: Study, **other: Any) -> Catalog:
    """A catalog with these studies and the terms of the shipped one."""
    return Catalog("test", "none", studies={one.id: one for one in studies}, terms=shipped().terms, **other)


def claim(value: str) -> Claim:
    return Claim(value, "editors", "made up for a test", "assumed")


def pool(model: str, **other: Any) -> Pool:
    given: dict[str, Any] = {
        "because": "They ask the same.", "tau_scale": claim("0.5 1"), "mean": claim("0 1"), "mean_sd": claim("1.5 1"),
    }  # fmt: skip
    return Pool(model=model, **(given | other))  # type: ignore[arg-type]


def body(measure: str, rows: Sequence[Row], **other: Any) -> Body:
    given: dict[str, Any] = {
        "id": "relief", "title": "Relief", "population": "postherpetic neuralgia", "comparison": "one against another",
        "outcome": "pain lower by half", "time": "two weeks after", "better": "higher",
    }  # fmt: skip
    if "pool" not in other:
        other.setdefault("not_pooled", "One study.")
    return Body(measure=measure, rows=tuple(rows), **(given | other))  # type: ignore[arg-type]


def arms_body(*studies: Study, **other: Any) -> Body:
    """A pooled body of the arms M of these studies."""
    return body("PLO", [Row(one.id, "m") for one in studies], **({"pool": pool("arms")} | other))


def trials_body(measure: str, *studies: Study, **other: Any) -> Body:
    """A pooled body of K against M in these trials."""
    return body(measure, [Row(one.id, "k", "m") for one in studies], **({"pool": pool("contrasts")} | other))


def question(*bodies: Body, answer: Sequence[str] = (), **other: Any) -> Question:
    given: dict[str, Any] = {"asked": "Does it help?", "short": "Help?", "known": "partly"}
    return Question(id="help", answer=tuple(answer), bodies=bodies, **(given | other))


def grade(starts: str, steps: dict[str, int] | None = None, **other: Any) -> Grade:
    """A grade with every domain judged, 0 where `steps` says nothing."""
    down = steps or {}
    judged = tuple(
        Judgement(domain, down.get(domain, 0), f"judged {domain}", "A. Reader", DAY)  # type: ignore[arg-type]
        for domain in DOMAINS
    )
    given: dict[str, Any] = {"starts_because": "as it was done", "judgements": judged}
    return Grade(starts=starts, **(given | other))  # type: ignore[arg-type]
