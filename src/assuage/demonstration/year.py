"""A year of a made-up clinic: sixty people, each at some stage, with harms, gaps and scores as they come."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.course import event as e
from assuage.demonstration.people import NURSE, PHYSICIAN, MadeUp, crowd
from assuage.demonstration.story import DAY, HOUR, MINUTE, Story, changed, last_of
from assuage.quantity import Quantity

SEED, PATIENTS = 20261125, 60
WEEKEND = (5, 6)
IMPROVED = ("very much improved", "much improved", "minimally improved", "no change", "minimally worse")
# How people fare in the demonstration. Made up to look like clinics do; no result of the program rests on them.
SHARE_BETTER, SHARE_MISSING, SHARE_HARMED = (
    {"kim-2015-magnesium": 0.48, "kim-2015-ketamine": 0.6, "anodyne-ketamine-im": 0.35},
    0.15,
    0.3,
)
HARMS = {
    "kim-2015-magnesium": (("warmth", "It feels hot all over.", 1), ("arm-burning", "My arm burns.", 1), ("dizziness", "A bit dizzy.", 1)),
    "kim-2015-ketamine": (("dysphoria", "I was floating, it was strange.", 1), ("nausea", "I feel sick.", 2), ("dizziness", "All turns.", 1)),
    "anodyne-ketamine-im": (("dizziness", "Light in the head.", 1), ("nausea", "A little sick.", 1)),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One patient of the demonstration with a course; `stage` names what it was made to show."""

    who: MadeUp
    story: Story
    stage: str


@dataclass(frozen=True)
class Setting:
    """What every story shares: catalog, clinic, the instant that is now, and its chance."""

    catalog: Catalog
    clinic: Clinic
    now: dt.datetime
    chance: random.Random

    def story(self, who: MadeUp, regimen: str, at: dt.datetime) -> Story:
        """A story that begins at an instant."""
        return Story(who, regimen, self.catalog, self.clinic, at, f"demonstration-{SEED}")


def year(catalog: Catalog, clinic: Clinic, *, now: dt.datetime) -> Iterator[Told]:
    """Sixty made-up courses that end before now, or stand where their stage says.

    Give      the catalog; the clinic with its adoptions; the instant that is now
    Holds     the same instant gives the same courses; every event passed the decisions of the course room
    """
    setting = Setting(catalog, clinic, now, random.Random(SEED))  # noqa: S311 (made-up people, the same every time)
    people = crowd(setting.chance, PATIENTS, today=now.date())
    for who, (stage, tell) in zip(people, STAGES.items(), strict=False):
        yield Told(who, tell(setting, who), stage)
    for number, who in enumerate(people[len(STAGES) :]):
        regimen = ("kim-2015-magnesium", "kim-2015-ketamine", "kim-2015-magnesium", "anodyne-ketamine-im")[number % 4]
        back = 30 + round(330 * (number + 1) / (PATIENTS - len(STAGES)))
        yield Told(who, _ordinary(setting, who, regimen, back), "")


def _monday(setting: Setting, back: int) -> dt.datetime:
    """Nine in the morning of a Monday about so many days ago, in the clinic's zone; never a holiday in the week."""
    zone = setting.clinic.zone
    day = (setting.now - dt.timedelta(days=back)).astimezone(zone).date()
    day -= dt.timedelta(days=day.weekday())
    while any(day + n * DAY in setting.clinic.holidays for n in range(5)):
        day -= 7 * DAY
    return dt.datetime(day.year, day.month, day.day, 9, 0, tzinfo=zone).astimezone(dt.UTC)


def _coming(setting: Setting) -> dt.datetime:
    """Nine in the morning of the next day that is neither a weekend nor a holiday, in the clinic's zone."""
    zone = setting.clinic.zone
    day = setting.now.astimezone(zone).date() + DAY
    while day.weekday() in WEEKEND or day in setting.clinic.holidays:
        day += DAY
    return dt.datetime(day.year, day.month, day.day, 9, 0, tzinfo=zone).astimezone(dt.UTC)


def _before(setting: Setting, who: MadeUp, regimen: str, start: dt.datetime) -> Story:
    """Referred, scored for a week, screened, ordered, checked and signed, for an infusion at `start`."""
    story = setting.story(who, regimen, start - 8 * DAY).refers()
    for day in range(7, 0, -1):
        story.at = start - day * DAY + 2 * HOUR
        story.scores(max(0, min(10, who.pain + setting.chance.choice((-1, 0, 0, 1)))), "baseline")
    story.at = start - 20 * HOUR
    story.does(e.FactsRecorded(at=story.at, document=_fresh(story, start), source="form"), NURSE)
    return story.orders(story.screens(start)).checks_and_signs()


def _fresh(story: Story, start: dt.datetime) -> str:
    from assuage.demonstration.people import document

    return document(story.who, start.date())


def _gives(setting: Setting, story: Story, number: int, *, harms: bool = True) -> None:
    """One session as ordered, sometimes with something unwanted, and the call after it."""
    start = story.order.sessions[number - 1].start
    assert start is not None
    story.at = start.astimezone(dt.UTC) - 40 * MINUTE
    story.prepares(number).starts(number)
    if harms and setting.chance.random() < SHARE_HARMED:
        term, spoken, grade = setting.chance.choice(HARMS[story.regimen])
        story.wait(5 * MINUTE).harmed(number, term, spoken=spoken, grade=min(grade, 1), action="watched, went on")
    story.runs(number)
    story.wait(20 * HOUR).calls(number)


def _scored(setting: Setting, story: Story, *, better: bool | None) -> Story:
    """The score of day 14: better, not, or not reached; then weeks later where there was relief."""
    begun = story.state.day_14
    assert begun is not None
    story.at = begun + 14 * DAY + 3 * HOUR
    pain = story.who.pain
    if better is None:
        story.scores(None, "day 14")
        return story
    value = setting.chance.randint(1, pain // 2) if better else setting.chance.randint(pain - 2, min(10, pain + 1))
    story.scores(value, "day 14")
    story.wait(MINUTE).says(IMPROVED[1] if better else IMPROVED[3])
    story.wait(HOUR).does(e.Decided(
        at=story.at, chosen="nothing further" if better else "stop this regimen",
        because="Pain halved; the patient is content." if better else "Less than thirty per cent; nothing speaks for more of the same.",
        shown=("nothing further", "repeat the series", "another regimen", "stop this regimen"),
    ), PHYSICIAN)  # fmt: skip
    for weeks, purpose in ((4, "week 4"), (8, "week 8"), (12, "week 12")):
        at = begun + 7 * weeks * DAY + 4 * HOUR
        if at > setting.now:
            break
        story.at = at
        lost = better and setting.chance.random() < 0.35 * weeks / 4
        story.scores(pain - 1 if lost or not better else value, purpose)
    return story


def _ordinary(setting: Setting, who: MadeUp, regimen: str, back: int) -> Story:
    """A course of the past year, with its own luck."""
    start = _monday(setting, back)
    story = _before(setting, who, regimen, start)
    for number in range(1, last_of(story) + 1):
        _gives(setting, story, number)
    if story.state.day_14 and story.state.day_14 + 15 * DAY > setting.now:
        return story
    is_missing = setting.chance.random() < SHARE_MISSING
    better = None if is_missing else setting.chance.random() < SHARE_BETTER[regimen]
    _scored(setting, story, better=better)
    if story.at < setting.now - 100 * DAY:
        story.wait(DAY).does(
            e.Closed(at=story.at, because="Followed to the end; discharged to the referrer."), PHYSICIAN
        )
    return story


def _screened_out(setting: Setting, who: MadeUp) -> Story:
    start = setting.now + DAY
    story = setting.story(changed(who, creatinine=260), "kim-2015-magnesium", setting.now - 2 * DAY).refers()
    story.screens(start)
    return story


def _waiting(setting: Setting, who: MadeUp) -> Story:
    start = _coming(setting)
    story = setting.story(who, "kim-2015-magnesium", setting.now - 5 * HOUR).refers()
    return story.orders(story.screens(start))


def _running(setting: Setting, who: MadeUp) -> Story:
    """Started twenty minutes ago."""
    start = (setting.now - 20 * MINUTE).replace(second=0, microsecond=0)
    story = _before(setting, who, "kim-2015-magnesium", start)
    story.at = start - 40 * MINUTE
    story.prepares(1)
    story.at = start - 17 * MINUTE
    story.starts(1)
    story.wait(12 * MINUTE).observes(1, "during", {"vitals.sbp": "126 mm[Hg]", "vitals.dbp": "75 mm[Hg]", "vitals.hr": "70 /min",
                                                   "vitals.rr": "16 /min", "vitals.spo2": "97 %"})  # fmt: skip
    return story


def _due(setting: Setting, who: MadeUp) -> Story:
    """The last infusion about a fortnight ago, nobody has asked yet."""
    story = _before(setting, who, "kim-2015-magnesium", _monday(setting, 21))
    for number in (1, 2, 3):
        _gives(setting, story, number, harms=False)
    return story


def _responder(setting: Setting, who: MadeUp) -> Story:
    story = _before(setting, who, "kim-2015-ketamine", _monday(setting, 40))
    for number in (1, 2, 3):
        _gives(setting, story, number, harms=False)
    return _scored(setting, story, better=True)


def _non_responder(setting: Setting, who: MadeUp) -> Story:
    story = _before(setting, who, "kim-2015-magnesium", _monday(setting, 40))
    for number in (1, 2, 3):
        _gives(setting, story, number, harms=False)
    return _scored(setting, story, better=False)


def _chest(setting: Setting, who: MadeUp) -> Story:
    """The second infusion stopped for tightness in the chest; what went in was read off the pump."""
    story = _before(setting, who, "kim-2015-magnesium", _monday(setting, 28))
    _gives(setting, story, 1, harms=False)
    start = story.order.sessions[1].start
    assert start is not None
    story.at = start.astimezone(dt.UTC) - 40 * MINUTE
    story.prepares(2).starts(2)
    story.wait(22 * MINUTE)
    half = story.order.sessions[1].volume
    given = Quantity(half.value / 3, "mL").to_places(1)
    story.does(e.Stopped(at=story.at, session=2, because="tightness in the chest", volume=given), NURSE)
    story.wait(MINUTE).harmed(
        2,
        "chest-tightness",
        spoken="It is tight here, across the chest.",
        grade=2,
        action="Stopped; ECG unchanged; physician at the bedside.",
    )
    story.wait(5 * MINUTE).does(
        e.Reconciled(at=story.at, session=2, delivery="given", how="read off the pump", volume=given), NURSE
    )
    story.goes_home(2)
    story.wait(HOUR).does(
        e.Cancelled(at=story.at, order=1, because="No third infusion after tightness in the chest.", session=3),
        PHYSICIAN,
    )
    return story


STAGES: dict[str, Callable[[Setting, MadeUp], Story]] = {
    "screened out": _screened_out, "waiting for a check": _waiting, "running now": _running, "due for day 14": _due,
    "responder": _responder, "non-responder": _non_responder, "stopped for chest tightness": _chest,
}  # fmt: skip
