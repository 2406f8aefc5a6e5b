"""Who reads a patient's record at a terminal: an account that proves itself. Each read stands on the audit under its id."""

from __future__ import annotations

import datetime as dt
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from assuage.cli.serve import EMBEDDED
from assuage.cli.users import Db, now, opened
from assuage.cli.writing import note
from assuage.course.people import Person, Role
from assuage.errors import PlanError, Problem, nearest
from assuage.screening import show_date

if TYPE_CHECKING:
    from assuage.registry.accounts import Account, Refused, Secret
    from assuage.registry.store import Known, Registry

# Those who treat, as in the browser.
MAY_READ: tuple[Role, ...] = ("physician", "pharmacist", "nurse")
# What the audit says of where it was.
TERMINAL = "terminal"
LONGEST_REASON = 500


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads, and in which registry."""

    account: Annotated[
        str,
        Parameter(
            name="--as",
            help="Account that reads: a physician, pharmacist or nurse. The password is asked for, or read as one line from the standard input, and after it the code of a second factor.",
        ),
    ]
    db: Db = EMBEDDED


Because = Annotated[
    str | None,
    Parameter(help="Reason for opening a restricted patient; it is kept, and listed for the auditor."),
]


@dataclass(frozen=True)
class Admitted:
    """A registry that is open to a person who proved who they are."""

    registry: Registry
    person: Person
    at: dt.datetime

    def note(self, what: str, subject: str | None = None) -> None:
        """Put a line on the audit: who read what, at a terminal."""
        from assuage.registry import audit

        with self.registry.writing() as connection:
            audit.note(connection, audit.Note(self.at, self.person.id, what, subject, None, TERMINAL))

    def course(self, id: str, what: str, *, because: str | None) -> Known:
        """A course, once the read is on the audit as `what`.

        Errors    `PlanError` for an id nobody knows, a course that was erased, or a restricted patient without a reason
        """
        from assuage.registry.every_course import erased_at

        refuse_unknown(self.registry, id)
        with self.registry.reading() as connection:
            gone = erased_at(connection, id)
        if gone is None:
            self._open(id, because)
        self.note(what, id)
        if gone is not None:
            raise PlanError(_erased(id, gone))
        return self.registry.course(id)

    def _open(self, id: str, because: str | None) -> None:
        """Give the reason for a restricted patient; refuse where there is none."""
        from assuage.registry import glass

        with self.registry.reading() as connection:
            whose = glass.patient_of_course(connection, id)
            is_open = whose is None or glass.is_open(connection, whose, account=self.person.id, at=self.at)
        reason = _reason(because)
        if whose is None or (is_open and not reason):
            return
        if is_open:
            note(f"Patient {whose} is open to you: the reason was not needed, and was not kept.")
            return
        if not reason:
            raise PlanError(Problem(f"patient {whose} is restricted", f"course {id}", "a reason for opening this patient",
                                    "add --because REASON; it is kept, and listed for the auditor"))  # fmt: skip
        glass.break_glass(self.registry, whose, account=self.person.id, because=reason, at=self.at)


def _reason(because: str | None) -> str:
    reason = (because or "").strip()
    if len(reason) > LONGEST_REASON:
        raise PlanError(Problem(f"a reason of {len(reason)} signs", "--because", f"at most {LONGEST_REASON}", "say it in fewer words"))  # fmt: skip
    return reason


def _erased(id: str, at: dt.datetime) -> Problem:
    return Problem(f"course {id} was erased on {show_date(at.date())}: its key was destroyed, and nobody can read it", "the registry",
                   "a course that stands", f"nothing can bring it back; whether its chain still holds says: assuage course verify {id}")  # fmt: skip


def refuse_unknown(registry: Registry, id: str) -> None:
    """Refuse an id of which the registry has neither a course nor a record, with those most like it. Errors: `PlanError`."""
    from assuage.registry import every_course, glass

    with registry.reading() as connection:
        if glass.patient_of_course(connection, id) is not None or every_course.seals_of(connection, id):
            return
        known = {one.course.casefold(): one.course for one in every_course.every_course(connection)}
    near = [known[one] for one in nearest(id, known)]
    do = f"did you mean {' or '.join(near)}?" if near else "list them: assuage course list"
    raise PlanError(Problem(f"no course {id}", "the registry", "the id of a course on record", do))


@contextmanager
def admitted(reader: Reader, *, to: str) -> Iterator[Admitted]:
    """The registry, open to the account that proved itself. `to` is what was asked for, as the audit says it of a refusal.

    Errors    `Refused` where account, password or code is not right; `PlanError` for a role that reads no patient
    """
    with opened(reader.db) as registry:
        account = _proved(registry, reader.account)
        found = Admitted(registry, account.person, now())
        if account.is_password_given:
            raise PlanError(Problem(f"the password of {account.id} was given by somebody else", "--as", "a password of one's own",
                                    "sign in in the browser and choose one"))  # fmt: skip
        if account.role not in MAY_READ:
            found.note("refused", to)
            raise PlanError(Problem(f"{account.id} is {account.role}", "--as", f"one of: {', '.join(MAY_READ)}",
                                    "ask one of them; checking a chain needs no account: assuage course verify ID"))  # fmt: skip
        yield found


def _proved(registry: Registry, id: str) -> Account:
    """The account, if it proves itself; success and failure are both on the audit."""
    from assuage.registry import accounts
    from assuage.registry.accounts import Refused, Secret

    with registry.reading() as connection:
        known = accounts.by_id(connection, id)
    password = _asked(f"password of {id}")
    code = _asked("code of the second factor") if known is not None and known.has_totp else None
    found = _tried(registry, id, Secret(password, code))
    if isinstance(found, Refused):
        raise found
    return found


def _tried(registry: Registry, id: str, secret: Secret) -> Account | Refused:
    """A failure is given back, not raised: raised within the transaction it would not be counted."""
    from assuage.registry import accounts, audit
    from assuage.registry.accounts import Refused

    at = now()
    with registry.writing() as connection:
        try:
            found = accounts.prove(connection, registry.keys, id, secret, at=at)
        except Refused as error:
            audit.note(connection, audit.Note(at, "nobody", "failed to sign in", None, None, TERMINAL))
            return error
        audit.note(connection, audit.Note(at, found.id, "proved", found.id, None, TERMINAL))
    return found


def _asked(what: str) -> str:
    """A secret that is typed without being shown, or the next line of the standard input."""
    try:
        text = getpass.getpass(f"{what[0].upper()}{what[1:]}: ") if sys.stdin.isatty() else sys.stdin.readline()
    except EOFError:
        text = ""
    if not text:
        raise PlanError(Problem(f"no {what}", "the standard input", "one line", "type it when it is asked for, or pipe it in"))  # fmt: skip
    return text.rstrip("\n")
