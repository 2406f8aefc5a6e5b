"""The tables. What happened is only ever added to: `event`, `clinic_event` and `audit` refuse update and delete.

Personal data lies in `content` columns, encrypted under a key of the patient's own. Everything else in a row is what the
registry must know without reading it: which course, which number, when, by which account.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from assuage.registry.columns import Instant

NAMING = {"ix": "ix_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
          "ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s",
          "pk": "pk_%(table_name)s"}  # fmt: skip
METADATA = MetaData(naming_convention=NAMING)

# A person who is treated. `content` holds name, birth date and numbers; `family_mark` and `birth_mark` are keyed hashes to search by.
patient = Table(
    "patient",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("content", LargeBinary, nullable=True),
    Column("family_mark", Text, nullable=True, index=True),
    Column("birth_mark", Text, nullable=True, index=True),
    Column("number_mark", Text, nullable=True, index=True),
    Column("is_synthetic", Boolean, nullable=False),
    Column("is_restricted", Boolean, nullable=False),
    Column("merged_into", Text, ForeignKey("patient.id"), nullable=True),
    Column("created", Instant, nullable=False),
)

# A key for each patient and each course, under the same id, wrapped by the registry's own. Destroying one erases what it
# opened; the chain still verifies. A course has its own, so that it can be moved to another patient and erased with that one.
content_key = Table(
    "content_key",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=True),
    Column("created", Instant, nullable=False),
    Column("destroyed", Instant, nullable=True),
    Column("destroyed_by", Text, nullable=True),
)

# One course: whose it is and where its chain stands. `key_of` is the key its content was written under, whoever it belongs to.
course = Table(
    "course",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("patient", Text, ForeignKey("patient.id"), nullable=False, index=True),
    Column("key_of", Text, ForeignKey("content_key.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("created", Instant, nullable=False),
    CheckConstraint("version >= 0", name="version"),
)

event = Table(
    "event",
    METADATA,
    Column("course", Text, ForeignKey("course.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded", Instant, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("seal", Text, nullable=False),
    UniqueConstraint("key", name="key"),
    CheckConstraint("number >= 1", name="number"),
)

# What a clinic decides for itself: adoption and withdrawal of regimens. Chained like a course; it holds no patient.
clinic_event = Table(
    "clinic_event",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("recorded", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    Column("seal", Text, nullable=False),
)

# Who did or read what, when, from where. Chained. `subject` is an id, never a name.
audit = Table(
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("actor", Text, nullable=False, index=True),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=True, index=True),
    Column("because", Text, nullable=True),
    Column("detail", Text, nullable=True),
    Column("seal", Text, nullable=False),
)

# Where each course stands, worked out from its events and rebuilt from them at any time.
course_view = Table(
    "course_view",
    METADATA,
    Column("course", Text, ForeignKey("course.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("stage", Text, nullable=False, index=True),
    Column("regimen", Text, nullable=True, index=True),
    Column("next_session", Integer, nullable=True),
    Column("next_at", Instant, nullable=True, index=True),
    Column("last_given", Instant, nullable=True),
    Column("content", LargeBinary, nullable=False),
)

# What is due of a course: sessions, calls, scores. Rebuilt with the view.
due = Table(
    "due",
    METADATA,
    Column("course", Text, ForeignKey("course.id"), primary_key=True),
    Column("what", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("done", Boolean, nullable=False),
    Index("ix_due_open", "done", "at"),
)

# What is counted of a course, by which catalog and zone, and the version it holds for. Worked out when it is asked for.
counted = Table(
    "counted",
    METADATA,
    Column("course", Text, ForeignKey("course.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("basis", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

account = Table(
    "account",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=True),
    Column("is_password_given", Boolean, nullable=False, server_default=false()),
    Column("totp", LargeBinary, nullable=True),
    Column("totp_last", Integer, nullable=True),
    Column("totp_begun", LargeBinary, nullable=True),
    Column("subject", Text, nullable=True, unique=True),
    Column("failed", Integer, nullable=False),
    Column("locked_until", Instant, nullable=True),
    Column("disabled", Instant, nullable=True),
    Column("created", Instant, nullable=False),
)

# A signed-in browser. `id` is a hash of the cookie, so that who reads the table cannot sign in with it.
sign_in = Table(
    "sign_in",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("account", Text, ForeignKey("account.id"), nullable=False, index=True),
    Column("created", Instant, nullable=False),
    Column("seen", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("revoked", Instant, nullable=True),
    Column("proved", Instant, nullable=True),
    Column("from_where", Text, nullable=True),
)

# Who opened a restricted patient, why, and for how long. `because` is encrypted under the registry's own key.
glass = Table(
    "glass",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("account", Text, ForeignKey("account.id"), nullable=False, index=True),
    Column("patient", Text, ForeignKey("patient.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("because", LargeBinary, nullable=False),
)

# A patient's own link: signed, expiring, for one purpose. `id` is a hash of the token.
link = Table(
    "link",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("course", Text, ForeignKey("course.id"), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("created", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("used", Instant, nullable=True),
    Column("revoked", Instant, nullable=True),
)

# Facts of the registry itself: its id, whether it is a demonstration.
about = Table("about", METADATA, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

# Tables that are only ever added to.
ADDED_TO = ("event", "clinic_event", "audit")
# Tables that can be thrown away and worked out again.
WORKED_OUT = ("course_view", "due", "counted")
