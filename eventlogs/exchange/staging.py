"""What a reader hands to the `LogWriter`: Arrow batches whose columns are those of the tables.

A batch may leave out every column that has a default below, and may have its columns in any order.
"""

import pyarrow as pa
import pyarrow.compute as pc

from eventlogs.errors import ImportRefusedError

MOMENT = pa.timestamp("us", "UTC")
LINK = pa.struct(
    [
        pa.field("object_id", pa.string(), nullable=False),
        pa.field("object_type", pa.string(), nullable=False),
        pa.field("qualifier", pa.string(), nullable=False),
    ]
)
CHANGE = pa.struct(
    [
        pa.field("object_id", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("value", pa.string(), nullable=False),  # as `attributes.encode_value` writes it
    ]
)

# One row per event, in file order. Without `event_key`, an event's key is its number in the log, from 1.
EVENTS = pa.schema(
    [
        ("event_key", pa.string()),
        ("case_id", pa.string()),  # '' where the event has no object of the case type
        ("activity", pa.string()),
        ("lifecycle", pa.string()),
        ("role", pa.string()),
        ("tool", pa.string()),
        ("actor", pa.string()),
        ("occurred_at", MOMENT),  # null where the file gives no time
        ("attributes", pa.string()),  # as `attributes.encode` writes them
        ("evidence", pa.string()),  # the same
        ("objects", pa.list_(LINK)),
        ("changes", pa.list_(CHANGE)),
        ("correction", pa.string()),
        ("corrects", pa.string()),
    ]
)
EVENT_DEFAULTS = {"lifecycle": "complete", "attributes": "{}", "evidence": "{}"}
# One row per object; a case is an object of the log's case type whose attributes are the case attributes.
OBJECTS = pa.schema([("object_id", pa.string()), ("object_type", pa.string()), ("attributes", pa.string())])
# One row per value that an object's attribute takes later, other than through an event's `changes`.
CHANGES = pa.schema(
    [("object_id", pa.string()), ("name", pa.string()), ("value", pa.string()), ("changed_at", MOMENT)]
)
# One row per relation between two objects.
RELATIONS = pa.schema([("source_id", pa.string()), ("target_id", pa.string()), ("qualifier", pa.string())])

_REQUIRED = {
    "event": ("case_id", "activity"),
    "object": ("object_id", "object_type"),
    "object_change": ("object_id", "name", "value", "changed_at"),
    "object_object": ("source_id", "target_id"),
}
_SCHEMAS = {"event": EVENTS, "object": OBJECTS, "object_change": CHANGES, "object_object": RELATIONS}


def checked(table: str, batch: pa.RecordBatch | pa.Table) -> pa.Table:
    """Return the columns of `batch` in the types of the schema of `table`; refuse ones it has not."""
    schema = _SCHEMAS[table]
    columns = batch.schema.names
    unknown = set(columns) - set(schema.names)
    missing = {name for name in _REQUIRED[table] if name not in columns or batch[name].null_count}
    if unknown or missing:
        raise ImportRefusedError(
            "a reader handed over rows of {table} with unknown columns {unknown} and empty ones {missing}",
            table=table,
            unknown=sorted(unknown),
            missing=sorted(missing),
        )
    given = pa.schema([schema.field(name) for name in columns])
    arrays = [batch[field.name] for field in given]
    typed = [
        it if it.type == field.type else it.cast(field.type) for it, field in zip(arrays, given, strict=True)
    ]
    return pa.Table.from_arrays(typed, schema=given)


def completed(table: str, rows: pa.Table) -> pa.Table:
    """Return checked rows with all columns of the schema of `table`, in its order, with defaults."""
    schema = _SCHEMAS[table]
    return pa.Table.from_arrays([_column(rows, field) for field in schema], schema=schema)


def _column(rows: pa.Table, field: pa.Field) -> pa.Array | pa.ChunkedArray:
    default = EVENT_DEFAULTS.get(field.name, "" if field.name == "qualifier" else None)
    if field.name not in rows.schema.names:
        if pa.types.is_list(field.type):
            return pa.ListArray.from_arrays(
                pa.repeat(pa.scalar(0, pa.int32()), rows.num_rows + 1), pa.array([], field.type.value_type)
            )
        return pa.repeat(pa.scalar(default, field.type), rows.num_rows)
    column = rows[field.name]
    if column.null_count and pa.types.is_list(field.type):
        return pc.coalesce(column, pa.scalar([], field.type))
    return column.fill_null(default) if default is not None and column.null_count else column
