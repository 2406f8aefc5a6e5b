"""Writers over HTTP while the server is killed: what was acknowledged is on record, once, and every chain holds."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

import httpx
from sqlalchemy import select
from tests.browsed import EVERYONE, Clinic
from tests.courses import NURSE, Walk
from tests.registries import KEY, free_port
from tests.serving import served, signed_in

from assuage.registry import audit, clinic_record, tables
from assuage.registry.store import Registry

WRITERS = 4


@dataclass
class Killing:
    """What is known of a registry whose server is killed again and again."""

    db: str
    courses: list[str]
    port: int = field(default_factory=free_port)
    acknowledged: list[str] = field(default_factory=list)
    unanswered: list[tuple[str, str]] = field(default_factory=list)
    rounds: int = 0


def prepared(db: str) -> Killing:
    """A registry with people and a course for each writer."""
    registry = Registry.open(db, key=KEY)
    clinic = Clinic(registry).with_people(*EVERYONE)
    clinic.patient()
    walk = Walk().referred()
    courses = [clinic.course(walk.records) for _ in range(WRITERS)]
    registry.close()
    return Killing(db, courses)


def kill_once(one: Killing, rng: random.Random) -> None:
    """Start the server, let all write, kill it in the middle, and check what it left behind."""
    server = served(one.db, port=one.port)
    one.rounds += 1
    gate = threading.Barrier(WRITERS + 1)
    failed: list[str] = []
    threads = [
        threading.Thread(target=_write, args=(one, number, server.url, gate, failed)) for number in range(WRITERS)
    ]
    for each in threads:
        each.start()
    gate.wait()
    time.sleep(rng.uniform(0.02, 0.5))
    server.kill()
    for each in threads:
        each.join()
    assert not failed, failed[0]
    check(one)


def _write(one: Killing, number: int, url: str, gate: threading.Barrier, failed: list[str]) -> None:
    client = signed_in(url, NURSE.id)
    gate.wait()
    course, turn = one.courses[number], 0
    with closing(client):
        while True:
            turn += 1
            key = f"{one.rounds}-{number}-{turn}"
            try:
                answer = client.post(f"/courses/{course}/response/score", data=score(key, turn))
            except httpx.HTTPError:
                one.unanswered.append((course, key))
                return
            if answer.status_code != httpx.codes.SEE_OTHER or answer.headers["location"].startswith("/sign-in"):
                failed.append(f"{answer.status_code}: {answer.text[:400]}")
                return
            one.acknowledged.append(f"{course}/{key}")


def score(key: str, value: int) -> dict[str, str]:
    """The form of one score."""
    return {"key": key, "day": "2026-11-01", "purpose": "diary", "value": str(value % 11)}


def check(one: Killing) -> None:
    """Every acknowledged event is on record once; every chain holds."""
    registry = Registry.open(one.db, key=KEY)
    try:
        with registry.reading() as connection:
            keys = Counter(connection.execute(select(tables.event.c.key)).scalars())
            broken = [*clinic_record.broken(connection), *audit.broken(connection)]
        broken += registry.verify()
    finally:
        registry.close()
    assert broken == []
    assert max(keys.values()) == 1
    lost = [key for key in one.acknowledged if key not in keys]
    assert lost == [], f"{len(lost)} acknowledged events are not on record, such as {lost[0]}"


def sent_again(one: Killing) -> int:
    """Send what nobody answered once more, as a browser does: each is on record once. Get: how many."""
    server = served(one.db, port=one.port)
    try:
        with closing(signed_in(server.url, NURSE.id)) as client:
            for course, key in one.unanswered:
                answer = client.post(f"/courses/{course}/response/score", data=score(key, 1))
                assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
                one.acknowledged.append(f"{course}/{key}")
    finally:
        server.stop()
    check(one)
    return len(one.unanswered)


def killed(db: str, *, times: int, seed: int, told: Callable[[Killing], None] = lambda _: None) -> Killing:
    """The whole of it. Get: what was acknowledged and what was not."""
    one, rng = prepared(db), random.Random(seed)
    for _ in range(times):
        kill_once(one, rng)
        told(one)
    sent_again(one)
    return one
