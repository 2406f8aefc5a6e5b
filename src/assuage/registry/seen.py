"""Who has opened which pages of a course lately: for a check that is worth something only without having seen the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import Connection, select

from assuage.registry.tables import audit


def last_seen(
    connection: Connection, account: str, *, subject: str, what: Iterable[str], since: dt.datetime
) -> dt.datetime | None:
    """When an account last opened one of these pages of a course, at or after an instant; none where it did not."""
    wanted = (
        select(audit.c.at)
        .where(audit.c.actor == account, audit.c.subject == subject, audit.c.what.in_(tuple(what)), audit.c.at >= since)
        .order_by(audit.c.number.desc())
        .limit(1)
    )
    found: dt.datetime | None = connection.execute(wanted).scalar()
    return found
