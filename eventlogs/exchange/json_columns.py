"""Whole columns of values as JSON text, written as `attributes.encode` writes single values."""

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from eventlogs.exchange.staging import MOMENT

_ESCAPED = np.zeros(256, dtype=bool)
_ESCAPED[:0x20] = True
_ESCAPED[[ord('"'), ord("\\")]] = True


def json_texts(values: pa.StringArray) -> pa.StringArray:
    """Return each text as a JSON string."""
    quoted = pc.binary_join_element_wise('"', values, '"', "")
    rows = rows_with(values, _ESCAPED)
    if not len(rows):
        return quoted
    escaped = [orjson.dumps(value).decode() for value in values.take(pa.array(rows)).to_pylist()]
    return replaced(quoted, rows, escaped)


def json_floats(values: pa.DoubleArray) -> pa.StringArray | None:
    """Return each number as JSON; None if one of them is not finite and so has no plain JSON."""
    numbers = values.to_numpy(zero_copy_only=False)
    if not np.isfinite(numbers).all():
        return None
    if not len(numbers):
        return pa.array([], pa.string())
    text = orjson.dumps(np.ascontiguousarray(numbers), option=orjson.OPT_SERIALIZE_NUMPY)
    return pa.array(text[1:-1].split(b","), pa.binary()).cast(pa.string())


def iso_moments(values: pa.TimestampArray) -> pa.StringArray:
    """Return each moment in ISO 8601 at UTC, as `datetime.isoformat` writes it."""
    texts = pc.strftime(values.cast(MOMENT), format="%Y-%m-%dT%H:%M:%S")  # always six decimals
    whole = pc.ends_with(texts, ".000000")
    texts = pc.if_else(whole, pc.utf8_slice_codeunits(texts, 0, -7), texts)
    return pc.binary_join_element_wise(texts, "+00:00", "")


def json_moments(values: pa.TimestampArray) -> pa.StringArray:
    """Return each moment as tagged JSON."""
    return pc.binary_join_element_wise('{"$time":"', iso_moments(values), '"}', "")


def json_objects(fragments: pa.StringArray, counts: np.ndarray) -> pa.StringArray:
    """Return objects made of `"name":value` fragments, the next `counts[i]` of them for object `i`."""
    offsets = np.zeros(len(counts) + 1, dtype=np.int32)
    np.cumsum(counts, out=offsets[1:])
    members = pa.ListArray.from_arrays(pa.array(offsets), fragments)
    return pc.binary_join_element_wise("{", pc.binary_join(members, ","), "}", "")


def json_rows(members: list[pa.StringArray], n_rows: int) -> pa.StringArray:
    """Return an object per row of its `"name":value` members, of which a null is left out."""
    if not members:
        return pa.repeat(pa.scalar("{}"), n_rows)
    # Arrow 26 leaves out rows in which all is null where nulls are skipped, so an empty member stands last
    joined = pc.utf8_rtrim(pc.binary_join_element_wise(*members, "", ",", null_handling="skip"), ",")
    return pc.binary_join_element_wise("{", joined, "}", "")


def rows_with(values: pa.StringArray | pa.BinaryArray, bytes_sought: np.ndarray) -> np.ndarray:
    """Return the rows whose text has one of the bytes marked in a table of 256 booleans."""
    if not len(values):
        return np.empty(0, dtype=np.int64)
    offsets = np.frombuffer(values.buffers()[1], dtype=np.int32, count=len(values) + 1 + values.offset)
    offsets = offsets[values.offset :]
    data = values.buffers()[2]
    if data is None or offsets[-1] == offsets[0]:
        return np.empty(0, dtype=np.int64)
    text = np.frombuffer(data, dtype=np.uint8)[offsets[0] : offsets[-1]]
    found = np.flatnonzero(bytes_sought[text]) + offsets[0]
    return np.unique(np.searchsorted(offsets, found, side="right") - 1)


def replaced(values: pa.Array, rows: np.ndarray, texts: list[str] | list[bytes]) -> pa.Array:
    """Return `values` with `texts` in place of those in `rows`."""
    mask = np.zeros(len(values), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(values, pa.array(mask), pa.array(texts, values.type))
