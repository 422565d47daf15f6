"""A line to a server that breaks, as often as wanted, while a request of a given kind is under way."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread


class Relay:
    """Passes on what it is sent until it meets `breaks_at`; then nothing until mended."""

    def __init__(self, port: int) -> None:
        self.breaks_at: bytes | None = None
        self.broken = False
        self._to = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._lines: list[socket.socket] = []
        Thread(target=self._listen, daemon=True).start()

    def mend(self) -> None:
        """Pass everything on from now on."""
        self.breaks_at, self.broken = None, False

    def mend_once_broken(self, after: float = 1.0) -> None:
        """Wait until the line breaks and so many seconds longer, then mend it."""
        while not self.broken:
            time.sleep(0.05)
        time.sleep(after)
        self.mend()

    def end(self) -> None:
        """Close every line."""
        for line in [self._server, *self._lines]:
            with suppress(OSError):
                line.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                if self.broken:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._to))
                self._lines += [near, far]
                Thread(target=self._pass_on, args=(near, far), daemon=True).start()
                Thread(target=self._pass_on, args=(far, near), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while sent := source.recv(65536):
                if self.breaks_at and self.breaks_at in sent:
                    self.broken = True
                if self.broken:
                    break
                target.sendall(sent)
        for line in (source, target):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


@contextmanager
def relay(port: int) -> Iterator[Relay]:
    """Lend a relay to a port of this machine."""
    lent = Relay(port)
    try:
        yield lent
    finally:
        lent.end()
