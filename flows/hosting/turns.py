"""One flow run at a time at a project, wherever it runs, without a request to Prefect's server.

The turn is taken in this process and, where several hosts share a ledger, in its database, which frees the
turn of a process that is gone.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from threading import Lock
from typing import Protocol, runtime_checkable
from weakref import WeakValueDictionary

from eventlogs.errors import EventLogError
from eventlogs.storage import Ledger

PATIENCE = 180.0  # seconds that a run waits for its turn

_turns: "WeakValueDictionary[str, Turn]" = WeakValueDictionary()
_making = Lock()


class Turn:
    """What one run in this process has at a time."""

    def __init__(self) -> None:
        self.lock = Lock()


@runtime_checkable
class AmongHosts(Protocol):
    """A ledger that several hosts share."""

    def alone_with(self, name: str, patience: float) -> AbstractContextManager[None]:
        """Let one process of all hosts be inside at a time."""
        ...


@asynccontextmanager
async def alone_with(ledger: Ledger, log: str, case_id: str) -> AsyncIterator[None]:
    """Let at most one flow run be at a project, whichever process and host it is in.

    The ledger refuses the second of two advances anyway; this spares the second the attempt, and its card
    cannot come after the newer one.
    """
    held = _held(ledger, f"{log}/{case_id}")
    await asyncio.to_thread(held.__enter__)  # another run in the same event loop may have the turn
    try:
        yield
    finally:
        held.__exit__(None, None, None)


@contextmanager
def _held(ledger: Ledger, name: str) -> Iterator[None]:
    with _making:
        turn = _turns.setdefault(name, Turn())
    if not turn.lock.acquire(timeout=PATIENCE):
        raise EventLogError("another flow run has been at {project} for too long; try again", project=name)
    try:
        if isinstance(ledger, AmongHosts):
            with ledger.alone_with(name, PATIENCE):
                yield
        else:
            yield
    finally:
        turn.lock.release()
