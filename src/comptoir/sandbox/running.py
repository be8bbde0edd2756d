"""A sandbox in a thread, for tests and tools that want real HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from comptoir.settings import ComptoirError

START_SECONDS = 20.0


@contextmanager
def running(app: Starlette, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve an application on a free port; yield its base URL (no trailing slash), stop at the end.

    Raises:
        ComptoirError: the server did not start within 20 seconds.
    """
    server = uvicorn.Server(uvicorn.Config(app, host=host, port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, name="sandbox", daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise ComptoirError(f"The sandbox did not start on {host} within {START_SECONDS:.0f} s. See its log above.")
        time.sleep(0.01)
    try:
        yield f"http://{host}:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
