"""Batches of events on their way into the hash chain, hashed in a thread of their own."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pyarrow as pa

from eventlogs.ledger.chain import content_hashes, link_columns


class Sealer:
    """Gives batches their chain hashes, one batch later than they came: hashing and inserting overlap."""

    def __init__(self) -> None:
        self._heads: dict[str, bytes] = {}  # the chain hash of each case's last event
        self._waiting: deque[tuple[pa.Table, Future[list[bytes]]]] = deque()
        self._pool = ThreadPoolExecutor(1, "chain")

    def add(self, rows: pa.Table) -> Iterator[pa.Table]:
        """Take a batch in, and yield the sealed one before it, if there is one."""
        self._waiting.append((rows, self._pool.submit(content_hashes, rows)))
        if len(self._waiting) > 1:
            yield self._next()

    def rest(self) -> Iterator[pa.Table]:
        """Yield what has not been yielded yet."""
        while self._waiting:
            yield self._next()
        self._pool.shutdown()

    def _next(self) -> pa.Table:
        rows, hashes = self._waiting.popleft()
        return rows.append_column("chain_hash", link_columns(rows["case_id"], hashes.result(), self._heads))
