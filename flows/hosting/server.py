"""Prefect's server as a child process that ends with its parent, however that ends.

`python -m flows.hosting.server PORT` serves until its standard input ends. All it keeps lies under
`PREFECT_HOME`; it answers on this machine only, asks for the password, and calls nobody.
"""

import os
import sys
from threading import Event, Thread


def main(port: int) -> None:
    """Serve until the parent is gone."""
    serving, leaving = Event(), Event()

    def watch() -> None:
        sys.stdin.buffer.read()
        leaving.set()
        if not serving.is_set():
            os._exit(0)  # nothing is open yet, and loading takes long

    Thread(target=watch, daemon=True).start()

    import uvicorn
    from prefect.server.api.server import create_app

    class Server(uvicorn.Server):
        """A server that leaves when its parent has."""

        async def on_tick(self, counter: int) -> bool:
            return leaving.is_set() or await super().on_tick(counter)

    app = create_app(final=True)
    serving.set()
    Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=3)
    ).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
