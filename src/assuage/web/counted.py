"""The clinic's counts as rows of words: small ones hidden, every share with its interval and how many it is of."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from assuage.evidence.expectation import Likely
from assuage.evidence.proportion import Proportion
from assuage.evidence.spoken import share
from assuage.response.believed import Believed
from assuage.response.clinic import Month, Overrides, Responders, Step
from assuage.response.harms import DrugHarms, Rate
from assuage.response.small_cells import HIDDEN, is_small, shown
from assuage.response.survival import Between, share_at, still_well

NONE = "nobody yet"
# Where one of two counts that make a whole is small, both are hidden.
HIDDEN_PAIR = "hidden"


class Table(msgspec.Struct, frozen=True):
    """One table: an id, what it says in a sentence, its columns and rows."""

    id: str
    title: str
    sentence: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def of(found: Proportion, *, sees_all: bool) -> str:
    """“12 of 15 (80 %; 55 to 93 %)”; hidden where so few had it, or so few had it not, or so few there are."""
    few = (found.n, found.events, found.n - found.events)
    if not sees_all and any(is_small(one) for one in few):
        return HIDDEN if is_small(found.n) else f"hidden, of {found.n}"
    return f"{found.events} of {found.n} ({share(found.mean)}; {reach(found.lower, found.upper)})"


def reach(lower: float, upper: float) -> str:
    """“55 to 93 %”."""
    return f"{share(lower).removesuffix(' %')} to {share(upper)}"


def funnel_table(steps: Sequence[Step], *, sees_all: bool) -> Table:
    """How far courses got."""
    return Table(
        "funnel", "How far courses got", "Each step counts courses that took every step before it.", ("Step", "Courses", "Of the step before"),
        tuple((one.name.capitalize(), shown(one.courses, sees_all=sees_all), shown(one.of, sees_all=sees_all)) for one in steps),
    )  # fmt: skip


def responder_table(found: Sequence[Responders], *, limits: tuple[str, str], sees_all: bool) -> Table:
    """Responders by regimen, who is missing shown apart."""
    moderate, substantial = limits
    rows = [
        (
            one.regimen, shown(one.due, sees_all=sees_all), of(one.moderate, sees_all=sees_all), of(one.substantial, sees_all=sees_all),
            _of_answered(one, sees_all=sees_all), *_apart(one, sees_all=sees_all),
        )
        for one in found
    ]  # fmt: skip
    return Table(
        "responders", "Response at day 14, by regimen",
        "Shares are of all courses whose day 14 is over: a missing score counts as no response there, and is shown apart. "
        "In brackets the share and its 95 % Wilson interval. Nothing is compared: courses were not allotted by chance.",
        ("Regimen", "Due", f"At least {moderate} % less pain", f"At least {substantial} % less pain", f"At least {moderate} %, of those who answered",
         "Missing", "No baseline", "Worse"), tuple(rows),
    )  # fmt: skip


def _of_answered(one: Responders, *, sees_all: bool) -> str:
    """How many answered would tell how many did not."""
    if one.of_answered is None:
        return NONE
    return HIDDEN_PAIR if is_small(one.due - one.answered) and not sees_all else of(one.of_answered, sees_all=sees_all)


def _apart(one: Responders, *, sees_all: bool) -> tuple[str, str, str]:
    counts = (one.missing, one.undefined, one.worse)
    # One hidden count could be worked out from the others and the whole.
    hides = is_small(one.due) and not sees_all
    missing, undefined, worse = (HIDDEN if hides else shown(count, sees_all=sees_all) for count in counts)
    return missing, undefined, worse


def believed_table(found: Sequence[tuple[Responders, Believed]], *, sees_all: bool) -> Table:
    """What was believed before, and after the clinic's own results."""
    rows = []
    for one, each in found:
        hides = not sees_all and is_small(one.due)
        ours = of(one.substantial, sees_all=sees_all)
        few = ours == HIDDEN or ours.startswith("hidden")
        after = "hidden with the count" if hides or few else _likely(each.after, each.why_not)
        rows.append((one.regimen, str(each.arms), _likely(each.before, each.why_not), ours, after))
    return Table(
        "believed", "Before our results and after them", "The share with at least half their pain gone two weeks after the last infusion: in a "
        "new clinic, from arms elsewhere; and in ours, once its own count is in. In brackets the central 95 % interval.",
        ("Regimen", "Arms elsewhere", "Before", "Our count", "After"), tuple(rows),
    )  # fmt: skip


def _likely(one: Likely | None, why_not: str) -> str:
    return f"{share(one.mean)} ({reach(one.lower, one.upper)})" if one is not None else f"not known: {why_not}"


def harm_table(found: Sequence[DrugHarms], apart: int, *, sees_all: bool) -> Table:
    """Harms by drug against infusions."""
    rows = [(one.drug.replace("-", " "), f"{one.rate.infusions:,}", shown(one.rate.events, sees_all=sees_all), _per_100(one.rate, sees_all=sees_all),
             of(one.with_any, sees_all=sees_all), shown(one.serious, sees_all=sees_all)) for one in found]  # fmt: skip
    return Table(
        "harms", "Adverse events for each 100 infusions", "Every infusion of which drug went in or may have counts; an infusion of two drugs "
        f"counts for both. Events for each 100 with exact 95 % limits. Events that belong to no infusion: {shown(apart, sees_all=sees_all)}.",
        ("Drug", "Infusions", "Events", "For each 100", "Infusions with any", "Serious"), tuple(rows),
    )  # fmt: skip


def _per_100(one: Rate, *, sees_all: bool) -> str:
    if is_small(one.events) and not sees_all:
        return "hidden with the count"
    return f"{one.per_100:.3g} ({one.lower:.3g} to {one.upper:.3g})"


def month_table(found: Sequence[Month], *, sees_all: bool) -> Table:
    """Missing scores by month."""
    rows = []
    for one in found:
        hides = not sees_all and (is_small(one.missing) or is_small(one.answered))
        rows.append((f"{one.month:%b-%Y}", shown(one.due, sees_all=sees_all), HIDDEN_PAIR if hides else f"{one.answered:,}",
                     HIDDEN_PAIR if hides else f"{one.missing:,}"))  # fmt: skip
    return Table("missing", "Missing scores, by the month of day 14", "A score counts within its window; one that has no reason on record is missing too.",
                 ("Month", "Due", "Answered", "Missing"), tuple(rows))  # fmt: skip


def override_table(found: Overrides, *, sees_all: bool) -> Table:
    """How often two people took a stop upon themselves."""
    share_of = of(found.share, sees_all=sees_all) if found.share else NONE
    rows = [("Any stop", share_of), *((rule, shown(count, sees_all=sees_all)) for rule, count in found.rules)]
    return Table("overrides", "Stops that were overridden", "Courses with an order in which a prescriber and a second clinician took a stop upon themselves.",
                 ("Stop", "Courses, then times"), tuple(rows))  # fmt: skip


def relief_table(found: Sequence[tuple[str, Sequence[Between]]], days: Sequence[int], *, sees_all: bool) -> Table:
    """How long relief lasted where it began."""
    rows = []
    for regimen, ends in found:
        if not sees_all and is_small(len(ends)):
            rows.append((regimen, HIDDEN, *("hidden with the count" for _ in days)))
        elif ends:
            steps = still_well(ends)
            rows.append((regimen, str(len(ends)), *(share(share_at(steps, day)) for day in days)))
    return Table(
        "relief", "How long relief lasts", "Of those whose pain had fallen by at least the moderate threshold at some visit: the share still so, by days after the "
        "last infusion. Relief is seen at visits, so its end lies between two of them: the estimate is Turnbull's.",
        ("Regimen", "Courses", *(f"Day {day}" for day in days)), tuple(rows),
    )  # fmt: skip
