"""The owner process: the one that holds a data directory's event log and answers all others."""

import os
import secrets
import socket
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import click
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.types import Lifespan

from eventlogs.errors import EventLogError
from eventlogs.owner.api import OwnerApi
from eventlogs.owner.notice import NOTICE, Owner, read_notice
from eventlogs.storage import Ledger

HOST = "127.0.0.1"
PATH = "/owner"
PATIENCE = 10.0  # seconds that a command gets to undo what it began when the owner leaves


class OwnerServer:
    """Serves a ledger on this machine from threads of this process, between `start` and `stop`.

    The ledger stays the caller's to close. `root` is the whole command line, whose commands are run here
    for other processes. `routes` are served beside the owner's own, which live under `/owner`, and
    `lifespan` begins and ends what they need.
    """

    def __init__(
        self,
        ledger: Ledger,
        data: Path,
        root: click.Group,
        *,
        command: str = "retrofit up",
        port: int = 0,
        routes: Sequence[BaseRoute] = (),
        lifespan: Lifespan[Starlette] | None = None,
    ) -> None:
        token = secrets.token_urlsafe(32)
        self.ledger = ledger
        self._data = data
        self._api = OwnerApi(ledger, data, root, token)
        self._socket = _listening(port)
        self.owner = Owner(os.getpid(), HOST, self._socket.getsockname()[1], token, command)
        self.app = Starlette(routes=[Mount(PATH, app=self._api.app), *routes], lifespan=lifespan)
        self._server = uvicorn.Server(
            uvicorn.Config(
                self.app,
                log_config=None,
                access_log=False,
                lifespan="on",
                timeout_graceful_shutdown=int(PATIENCE),
            )
        )
        self._thread = Thread(target=self._server.run, args=([self._socket],), name="owner", daemon=True)

    def start(self) -> None:
        """Answer, and leave the notice that says where."""
        self._thread.start()
        until = monotonic() + PATIENCE
        while not self._server.started:
            if not self._thread.is_alive() or monotonic() > until:
                raise EventLogError(
                    "the owner process cannot answer at {host}:{port}", host=HOST, port=self.owner.port
                )
            sleep(0.01)
        self.owner.post(self._data)

    @property
    def running(self) -> int:
        """How many command lines are being carried out."""
        return self._api.running

    def stop(self) -> None:
        """Take the notice away, undo the commands that are running, and answer no more."""
        if read_notice(self._data) == self.owner:
            (self._data / NOTICE).unlink(missing_ok=True)
        self._api.stop_commands(PATIENCE)
        self._server.should_exit = True
        self._thread.join(2 * PATIENCE)
        self._socket.close()


def _listening(port: int) -> socket.socket:
    """Return a socket at `port` of this machine, 0 for any that is free."""
    ours = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        ours.bind((HOST, port))
    except OSError as error:
        ours.close()
        raise EventLogError(
            "port {port} of this machine is taken; name another with --commands-port, or leave it out",
            port=port,
        ) from error
    return ours
