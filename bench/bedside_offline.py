"""Five real minutes without network in the middle of an infusion, in a real browser: nothing lost, nothing doubled.

    python bench/bedside_offline.py [MINUTES]

An entry each half minute, a reload in the middle, a stop at the end; then the network comes back. Prints what was made, what
is on record, and how long after the network the last entry was there.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.bedsides import Station, chromium, enter, record, station  # noqa: E402

MINUTES = 5.0
EVERY_S = 30.0
FIRST = 60


def cut(here: Station, minutes: float) -> tuple[list[str], float]:
    """Work without network for so long; then how many seconds until all is on record."""
    page = here.signed_in()
    record(page, **{"vitals.hr": str(FIRST)})
    page.context.set_offline(True)
    made = [str(FIRST)]
    until = time.monotonic() + minutes * 60
    middle = time.monotonic() + minutes * 30
    while time.monotonic() < until:
        made.append(str(FIRST + len(made)))
        enter(page, **{"vitals.hr": made[-1]})
        page.click("form.entry-row button:has-text('Record')")
        page.locator("tr.kept").nth(len(made) - 2).wait_for()
        if middle is not None and time.monotonic() > middle:
            page.reload()
            page.locator("tr.kept").nth(len(made) - 2).wait_for()
            middle = float("inf")
        page.wait_for_timeout(min(EVERY_S, max(0.1, until - time.monotonic())) * 1000)
        here.clinic.clock.wait(seconds=EVERY_S)
    page.click(".edge button:has-text('Stop')")
    page.locator("tr.kept").nth(len(made) - 1).wait_for()
    began = time.monotonic()
    page.context.set_offline(False)
    while here.session.status != "stopped":
        page.wait_for_timeout(50)
    return made, time.monotonic() - began


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        station(browser, Path(folder), is_started=True) as here,
    ):
        made, seconds = cut(here, minutes)
        found = here.observed("vitals.hr")[1:]
    print(f"{minutes:g} min without network: {len(made) - 1} entries and a stop made, one reload")
    print(
        f"on record afterwards: {len(found)} of {len(made)}, {'in order, none twice' if found == made else 'NOT as made'}"
    )
    print(f"all there {seconds:.1f} s after the network came back")
    if found != made:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
