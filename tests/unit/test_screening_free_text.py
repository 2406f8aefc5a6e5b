"""Words nobody understood: when they are of no account, part by part of that rule."""

from __future__ import annotations

import msgspec
import pytest
from tests.spec.given import catalog, fact

from assuage.catalog import Catalog, read_catalog
from assuage.catalog.terms import Resolution
from assuage.rule import Condition
from assuage.screening.free_text import asked_of_lists, is_of_no_account, reach_of


def judged(which: str, *possible: str, left: tuple[str, ...] = ()) -> bool:
    return is_of_no_account(Resolution("made", possible=possible, left=left), which, catalog())


@pytest.mark.parametrize(
    ("which", "possible", "left", "none"),
    [
        ("medications", ("paracetamol",), (), True),
        ("medications", (), (), False),
        ("medications", ("paracetamol",), ("since", "20", "years"), True),
        ("medications", ("paracetamol",), ("since", "lanoxxin"), False),
        ("medications", ("paracetamol", "penicillin"), ("and",), True),
        ("medications", ("paracetamol", "digoxin"), (), False),
        ("medications", ("digoxin", "paracetamol"), (), False),
        ("medications", ("warfarin",), (), False),
        ("conditions", ("hay-fever",), ("mild",), True),
        ("conditions", ("asthma",), ("mild",), False),
        ("allergies", ("penicillin",), ("rash",), True),
        ("allergies", ("warfarin",), ("rash",), True),
        ("allergies", ("lidocaine",), ("rash",), False),
        ("allergies", ("lidocaine-with-adrenaline",), (), False),
        ("allergies", ("paracetamol-with-tramadol",), (), True),
        ("medications", ("paracetamol-with-tramadol",), (), False),
    ],
)  # fmt: skip
def test_what_is_of_no_account(which: str, possible: tuple[str, ...], left: tuple[str, ...], none: bool) -> None:
    assert judged(which, *possible, left=left) is none


WORDS = (
    "a about after age ago aged all allergic allergy an and as at bad both child childhood chronic daily date day days"
    " doctor during each early few for from gp had has have he her his history in infant intolerance intolerant is it last"
    " late left long long-term longstanding many mild mildly minor moderate month months mother my now occasional"
    " occasionally of often old on once only or over own past patient previous previously rarely reaction reactions recent"
    " recently recurrent reported right says self severe severely she side since slight slightly some sometimes started"
    " still taken takes taking the then this to told twice under unknown up used uses usually was week weeks well when"
    " with year years young hives itch itching itchy rash redness swelling urticaria vomiting nausea stomach upset"
).split()  # fmt: skip


def test_each_plain_word_names_no_drug_and_no_disease() -> None:
    assert [word for word in WORDS if not judged("medications", "paracetamol", left=(word,))] == []


def test_a_term_reaches_its_id_its_classes_and_all_it_contains() -> None:
    terms = catalog().terms
    assert reach_of("paracetamol", terms) == {"paracetamol"}
    assert reach_of("tramadol", terms) == {"tramadol", "opioid", "cns-depressant"}
    both = {"paracetamol-with-tramadol", "paracetamol", "tramadol", "opioid", "cns-depressant"}
    assert reach_of("paracetamol-with-tramadol", terms) == both
    outer = msgspec.structs.replace(terms["paracetamol"], id="outer", contains=("paracetamol-with-tramadol",))
    assert reach_of("outer", {**terms, "outer": outer}) == {*both, "outer"}


def with_only(**changes: object) -> Catalog:
    """The catalog without rules, lines for the nurse and regimens, but for these."""
    return msgspec.structs.replace(catalog(), **{"rules": {}, "watch": {}, "regimens": {}, **changes})


def test_rules_are_asked_for_all_that_their_conditions_name() -> None:
    rule = next(iter(catalog().rules.values()))
    when = Condition(
        all=(
            Condition(medication=("opioid", "digoxin")),
            Condition(not_=Condition(any=(Condition(condition=("asthma",)), Condition(allergy=("latex",))))),
            Condition(fact="weight", above=fact("60 kg")),
        )
    )
    changed = with_only(
        rules={"made": msgspec.structs.replace(rule, when=when), "bare": msgspec.structs.replace(rule, when=None)}
    )
    assert asked_of_lists(changed) == {
        "conditions": frozenset({"asthma"}),
        "medications": frozenset({"opioid", "digoxin"}),
        "allergies": frozenset({"latex"}),
    }


def test_lines_for_the_nurse_and_criteria_are_asked_too() -> None:
    watch = next(iter(catalog().watch.values()))
    only = Condition(medication=("tramadol",))
    lines = {"made": msgspec.structs.replace(watch, only_if=only), "bare": msgspec.structs.replace(watch, only_if=None)}
    regimen = msgspec.structs.replace(catalog().regimen("kim-2015-magnesium"), indications=("made-up",), criteria=())
    found = asked_of_lists(with_only(watch=lines, regimens={"made": regimen}))
    assert found == {
        "conditions": frozenset({"made-up"}),
        "medications": frozenset({"tramadol"}),
        "allergies": frozenset(),
    }
    criteria = tuple(one for each in read_catalog().regimens.values() for one in each.criteria if one.is_one_of)
    assert criteria
    regimen = msgspec.structs.replace(regimen, indications=(), criteria=criteria[:1])
    found = asked_of_lists(with_only(regimens={"made": regimen}))
    assert found["conditions"] == frozenset(criteria[0].is_one_of)


def test_what_a_catalog_asks_for_is_worked_out_once() -> None:
    assert asked_of_lists(catalog()) is asked_of_lists(catalog())
