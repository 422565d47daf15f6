"""Prefect's server beside the owner: where it keeps its things, its start and its end."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from eventlogs.errors import EventLogError
from flows.hosting.server import HOST, OR_ANY

HOME = "prefect"
USUAL_PORT = 4200
PATIENCE = 120.0  # seconds that a server may take to answer the first time
LEAVE = 10.0  # seconds that a server gets to end
PASSWORD = "password"


@dataclass
class PrefectServer:
    """A server whose home and database lie under the data directory."""

    data: Path
    port: int  # the one it is to have, and once started the one it has
    database: str | None = None  # another database than the file in the home, such as one in PostgreSQL
    feed: bool = True  # whether it writes down events for its page's feed, beside the runs
    or_any: bool = False  # whether it takes any free port if that one is taken when it first starts
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def home(self) -> Path:
        """Where everything of Prefect is kept."""
        return self.data / HOME

    @property
    def url(self) -> str:
        """The address of the API."""
        return f"http://{HOST}:{self.port}/api"

    @property
    def page(self) -> str:
        """The address for people."""
        return f"http://{HOST}:{self.port}"

    @property
    def password_file(self) -> Path:
        """The file of the password that page and API ask for, readable by this user only."""
        return self.home / PASSWORD

    def password(self) -> str:
        """Return user and password, made at the first start."""
        self.home.mkdir(parents=True, exist_ok=True)
        try:
            return self.password_file.read_text("utf-8").strip()
        except FileNotFoundError:
            made = f"retrofit:{secrets.token_urlsafe(18)}"
            descriptor = os.open(self.password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(made + "\n")
            return made

    def client_settings(self) -> dict[str, str]:
        """Return the settings of whoever talks to it."""
        return {
            "PREFECT_HOME": str(self.home),
            "PREFECT_PROFILES_PATH": str(self.home / "profiles.toml"),
            "PREFECT_API_URL": self.url,
            "PREFECT_API_AUTH_STRING": self.password(),
            "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",  # our server asks for none: a request less a run
        }

    def environment(self) -> dict[str, str]:
        """Return the environment of the child: nobody is called, and what is old is cleared away."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        settings = {
            **self.client_settings(),
            "PREFECT_SERVER_API_AUTH_STRING": self.password(),
            "PREFECT_SERVER_API_HOST": HOST,
            "PREFECT_SERVER_API_PORT": str(self.port),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
            "PREFECT_API_LOG_RETRYABLE_ERRORS": "true",
            "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "20",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        }
        if not self.feed:
            settings["PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED"] = "false"
        if self.database:
            settings["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = self.database
        return kept | settings

    def start(self) -> None:
        """Start the child and learn its port, which it then has; it answers some seconds later."""
        first = self._process is None
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "server.log").open("wb" if first else "ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "flows.hosting.server", str(self.port)]
                + ([OR_ANY] if first and self.or_any else []),  # later everybody knows where it is
                env=self.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C at the terminal is for the parent, which ends the child
            )
        assert self._process.stdout
        with self._process.stdout as told:
            line = told.readline()
        if line:
            self.port = int(line)
        else:
            self._process.wait(LEAVE)  # it could not have the port

    @property
    def alive(self) -> bool:
        """Whether the child runs."""
        return self._process is not None and self._process.poll() is None

    def wait_until_answering(self, stopped: Event) -> bool:
        """Wait until the server answers; False if told to stop meanwhile."""
        until = time.monotonic() + PATIENCE
        while not stopped.is_set():
            if self.alive and answers(self.url, patience=2.0):
                return True
            if not self.alive or time.monotonic() > until:
                raise EventLogError(
                    "Prefect's server does not start; {log} tells why", log=self.home / "server.log"
                )
            stopped.wait(0.2)
        return False

    def stop(self) -> None:
        """End the child, and wait until it is gone."""
        if self._process is None:
            return
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(LEAVE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


@contextmanager
def prefect_api(data: Path, meanwhile: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Lend a Prefect API to this process: the one that `PREFECT_API_URL` names, else a server of our own.

    To be entered before Prefect is first imported, which then reads its settings; `meanwhile` is done while
    a server starts.
    """
    if os.environ.get("PREFECT_API_URL"):
        yield
        return
    server = server_at(data, None, feed=False)  # nobody looks at the feed of a play
    before = {name: value for name, value in os.environ.items() if name.startswith("PREFECT_")}
    server.start()
    os.environ.update(server.client_settings())
    try:
        meanwhile()
        server.wait_until_answering(Event())
        yield
    finally:
        for name in server.client_settings():
            os.environ.pop(name, None)
        os.environ.update(before)
        server.stop()


def answers(url: str, headers: Mapping[str, str] | None = None, *, patience: float = 5.0) -> bool:
    """Tell whether a Prefect API answers there."""
    from urllib.parse import urlsplit

    address = urlsplit(url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    with closing(kind(address.netloc, timeout=patience)) as connection:
        try:
            connection.request("GET", f"{address.path.rstrip('/')}/health", headers=dict(headers or {}))
            return connection.getresponse().status in (http.HTTPStatus.OK, http.HTTPStatus.UNAUTHORIZED)
        except (OSError, http.client.HTTPException):
            return False


def server_at(data: Path, asked: int | None, *, feed: bool = True) -> PrefectServer:
    """Return a server at the port asked for, refusing one that is taken; None is the usual one, else any."""
    if asked and not _is_free(asked):
        raise EventLogError(
            "port {port} of this machine is taken; name another with --prefect-port, or none", port=asked
        )
    return PrefectServer(data, USUAL_PORT if asked is None else asked, feed=feed, or_any=asked is None)


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
