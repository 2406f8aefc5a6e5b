"""assuage user and assuage registry, as whoever keeps the clinic's record runs them; on both databases where it matters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyotp
import pytest
from tests.browsed import EVERYONE, NOW
from tests.conformance.test_registry import filled
from tests.registries import DATABASES, KEY, fresh_address
from tests.walks.shell import assuage, refused

from assuage.registry import accounts
from assuage.registry.store import Registry

PASSWORD = "a sentence for the ward\n"
ENVIRONMENT = {"ASSUAGE_KEY": KEY.hex()}


def done(*words: str, given: str = "", **more: str) -> str:
    ran = assuage(*words, given=given, width=120, **{**ENVIRONMENT, **more})
    assert ran.code == 0, ran
    return ran.out + ran.err


@pytest.fixture
def db(tmp_path: Path) -> str:
    """A registry with a course and people."""
    path = str(tmp_path / "clinic.sqlite")
    registry = Registry.open(path, key=KEY)
    with registry.writing() as connection:
        for one in EVERYONE:
            accounts.create(connection, one, at=NOW)
    filled(registry)
    registry.close()
    return path


def test_the_first_account_makes_the_registry_and_its_key(tmp_path: Path) -> None:
    db = str(tmp_path / "new.sqlite")
    refused("user", "list", "--db", db)
    assert not Path(db).exists(), "a name that was mistyped makes nothing"
    ran = assuage("user", "add", "ruth", "--name", "Ruth Kern", "--role", "administrator", "--db", db, given=PASSWORD)
    assert ran.code == 0, ran
    assert Path(f"{db}.key").stat().st_mode & 0o777 == 0o600
    listed = assuage("user", "list", "--db", db)
    assert "Ruth Kern" in listed.out
    refused("user", "add", "ruth", "--name", "R", "--role", "nurse", "--db", db, given=PASSWORD)
    refused("user", "add", "rolf", "--name", "R", "--role", "chief", "--db", db, given=PASSWORD)
    refused("user", "add", "rolf", "--name", "R", "--role", "nurse", "--db", db, given="short\n")
    refused("user", "disable", "ruth", "--db", db)


def test_an_account_is_closed_opened_and_given_another_role_and_password(db: str) -> None:
    done("user", "disable", "cleo", "--db", db)
    assert "closed" in done("user", "list", "--db", db)
    done("user", "enable", "cleo", "--db", db)
    done("user", "roles", "cleo", "--role", "pharmacist", "--db", db)
    done("user", "password", "cleo", "--db", db, given=PASSWORD)
    listed = done("user", "list", "--db", db)
    assert "closed" not in listed
    assert [line.split()[3] for line in listed.splitlines() if line.strip().startswith("cleo")] == ["pharmacist"]
    for command in (("disable",), ("enable",), ("roles", "--role", "nurse"), ("password",), ("totp",)):
        assert assuage("user", command[0], "nobody", *command[1:], "--db", db, given=PASSWORD, **ENVIRONMENT).code == 2
    assert "Every chain holds" in done("registry", "verify", "--db", db)


def test_a_second_factor_is_shown_and_counts_with_its_code(db: str) -> None:
    words = [sys.executable, "-m", "assuage", "user", "totp", "cleo", "--db", db]
    environment = {"PATH": os.environ["PATH"], **ENVIRONMENT, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        assert running.stdin is not None
        address = next(line for line in running.stdout if line.startswith("otpauth://"))
        found = pyotp.parse_uri(address.strip())
        assert isinstance(found, pyotp.TOTP)
        running.stdin.write(found.now() + "\n")
        running.stdin.close()
        assert running.wait() == 0
    assert [line.split()[-1] for line in done("user", "list", "--db", db).splitlines() if "cleo" in line] == ["yes"]
    done("user", "totp", "cleo", "--remove", "--db", db)
    assert assuage("user", "totp", "cleo", "--db", db, given="000000\n", **ENVIRONMENT).code == 2
    assert [line.split()[-1] for line in done("user", "list", "--db", db).splitlines() if "cleo" in line] == ["no"]


def test_what_does_not_hold_is_told_with_a_code(db: str) -> None:
    assert "Every chain holds" in done("registry", "verify", "--db", db)
    spoil(db, "UPDATE course_view SET stage = 'closed'")
    ran = assuage("registry", "verify", "--db", db, **ENVIRONMENT)
    assert (ran.code, "rebuild it" in ran.out) == (2, True)
    assert "1 courses worked out anew" in done("registry", "rebuild", "--db", db)
    done("registry", "verify", "--db", db)
    spoil(db, "DROP TRIGGER event_no_update", "UPDATE event SET content = x'00' WHERE number = 2")
    ran = assuage("registry", "verify", "--db", db, **ENVIRONMENT)
    assert (ran.code, "the seal of record 2 does not fit" in ran.out) == (2, True)


def spoil(db: str, *statements: str) -> None:
    import sqlite3

    connection = sqlite3.connect(db)
    for one in statements:
        connection.execute(one)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("database", DATABASES)
def test_a_backup_comes_back(database: str, tmp_path: Path) -> None:
    with fresh_address(database, tmp_path) as url, fresh_address(database, tmp_path) as other:
        registry = Registry.open(url, key=KEY)
        filled(registry)
        registry.close()
        copy = str(tmp_path / "copy")
        assert "Without its key" in done("registry", "backup", copy, "--db", url)
        assert assuage("registry", "backup", copy, "--db", url, **ENVIRONMENT).code == 2
        assert "Every chain holds" in done("registry", "restore", copy, "--db", other)
        assert assuage("registry", "restore", copy, "--db", other, **ENVIRONMENT).code == 2
        assert "Every chain holds" in done("registry", "verify", "--db", other)


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_an_export_comes_back_in_another_registry(db: str, form: str, tmp_path: Path) -> None:
    folder, other = str(tmp_path / form), str(tmp_path / "other.sqlite")
    assert "readable by anybody" in done("registry", "export", folder, "--form", form, "--db", db)
    assert "Every chain holds" in done("registry", "import", folder, "--db", other)
    listed = done("user", "list", "--db", other)
    assert listed == done("user", "list", "--db", db)
    assert assuage("registry", "import", folder, "--db", other, **ENVIRONMENT).code == 2
    refused("registry", "export", str(tmp_path / "x"), "--form", "xlsx", "--db", db, **ENVIRONMENT)


def test_what_research_may_have_names_nobody(db: str, tmp_path: Path) -> None:
    done("registry", "research", str(tmp_path / "out"), "--db", db)
    text = "".join(one.read_text("utf-8") for one in (tmp_path / "out").iterdir())
    assert "kim-2015-magnesium" in text
    assert "Example" not in text


def test_a_key_is_one_line_of_64_digits_and_never_the_same() -> None:
    first, second = assuage("registry", "key").out, assuage("registry", "key").out
    assert len(bytes.fromhex(first.strip())) == 32
    assert first != second


def test_a_wrong_or_missing_key_is_told(db: str) -> None:
    refused("registry", "verify", "--db", db)
    refused("registry", "verify", "--db", db, ASSUAGE_KEY="00" * 32)
    refused("registry", "verify", "--db", db, ASSUAGE_KEY="not a key")
