"""Prefect's server as a child process that ends with its parent, however that ends.

`python -m flows.hosting.server PORT [or-any]` serves until its standard input ends; the first line that it
writes is the port that it has. All it keeps lies under `PREFECT_HOME`; it answers on this machine only, asks
for the password, and calls nobody.
"""

import os
import socket
import sys
from threading import Event, Thread

HOST = "127.0.0.1"
OR_ANY = "or-any"


def main(port: int, *, or_any: bool) -> None:
    """Serve until the parent is gone."""
    listening = listener(port, or_any=or_any)
    _tell(listening.getsockname()[1])
    serving, leaving = Event(), Event()

    def watch() -> None:
        sys.stdin.buffer.read()
        leaving.set()
        if not serving.is_set():
            os._exit(0)  # nothing is open yet, and loading takes long

    Thread(target=watch, daemon=True).start()

    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL

    from flows.hosting.prefect_in_turn import write_in_turn

    class Server(uvicorn.Server):
        """A server that leaves when its parent has."""

        async def on_tick(self, counter: int) -> bool:
            return leaving.is_set() or await super().on_tick(counter)

    write_in_turn(PREFECT_API_DATABASE_CONNECTION_URL.value())
    app = create_app(final=True)
    serving.set()
    Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3)).run(sockets=[listening])


def listener(port: int, *, or_any: bool) -> socket.socket:
    """Return a socket that has the port, or any free one if that is allowed and the port is taken.

    It has it from now on: nobody can take the port while the rest is loaded.
    """
    try:
        return socket.create_server((HOST, port))
    except OSError:
        if not or_any:
            raise
        return socket.create_server((HOST, 0))


def _tell(port: int) -> None:
    """Tell the parent the port; what is written afterwards goes to the log."""
    os.environ["PREFECT_SERVER_API_PORT"] = str(port)
    os.environ["PREFECT_API_URL"] = f"http://{HOST}:{port}/api"
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


if __name__ == "__main__":
    main(int(sys.argv[1]), or_any=OR_ANY in sys.argv[2:])
