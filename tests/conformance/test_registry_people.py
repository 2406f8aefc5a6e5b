"""Accounts and sign-ins, on SQLite and on PostgreSQL: who is let in, who waits, who is signed out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select
from tests.browsed import ADMINISTRATOR, NOW, PASSWORD
from tests.courses import NURSE, PHYSICIAN
from tests.registries import DATABASES, at_once, fresh_registry

from assuage.course import Person
from assuage.errors import RegistryError
from assuage.registry import accounts, migrate, offices, second_factor, sign_ins, tables
from assuage.registry.accounts import Refused, Secret
from assuage.registry.store import Registry


@pytest.fixture(params=DATABASES)
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Registry]:
    with fresh_registry(request.param, tmp_path) as made:
        with made.writing() as connection:
            for one in (NURSE, PHYSICIAN, ADMINISTRATOR):
                accounts.create(connection, one, at=NOW, password=PASSWORD)
        yield made


def enters(registry: Registry, secret: Secret, *, at: dt.datetime = NOW, id: str = "cleo") -> bool:
    with registry.writing() as connection:
        try:
            accounts.prove(connection, registry.keys, id, secret, at=at)
        except Refused:
            return False
    return True


def code(address: str, at: dt.datetime) -> str:
    """What an authenticator shows: another program's reading of the address."""
    found = pyotp.parse_uri(address)
    assert isinstance(found, pyotp.TOTP)
    return found.at(at)


def test_five_wrong_passwords_make_the_account_wait_and_each_further_one_twice_as_long(registry: Registry) -> None:
    wrong, right = Secret("wrong password"), Secret(PASSWORD)
    at = NOW
    for _ in range(5):
        assert not enters(registry, wrong, at=at)
    for wait in (30, 60, 120):
        assert not enters(registry, right, at=at + dt.timedelta(seconds=wait - 1))
        at += dt.timedelta(seconds=wait)
        if wait < 120:
            assert not enters(registry, wrong, at=at)
    assert enters(registry, right, at=at)
    assert enters(registry, right, at=at), "a right password begins the count anew"


def test_no_wait_is_longer_than_an_hour(registry: Registry) -> None:
    at = NOW
    for _ in range(30):
        enters(registry, Secret("wrong password"), at=at)
        at += dt.timedelta(hours=1)
    assert enters(registry, Secret(PASSWORD), at=at)


def test_wrong_passwords_at_once_are_all_counted(registry: Registry) -> None:
    at_once(8, lambda _: enters(registry, Secret("wrong password")) and None)
    with registry.reading() as connection:
        failed = connection.execute(select(tables.account.c.failed).where(tables.account.c.id == "cleo")).scalar_one()
    # Once the account waits, what is tried is refused without being counted: five are counted for certain.
    assert failed == accounts.FREE_FAILURES
    assert not enters(registry, Secret(PASSWORD))


def test_a_second_factor_counts_from_its_first_right_code_on(registry: Registry) -> None:
    with registry.writing() as connection:
        address = second_factor.begin(connection, registry.keys, "cleo")
    assert enters(registry, Secret(PASSWORD)), "what was only begun is not asked for"
    with registry.writing() as connection:
        assert not second_factor.confirm(connection, registry.keys, "cleo", code="000000", at=NOW)
        assert second_factor.confirm(connection, registry.keys, "cleo", code=code(address, NOW), at=NOW)
    later = NOW + dt.timedelta(seconds=30)
    assert not enters(registry, Secret(PASSWORD), at=later)
    assert not enters(registry, Secret(PASSWORD, code(address, NOW)), at=NOW), "the code that confirmed it was used"
    assert enters(registry, Secret(PASSWORD, code(address, later)), at=later)
    assert not enters(registry, Secret(PASSWORD, code(address, later)), at=later), "a code opens once"
    much = NOW + dt.timedelta(minutes=10)
    assert not enters(registry, Secret(PASSWORD, code(address, much - dt.timedelta(minutes=2))), at=much)
    assert enters(registry, Secret(PASSWORD, code(address, much - dt.timedelta(seconds=30))), at=much)


def test_a_second_factor_that_is_set_anew_replaces_the_old_one_only_when_confirmed(registry: Registry) -> None:
    with registry.writing() as connection:
        old = second_factor.begin(connection, registry.keys, "cleo")
        second_factor.confirm(connection, registry.keys, "cleo", code=code(old, NOW), at=NOW)
        new = second_factor.begin(connection, registry.keys, "cleo")
    at = NOW + dt.timedelta(minutes=5)
    assert enters(registry, Secret(PASSWORD, code(old, at)), at=at)
    with registry.writing() as connection:
        assert second_factor.confirm(connection, registry.keys, "cleo", code=code(new, at), at=at)
    later = at + dt.timedelta(minutes=5)
    assert not enters(registry, Secret(PASSWORD, code(old, later)), at=later)
    assert enters(registry, Secret(PASSWORD, code(new, later)), at=later)
    with registry.writing() as connection:
        second_factor.drop(connection, "cleo")
    assert enters(registry, Secret(PASSWORD), at=later)


def test_the_secret_of_a_second_factor_does_not_lie_in_the_database(registry: Registry) -> None:
    with registry.writing() as connection:
        address = second_factor.begin(connection, registry.keys, "cleo")
        stored = connection.execute(
            select(tables.account.c.totp_begun).where(tables.account.c.id == "cleo")
        ).scalar_one()
    assert pyotp.parse_uri(address).secret.encode() not in stored


def test_a_closed_account_is_signed_out_and_not_let_in_until_it_is_opened(registry: Registry) -> None:
    with registry.writing() as connection:
        cookie = sign_ins.begin(connection, "cleo", at=NOW)
        offices.close(connection, "cleo", at=NOW)
        assert sign_ins.found(connection, cookie, at=NOW) is None
    assert not enters(registry, Secret(PASSWORD))
    with registry.writing() as connection:
        offices.reopen(connection, "cleo")
        assert sign_ins.found(connection, cookie, at=NOW) is None
    assert enters(registry, Secret(PASSWORD))


def test_another_role_signs_out(registry: Registry) -> None:
    with registry.writing() as connection:
        cookie = sign_ins.begin(connection, "cleo", at=NOW)
        offices.set_role(connection, "cleo", role="researcher", at=NOW)
        assert sign_ins.found(connection, cookie, at=NOW) is None
        found = accounts.by_id(connection, "cleo")
    assert found is not None
    assert found.role == "researcher"


def test_one_administrator_always_stays(registry: Registry) -> None:
    with registry.writing() as connection:
        for change in (
            lambda: offices.close(connection, "ruth", at=NOW),
            lambda: offices.set_role(connection, "ruth", role="nurse", at=NOW),
        ):
            with pytest.raises(RegistryError, match="last administrator"):
                change()
        accounts.create(connection, Person("rolf", "Rolf Kern", "administrator"), at=NOW, password=PASSWORD)
        offices.close(connection, "ruth", at=NOW)
        with pytest.raises(RegistryError, match="last administrator"):
            offices.close(connection, "rolf", at=NOW)


def test_an_identity_elsewhere_belongs_to_one_account(registry: Registry) -> None:
    with registry.writing() as connection:
        offices.link(connection, "cleo", subject="s-1", at=NOW)
        with pytest.raises(RegistryError, match="belongs to cleo"):
            offices.link(connection, "anna", subject="s-1", at=NOW)
        found = accounts.by_subject(connection, "s-1")
        assert found is not None
        assert found.id == "cleo"
        offices.link(connection, "cleo", subject=None, at=NOW)
        assert accounts.by_subject(connection, "s-1") is None


def test_browsers_are_listed_and_signed_out_by_their_owner_alone(registry: Registry) -> None:
    with registry.writing() as connection:
        cookies = [sign_ins.begin(connection, "cleo", at=NOW, from_where=f"10.0.0.{number}") for number in range(3)]
        other = sign_ins.begin(connection, "anna", at=NOW)
        listed = sign_ins.browsers(connection, "cleo", at=NOW)
        assert {one.from_where for one in listed} == {"10.0.0.0", "10.0.0.1", "10.0.0.2"}
        mine = sign_ins.found(connection, cookies[0], at=NOW)
        theirs = sign_ins.found(connection, other, at=NOW)
        assert mine is not None
        assert theirs is not None
        assert not sign_ins.end_one(connection, theirs.id, account="cleo", at=NOW)
        assert sign_ins.end_one(connection, mine.id, account="cleo", at=NOW)
        assert [sign_ins.found(connection, one, at=NOW) is not None for one in cookies] == [False, True, True]
        kept = sign_ins.found(connection, cookies[1], at=NOW)
        assert kept is not None
        sign_ins.end_others(connection, "cleo", but=kept.id, at=NOW)
        assert [sign_ins.found(connection, one, at=NOW) is not None for one in cookies] == [False, True, False]
        assert sign_ins.found(connection, other, at=NOW) is not None


def test_a_sign_in_ends_after_quiet_and_after_a_working_day(registry: Registry) -> None:
    with registry.writing() as connection:
        cookie = sign_ins.begin(connection, "cleo", at=NOW)
        assert sign_ins.found(connection, cookie, at=NOW + sign_ins.IDLE)
        assert not sign_ins.found(connection, cookie, at=NOW + sign_ins.IDLE + dt.timedelta(seconds=1))
        at = NOW
        while at < NOW + sign_ins.LONGEST:
            found = sign_ins.found(connection, cookie, at=at)
            assert found is not None
            sign_ins.touch(connection, found, at=at)
            at += dt.timedelta(minutes=15)
        assert not sign_ins.found(connection, cookie, at=at)


def test_the_cookie_does_not_lie_in_the_database(registry: Registry) -> None:
    with registry.writing() as connection:
        cookie = sign_ins.begin(connection, "cleo", at=NOW)
        rows = connection.execute(select(tables.sign_in)).all()
    assert cookie not in str(rows)


@pytest.mark.parametrize("password", ["short", "eleven sign", "x" * 201])
def test_a_password_too_short_or_too_long_is_refused(registry: Registry, password: str) -> None:
    with registry.writing() as connection, pytest.raises(RegistryError, match="12 to 200"):
        accounts.set_password(connection, "cleo", password=password)


def test_a_step_back_keeps_accounts_and_a_step_up_again_finds_them(registry: Registry) -> None:
    with registry.writing() as connection:
        accounts.set_password(connection, "cleo", password=PASSWORD, is_given=True)
    migrate.downgrade(registry.engine, "0001")
    migrate.upgrade(registry.engine)
    with registry.reading() as connection:
        found = accounts.by_id(connection, "cleo")
    assert found is not None
    assert (found.name, found.is_password_given) == ("Cleo Diaz", False)
    assert enters(registry, Secret(PASSWORD))
