"""Values: exact, dated, newest first; and everything that leaves a fact not known, with the reason said."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from tests.conformance.fhir.bundles import (
    UCUM,
    bundle,
    coded,
    loinc,
    number,
    observation,
    patient,
    quantity,
    read,
    reading,
    status,
    unknown,
)  # fmt: skip

from assuage.patient import Dated, Unknown
from assuage.quantity import Quantity

DAY = dt.date(2026, 11, 25)


def known(result: Any, name: str) -> Dated:
    fact = result.patient.fact(name)
    assert isinstance(fact, Dated), fact
    return fact


@pytest.mark.parametrize(
    ("code", "value", "unit", "name"),
    [
        ("29463-7", "70", "kg", "weight"), ("3141-9", "154.3", "[lb_av]", "weight"), ("8302-2", "165", "cm", "height"),
        ("2160-0", "0.90", "mg/dL", "creatinine"), ("77140-2", "80", "umol/L", "creatinine"),
        ("2601-3", "0.85", "mmol/L", "magnesium"), ("2601-3", "1.7", "meq/L", "magnesium"),
        ("19123-9", "2.0", "mg/dL", "magnesium"), ("17861-6", "9.4", "mg/dL", "calcium"),
        ("2000-8", "2.35", "mmol/L", "calcium"), ("2823-3", "4.2", "mmol/L", "potassium"), ("1742-6", "22", "U/L", "alt"),
        ("6768-6", "80", "U/L", "alp"), ("2324-2", "25", "U/L", "ggt"), ("8867-4", "72", "/min", "vitals.hr"),
        ("9279-1", "16", "/min", "vitals.rr"), ("2708-6", "97", "%", "vitals.spo2"), ("59408-5", "97", "%", "vitals.spo2"),
        ("8480-6", "132", "mm[Hg]", "vitals.sbp"), ("8462-4", "78", "mm[Hg]", "vitals.dbp"),
        ("8625-6", "160", "ms", "ecg.pr"), ("8633-0", "90", "ms", "ecg.qrs"), ("8636-3", "420", "ms", "ecg.qtc"),
        ("98979-8", "88", "mL/min/{1.73_m2}", "egfr_reported"),
    ],
)  # fmt: skip
def test_a_value_is_read_by_its_code_in_its_unit(code: str, value: str, unit: str, name: str) -> None:
    fact = known(reading(observation(code, value, unit)), name)
    assert (fact.value, fact.on) == (Quantity(Decimal(value), unit), DAY)


def test_a_number_keeps_its_digits() -> None:
    value = known(reading(observation(value="80.0")), "creatinine").value
    assert isinstance(value, Quantity)
    assert str(value.value) == "80.0"


@pytest.mark.parametrize(("code", "how"), [("3141-9", "measured"), ("3142-7", "stated"), ("8335-2", "estimated"), ("29463-7", None)])  # fmt: skip
def test_a_weight_says_how_it_was_got(code: str, how: str | None) -> None:
    assert known(reading(observation(code, "70", "kg")), "weight").how == how


def test_two_codes_of_one_fact_say_more_than_one() -> None:
    both = observation(loinc("29463-7", "3141-9"), "70", "kg")
    assert known(reading(both), "weight").how == "measured"


@pytest.mark.parametrize(("code", "unit"), [("{beats}/min", "/min"), ("{breaths}/min", "/min")])
def test_an_annotated_rate_is_a_rate(code: str, unit: str) -> None:
    assert known(reading(observation("8867-4", "72", code)), "vitals.hr").value == Quantity(Decimal(72), unit)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"valueQuantity": {"value": number("80"), "unit": "umol/L"}}, "not given as a UCUM code"),
        ({"valueQuantity": {"value": number("80")}}, "its unit is not given as a UCUM code"),
        ({"valueQuantity": quantity("80", "umol/L", system="http://example.org")}, "not given as a UCUM code"),
        ({"valueQuantity": quantity("80", "UMOL/L")}, "not in the table of units"),
        ({"valueQuantity": quantity("80", "mg/dL")}, "contradicts LOINC 14682-9"),
        ({"valueQuantity": quantity("80", "umol/L", unit="mg/dL")}, "coded as “umol/L” and shown as “mg/dL”"),
        ({"valueQuantity": quantity("20", "umol/L", comparator="<")}, "“<20 umol/L” is a bound"),
        ({"valueQuantity": quantity("20", "umol/L", comparator=7, unit=None)}, "“?20” is a bound"),
        ({"valueQuantity": quantity("-80")}, "zero or more"),
        ({"valueQuantity": quantity("8e1")}, "no exponent"),
        ({"valueQuantity": quantity("true")}, "not a plain number"),
        ({"valueQuantity": quantity("80", modifierExtension=[{"url": "x"}])}, "not a plain number"),
        ({"valueQuantity": {"value": "80", "system": UCUM, "code": "umol/L"}}, "its value is not a number"),
        ({"valueQuantity": {"system": UCUM, "code": "umol/L"}}, "its value is not a number"),
        ({"valueQuantity": None}, "it has no value"),
        ({"valueQuantity": None, "valueString": "pending"}, "given as valueString, not as a quantity"),
        ({"valueQuantity": None, "valueInteger": 80}, "given as valueInteger"),
        ({"valueQuantity": None, "dataAbsentReason": coded("x", "masked", "Masked")}, "not obtained: Masked"),
        ({"valueQuantity": None, "dataAbsentReason": coded("x", "masked")}, "not obtained: masked"),
        ({"valueQuantity": None, "dataAbsentReason": {"text": "haemolysed"}}, "not obtained: haemolysed"),
        ({"valueQuantity": None, "dataAbsentReason": {}}, "not obtained: no reason given"),
        ({"status": "preliminary"}, "its status is preliminary"),
        ({"status": "registered"}, "its status is registered"),
        ({"status": "unknown"}, "its status is unknown"),
        ({"status": None}, "its status is not given"),
        ({"modifierExtension": [{"url": "x"}]}, "modifier that is not understood"),
        ({"implicitRules": "http://example.org"}, "modifier that is not understood"),
        ({"focus": [{"reference": "Patient/child"}]}, "other than the patient"),
        ({"subject": None}, "names no patient"),
        ({"subject": {"display": "Ann"}}, "refers to no patient"),
        ({"code": loinc("14682-9", "2823-3")}, "its codes stand for creatinine and potassium"),
        ({"effectiveDateTime": "2026-11"}, "“2026-11” names no day"),
        ({"effectiveDateTime": "2026"}, "“2026” names no day"),
        ({"effectiveDateTime": None}, "it carries no date"),
        ({"effectiveDateTime": "2026-11-25T08:10:00"}, "a time without a time zone, which FHIR refuses"),
        ({"effectiveDateTime": "2026-11-25 08:10"}, "not a FHIR date"),
        ({"effectiveDateTime": "2026-02-30"}, "not a date of the calendar"),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2026-11-20", "end": "2026-11-25"}}, "covers a period"),
        ({"effectiveDateTime": None, "effectivePeriod": {"end": "2026-11-25"}}, "covers a period"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_not_known_and_says_why(change: dict[str, Any], why: str) -> None:
    result = reading(observation(**change))
    assert why in unknown(result, "creatinine")
    assert [said.what for said in result.those("held")].count("creatinine") >= 1


def test_a_code_with_a_refused_one_beside_it_is_not_known() -> None:
    both = observation(code=loinc("2601-3", "2597-3"), valueQuantity=quantity("2.1", "mmol/L"))
    assert "red cells" in unknown(reading(both), "magnesium")


@pytest.mark.parametrize(("code", "why"), [("2597-3", "red cells"), ("33914-3", "MDRD")])
def test_a_refused_code_is_set_aside_with_its_reason(code: str, why: str) -> None:
    result = reading(observation(code, "2.1", "mmol/L"))
    assert why in result.those("set-aside")[0].why
    assert {"magnesium", "egfr_reported"} & result.patient.facts.keys() == set()


@pytest.mark.parametrize("word", ["entered-in-error", "cancelled"])
def test_what_was_no_result_is_excluded_and_an_older_one_stands(word: str) -> None:
    result = reading(observation(), observation(value="95", status=word, effectiveDateTime="2026-11-26"))
    assert known(result, "creatinine").value == Quantity(Decimal(80), "umol/L")
    assert len(result.those("excluded")) == 1


def test_a_period_within_one_day_is_that_day() -> None:
    period = {"start": "2026-11-25T08:00:00Z", "end": "2026-11-25T09:00:00Z"}
    assert known(reading(observation(effectiveDateTime=None, effectivePeriod=period)), "creatinine").on == DAY


def test_an_instant_is_a_time() -> None:
    one = observation(effectiveDateTime=None, effectiveInstant="2026-11-25T23:50:00-06:00")
    assert known(reading(one), "creatinine").on == DAY


def test_the_newest_stands_and_the_others_are_its_history() -> None:
    days = ("2026-11-23", "2026-11-25", "2026-11-24T10:00:00Z")
    result = reading(*(observation(value=str(80 + at), effectiveDateTime=day) for at, day in enumerate(days)))
    fact = known(result, "creatinine")
    assert [(str(one.value), one.on) for one in (fact, *fact.earlier)] == [
        ("81 umol/L", DAY), ("82 umol/L", dt.date(2026, 11, 24)), ("80 umol/L", dt.date(2026, 11, 23)),
    ]  # fmt: skip
    assert "the newest of 3" in result.those("understood")[0].why


def test_times_decide_within_a_day_whatever_their_zone() -> None:
    early, late = "2026-11-25T12:00:00+06:00", "2026-11-25T08:00:00+01:00"
    result = reading(observation(value="81", effectiveDateTime=late), observation(effectiveDateTime=early))
    fact = known(result, "creatinine")
    assert (str(fact.value), [str(one.value) for one in fact.earlier]) == ("81 umol/L", ["80 umol/L"])


def test_two_values_of_one_time_are_not_known() -> None:
    result = reading(observation(), observation(value="95"))
    assert "stand for the same time" in unknown(result, "creatinine")


def test_a_value_without_a_time_may_have_been_the_last_of_its_day() -> None:
    timed = observation(value="95", effectiveDateTime="2026-11-25T08:00:00Z")
    assert "stand for the same time" in unknown(reading(observation(), timed), "creatinine")


def test_the_same_value_twice_is_one_and_the_one_that_says_more_is_kept() -> None:
    fact = known(reading(observation("29463-7", "70", "kg"), observation("3141-9", "70.0", "kg")), "weight")
    assert (fact.how, fact.earlier) == ("measured", ())


@pytest.mark.parametrize(
    ("day", "blocks"),
    [("2026-11-26", True), ("2026-11-25", True), ("2026-11", True), (None, True), ("2026-11-24", False), ("2025-10", False)],
)  # fmt: skip
def test_a_value_that_cannot_be_used_blocks_all_that_may_be_older(day: str | None, blocks: bool) -> None:
    doubtful = observation(status="preliminary", effectiveDateTime=day, value="140")
    result = reading(observation(), doubtful)
    assert ("creatinine" not in result.patient.facts) is blocks
    if blocks:
        assert "older values are not used in its place" in unknown(result, "creatinine")


@pytest.mark.parametrize(("hour", "blocks"), [("07", False), ("09", True)])
def test_within_a_day_times_tell_whether_it_blocks(hour: str, blocks: bool) -> None:
    doubtful = observation(status="preliminary", effectiveDateTime=f"2026-11-25T{hour}:00:00Z")
    result = reading(observation(effectiveDateTime="2026-11-25T08:00:00Z"), doubtful)
    assert ("creatinine" not in result.patient.facts) is blocks


def test_of_several_that_cannot_be_used_the_newest_is_said() -> None:
    older = observation(status="registered", effectiveDateTime="2026-11-20")
    assert "preliminary" in unknown(reading(older, observation(status="preliminary")), "creatinine")


def panel(code: str = "85354-9", *components: Any, **more: Any) -> Any:
    return observation(code, valueQuantity=None, component=list(components), **more)


def part(code: str, value: str, unit: str, **more: Any) -> Any:
    return {"code": loinc(code), "valueQuantity": quantity(value, unit), **more}


def test_components_are_read_one_by_one() -> None:
    absent = {"code": loinc("8462-4"), "dataAbsentReason": coded("x", "not-performed", "Not Performed")}
    result = reading(panel("85354-9", part("8480-6", "132", "mm[Hg]"), absent))
    assert known(result, "vitals.sbp").value == Quantity(Decimal(132), "mm[Hg]")
    assert "not obtained: Not Performed" in unknown(result, "vitals.dbp")
    assert "component[1]" in result.those("held")[0].path


def test_an_ecg_study_carries_its_intervals() -> None:
    result = reading(
        panel("11524-6", part("8625-6", "160", "ms"), part("8636-3", "420", "ms"), part("8626-4", "60", "deg"))
    )
    assert {"ecg", "ecg.pr", "ecg.qtc"} == {name for name in result.patient.facts if name.startswith("ecg")}
    assert [said.what for said in result.those("set-aside")] == ["Observation 8626-4"]


def test_components_of_other_panels_are_not_read() -> None:
    result = reading(panel("55284-4", part("8480-6", "132", "mm[Hg]")))
    assert "vitals.sbp" not in result.patient.facts
    assert result.those("set-aside")[0].what == "Observation 55284-4"


def test_a_panel_without_components_is_said() -> None:
    assert reading(panel("85354-9")).those("set-aside")[0].what == "Observation 85354-9"


def test_a_group_is_as_old_as_its_oldest_part() -> None:
    older = observation("9279-1", "16", "/min", effectiveDateTime="2026-11-20")
    result = reading(observation("8867-4", "72", "/min"), older)
    assert known(result, "vitals").on == dt.date(2026, 11, 20)


def test_a_group_of_which_nothing_can_be_used_says_why() -> None:
    assert "preliminary" in unknown(reading(observation("8867-4", "72", "/min", status="preliminary")), "vitals")


@pytest.mark.parametrize(
    "value", [{"valueInteger": 7}, {"valueQuantity": quantity("7", "{score}")}, {"valueQuantity": quantity("7", "1")}]
)  # fmt: skip
def test_a_pain_score_carries_its_scale(value: dict[str, Any]) -> None:
    result = reading(observation("72514-3", **({"valueQuantity": None} | value)))
    assert known(result, "pain.score").value == Quantity(Decimal(7), "{score}")
    assert known(result, "pain.scale").value == "nrs-0-10"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"valueCodeableConcept": coded("http://loinc.org", "LA6113-0", "2 or more")}, "answer lists differ"),
        ({"valueInteger": 11}, "outside the scale nrs-0-10"),
        ({"valueInteger": "7"}, "given as valueInteger"),
    ],
)
def test_a_pain_score_is_a_number_on_its_scale(value: dict[str, Any], why: str) -> None:
    result = reading(observation("72514-3", valueQuantity=None, **value))
    assert why in unknown(result, "pain.score")
    assert "pain.scale" not in result.patient.facts


def test_a_note_is_pointed_out_and_not_printed() -> None:
    said = reading(observation(note=[{"text": "Ann Smith, haemolysed"}])).those("understood")[0]
    assert "carries a note" in said.why
    assert "Smith" not in str(said)


@pytest.mark.parametrize(
    ("more", "sex", "why"),
    [
        ({"gender": "male"}, "male", ""),
        ({"gender": "other"}, None, "gender is other"),
        ({"gender": "unknown"}, None, "gender is unknown"),
        ({"gender": "F"}, None, "gender is F"),
        ({"gender": None}, None, "gender is not given"),
        ({"extension": [{"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", "valueCode": "F"}]}, "female", ""),
        ({"extension": [{"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", "valueCode": "M"}]}, None, "recorded as M"),
        ({"extension": [{"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"}]}, None, "recorded as not known"),
    ],
)  # fmt: skip
def test_sex_is_the_administrative_gender_unless_something_says_otherwise(more: Any, sex: str | None, why: str) -> None:
    result = read(bundle(patient(**more)))
    assert (known(result, "sex").value if sex else None) == sex
    assert sex or why in unknown(result, "sex")


@pytest.mark.parametrize(
    ("birth", "why"), [("1957", "names no day"), ("1957-04", "names no day"), (None, "carries no date"), ("1957-02-29", "calendar")]
)  # fmt: skip
def test_a_birth_date_that_names_no_day_gives_no_age(birth: str | None, why: str) -> None:
    result = read(bundle(patient(birthDate=birth)))
    assert result.patient.birth_date is None
    assert why in unknown(result, "age")


def test_a_whole_birth_date_is_kept() -> None:
    assert reading().patient.birth_date == dt.date(1957, 4, 2)


def test_what_a_bundle_cannot_carry_says_so() -> None:
    result = reading()
    assert "not read from a FHIR Bundle" in unknown(result, "consent.off_label")
    assert "no Observation of it" in unknown(result, "creatinine")
    assert isinstance(result.patient.tried, Unknown)


def test_a_fact_is_known_or_not_known_never_both() -> None:
    patient = reading(observation(), observation("8867-4", "72", "/min")).patient
    assert patient.facts.keys() & patient.not_obtained.keys() == set()


@pytest.mark.parametrize(("where", "is_test"), [("security", True), ("tag", True), ("profile", False)])
def test_test_data_is_labelled(where: str, is_test: bool) -> None:
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
    assert read(bundle(patient(meta={where: [label]}))).patient.synthetic is is_test


def test_a_status_written_as_a_concept_is_no_status() -> None:
    assert "status is not given" in unknown(reading(observation(status=status("final"))), "creatinine")


def test_a_decimal_with_three_places_reads_one_way_in_a_resource() -> None:
    """On paper 1.250 could be a thousand and something; a decimal of FHIR has no thousands mark."""
    value = known(reading(observation(value="81.250")), "creatinine").value
    assert isinstance(value, Quantity)
    assert str(value.value) == "81.250"
