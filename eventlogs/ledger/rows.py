"""Events as rows of the table `event`, and rows as events; the same for every ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from eventlogs.attributes import decode, decode_value, encode, encode_value
from eventlogs.events import Event, ObjectChange, ObjectLink, RecordedEvent

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


class Row(NamedTuple):
    """One row of the table `event`, columns in the table's order; moments in UTC, JSON as text."""

    seq: int
    log_id: int
    event_key: str
    case_id: str
    activity: str
    lifecycle: str
    role: str | None
    tool: str | None
    actor: str | None
    occurred_at: datetime | None
    recorded_at: datetime
    attributes: str
    evidence: str
    objects: list[dict[str, str]]
    changes: list[dict[str, str]]
    correction: str | None
    corrects: str | None
    chain_hash: bytes


FEW = 3  # rows up to which plain values are faster than Arrow

COLUMNS = ", ".join(Row._fields)


def row_of(event: Event, *, seq: int, log_id: int, recorded_at: datetime) -> Row:
    """Return the row of an event, without its chain hash, which `chain.chained` sets."""
    return Row(
        seq,
        log_id,
        event.key,
        event.case_id,
        event.activity,
        event.lifecycle,
        event.role,
        event.tool,
        event.actor,
        event.occurred_at.astimezone(UTC),
        recorded_at,
        encode(event.attributes),
        encode(event.evidence),
        [
            {"object_id": link.object_id, "object_type": link.object_type, "qualifier": link.qualifier}
            for link in event.objects
        ],
        [
            {"object_id": change.object_id, "name": change.name, "value": encode_value(change.value)}
            for change in event.changes
        ],
        event.correction,
        event.corrects,
        b"",
    )


def recorded_event(row: Sequence[Any], log: str) -> RecordedEvent:
    """Return the event of a row fetched with `COLUMNS`, of the log named `log`."""
    it = Row(*row)
    event = Event(
        it.event_key,
        it.case_id,
        it.activity,
        it.occurred_at.astimezone(UTC) if it.occurred_at else it.occurred_at,  # type: ignore[arg-type]
        it.lifecycle,
        it.role,
        it.tool,
        it.actor,
        decode(it.attributes),
        decode(it.evidence),  # type: ignore[arg-type]
        tuple(ObjectLink(**link) for link in it.objects),
        tuple(
            ObjectChange(change["object_id"], change["name"], decode_value(change["value"]))
            for change in it.changes
        ),
        it.correction,  # type: ignore[arg-type]
        it.corrects,
    )
    return RecordedEvent(event, log, it.seq, it.recorded_at.astimezone(UTC), it.chain_hash)


def arrow_table(rows: Iterable[Row]) -> "pa.Table":
    """Return rows as an Arrow table with the columns of the table `event`."""
    import pyarrow as pa

    columns = zip(*rows, strict=True)
    return pa.table(list(map(pa.array, columns, arrow_schema().types)), schema=arrow_schema())


@contextmanager
def registered(
    cursor: "duckdb.DuckDBPyConnection", name: str, rows: "pa.Table | Mapping[str, Sequence[object]]"
) -> Iterator[None]:
    """Let statements select from `name`, an Arrow table or columns by name, inside the block.

    Much faster than lists as parameters, from a dozen values on.
    """
    import pyarrow as pa

    cursor.register(name, pa.table(rows) if isinstance(rows, Mapping) else rows)
    try:
        yield
    finally:
        cursor.unregister(name)


def arrow_schema() -> "pa.Schema":
    """Return the Arrow schema of the table `event`."""
    import pyarrow as pa

    text, moment = pa.string(), pa.timestamp("us", "UTC")
    types = dict.fromkeys(Row._fields, text)
    types |= {"seq": pa.int64(), "log_id": pa.int32(), "occurred_at": moment, "recorded_at": moment}
    types["objects"] = pa.list_(pa.struct([(n, text) for n in ("object_id", "object_type", "qualifier")]))
    types["changes"] = pa.list_(pa.struct([(n, text) for n in ("object_id", "name", "value")]))
    types["chain_hash"] = pa.binary()
    return pa.schema(list(types.items()))
