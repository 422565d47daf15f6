"""What the events of a whole batch say, the same bytes as `chain.content` writes of a single row.

Almost all the words of a log come again and again, so each different one of a batch is written as JSON once.
"""

import re

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

_CONTROL = re.compile(r"\\u00[01][0-9a-f]")
_OWN = ("event_key", "case_id")  # of almost every event another
_COLUMNS = (
    "log_id", "event_key", "case_id", "activity", "lifecycle", "role", "tool", "actor", "occurred_at",
    "recorded_at", "attributes", "evidence", "objects", "changes", "correction", "corrects",
)  # fmt: skip


def contents(rows: pa.Table) -> pa.BinaryArray | None:
    """Return the contents of the events of a batch; None if some have objects or changes beside the case."""
    if any(pc.sum(pc.list_value_length(rows[name])).as_py() for name in ("objects", "changes")):
        return None
    parts: list[pa.Array | str] = [pc.binary_join_element_wise("[", _whole(rows["seq"].combine_chunks()), "")]
    for name in _COLUMNS:
        written = _written(rows, name)
        if isinstance(written, str) and isinstance(parts[-1], str):
            parts[-1] += f",{written}"  # joined here, once, instead of with every event
        else:
            parts.append(written)
    parts.append(pc.binary_join_element_wise(parts.pop(), "]", ""))
    return pc.binary_join_element_wise(*parts, ",").cast(pa.binary())


def _written(rows: pa.Table, name: str) -> pa.Array | str:
    """Return a column as JSON; one text where all events say the same."""
    if name in ("objects", "changes"):
        return "[]"
    column = rows[name].combine_chunks()
    if column.null_count == len(column):
        return "null"
    if name in _OWN:
        return _json(column)
    coded = column.dictionary_encode()
    words = _json(coded.dictionary) if pa.types.is_string(column.type) else _whole(coded.dictionary)
    if len(words) == 1 and not column.null_count:
        return str(words[0])
    return pc.fill_null(words.take(coded.indices), "null")


def _whole(column: pa.Array) -> pa.StringArray:
    """Return whole numbers, or moments in microseconds since 1970, as texts."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", "UTC"))
    return column.cast(pa.int64()).cast(pa.string())


def _json(texts: pa.StringArray) -> pa.StringArray:
    """Return texts as JSON strings, written as DuckDB writes them."""
    given = np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)
    if (given < ord(" ")).any():
        return pa.array([_single(text) for text in texts.to_pylist()], pa.string())
    if (given == ord("\\")).any():
        texts = pc.replace_substring(texts, "\\", "\\\\")
    if (given == ord('"')).any():
        texts = pc.replace_substring(texts, '"', '\\"')
    return pc.binary_join_element_wise('"', texts, '"', "")


def _single(text: str) -> str:
    return _CONTROL.sub(lambda it: it[0][:2] + it[0][2:].upper(), orjson.dumps(text).decode())
