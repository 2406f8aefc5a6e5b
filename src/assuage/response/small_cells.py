"""Counts of so few people that who knows them could tell who they are: hidden, but from those whom research was allowed to."""

from __future__ import annotations

# A count below this is hidden; nobody at all is no person to find.
FEWEST = 5
HIDDEN = f"fewer than {FEWEST}"


def is_small(count: int) -> bool:
    """Whether a count is of so few.

    >>> [is_small(one) for one in (0, 1, 4, 5)]
    [False, True, True, False]
    """
    return 0 < count < FEWEST


def shown(count: int, *, sees_all: bool) -> str:
    """A count as it may be shown."""
    return HIDDEN if is_small(count) and not sees_all else f"{count:,}"
