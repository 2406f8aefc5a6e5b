"""How people of a clinic work, for Locust: lists and courses are read far more often than something is recorded.

Read by bench/load.py, which writes what is known of the registry to the file that ASSUAGE_LOAD names.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import secrets
from pathlib import Path

from locust import FastHttpUser, between, task

KNOWN = json.loads(Path(os.environ["ASSUAGE_LOAD"]).read_text("utf-8"))
ACCOUNTS = itertools.cycle(KNOWN["accounts"])
SENT = {"sec-fetch-site": "same-origin"}


class Clinician(FastHttpUser):
    """One person: signs in once, then reads and now and then records, with seconds between."""

    wait_time = between(1, 5)

    def on_start(self) -> None:
        self.account = next(ACCOUNTS)
        form = {"account": self.account, "password": KNOWN["password"]}
        with self.client.post(
            "/sign-in", data=form, headers=SENT, name="sign in", allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code != 303:
                answer.failure(f"not signed in: {answer.status_code}")

    @task(6)
    def today(self) -> None:
        self.client.get("/", name="today")

    @task(10)
    def course(self) -> None:
        self.client.get(f"/courses/{random.choice(KNOWN['courses'])}", name="course")

    @task(6)
    def bedside(self) -> None:
        self.client.get(f"/courses/{random.choice(KNOWN['running'])}/bedside", name="bedside")

    @task(3)
    def facts(self) -> None:
        self.client.get(f"/courses/{random.choice(KNOWN['courses'])}/facts", name="facts")

    @task(2)
    def response(self) -> None:
        self.client.get(f"/courses/{random.choice(KNOWN['courses'])}/response", name="response")

    @task(2)
    def patients(self) -> None:
        self.client.get("/patients", name="patients")

    @task(4)
    def score(self) -> None:
        """A pharmacist records none, and reads a course instead."""
        if self.account not in KNOWN["scorers"]:
            self.course()
            return
        course = random.choice(KNOWN["courses"])
        form = {
            "key": secrets.token_urlsafe(12),
            "day": "2026-11-20",
            "purpose": "diary",
            "value": str(random.randrange(11)),
        }
        address = f"/courses/{course}/response/score"
        with self.client.post(
            address, data=form, headers=SENT, name="record a score", allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code != 303:
                answer.failure(f"not recorded: {answer.status_code} {answer.text[:200]}")
