"""The tables as the first version made them. Never changed again: what comes later is a step of its own."""

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
)

from assuage.registry.columns import Instant

NAMING = {"ix": "ix_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
          "ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s",
          "pk": "pk_%(table_name)s"}  # fmt: skip
METADATA = MetaData(naming_convention=NAMING)

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

content_key = Table(
    "content_key",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=True),
    Column("created", Instant, nullable=False),
    Column("destroyed", Instant, nullable=True),
    Column("destroyed_by", Text, nullable=True),
)

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

account = Table(
    "account",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=True),
    Column("totp", LargeBinary, nullable=True),
    Column("totp_last", Integer, nullable=True),
    Column("totp_begun", LargeBinary, nullable=True),
    Column("subject", Text, nullable=True, unique=True),
    Column("failed", Integer, nullable=False),
    Column("locked_until", Instant, nullable=True),
    Column("disabled", Instant, nullable=True),
    Column("created", Instant, nullable=False),
)

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

about = Table("about", METADATA, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

ADDED_TO = ("event", "clinic_event", "audit")
