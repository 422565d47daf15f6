"""The hash chain of each case: an event's hash is sha256(hash of the case's event before || sha256(content)).

The content of an event is all it says, as one JSON array. `sql/content_hash.sql` writes that array from
the table's columns, `content` from a row in Python, where a few events are appended; both are the same
bytes, which a test holds them to.
"""

import re
from collections.abc import Iterable, MutableMapping
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

import orjson

from eventlogs.ledger.rows import Row

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

CHAIN_START = bytes(32)  # stands before the first event of a case
CONTENT_HASH = (files("eventlogs") / "sql" / "content_hash.sql").read_text("utf-8")

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)
_ESCAPE = re.compile(r"\\(?:u00[01][0-9a-f]|.)")


def chained(rows: Iterable[Row], heads: MutableMapping[str, bytes]) -> list[Row]:
    """Return rows with their chain hashes set; `heads` holds each case's last hash and is moved on."""
    sealed = []
    for row in rows:
        link = linked(heads.get(row.case_id, CHAIN_START), sha256(content(row)).digest())
        heads[row.case_id] = link
        sealed.append(Row(*row[:-1], link))  # `_replace` takes three times as long
    return sealed


def batch_contents(rows: "pa.Table") -> "tuple[pa.BinaryArray, bool]":
    """Return what the events of an Arrow batch say, and whether it is hashed already.

    The batch has every column of the table `event` but the chain hash.
    """
    import pyarrow as pa

    from eventlogs.ledger.content_columns import contents

    written = contents(rows)
    return (pa.array(_content_hashes(rows), pa.binary()), True) if written is None else (written, False)


def _content_hashes(rows: "pa.Table") -> list[bytes]:
    """Return the hashes of what the events of such a batch say, whatever they are linked to."""
    with _hashing_database().cursor() as connection:
        connection.execute(CONTENT_HASH)
        connection.register("batch", rows)
        hashed = connection.execute("SELECT content_hash(batch) AS h FROM batch").to_arrow_table()
    hashes: list[bytes] = hashed["h"].to_pylist()
    return hashes


def linked(before: bytes, content_hash: bytes) -> bytes:
    """Return the chain hash of an event from that of the event before it and its own content's hash."""
    return sha256(before + content_hash).digest()


def content(row: Row) -> bytes:
    """Return all that an event says as one JSON array, moments in microseconds since 1970."""
    values = list(row[:-1])
    values[_OCCURRED_AT] = microseconds(row.occurred_at)
    values[_RECORDED_AT] = microseconds(row.recorded_at)
    text = orjson.dumps(values)
    if b"\\u00" in text:  # DuckDB writes the letters of these escapes large
        return _ESCAPE.sub(_large_letters, text.decode()).encode()
    return text


def microseconds(moment: datetime | None) -> int | None:
    """Return an aware moment in microseconds since 1970."""
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


_OCCURRED_AT = Row._fields.index("occurred_at")
_RECORDED_AT = Row._fields.index("recorded_at")


def _large_letters(escape: re.Match[str]) -> str:
    text = escape.group()
    return text[:2] + text[2:].upper() if text.startswith("\\u") else text


@cache
def _hashing_database() -> "duckdb.DuckDBPyConnection":
    import duckdb

    return duckdb.connect(":memory:")
