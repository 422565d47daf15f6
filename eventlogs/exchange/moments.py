"""Texts as moments: ISO 8601 with and without a zone."""

import pyarrow as pa
import pyarrow.compute as pc

from eventlogs.exchange.staging import MOMENT


def zoned_moments(texts: pa.StringArray, timezone: str) -> pa.TimestampArray:
    """Return ISO 8601 texts as moments; those without a zone are in `timezone`.

    Raises `pyarrow.ArrowInvalid` if one cannot be read, or some have a zone and some have none.
    """
    try:
        return texts.cast(MOMENT)
    except pa.ArrowInvalid:
        naive = texts.cast(pa.timestamp("us"))
    return pc.assume_timezone(naive, timezone, ambiguous="earliest", nonexistent="latest").cast(MOMENT)
