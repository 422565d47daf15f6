"""A question in SQL, answered as an Arrow stream; it cannot change anything."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack
from io import RawIOBase
from typing import Any

import duckdb

from eventlogs.errors import EventLogError
from eventlogs.storage import Ledger
from eventlogs.system_faults import LibraryFault

QUESTIONS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


def arrow_stream(ledger: Ledger, sql: str, parameters: Mapping[str, Any]) -> Generator[bytes]:
    """Yield the answer's bytes; all that can be refused is refused before the first."""
    from pyarrow import ipc

    with ExitStack() as lent:
        connection = lent.enter_context(ledger.reading())
        try:
            _refuse_deeds(connection, sql)
            connection.rollback()  # the transaction lent could write
            connection.execute("BEGIN TRANSACTION READ ONLY")
            rows = connection.execute(sql, dict(parameters) or None).to_arrow_reader()
        except duckdb.Error as error:
            raise EventLogError(
                "the query cannot be answered: {reason}", reason=LibraryFault(str(error))
            ) from error
        sink = _Parts()
        with ipc.new_stream(sink, rows.schema) as writer:
            yield sink.take()
            for batch in rows:
                writer.write_batch(batch)
                yield sink.take()
        yield sink.take()


def _refuse_deeds(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type not in QUESTIONS:
        raise EventLogError("a query through the owner is one SELECT; to change the log use `retrofit log`")


class _Parts(RawIOBase):
    """A file whose content is taken away as it is written."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken
