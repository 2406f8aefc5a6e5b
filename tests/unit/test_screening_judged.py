"""How rules become findings: what waits for a fact, what is told of its absence, and what could not be judged."""

from __future__ import annotations

import msgspec
import pytest
from tests.spec.given import DAY, catalog, clinic, patient

from assuage.finding import Blocks, Finding, Severity
from assuage.rule import Applies, Condition, Rule, WhenUnknown
from assuage.screening import NotChecked, Screening, screen

POSITIVE = Condition(fact="substance_screen", is_=("positive",))
NO_SCREEN = Condition(missing="substance_screen")
OPIOID = Condition(medication=("opioid",))
PR = Condition(fact="ecg.av_block", is_=("third",))


def rule(
    identity: str,
    when: Condition | None,
    *,
    severity: Severity = "warn",
    blocks: Blocks = "none",
    unknown: WhenUnknown | None = None,
) -> Rule:
    return Rule(
        identity, "T-1", Applies(), severity, blocks, f"Said by {identity}.", f"Reason of {identity}.", "Do it.", (), when, unknown
    )  # fmt: skip


def screened(*rules: Rule, changes: str = "sex: female", without: tuple[str, ...] = ("substance_screen",)) -> Screening:
    """What a catalog of these rules alone says of the example patient, without a substance screen."""
    small = msgspec.structs.replace(catalog(), rules={one.id: one for one in rules})
    given = patient(*changes.split(" & "), without=without)
    return screen(given, None, catalog=small, clinic=clinic(), days=(DAY,))


def unknown(sentence: str = "Not known: {value}.", cause: str | None = None) -> WhenUnknown:
    return WhenUnknown("hold", "sign", sentence, "Find out.", cause)


def test_a_rule_that_is_true_speaks_and_one_that_is_false_does_not() -> None:
    negative = rule("negative", Condition(fact="substance_screen", is_=("negative",)), severity="stop", blocks="dose")
    found = screened(negative, rule("positive", POSITIVE), without=())
    assert found == Screening(
        (Finding("negative", "stop", "dose", "Said by negative.", "Reason of negative.", "Do it."),), ()
    )


def test_a_rule_decided_elsewhere_is_left_to_it() -> None:
    for decided in ("plan", "bedside"):
        elsewhere = msgspec.structs.replace(rule("made", None), decided_by=decided)
        assert screened(elsewhere) == Screening((), ())
    always = msgspec.structs.replace(rule("made", None, severity="note"), decided_by="always")
    assert screened(always).findings == (Finding("made", "note", "none", "Said by made.", "Reason of made.", "Do it."),)


def test_one_rule_that_waits_for_a_fact() -> None:
    assert screened(rule("waits", POSITIVE, severity="stop", blocks="sign")) == Screening(
        (
            Finding(
                rule="not-known-substance_screen",
                severity="hold",
                blocks="sign",
                message="Not known: substance screen. 1 rule could not be judged.",
                reason="Not known is never taken for normal.",
                resolve="Record substance screen with its date.",
                sources=("editors",),
                merged=("not-known-substance_screen", "waits"),
            ),
        ),
        (NotChecked("waits", "substance screen: not in the patient file"),),
    )


def test_several_rules_that_wait_block_as_early_as_the_gravest() -> None:
    rules = (
        rule("first", POSITIVE, severity="warn", blocks="dose"),
        rule("second", POSITIVE, severity="hold", blocks="start"),
        rule("third", POSITIVE, severity="refuse", blocks="sign"),
    )
    (found,) = screened(*rules).findings
    assert (found.severity, found.blocks) == ("hold", "sign")
    assert found.message == "Not known: substance screen. 3 rules could not be judged."
    assert found.merged == ("not-known-substance_screen", "first", "second", "third")


@pytest.mark.parametrize(
    ("severity", "told"), [("refuse", "hold"), ("stop", "hold"), ("hold", "hold"), ("warn", "note"), ("note", "note")]
)
def test_a_gap_holds_for_rules_that_would_block(severity: Severity, told: Severity) -> None:
    (found,) = screened(rule("waits", POSITIVE, severity=severity, blocks="none")).findings
    assert found.severity == told


def test_a_rule_that_waits_stands_on_the_finding_that_tells_of_its_fact() -> None:
    found = screened(rule("told", NO_SCREEN), rule("waits", POSITIVE, severity="stop", blocks="dose"))
    assert found.findings == (
        Finding("told", "hold", "dose", "Said by told.", "Reason of told.", "Do it.", merged=("told", "waits")),
    )
    assert found.not_checked == (NotChecked("waits", "substance screen: not in the patient file"),)


def test_a_gap_that_blocked_nothing_blocks_as_early_as_what_waits_for_it() -> None:
    found = screened(rule("told", NO_SCREEN), rule("waits", POSITIVE, severity="stop", blocks="sign"))
    assert [(one.rule, one.severity, one.blocks) for one in found.findings] == [("told", "hold", "sign")]


def test_a_graver_finding_on_a_gap_stays_as_grave() -> None:
    found = screened(rule("told", NO_SCREEN, severity="stop", blocks="dose"), rule("waits", POSITIVE))
    assert [(one.rule, one.severity, one.blocks) for one in found.findings] == [("told", "stop", "dose")]


def test_rules_wait_on_the_first_finding_that_tells_of_their_fact() -> None:
    rules = (rule("first", NO_SCREEN), rule("second", NO_SCREEN), rule("waits", POSITIVE))
    assert [(one.rule, one.merged) for one in screened(*rules).findings] == [
        ("first", ("first", "waits")),
        ("second", ()),
    ]


def test_a_rule_that_waits_for_a_part_stands_on_the_finding_on_its_group() -> None:
    found = screened(rule("told", Condition(missing="ecg")), rule("waits", PR), without=("ecg",))
    assert [(one.rule, one.merged) for one in found.findings] == [("told", ("told", "waits"))]
    assert found.not_checked == (NotChecked("waits", "AV block on the ECG: not in the patient file"),)


def test_a_finding_that_could_have_told_of_a_group_and_did_not_is_waited_on_by_none() -> None:
    told = rule("told", Condition(any=(NO_SCREEN, Condition(missing="ecg"))))
    found = screened(told, rule("waits", PR), changes="ecg: {on: 2026-11-25, pr: 160 ms}")
    assert [(one.rule, one.merged) for one in found.findings] == [
        ("told", ()), ("not-known-ecg.av_block", ("not-known-ecg.av_block", "waits")),
    ]  # fmt: skip


def test_a_rule_with_a_sentence_for_not_knowing_says_it_and_waits_for_nothing() -> None:
    found = screened(rule("says", POSITIVE, severity="stop", blocks="sign", unknown=unknown(cause="gap")))
    said = Finding("says", "hold", "sign", "Not known: substance screen.", "Reason of says.", "Find out.", (), "gap")
    assert found == Screening((said,), ())


def test_others_wait_on_a_sentence_for_not_knowing() -> None:
    rules = (rule("says", POSITIVE, unknown=unknown()), rule("waits", POSITIVE))
    found = screened(*rules)
    assert [(one.rule, one.merged) for one in found.findings] == [("says", ("says", "waits"))]
    assert [one.rule for one in found.not_checked] == ["waits"]


def test_a_rule_always_waits_for_its_lists() -> None:
    both = rule("both", Condition(any=(OPIOID, POSITIVE)), severity="stop", blocks="dose", unknown=unknown())
    found = screened(both, changes="medications: [zzyzx]")
    assert [(one.rule, one.merged) for one in found.findings] == [
        ("medications-not-understood", ("medications-not-understood", "both")), ("both", ()),
    ]  # fmt: skip
    assert found.findings[1].message == "Not known: substance screen."
    assert found.not_checked == ()
    alone = rule("alone", OPIOID, unknown=unknown())
    assert screened(alone, changes="medications: [zzyzx]", without=()).not_checked == (
        NotChecked("alone", "medications: an entry was not understood"),
    )


def test_a_list_nobody_asked_is_told_with_the_rules_that_wait_for_it() -> None:
    found = screened(
        rule("waits", Condition(any=(OPIOID, POSITIVE)), severity="stop", blocks="dose"),
        without=("medications", "substance_screen"),
    )
    assert [one.rule for one in found.findings] == ["not-known-medications", "not-known-substance_screen"]
    assert found.not_checked == (
        NotChecked("waits", "medications: not asked: the key is absent from the patient file; substance screen: not in the patient file"),
    )  # fmt: skip


def test_the_reason_the_file_gives_is_told_once() -> None:
    missing = rule("missing", Condition(any=(NO_SCREEN, Condition(missing="stop_bang"))))
    reasons = "not_obtained: {substance_screen: no staff, stop_bang: refused}"
    (found,) = screened(missing, changes=reasons, without=("substance_screen", "stop_bang")).findings
    assert found.message == "Said by missing. (substance screen (no staff); stop bang (refused))"
    (found,) = screened(
        rule("says", POSITIVE, unknown=unknown()), changes=reasons, without=("substance_screen", "stop_bang")
    ).findings
    assert found.message == "Not known: substance screen. (substance screen (no staff))"


def test_only_what_is_missing_is_explained() -> None:
    either = rule("either", Condition(any=(NO_SCREEN, Condition(missing="weight"))))
    (found,) = screened(either, changes="not_obtained: {substance_screen: no staff}").findings
    assert found.message == "Said by either. (substance screen (no staff))"
    (found,) = screened(either).findings
    assert found.message == "Said by either."


def test_what_a_derived_fact_lacks_is_told_once() -> None:
    both = Condition(any=(Condition(missing="bmi"), Condition(missing="lean_weight")))
    (found,) = screened(rule("made", both), without=("height",)).findings
    assert found.message == "Said by made. (it cannot be computed without height)"


def test_a_fact_that_cannot_be_used_explains_itself_elsewhere() -> None:
    old = "substance_screen: {value: negative, on: 2027-01-01}"
    found = screened(rule("made", NO_SCREEN), rule("waits", POSITIVE), changes=old, without=())
    assert [(one.rule, one.merged) for one in found.findings] == [
        ("not-usable-substance_screen", ()),
        ("made", ("made", "waits")),
    ]
    assert found.findings[1].message == "Said by made."
    assert found.not_checked == (NotChecked("waits", "substance screen: dated 01-Jan-2027, after 30-Nov-2026"),)


def test_a_rule_waits_on_the_finding_on_a_fact_that_cannot_be_used() -> None:
    old = "substance_screen: {value: negative, on: 2027-01-01}"
    (found,) = screened(rule("waits", POSITIVE, severity="stop", blocks="dose"), changes=old, without=()).findings
    assert found.merged == ("not-usable-substance_screen", "waits")
    assert (found.severity, found.blocks) == ("hold", "dose")


def test_a_part_with_a_doubt_unlike_its_groups_is_told_too() -> None:
    both = Condition(any=(Condition(fact="ecg.pr", above=catalog().measurements["ecg.pr"].plausible_low), PR))
    wild = "ecg: {on: 2026-11-25, pr: 20 ms}"
    found = screened(rule("made", both), changes=wild, without=())
    assert "not-usable-ecg.pr" in [one.rule for one in found.findings]
    stale = "ecg: {on: 2026-01-25, av_block: none, pr: 20 ms}"
    rules = [one.rule for one in screened(rule("made", both), changes=stale, without=()).findings]
    assert rules == ["not-usable-ecg"]


def test_what_blocks_nothing_is_the_latest_block_of_all() -> None:
    rules = (rule("first", POSITIVE, severity="hold"), rule("second", POSITIVE, severity="hold", blocks="sign"))
    (found,) = screened(*rules).findings
    assert (found.severity, found.blocks) == ("hold", "sign")
    assert found.message == "Not known: substance screen. 2 rules could not be judged."
