"""What the events of a whole batch say, the same bytes as `chain.content` writes of a single row.

Almost all the words of a log come again and again, so each different one of a batch is written as JSON once.
"""

import re
from typing import TypeAlias

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

_CONTROL = re.compile(r"\\u00[01][0-9a-f]")
_COLUMNS = (
    "seq", "log_id", "event_key", "case_id", "activity", "lifecycle", "role", "tool", "actor", "occurred_at",
    "recorded_at", "attributes", "evidence", "objects", "changes", "correction", "corrects",
)  # fmt: skip

Part: TypeAlias = pa.StringArray | str  # a text per event, or one of all


def contents(rows: pa.Table) -> pa.BinaryArray | None:
    """Return the contents of the events of a batch; None if some have objects or changes beside the case.

    Words may be coded, a dictionary for the whole column.
    """
    if any(len(rows[name].combine_chunks().flatten()) for name in ("objects", "changes")):
        return None
    parts: list[Part] = []
    for name in _COLUMNS:
        for part in ("," if parts else "[", *_written(rows, name)):
            if parts and isinstance(part, str) and isinstance(before := parts[-1], str):
                parts[-1] = before + part  # joined here, once, instead of with every event
            else:
                parts.append(part)
    return pc.binary_join_element_wise(*parts, "]", "").cast(pa.binary())


def _written(rows: pa.Table, name: str) -> list[Part]:
    """Return a column as JSON, in parts; one text where all events say the same."""
    if name in ("objects", "changes"):
        return ["[]"]
    column = rows[name].combine_chunks()
    if column.null_count == len(column):
        return ["null"]
    if name == "event_key":  # of almost every event another
        return ['"', _escaped(column), '"']
    if pa.types.is_string(column.type):
        column = column.dictionary_encode()
    if not pa.types.is_dictionary(column.type):
        return [_numbers(column)]
    words = pc.binary_join_element_wise('"', _escaped(column.dictionary), '"', "")
    if len(words) == 1 and not column.null_count:
        return [str(words[0])]
    return [pc.fill_null(words.take(column.indices), "null")]


def _numbers(column: pa.Array) -> Part:
    """Return whole numbers, or moments in microseconds since 1970, as JSON."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", "UTC"))
    column = column.cast(pa.int64())
    if not column.null_count and pc.all(pc.equal(column, column[0])).as_py():
        return str(column[0])
    return pc.fill_null(column.cast(pa.string()), "null")


def _escaped(texts: pa.StringArray) -> pa.StringArray:
    """Return texts as they stand between the quotation marks of JSON, written as DuckDB writes them."""
    given = np.frombuffer(texts.buffers()[2], dtype=np.uint8)
    if (given < ord(" ")).any():
        return pa.array([_single(text) for text in texts.to_pylist()], pa.string())
    if (given == ord("\\")).any():
        texts = pc.replace_substring(texts, "\\", "\\\\")
    if (given == ord('"')).any():
        texts = pc.replace_substring(texts, '"', '\\"')
    return texts


def _single(text: str) -> str:
    written = orjson.dumps(text).decode()[1:-1]
    return _CONTROL.sub(lambda it: it[0][:2] + it[0][2:].upper(), written)
