"""The web application on a port of this machine, in a thread, for tests in a real browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from tests.browsed import Clinic
from tests.registries import free_port

PATIENCE_S = 30.0


@contextmanager
def served(clinic: Clinic) -> Iterator[str]:
    """The address of a clinic that answers until the block ends."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(clinic.app, port=port, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE_S
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < until, "the server takes too long to start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
