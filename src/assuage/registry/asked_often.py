"""What is asked of the database with every event, built once: building a statement costs as much as running it."""

from __future__ import annotations

from sqlalchemy import bindparam, func, insert, select, update

from assuage.registry.tables import content_key, course, course_view, event

# Where a course stands, with the key its content is under.
COURSE = (
    select(course.c.id, course.c.patient, course.c.version, course.c.head, course.c.key_of, content_key.c.wrapped, content_key.c.destroyed)
    .join(content_key, content_key.c.id == course.c.key_of)
    .where(course.c.id == bindparam("id"))
)  # fmt: skip
# The same, and no other writer comes to this course until the transaction ends.
COURSE_HELD = COURSE.with_for_update(of=course)
# Whether a key is on record anywhere, and how many other courses the patient has.
BESIDE = select(
    select(event.c.number).where(event.c.key == bindparam("key")).scalar_subquery().label("on_record"),
    select(func.count())
    .where(course.c.patient == bindparam("patient"), course.c.id != bindparam("id"))
    .scalar_subquery()
    .label("others"),
)
RECORDS = select(event.c.number, event.c.content).where(event.c.course == bindparam("id")).order_by(event.c.number)
APPENDED = insert(event)
MOVED_ON = (
    update(course)
    .where(course.c.id == bindparam("of_id"), course.c.version == bindparam("of_version"))
    .values(version=bindparam("version"), head=bindparam("head"), patient=bindparam("patient"))
)
VIEWED = (
    update(course_view)
    .where(course_view.c.course == bindparam("of_course"))
    .values({one: bindparam(one.name) for one in course_view.c if one.name != "course"})
)
FIRST_VIEWED = insert(course_view)
