"""The words of an ECG report: what they name, what they deny, and what nobody understood.

A part of a report denies a finding only when it says “no”, “without” or “nil” and then nothing but the finding's name:
“no AV block”. Anything longer (“no change from complete heart block”) counts as naming it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from assuage.catalog.spelling import words
from assuage.catalog.terms import Resolution

PART = re.compile(r"[.,;:\n]+(?!\d)")
DENIALS = ("no evidence of", "no signs of", "no sign of", "without", "nil", "no")
# Words of a report that name no disorder by themselves.
PLAIN = frozenset(
    "a all and at beats bpm ecg ekg the 12 lead axis intervals interval is leads limits min minute normal of otherwise"
    " rate reg regular resting rhythm sinus standard tracing waves within ms pr qrs qt qtc nsr".split()
)


class EcgWords(msgspec.Struct, frozen=True):
    """Ids of terms that the words name and deny, the parts that name something, and words not understood."""

    named: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def read_words(text: str, resolved: Callable[[str], Resolution]) -> EcgWords:
    """Every part of a report, named or denied. `resolved` looks a part up among conditions."""
    named: dict[str, None] = {}
    denied: dict[str, None] = {}
    said: list[str] = []
    left: list[str] = []
    for part in filter(None, (piece.strip() for piece in PART.split(text))):
        if not set(words(part)) - PLAIN:
            continue
        denial = _denied(part, resolved)
        if denial is not None:
            denied[denial] = None
            continue
        found = resolved(part)
        mentioned = (found.term,) if found.term else found.possible
        named.update(dict.fromkeys(mentioned))
        if mentioned:
            said.append(part)
        left.extend(word for word in found.left if word not in PLAIN and not word.isdigit())
    return EcgWords(tuple(named), tuple(denied), tuple(said), tuple(dict.fromkeys(left)))


def _denied(part: str, resolved: Callable[[str], Resolution]) -> str | None:
    folded = part.casefold()
    for denial in DENIALS:
        if folded.startswith(f"{denial} "):
            return resolved(part[len(denial) + 1 :]).term
    return None
