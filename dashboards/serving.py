"""The pages served from a thread of this process."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from math import inf
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

from eventlogs.errors import EventLogError
from eventlogs.language import say

if TYPE_CHECKING:
    from fastapi import FastAPI

    from dashboards.access.access import Access
    from dashboards.engine import Engine

HOST = "127.0.0.1"
PORT = 8000
PATIENCE_OF_READERS = 2.0  # seconds in which nothing is shown
PATIENCE = 10.0  # seconds to answer first, and to finish what was begun at the end

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Served:
    """Where the pages are."""

    host: str
    port: int

    @property
    def address(self) -> str:
        """The address to open in a browser."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


@contextmanager
def pages_served(
    engine: "Engine",
    access: "Access | None" = None,
    *,
    host: str = HOST,
    port: int = PORT,
    warm: bool = False,
    patience: float = inf,
) -> Iterator[Served]:
    """Serve the pages of `engine` inside the block to those `access` lets in; `port` 0 is any free one.

    Where they are to be `warm`, what takes long at first is made ready beside the first readers; those of a
    page that takes more than `patience` seconds are told so.
    """
    import uvicorn

    from dashboards.analysis.warming import made_ready
    from dashboards.app import create_app

    app = create_app(engine, access, patience=patience)
    with _listening(host, port) as ours:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="on",
                server_header=False,
                proxy_headers=False,  # whose word is taken stands in the settings of access
                timeout_graceful_shutdown=int(PATIENCE),
            )
        )
        thread = Thread(target=lambda: asyncio.run(server.serve([ours])), name="pages", daemon=True)
        thread.start()
        try:
            _wait_for(server.__dict__, thread, host, port)
            with made_ready(engine, app.state.kept_answers) if warm else nullcontext():
                yield Served(host, ours.getsockname()[1])
        finally:
            _end(app, server.__dict__, thread)


def _wait_for(server: dict[str, object], thread: Thread, host: str, port: int) -> None:
    until = monotonic() + PATIENCE
    while not server["started"]:
        if not thread.is_alive() or monotonic() > until:
            raise EventLogError("the pages cannot be served at {host}:{port}", host=host, port=port)
        sleep(0.01)


def _end(app: "FastAPI", server: dict[str, object], thread: Thread) -> None:
    if thread.is_alive():
        app.state.live.close()  # else open pages would hold the end up
        server["should_exit"] = True
        thread.join(2 * PATIENCE)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    ours = socket.socket(family, socket.SOCK_STREAM)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        ours.bind((host, port))
    except OSError as error:
        ours.close()
        raise EventLogError(
            "the pages cannot have port {port} of {host}: {reason}; name another with --port, "
            "or 0 for any free one",
            port=port,
            host=host,
            reason=error if error.strerror else say("it is taken"),
        ) from error
    with ours:
        yield ours
