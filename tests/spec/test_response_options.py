"""Every option after a response, always all, in one order, each with what is known; nothing is recommended."""

from __future__ import annotations

import datetime as dt

from tests.courses import NURSE, Walk
from tests.spec.test_response import FIRST, ZONE, after, found, scored, treated

from assuage.course.event import Harmed
from assuage.response import relief
from assuage.response.options import CHOICES, Seen, options

ADVICE = ("should", "recommend", "best", "better", "prefer", "advise")


def told(walk: Walk) -> dict[str, str]:
    response = found(walk)
    listed = options(Seen(walk.state, response, relief(walk.state, response, zone=ZONE), walk.around()))
    assert tuple(one.choice for one in listed) == CHOICES
    assert all(one.known for one in listed)
    return {one.choice: " ".join(one.known) for one in listed}


def test_what_a_responder_is_shown() -> None:
    said = told(after(treated(), "4"))
    assert "meets at least 50 %" in said["nothing further"]
    assert "Relief had not ended when last asked, 14 days" in said["nothing further"]
    assert "In a new clinic" in said["repeat the series"]
    assert "magnesium sulfate heptahydrate, 2,100 mg in 1 infusion." in said["repeat the series"]
    assert "kim-2015-ketamine:" in said["another regimen"]
    assert "kim-2015-magnesium:" not in said["another regimen"]
    assert "pregabalin" in said["add one measure"]
    assert "No adverse event on record." in said["stop this regimen"]


def test_relief_that_ended_is_an_interval() -> None:
    walk = treated()
    for day, value in ((7, "4"), (14, "8")):
        scored(walk, FIRST + dt.timedelta(days=day), value, purpose="diary")
    assert "Relief had ended by day 14, and was last seen on day 7." in told(walk)["nothing further"]


def test_a_window_that_is_open_says_until_when() -> None:
    walk = treated()
    walk.at -= dt.timedelta(days=5)
    assert "A score counts for day 14 until 17-Dec-2026." in told(walk)["wait"]
    walk.wait(days=9)
    assert "The window of day 14 closed on 17-Dec-2026." in told(walk)["wait"]


def test_harms_stand_beside_going_on_and_stopping() -> None:
    walk = after(treated(), "8")
    walk.must(Harmed(at=walk.at, term="dizziness", spoken="Round.", session=1, began=walk.at, grade=3, standard="CTCAE v5", is_serious=False,
                     related="possible", expected="expected", action="lay flat"), NURSE)  # fmt: skip
    said = told(walk)
    for one in ("repeat the series", "stop this regimen"):
        assert "Adverse events in this course: 1, the gravest of grade 3." in said[one]


def test_nobody_is_told_what_to_choose() -> None:
    for walk in (after(treated(), "4"), after(treated(), "9"), after(treated(), None), Walk().ready()):
        text = " ".join(told(walk).values()).lower()
        assert not [word for word in ADVICE if word in text]
