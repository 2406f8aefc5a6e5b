"""Papers to look at: what is filed of a course, for each kind of course that is printed, and the words of a PDF."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from functools import cache

from msgspec.structs import replace
from tests.courses import NURSE, PHYSICIAN, Walk, catalog, clinic, facts, facts_for_ketamine
from tests.plans import plan_of

from assuage.course import Course
from assuage.course import event as e
from assuage.course.order import Basis, OrderedDrug, order_of
from assuage.course.part import Measured
from assuage.course.state import OrderState, SessionState
from assuage.paper.clinic import Filed, Label, Leaf, Named, label_pdf, leaf_pdf
from assuage.paper.clinic.leaf import Grid, Section
from assuage.plan import Plan
from assuage.quantity import parse

KIM, KETAMINE, PORTIONS = "kim-2015-magnesium", "kim-2015-ketamine", "anodyne-ketamine-im"
ERNA = Named("Example", "Erna", dt.date(1957, 4, 2), "female", "123-45", True)
PRINTED = dt.datetime(2026, 12, 20, 9, 0, tzinfo=dt.UTC)


def filed(walk: Walk, who: Named = ERNA, *, is_demonstration: bool = False) -> Filed:
    """What is filed of a course, printed some weeks later."""
    return Filed(who, "c-1", walk.state, tuple(walk.records), "ABCD-EFGH", catalog(), "test-clinic", clinic().zone, PRINTED, is_demonstration)  # fmt: skip


def planned(plan: Plan, who: Named = ERNA) -> Filed:
    """What is filed of a course that has nothing but a draft of this plan: for regimens that the clinic has not adopted."""
    order = order_of(plan, catalog(), Basis(1, 2, 3, parse("70 kg")))
    sessions = tuple(SessionState(planned=one, order=1) for one in order.sessions)
    state = Course(version=4, orders=(OrderState(order=order, by="anna"),), sessions=sessions)
    return replace(filed(Walk(), who), state=state)


def drafted(regimen: str) -> Filed:
    """As `planned`, by the name of a regimen."""
    return planned(plan_of(regimen))


def signed(regimen: str = KIM) -> Walk:
    """A course until its order is signed and its first bag is made."""
    document = facts() if regimen == KIM else facts_for_ketamine()
    return Walk(regimen=regimen, document=document).referred().screened().ordered().checked().signed().prepared()


def given(regimen: str = KIM, *, volume: str | None = None) -> Walk:
    """A course whose first session went as ordered."""
    return signed(regimen).baseline().started().ended(volume=volume)


def corrected() -> Walk:
    """A session with a value that was mended, one that was taken back, one entered late, and a stop nobody measured."""
    walk = signed().baseline().started().wait(minutes=10)
    wrong = walk.must(
        e.Observed(at=walk.at, session=1, phase="during", found=(Measured("vitals.hr", parse("27 /min")),))
    )
    walk.wait(minutes=2)
    right = e.Observed(
        at=walk.at - dt.timedelta(minutes=2),
        session=1,
        phase="during",
        found=(Measured("vitals.hr", parse("72 /min")),),
    )
    walk.must(e.Corrected(at=walk.at, number=wrong.records[0].number, because="digits turned round", instead=right))
    other = walk.must(
        e.Observed(at=walk.at, session=1, phase="during", found=(Measured("vitals.sbp", parse("199 mm[Hg]")),))
    )
    walk.must(e.Corrected(at=walk.at, number=other.records[0].number, because="another patient's cuff", instead=None))
    walk.wait(minutes=20)
    walk.must(
        e.Observed(
            at=walk.at - dt.timedelta(minutes=15),
            session=1,
            phase="during",
            found=(Measured("vitals.rr", parse("14 /min")),),
        )
    )
    walk.must(e.Stopped(at=walk.at, session=1, because="tightness in the chest"))
    walk.must(e.Reconciled(at=walk.at, session=1, delivery="not known", how="the pump was switched off"))
    return walk


def replaced() -> Walk:
    """A course whose signed order gave way to another that is not signed yet."""
    walk = Walk().referred().screened().ordered().checked().signed()
    return walk.wait(minutes=5).ordered(because="the weight was taken anew")


def cancelled() -> Walk:
    """A course whose signed order will not be given."""
    walk = signed()
    walk.must(e.Cancelled(at=walk.at, order=1, because="the patient declined"), PHYSICIAN)
    return walk


def harmed() -> Walk:
    """A session with an adverse event, all of it given."""
    walk = given()
    walk.must(e.Harmed(at=walk.at, term="warmth", spoken="It is hot.", session=1, began=walk.at, grade=1, standard="CTCAE v5", is_serious=False,
                       related="possible", expected="expected", action="Watched.", outcome="recovered"), NURSE)  # fmt: skip
    return walk


@cache
def words(made: bytes) -> str:
    """The words of a PDF in the order in which they are read, with plain spaces."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=made, capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


def printed(leaf: Leaf) -> str:
    """The words of a paper as a person reads them off the PDF."""
    return words(leaf_pdf(leaf, on=PRINTED.date()))


def labelled(found: tuple[Label, ...]) -> str:
    """The words of labels as PDF."""
    return words(label_pdf(found, on=PRINTED.date()))


LIDOCAINE = OrderedDrug(
    drug="lidocaine", substance="lidocaine-hydrochloride", name="lidocaine hydrochloride", role="therapy", basis="100 mg", dose=parse("100 mg"),
    mmol=None, presentation="lidocaine-20-mg-per-ml-5-ml", presentation_name="lidocaine hydrochloride 20 mg/mL, 5 mL ampoule",
    strength=parse("20 mg/mL"), draw_up=parse("5 mL"), vials=1,
)  # fmt: skip


def in_one_bag() -> Filed:
    """Magnesium and lidocaine in one bag, as a draft made by hand: no shipped plan makes one, and the paper must bear it."""
    one = drafted(KIM)
    (held,) = one.state.orders
    mixed = tuple(
        replace(each, drugs=(*each.drugs, LIDOCAINE), total_volume=parse("109.2 mL"), step="infusion") for each in held.order.sessions
    )  # fmt: skip
    order = replace(
        held.order,
        regimen="nagai-2025-magnesium-lidocaine",
        regimen_name="Magnesium with lidocaine (Nagai 2025)",
        sessions=mixed,
    )
    sessions = tuple(SessionState(planned=each, order=1) for each in mixed)
    return replace(one, state=replace(one.state, orders=(replace(held, order=order),), sessions=sessions))


def section(leaf: Leaf, title: str) -> Section:
    return next(one for one in leaf.sections if one.title == title)


def table(leaf: Leaf, title: str) -> Grid:
    found = section(leaf, title).table
    assert found is not None
    return found


def said(leaf: Leaf) -> str:
    """Everything a paper says, as one text."""
    parts = [leaf.title, leaf.lead, *leaf.letter_to, *leaf.marks, *(f"{one.label} {one.value}" for one in leaf.large)]
    for one in leaf.sections:
        parts += [one.title, *one.sentences, *one.items, *one.ticks, *(f"{p.label} {p.value}" for p in one.pairs)]
        if one.table is not None:
            parts += [*one.table.head, *(cell for row in one.table.rows for cell in row)]
    return " ".join(parts).replace("\u00a0", " ")


def pairs(leaf: Leaf, title: str) -> dict[str, str]:
    return {one.label: one.value.replace("\u00a0", " ") for one in section(leaf, title).pairs}
