"""A ledger in memory, for projects that are played first and written down together afterwards."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import duckdb

from eventlogs.errors import ConcurrentAppendError, UnknownLogError
from eventlogs.events import Event, RecordedEvent
from eventlogs.ledger.chain import CHAIN_START
from eventlogs.storage import Appended, Head
from flows.process.history import CaseHistory


class MemoryLedger:
    """The ledger of a play: for one thread, without hash chains and database, gone with the process."""

    def __init__(self) -> None:
        self._logs: dict[str, dict[str, list[RecordedEvent]]] = {}
        self._keys: set[tuple[str, str]] = set()
        self._histories: dict[tuple[str, str], CaseHistory] = {}
        self._seq = 0

    def append(self, log: str, events: Sequence[Event], *, expect_seq: int | None = None) -> Appended:
        """Keep events, each key once (see `storage.Ledger.append`)."""
        cases = self._cases(log)
        if expect_seq is not None and events and self.head(log, events[0].case_id).seq != expect_seq:
            raise ConcurrentAppendError(
                "case {case_id} has moved on to {seq} since {expected} was read; "
                "read it again and decide anew",
                case_id=events[0].case_id,
                seq=self.head(log, events[0].case_id).seq,
                expected=expect_seq,
            )
        new = [event for event in events if (log, event.key) not in self._keys]
        for event in new:
            self._seq += 1
            recorded = RecordedEvent(event, log, self._seq, datetime.now(UTC), CHAIN_START)
            cases.setdefault(event.case_id, []).append(recorded)
        self._fold(log, new)
        self._keys.update((log, event.key) for event in new)
        kept = {event.key for event in new}
        known = tuple(event.key for event in events if event.key not in kept)
        return Appended(tuple(event.key for event in new), known, self._seq)

    def create_log(self, log: str, *, case_type: str = "project", simulated: bool = False) -> None:
        """Make a log if there is none of that name."""
        self._logs.setdefault(log, {})

    def case(self, log: str, case_id: str) -> list[RecordedEvent]:
        """Return a case's history."""
        return list(self._cases(log).get(case_id, ()))

    def history(self, log: str, case_id: str) -> CaseHistory:
        """Return a case's present state, folded when its events were kept (see `advance.Folding`)."""
        return self._histories.get((log, case_id)) or CaseHistory(case_id)

    def head(self, log: str, case_id: str) -> Head:
        """Return where a case's history ends."""
        recorded = self._cases(log).get(case_id)
        return Head(recorded[-1].seq if recorded else 0, CHAIN_START)

    def since(self, seq: int, *, log: str | None = None, limit: int = 10_000) -> list[RecordedEvent]:
        """Return up to `limit` events kept after `seq`."""
        logs = self._logs.values() if log is None else [self._cases(log)]
        found = [one for cases in logs for events in cases.values() for one in events if one.seq > seq]
        return sorted(found, key=lambda one: one.seq)[:limit]

    def reading(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """There is no database to read."""
        raise NotImplementedError

    def writing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """There is no database to write."""
        raise NotImplementedError

    def preparing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """There is no database to prepare in."""
        raise NotImplementedError

    def close(self) -> None:
        """Hold nothing, so let go of nothing."""

    def _fold(self, log: str, new: Sequence[Event]) -> None:
        for case_id in dict.fromkeys(event.case_id for event in new):
            mine = [event for event in new if event.case_id == case_id]
            after = self.history(log, case_id).followed_by(mine)
            after.head = self.head(log, case_id).seq
            self._histories[log, case_id] = after

    def _cases(self, log: str) -> dict[str, list[RecordedEvent]]:
        if log not in self._logs:
            raise UnknownLogError(
                "there is no log named {log}; there are: {names}", log=log, names=", ".join(self._logs) or "-"
            )
        return self._logs[log]
