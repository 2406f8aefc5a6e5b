"""What an answer holds can be read, drawn and printed without the packages that compute it."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROBE = (
    "import sys, importlib; importlib.import_module(sys.argv[1]); print(*sorted({'numpy', 'scipy'} & set(sys.modules)))"
)


@pytest.mark.parametrize(
    "module",
    [
        "assuage.question",
        "assuage.evidence",
        "assuage.evidence.answered",
        "assuage.evidence.spoken",
        "assuage.evidence.risk",
    ],
)
def test_types_and_words_need_neither_numpy_nor_scipy(module: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROBE, module], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
