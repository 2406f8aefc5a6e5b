"""A clinic profile that no bag could be run with is refused, every problem at once."""

from __future__ import annotations

import pytest
from tests.examples import clinic_with

from assuage.errors import DocumentError

FLUSH = "{{fluid: sodium chloride 0.9 %, volume: {0}, rate: {1}}}"
LINE = "{{volume: {0}, primed_with: drug, flush: {1}}}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"syringes": "[]"}, "no syringe is named"),
        ({"line": LINE.format("20 mg", "null")}, "line.volume is 20 mg"),
        ({"line": LINE.format("0 mL", "null")}, "line.volume is 0 mL"),
        ({"line": LINE.format("20 mL", FLUSH.format("0 mL", "same"))}, "flush.volume is 0 mL"),
        ({"line": LINE.format("20 mL", FLUSH.format("20 mg", "same"))}, "flush.volume is 20 mg"),
        ({"line": LINE.format("20 mL", FLUSH.format("20 mL", "0 mL/h"))}, "flush-rate is 0 mL/h"),
        ({"line": LINE.format("20 mL", FLUSH.format("20 mL", "5 mg/min"))}, "flush-rate is 5 mg/min"),
        ({"pump": "{rate_step: 0 mL/h}"}, "pump.rate_step is 0 mL/h"),
        ({"time_zone": "Mars/Olympus"}, "the time zone"),
    ],
)
def test_a_profile_that_cannot_be_run_is_refused_in_four_parts(change: dict[str, str], said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        clinic_with(**change)
    assert any(said in one.what for one in caught.value.problems)
    assert all(one.where.startswith("clinic.yaml") and one.expected and one.do for one in caught.value.problems)
