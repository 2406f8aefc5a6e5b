"""Are the questions fit to be answered? Counts and readings are typed here from the dossier, not copied from the files."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec
import pytest

from assuage.catalog import check_catalog, load_catalog, uses
from assuage.catalog.differ import differ
from assuage.catalog.references import CodedRow, coded
from assuage.question import Appraisal, Body, Question, Row
from assuage.study import PLACEBO, Outcome, Responders

CATALOG = load_catalog()
QUESTIONS = CATALOG.questions
REVIEWS = ("systematic_review", "narrative_review", "review", "health_technology_review", "guideline")
ASKED = {
    "alternating-days", "harms", "how-long", "ketamine-in-neuralgia", "ketamine-or-magnesium", "ketamine-with-magnesium",
    "lidocaine-in-neuralgia", "magnesium-in-cancer", "magnesium-in-crps", "magnesium-in-migraine", "magnesium-in-neuralgia",
    "magnesium-with-lidocaine", "single-or-series", "what-at-two-weeks",
}  # fmt: skip
# Sets of the dossier's map: the body, and the events and people it holds there.
MAP = {
    ("magnesium-in-neuralgia", "magnesium-alone"): (25, 41),
    ("magnesium-in-neuralgia", "magnesium-alone-30"): (25, 35),
    ("magnesium-with-lidocaine", "together"): (31, 31),
    ("harms", "ketamine-any"): (120, 246),
    ("ketamine-in-neuralgia", "half-gone"): (22, 37),
}


@pytest.fixture(params=sorted(QUESTIONS))
def question(request: pytest.FixtureRequest) -> Question:
    return QUESTIONS[request.param]


@pytest.fixture(params=sorted(CATALOG.appraisals))
def appraisal(request: pytest.FixtureRequest) -> Appraisal:
    return CATALOG.appraisals[request.param]


def body_of(question: str, body: str) -> Body:
    return next(one for one in QUESTIONS[question].bodies if one.id == body)


def row_of(row: Row) -> CodedRow:
    return next(one for one in coded(CATALOG.studies[row.study]) if one.coded.id == row.row)


def all_coded() -> Iterator[tuple[str, CodedRow]]:
    yield from ((study.id, one) for study in CATALOG.studies.values() for one in coded(study))


def test_everything_that_has_to_be_asked_is_asked() -> None:
    assert set(QUESTIONS) >= ASKED


def test_only_what_nobody_tried_is_called_unknown() -> None:
    assert [one.id for one in QUESTIONS.values() if one.known == "nobody knows"] == ["alternating-days"]


@pytest.mark.parametrize(("place", "counts"), MAP.items())
def test_a_pool_holds_the_people_of_the_dossier(place: tuple[str, str], counts: tuple[int, int]) -> None:
    body = body_of(*place)
    assert body.pool is not None
    found = [row_of(row).row for row in body.rows]
    events = [one.events if isinstance(one, Responders) else getattr(one, "count", None) for one in found]
    people = [one.n if isinstance(one, Responders) else getattr(one, "total", None) for one in found]
    assert (sum(filter(None, events)), sum(filter(None, people))) == counts


@pytest.mark.parametrize(
    ("question", "body"),
    [
        ("ketamine-in-neuralgia", "against-saline"),
        ("ketamine-in-neuralgia", "weeks"),
        ("lidocaine-in-neuralgia", "half-gone"),
        ("lidocaine-in-neuralgia", "weeks"),
        ("harms", "drifting"),
        ("harms", "ketamine-in-reviews"),
        ("how-long", "ketamine-in-reviews"),
    ],
)
def test_what_the_dossier_says_not_to_pool_is_not_pooled(question: str, body: str) -> None:
    found = body_of(question, body)
    assert found.pool is None
    assert found.not_pooled


def test_every_responder_row_of_a_study_says_what_it_is() -> None:
    """All of them: no study with responders leaves its condition out."""
    assert [study.id for study in CATALOG.studies.values() for row in study.responders if row.coded is None] == []


def test_days_agree_with_the_window_they_stand_in() -> None:
    days = {"during-infusion": 0, "within-4-hours": 0, "24-hours": 1, "2-weeks": 14, "4-weeks": 28, "12-months": 365}
    for study, one in all_coded():
        if one.coded.days is not None and one.coded.window in days:
            assert one.coded.days == days[one.coded.window], (study, one.coded.id)


def test_the_area_over_five_weeks_stands_in_the_middle_of_them() -> None:
    rows = [one for one in coded(CATALOG.studies["pickering-2020"]) if one.coded.outcome == "pain-over-time"]
    assert {one.coded.days for one in rows} == {Decimal("17.5")}


def test_kims_rows_are_two_weeks_after_three_infusions() -> None:
    rows = {one.coded.id: one for one in coded(CATALOG.studies["kim-2015"])}
    for name, events in {"k-50-2w": 10, "m-50-2w": 7, "k-30-2w": 12, "m-30-2w": 11}.items():
        row = rows[name].row
        assert isinstance(row, Responders)
        assert (row.events, row.n, rows[name].coded.days, rows[name].coded.infusions) == (events, 15, 14, 3)


def test_a_comparator_stands_only_where_a_difference_was_printed() -> None:
    for study, one in all_coded():
        if one.coded.comparator is not None:
            assert isinstance(one.row, Outcome), (study, one.coded.id)
            assert one.row.interval_95 is not None, (study, one.coded.id)


def test_what_both_arms_had_is_no_drug_of_a_row() -> None:
    assert not [study for study, one in all_coded() if study == "kim-2015" and "midazolam" in one.coded.drugs]
    assert not [one for _, one in all_coded() if PLACEBO in one.coded.drugs and len(one.coded.drugs) > 1]


def test_animals_and_twins_are_never_rows(question: Question) -> None:
    shown = {row.study for body in question.bodies for row in body.rows}
    assert not shown & {"begon-2002", "ulugol-2002", "phn-lidocaine-greece"}
    for study in shown:
        design = CATALOG.studies[study].design
        assert design is None or design.species is None


def test_no_review_is_pooled_and_no_sessions_are(question: Question) -> None:
    for body in question.bodies:
        if body.pool is None:
            continue
        for row in body.rows:
            assert CATALOG.studies[row.study].record_type not in REVIEWS
            assert getattr(row_of(row).row, "denominator", "patients") == "patients"


def test_a_share_never_stands_in_words_without_its_interval(question: Question) -> None:
    """A count such as 7/15, or a per cent, is filled by computation with its interval, or is printed by others with theirs."""
    claims = " ".join(claim.value for claim in question.claims.values())
    assert not re.search(r"\d+ ?/ ?\d+|\d ?%", " ".join((*question.answer, claims)))
    assert all(re.search(r"\(.+ to .+\)", claim.value) for claim in question.claims.values())


def test_an_answer_recommends_nothing_and_ranks_nothing(question: Question) -> None:
    told = " ".join(question.answer).casefold()
    found = re.findall(r"recommend|first choice|prefer|superior|ought to|should (?:give|use|be given|be used)", told)
    assert found == []


def test_an_answer_ends_with_what_to_take_from_it(question: Question) -> None:
    assert "what to take from it" in question.answer[-1].casefold()


def test_what_would_change_an_answer_names_a_trial_a_text_or_a_record(question: Question) -> None:
    for line in question.would_change:
        assert re.search(r"trial|full text|crossover|record|series|pairs|score|count|result|account", line), line


def test_a_question_is_read_by_somebody_on_a_day(question: Question) -> None:
    assert question.read_on is not None
    for body in question.bodies:
        for one in body.grade.judgements if body.grade else ():
            assert one.reader in CATALOG.sources
            assert one.on <= question.read_on


def test_two_findings_that_disagree_are_both_in_the_catalog() -> None:
    between = {frozenset(one.between) for question in QUESTIONS.values() for one in question.conflicts}
    for pair in (("collins-2009", "fischer-2013"), ("kim-2015", "pickering-2020"), ("orhurhu-2019", "cochrane-2025"),
                 ("begon-2002", "ulugol-2002")):  # fmt: skip
        assert frozenset(pair) in between


def test_the_tool_fits_the_design(appraisal: Appraisal) -> None:
    study = CATALOG.studies[appraisal.study]
    design = (study.design.type or "") if study.design else ""
    is_one_arm = re.search(r"series|cohort|case report|repeat-exposure", design) or appraisal.study == "collins-2009"
    wanted = "case series" if is_one_arm else "RoB 2 crossover" if "crossover" in design else "RoB 2"
    assert appraisal.tool == wanted


def test_a_paper_read_as_its_abstract_earns_few_low_judgements(appraisal: Appraisal) -> None:
    low = [one for one in appraisal.domains if one.risk == "low"]
    assert len(low) <= len(appraisal.domains) // 2
    assert all(one.reason.endswith((".", "?")) for one in appraisal.domains)


def test_the_prior_of_a_share_is_nearly_flat() -> None:
    """The middle half of a normal of this spread, as shares, lies within three hundredths of the flat share's."""
    prior = CATALOG.priors["responder-share"]
    half = 0.674490 * float(prior.mean_sd.value.split()[0])
    assert abs(1 / (1 + math.exp(-half)) - 0.75) < 0.03  # 0.73 against 0.75: the derivation says nearly
    assert prior.tau_scale.kind == "assumed"
    assert prior.tau_scale.note
    assert prior.window_days == 7


def test_a_question_is_found_when_its_study_is_recalled() -> None:
    users = {use.user for use in uses(CATALOG, "studies.noppers-2011")}
    assert {
        "questions.harms.bodies.liver.rows.0.study",
        "appraisals.noppers-2011.liver-injury-over-the-study.study",
    } <= users
    assert any(use.user.startswith("priors.") for use in uses(CATALOG, "pritz-example"))
    assert any(use.user.startswith("appraisals.") for use in uses(CATALOG, "murad-2018"))


def test_a_changed_judgement_is_a_sentence() -> None:
    old = QUESTIONS["ketamine-or-magnesium"]
    body = old.bodies[0]
    assert body.grade is not None
    changed = msgspec.structs.replace(body.grade.judgements[3], steps=-1)
    grade = msgspec.structs.replace(
        body.grade, judgements=(*body.grade.judgements[:3], changed, body.grade.judgements[4])
    )
    new = msgspec.structs.replace(old, bodies=(msgspec.structs.replace(body, grade=grade), *old.bodies[1:]))
    catalog = msgspec.structs.replace(CATALOG, questions={**QUESTIONS, old.id: new})
    assert differ(CATALOG, catalog) == (
        "The steps in question ketamine-or-magnesium, body direct-50, grade, judgement 4: “-2” → “-1”.",
    )


def test_the_check_of_questions_has_nothing_to_mend() -> None:
    assert [str(one) for one in check_catalog() if one.check == "questions"] == []
