"""Prefect's server as a child process that ends with its parent, however that ends.

`python -m flows.hosting.server PORT` serves until its standard input ends. All it keeps lies under
`PREFECT_HOME`; it answers on this machine only, asks for the password, and calls nobody.
"""

import sys
from threading import Thread


def main(port: int) -> None:
    """Serve until the parent is gone."""
    import uvicorn
    from prefect.server.api.server import create_app

    config = uvicorn.Config(
        create_app(final=True), host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=3
    )
    server = uvicorn.Server(config)

    def watch() -> None:
        sys.stdin.buffer.read()
        server.should_exit = True

    Thread(target=watch, daemon=True).start()
    server.run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
