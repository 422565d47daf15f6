"""A line to a server that breaks, as often as wanted: at a kind of request, or after so many bytes."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Thread


class Relay:
    """Passes on what it is sent, to a port of this machine or to a socket of its file system.

    It breaks where it meets `breaks_at`, or once `breaks_after` bytes have passed, in both directions
    together; then nothing passes until it is mended.
    """

    def __init__(self, to: int | Path) -> None:
        self.breaks_at: bytes | None = None
        self.breaks_after: int | None = None
        self.broken = False
        self._counting = Lock()
        self._to = to
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._lines: list[socket.socket] = []
        Thread(target=self._listen, daemon=True).start()

    def mend(self) -> None:
        """Pass everything on from now on."""
        self.breaks_at, self.breaks_after, self.broken = None, None, False

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
                far = self._connected()
                self._lines += [near, far]
                Thread(target=self._pass_on, args=(near, far), daemon=True).start()
                Thread(target=self._pass_on, args=(far, near), daemon=True).start()

    def _connected(self) -> socket.socket:
        if isinstance(self._to, int):
            return socket.create_connection(("127.0.0.1", self._to))
        far = socket.socket(socket.AF_UNIX)
        far.connect(str(self._to))
        return far

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while sent := source.recv(65536):
                passing = self._passing(sent)
                target.sendall(sent[:passing])
                if self.broken:
                    break
        for line in (source, target):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _passing(self, sent: bytes) -> int:
        """Return how many of the bytes pass, having broken the line if those are not all."""
        with self._counting:
            if self.broken or (self.breaks_at and self.breaks_at in sent):
                self.broken = True
                return 0
            if self.breaks_after is None:
                return len(sent)
            passing = min(len(sent), self.breaks_after)
            self.breaks_after -= passing
            self.broken = self.breaks_after == 0
            return passing


@contextmanager
def relay(to: int | Path) -> Iterator[Relay]:
    """Lend a relay to a port of this machine, or to a socket of its file system."""
    lent = Relay(to)
    try:
        yield lent
    finally:
        lent.end()
