"""What happens elsewhere, told to open pages as it happens: server-sent events of the live log."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from eventlogs.errors import UnknownLogError
from eventlogs.events import RecordedEvent
from eventlogs.storage import Ledger

EVERY = 1.0  # seconds between two looks at the log
_LAST = "SELECT coalesce(max(seq), 0) FROM event"
_PAGE = 500  # events looked at in one go, and the most that a listener is told of what it missed


@dataclass(frozen=True)
class Happened:
    """One event, as much of it as a page needs to know whether it is concerned."""

    seq: int
    project: str
    activity: str
    occurrence: int
    lifecycle: str
    actor: str | None


class Live:
    """Looks at the log while somebody listens, once for all listeners; `seen` is the last event looked at."""

    def __init__(self, ledger: Ledger, log: str) -> None:
        self._ledger = ledger
        self._log = log
        self._listeners: set[asyncio.Queue[Happened | None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self.seen = self._last()
        self._starting = asyncio.Lock()

    async def happenings(self, pause: float, after: int | None = None) -> AsyncIterator[Happened | None]:
        """Yield what is recorded after event `after`, or from now on, until the application ends.

        None is yielded after each pause without an event.
        """
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Happened | None] = asyncio.Queue()
        async with self._starting:
            if self._looking is None or self._looking.done():
                self.seen = await run_in_threadpool(self._last)
                self._looking = asyncio.create_task(self._look())
            self._listeners.add(queue)  # from here on it is told what comes after `seen`
            seen = self.seen
        try:
            for one in [] if after is None else await run_in_threadpool(self._missed, after, seen):
                yield _happened(one)
            while not self._closed:
                try:
                    happened = await asyncio.wait_for(queue.get(), pause)
                except TimeoutError:
                    yield None
                    continue
                if happened is None:
                    return
                yield happened
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        """Send all listeners home; may be called from any thread."""
        self._closed = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._send_home)

    def _send_home(self) -> None:
        for queue in self._listeners:
            queue.put_nowait(None)

    async def _look(self) -> None:
        while self._listeners and not self._closed:
            events = await run_in_threadpool(self._since, self.seen)
            for one in events:
                self.seen = one.seq
                happened = _happened(one)
                for queue in self._listeners:
                    queue.put_nowait(happened)
            if len(events) < _PAGE:
                await asyncio.sleep(EVERY)

    def _last(self) -> int:
        with self._ledger.reading() as connection:
            found = connection.execute(_LAST).fetchone()
        return int(found[0]) if found else 0

    def _missed(self, after: int, last: int) -> list[RecordedEvent]:
        return [one for one in self._since(max(after, last - _PAGE)) if one.seq <= last]

    def _since(self, seq: int) -> list[RecordedEvent]:
        try:
            return self._ledger.since(seq, log=self._log, limit=_PAGE)
        except UnknownLogError:  # the log is made with its first project
            return []


def _happened(one: RecordedEvent) -> Happened:
    from flows.process.history import place_of

    event = one.event
    return Happened(one.seq, event.case_id, event.activity, place_of(event)[1], event.lifecycle, event.actor)
