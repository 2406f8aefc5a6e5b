"""One thread for matrices: those of one plan are smaller than what starting threads costs."""

from __future__ import annotations

import os


def one_thread() -> None:
    """Before NumPy is loaded: no threads of its library of matrices, unless whoever starts the program asks for some."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
