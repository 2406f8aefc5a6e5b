"""The second factor: a secret shown once as a picture, which counts from the first right code on."""

from __future__ import annotations

import datetime as dt

import pyotp
from sqlalchemy import Connection, select, update

from assuage.registry.accounts import AROUND, ISSUER, STEP
from assuage.registry.keys import Keys
from assuage.registry.tables import account


def begin(connection: Connection, keys: Keys, id: str) -> str:
    """A new secret for an account. Get: the address an authenticator reads from a picture. The old one counts until this is confirmed."""
    secret = pyotp.random_base32()
    closed = keys.own_closed(secret.encode(), place=f"totp/{id}")
    connection.execute(update(account).where(account.c.id == id).values(totp_begun=closed))
    return pyotp.TOTP(secret).provisioning_uri(name=id, issuer_name=ISSUER)


def confirm(connection: Connection, keys: Keys, id: str, *, code: str, at: dt.datetime) -> bool:
    """Whether the code is of the secret that was shown last; from now on it is asked for."""
    row = connection.execute(select(account.c.totp_begun).where(account.c.id == id)).first()
    if row is None or row.totp_begun is None:
        return False
    secret = pyotp.TOTP(keys.own_opened(row.totp_begun, place=f"totp/{id}").decode())
    now = int(at.timestamp()) // STEP
    step = next((one for one in range(now - AROUND, now + AROUND + 1) if secret.at(one * STEP) == code.strip()), None)
    if step is None:
        return False
    connection.execute(
        update(account).where(account.c.id == id).values(totp=row.totp_begun, totp_begun=None, totp_last=step)
    )
    return True


def drop(connection: Connection, id: str) -> None:
    """No second factor any more: for an authenticator that was lost."""
    connection.execute(update(account).where(account.c.id == id).values(totp=None, totp_begun=None, totp_last=None))
