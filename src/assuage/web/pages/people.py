"""Accounts, for the administrator: made, closed, opened again, given another role; every change after proving again."""

from __future__ import annotations

import re
import secrets

from starlette.responses import Response

from assuage.course import Person
from assuage.course.people import ROLES, Role
from assuage.errors import RegistryError
from assuage.registry import accounts, audit, offices, second_factor, sign_ins
from assuage.web.acting import prove
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import Route

NOT_PROVED = FieldError("password", "password", "it is not right, or was not given", "Give your password again.")
# An account is spoken and typed: small letters, digits, and a dot, hyphen or underscore between.
ACCOUNT = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
# A first password is read aloud once: four groups of four signs that are not taken for one another, 79 bits.
SIGNS, GROUPS, GROUP = "abcdefghjkmnpqrstuvwxyz23456789", 4, 4
MAY: tuple[Role, ...] = ("administrator",)


def show(asked: Asked, *, errors: tuple[FieldError, ...] = (), status: int = 200) -> Response:
    """Every account, and the form of a new one."""
    with asked.settings.registry.reading() as connection:
        everyone = accounts.everyone(connection)
    return page(asked, "people.html", status=status, everyone=everyone, roles=ROLES, typed=typed(asked), errors=list(errors))  # fmt: skip


def add(asked: Asked) -> Response:
    """A new account, with a first password that is shown this once."""
    form = Form(asked)
    id, name = form.text("id", "account", most=32), form.text("name", "name", most=100)
    role = form.one_of("role", "role", words=ROLES)
    if id and not ACCOUNT.fullmatch(id):
        form.wrong(
            "id", "account", what=f"“{id}”", do="Use 2 to 32 small letters, digits, dots, hyphens or underscores."
        )
    if form.errors or role is None:
        return show(asked, errors=tuple(form.errors), status=422)
    if not prove(asked):
        return show(asked, errors=(NOT_PROVED,), status=422)
    password = first_password()
    try:
        with asked.settings.registry.writing() as connection:
            accounts.create(connection, Person(id, name, role), at=asked.now, password=password)
            accounts.set_password(connection, id, password=password, is_given=True)
            audit.note(connection, audit.Note(asked.now, asked.person.id, "made an account", id))
    except RegistryError as error:
        form.wrong("id", "account", what=error.problems[0].what, do=f"Give {error.problems[0].expected}.")
        return show(asked, errors=tuple(form.errors), status=409)
    return page(asked, "people_given.html", name=name, id=id, given=password)


def first_password() -> str:
    """A password by chance, for somebody to read to another person once."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))


def one(asked: Asked, *, errors: tuple[FieldError, ...] = (), status: int = 200) -> Response:
    """One account with its browsers, and what can be changed."""
    with asked.settings.registry.reading() as connection:
        found = accounts.by_id(connection, asked.path["account"])
        if found is None:
            return page(asked, "refused.html", status=404, what="There is no such account.", resolve="Choose one of the list.")  # fmt: skip
        browsers = sign_ins.browsers(connection, found.id, at=asked.now)
        subject = offices.subject_of(connection, found.id)
    return page(asked, "people_one.html", status=status, one=found, browsers=browsers, subject=subject, roles=ROLES,
                typed=typed(asked), errors=list(errors))  # fmt: skip


def change(asked: Asked) -> Response:
    """One change of one account: which one says the button that was pressed."""
    id, what = asked.path["account"], asked.text("change")
    if not prove(asked):
        return one(asked, errors=(NOT_PROVED,), status=422)
    if what == "password":
        return _given_password(asked, id)
    try:
        _changed(asked, id, what)
    except RegistryError as error:
        problem = error.problems[0]
        return one(asked, errors=(FieldError("change", "this account", problem.what, f"{problem.do.capitalize()}."),), status=409)  # fmt: skip
    return go(f"/accounts/{id}")


def _changed(asked: Asked, id: str, what: str) -> None:
    with asked.settings.registry.writing() as connection:
        match what:
            case "close":
                offices.close(connection, id, at=asked.now)
            case "open":
                offices.reopen(connection, id)
            case "role":
                offices.set_role(connection, id, role=asked.text("role"), at=asked.now)
            case "subject":
                offices.link(connection, id, subject=asked.text("subject") or None, at=asked.now)
            case "factor":
                second_factor.drop(connection, id)
                sign_ins.end_all(connection, id, at=asked.now)
            case "browsers":
                sign_ins.end_all(connection, id, at=asked.now)
            case _:
                return
        audit.note(connection, audit.Note(asked.now, asked.person.id, NOTED[what], id))


NOTED = {
    "close": "closed an account", "open": "opened an account", "role": "changed a role", "subject": "linked an identity",
    "factor": "took a second factor away", "browsers": "signed out an account",
}  # fmt: skip


def _given_password(asked: Asked, id: str) -> Response:
    password = first_password()
    with asked.settings.registry.writing() as connection:
        found = accounts.by_id(connection, id)
        if found is None:
            return page(asked, "refused.html", status=404, what="There is no such account.", resolve="Choose one of the list.")  # fmt: skip
        accounts.set_password(connection, id, password=password, is_given=True)
        sign_ins.end_all(connection, id, at=asked.now)
        audit.note(connection, audit.Note(asked.now, asked.person.id, "gave a password", id))
    return page(asked, "people_given.html", name=found.name, id=id, given=password)


ROUTES = (
    Route("/accounts", "accounts", show, MAY),
    Route("/accounts", "accounts", add, MAY, ("POST",)),
    Route("/accounts/{account}", "account", one, MAY),
    Route("/accounts/{account}", "account", change, MAY, ("POST",)),
)
