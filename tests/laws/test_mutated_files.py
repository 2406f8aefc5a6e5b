"""Patient files with something wrong in them: each gives a plan, findings, or an error of four parts.

Ten thousand, by any seed, are judged by bench/mutated_files.py.
"""

from __future__ import annotations

import pytest
from tests.mutated import judge_files

FILES = 2_000
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_a_broken_file_is_answered_in_four_parts_or_planned_or_refused(part: int) -> None:
    judged = judge_files(seed=part, count=FILES // PARTS)
    assert judged.faults == []
    # Mutants that were all unreadable, or all harmless, would show little.
    assert set(judged.codes) == {0, 2, 3}
    assert judged.codes[2] > FILES // PARTS // 20
