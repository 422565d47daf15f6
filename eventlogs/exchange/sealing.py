"""Batches of events on their way into the hash chain, sealed in a thread of their own."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pyarrow as pa

from eventlogs.ledger.chain import seal_columns

_BEHIND = 2  # batches being sealed while one before them is inserted


class Sealer:
    """Gives batches their chain hashes, some batches later than they came: sealing and inserting overlap."""

    def __init__(self) -> None:
        self._heads: dict[str, bytes] = {}  # the chain hash of each case's last event
        self._waiting: deque[Future[pa.Table]] = deque()
        self._pool = ThreadPoolExecutor(1, "chain")

    def add(self, rows: pa.Table) -> Iterator[pa.Table]:
        """Take a batch in, and yield a sealed one from before it, if there is one."""
        self._waiting.append(self._pool.submit(self._sealed, rows))
        if len(self._waiting) > _BEHIND:
            yield self._waiting.popleft().result()

    def rest(self) -> Iterator[pa.Table]:
        """Yield what has not been yielded yet."""
        while self._waiting:
            yield self._waiting.popleft().result()
        self._pool.shutdown()

    def _sealed(self, rows: pa.Table) -> pa.Table:
        return rows.append_column("chain_hash", seal_columns(rows, self._heads))
