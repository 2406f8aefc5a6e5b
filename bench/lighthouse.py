"""Lighthouse's score of accessibility for every page of the web application, on a screen and on a telephone. Promised: 100.

Run: sh bench/lighthouse.sh [PART OF AN ADDRESS ...]

Serves the pages that tests/walks/test_web_accessible.py reads, at every stage of a course and to the person whose page it is,
and has Lighthouse judge each in the Chromium of the tests (bench/lighthouse/judge.mjs). The pages keep their policy: Lighthouse
reads them through the browser, not by a script in the page. Prints one line a page, and every audit that failed with where it
did. Ends non-zero where a score is below 100, an audit failed, another page was shown, or anything was asked of another host.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browsed import Clinic  # noqa: E402
from tests.walks.test_web_accessible import ABSENT, CHROMIUM, FLAGS, PAGES, at_every_stage, signed_in  # noqa: E402

from assuage.course import Person  # noqa: E402

JUDGE = Path(__file__).with_suffix("") / "judge.mjs"
# No name but this machine's own number is looked up.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
PROMISED = 100


def judged(pages: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What Lighthouse says of each page, one page and form at a time."""
    question = {"chromium": CHROMIUM, "flags": [*FLAGS, ALONE], "pages": pages}
    with subprocess.Popen(["node", str(JUDGE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as judge:
        assert judge.stdin is not None
        assert judge.stdout is not None
        judge.stdin.write(json.dumps(question))
        judge.stdin.close()
        for line in judge.stdout:
            yield json.loads(line)
    if judge.returncode != 0:
        raise SystemExit(f"the judge ended with {judge.returncode}")


def problems(found: dict[str, Any], address: str, status: int) -> list[str]:
    """What is wrong with a page in one form, a line each."""
    told = [
        f"{one['id']}: {one['title']} | {node}"
        for one in found["failed"]
        for node in one["nodes"] or ["no node is named"]
    ]
    told += [f"asked of another host: {one}" for one in found["elsewhere"]]
    told += [f"error: {found['error']}"] * (found["error"] is not None)
    told += [f"shown was {found['shown']}"] * (found["shown"] != address)
    told += [f"the status is {found['status']}, not {status}"] * (found["status"] != status)
    told += ["no audit applied"] * (found["passed"] == 0)
    told += [f"the score is {found['score']}"] * (found["score"] != PROMISED)
    return [f"  {found['form']}: {' '.join(one.split())}" for one in told]


def scores(both: list[dict[str, Any]]) -> str:
    """The scores of a page in both forms, and how many audits applied and passed."""
    said = [f"{one['form']} {'none' if one['score'] is None else format(one['score'], 'g'):>4}" for one in both]
    return f"{'  '.join(said)}  {' and '.join(str(one['passed']) for one in both)} audits passed"


def asked(clinic: Clinic, person: Person | None, address: str) -> dict[str, Any]:
    """A page for the judge, with who is signed in there."""
    cookies = signed_in(clinic, person).items()
    return {
        "address": address,
        "cookies": [{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"} for name, value in cookies],
    }


def main() -> None:
    """Serve, judge, print."""
    parts = sys.argv[1:] or [""]
    chosen: list[tuple[Person | None, str]] = [one for one in PAGES if any(part in one[1] for part in parts)]
    if not chosen:
        raise SystemExit(f"no page has {' or '.join(parts)} in its address: the pages are PAGES of the test")
    began, faulty, version = time.monotonic(), 0, ""
    with tempfile.TemporaryDirectory() as folder, at_every_stage(Path(folder)) as (clinic, url, token):
        pages = [asked(clinic, person, url + where.replace("{token}", token)) for person, where in chosen]
        told = judged(pages)
        # The judge answers for a page in one form, then in the other.
        for (person, where), page, *both in zip(chosen, pages, told, told, strict=True):
            print(f"{scores(both)}  {person.id if person else 'nobody':<7} {where}", flush=True)
            found = [line for one in both for line in problems(one, page["address"], ABSENT.get(where, 200))]
            print(*found, sep="\n", end="\n" if found else "", flush=True)
            faulty += bool(found)
            version = both[0]["version"]
    print(f"Lighthouse {version}: {len(pages)} pages, {len(pages) - faulty} with {PROMISED} in both forms and without a fault,"
          f" {faulty} not; {time.monotonic() - began:.0f} s")  # fmt: skip
    if faulty:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
