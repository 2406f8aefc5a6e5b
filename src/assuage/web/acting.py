"""From a form to an event on record: one way for every page, with what the decision said."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from assuage.course import Command, Decision, Person, Surroundings
from assuage.course.command import told
from assuage.course.event import Event
from assuage.registry import accounts, audit, sign_ins
from assuage.registry.accounts import Refused
from assuage.registry.patients import PatientRecord, by_id
from assuage.registry.store import Known
from assuage.web.asked import Asked

SENT_BEFORE = told(
    "sent-by-another", "Another person has sent this form already.", reason="What they sent is on record under their name.",
    resolve="Open the page anew and enter what is yours.", severity="refuse",
)  # fmt: skip


def new_key() -> str:
    """A key for one form: it makes a second press, a retry and a replay harmless."""
    return secrets.token_urlsafe(16)


def act(
    asked: Asked,
    course: str,
    event: Event,
    *,
    key: str,
    version: int | None = None,
    acknowledged: Mapping[str, str] | None = None,
) -> Decision:
    """Judge and record an event of a signed-in person; the surroundings are those of this moment."""
    around = surroundings(asked)
    # A form that lost its key is recorded each time it is sent: taking all such forms for one would lose what they say.
    command = Command(
        event=event,
        by=asked.person,
        key=f"{course}/{key or new_key()}",
        surface="web",
        version=version,
        acknowledged=dict(acknowledged or {}),
    )
    decision = asked.settings.registry.act(course, command, around)
    if decision.is_repeat and not _is_own(asked, course, command):
        return Decision(findings=(SENT_BEFORE,))
    return decision


def _is_own(asked: Asked, course: str, command: Command) -> bool:
    """Whether what is on record under this key was put there by who sends it again: nobody's act confirms another's."""
    found = [one.by for one in asked.settings.registry.course(course).records if one.key == command.key]
    return bool(found) and found[0] == command.by


def surroundings(asked: Asked) -> Surroundings:
    """Instant, catalog and clinic of this moment."""
    return Surroundings(now=asked.now, catalog=asked.settings.catalog, clinic=asked.settings.clinic)


def open_course(asked: Asked) -> tuple[Known, PatientRecord]:
    """The course in the address, and whose it is."""
    known = asked.settings.registry.course(asked.path["course"])
    with asked.settings.registry.reading() as connection:
        return known, by_id(connection, asked.settings.registry.keys, known.patient)


def acknowledgements(asked: Asked) -> dict[str, str]:
    """Reasons for going on in spite of a warning, by rule: fields named `because:RULE`."""
    return {
        name.removeprefix("because:"): values[-1].strip()
        for name, values in asked.form.items()
        if name.startswith("because:") and values[-1].strip()
    }


def prove(asked: Asked, *, afresh: bool = False) -> bool:
    """Whether who is signed in proved it again just now, as signing asks for.

    The field `password` of the form (templates/proof.html), or a proof of at most two minutes ago (`/prove?next=` gives one
    too, and is the way for accounts of an identity provider). A wrong password counts as at sign-in and is on the audit.
    `afresh` asks for the password whatever was proved before.
    """
    assert asked.sign_in is not None
    if asked.sign_in.is_proved(asked.now) and not afresh:
        return True
    password = _untouched(asked, "password")
    if not password:
        return False
    with asked.settings.registry.writing() as connection:
        try:
            accounts.prove_again(connection, asked.person.id, password=password, at=asked.now)
        except Refused:
            audit.note(connection, audit.Note(asked.now, asked.person.id, "failed to prove", asked.person.id))
            return False
        sign_ins.proved(connection, asked.sign_in, at=asked.now)
        audit.note(connection, audit.Note(asked.now, asked.person.id, "proved", asked.person.id))
    asked.proofs.append(asked.now)
    return True


def second_person(asked: Asked, *, account: str = "second", password: str = "second_password") -> Person | None:  # noqa: S107 (names of fields)
    """A second person who stands beside and proved it with a password of their own; none where they did not.

    Give      the names of the two fields of the form: account and password
    Get       the person as the record names them; none for nobody, a wrong password, or who is signed in here themselves
    """
    name, given = asked.text(account), _untouched(asked, password)
    if not name or not given or name == asked.person.id:
        return None
    with asked.settings.registry.writing() as connection:
        try:
            found = accounts.prove_again(connection, name, password=given, at=asked.now)
        except Refused:
            audit.note(connection, audit.Note(asked.now, asked.person.id, "second person failed to prove"))
            return None
        audit.note(connection, audit.Note(asked.now, found.id, "proved beside", asked.person.id))
    # A password that somebody else gave proves nobody.
    return None if found.is_password_given else found.person


def _untouched(asked: Asked, field: str) -> str:
    """A password as it was typed: spaces around it are a part of it."""
    return (asked.form.get(field) or [""])[-1]
