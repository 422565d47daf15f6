"""A staged table as events and cases, a stretch of rows at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from eventlogs.attributes import encode_value
from eventlogs.exchange.classifiers import JOINED_BY
from eventlogs.exchange.json_columns import json_floats, json_moments, json_rows, json_texts
from eventlogs.exchange.lifecycles import our_lifecycles
from eventlogs.exchange.tables.moments import TimeColumn, moments
from eventlogs.exchange.tables.plan import AttributeColumn, TablePlan
from eventlogs.exchange.tables.stage import TableStage

_ROWS = 65_536
_N_PLACES = "SELECT coalesce(max(place) + 1, 0) FROM cell"


def event_batches(stage: TableStage, plan: TablePlan) -> Iterator[pa.Table]:
    """Yield the events in file order; a row with a start is two events, its start and its end."""
    selected = _selected(plan, plan.event_attributes)
    read = (
        _stretches(stage, selected, "FROM cell")
        if stage.rows is None
        else _slices(stage, stage.rows, selected)
    )
    for rows in read:
        end = _events(rows, plan)
        yield end if plan.start is None else _with_starts(rows, end, plan)


def case_batches(stage: TableStage, plan: TablePlan, case_type: str) -> Iterator[pa.Table]:
    """Yield the cases with their attributes, in file order; the first value of each attribute counts."""
    firsts = "".join(f", {_first(it)}" for it in _columns_read(plan.case_attributes) if it != plan.case)
    stage.connection.execute(
        "CREATE OR REPLACE TABLE first_of_case AS "  # noqa: S608 - names of ours
        f"SELECT {plan.case}, row_number() OVER (ORDER BY min(place)) - 1 AS place{firsts} "
        f"FROM cell GROUP BY {plan.case}"
    )
    selected = [f"{plan.case} AS case_id", *_attribute_columns(plan.case_attributes)]
    for rows in _stretches(stage, selected, "FROM first_of_case"):
        yield pa.table(
            {
                "object_id": rows["case_id"],
                "object_type": pa.array([case_type] * len(rows), pa.string()),
                "attributes": _attributes(rows, plan.case_attributes, plan.timezone),
            }
        )


def _columns_read(attributes: Sequence[AttributeColumn]) -> list[str]:
    """Return the columns of the table `cell` that attributes are read from."""
    read = [it.times.wall for it in attributes if it.times is not None and it.times.written == "read"]
    return [*dict.fromkeys(it.column for it in attributes), *read]


def _first(column: str) -> str:
    """Return the SQL of a column's first value, in a group of rows: '' or NULL where it has none."""
    if column.startswith("w"):
        return f"arg_min({column}, place) FILTER ({column} IS NOT NULL) AS {column}"
    return f"coalesce(arg_min({column}, place) FILTER ({column} <> ''), '') AS {column}"


def _selected(plan: TablePlan, attributes: Sequence[AttributeColumn]) -> list[str]:
    activity = f" || '{JOINED_BY}' || ".join(plan.activity)
    selected = [f"{plan.case} AS case_id", f"{activity} AS activity", *_time("time", plan.time)]
    if plan.start is not None:
        selected += _time("start", plan.start)
    selected += [f"{column} AS {ours}" for ours, column in plan.texts.items()]
    return selected + _attribute_columns(attributes)


def _time(name: str, times: TimeColumn) -> list[str]:
    return [f"{times.wall} AS {name}_wall", f"{times.offset} AS {name}_offset"]


def _attribute_columns(attributes: Sequence[AttributeColumn]) -> list[str]:
    selected: list[str] = []
    for it in attributes:
        selected += [it.column] if it.times is None else _time(it.column, it.times)
    return selected


def _slices(stage: TableStage, all_rows: pa.Table, selected: list[str]) -> Iterator[pa.Table]:
    """Yield rows of the file's own columns, of which no query then reads more than it answers with."""
    sql = f"SELECT {', '.join(selected)} FROM slice"  # noqa: S608 - names of ours
    for first in range(0, len(all_rows), _ROWS):
        stage.connection.register("slice", all_rows.slice(first, _ROWS))
        yield stage.connection.execute(sql).to_arrow_table().combine_chunks()
        stage.connection.unregister("slice")


def _stretches(stage: TableStage, selected: list[str], table: str) -> Iterator[pa.Table]:
    n_places = stage.row(_N_PLACES)[0]
    sql = f"SELECT {', '.join(selected)} {table} WHERE place >= $first AND place < $last ORDER BY place"
    for first in range(0, n_places, _ROWS):
        rows = stage.connection.execute(sql, {"first": first, "last": first + _ROWS}).to_arrow_table()
        if len(rows):
            yield rows.combine_chunks()


def _events(rows: pa.Table, plan: TablePlan) -> pa.Table:
    columns: dict[str, Any] = {
        "case_id": rows["case_id"],
        "activity": rows["activity"],
        "occurred_at": moments(rows["time_wall"], rows["time_offset"], plan.timezone),
        "attributes": _attributes(rows, plan.event_attributes, plan.timezone),
    }
    for ours in plan.texts:
        given = rows[ours].combine_chunks()
        columns[ours] = pc.if_else(pc.equal(given, ""), pa.scalar(None, pa.string()), given)
    if "lifecycle" in columns:
        columns["lifecycle"] = our_lifecycles(columns["lifecycle"].fill_null("complete"))
    return pa.table(columns)


def _with_starts(rows: pa.Table, end: pa.Table, plan: TablePlan) -> pa.Table:
    """Return each row's start before its end; a row without a start time has only its end."""
    assert plan.start is not None
    lifecycle = pa.array(["start"] * len(end), pa.string())
    ended = (
        end
        if "lifecycle" in end.column_names
        else end.append_column("lifecycle", pa.array(["complete"] * len(end)))
    )
    start = ended.set_column(
        ended.column_names.index("occurred_at"),
        "occurred_at",
        moments(rows["start_wall"], rows["start_offset"], plan.timezone),
    )
    start = start.set_column(start.column_names.index("lifecycle"), "lifecycle", lifecycle)
    both = pa.concat_tables([start, ended])
    order = [place for row in range(len(end)) for place in (row, row + len(end))]
    both = both.take(pa.array(order, pa.int64()))
    begins = pc.or_(pc.not_equal(both["lifecycle"], "start"), pc.is_valid(both["occurred_at"]))
    return both.filter(begins)


def _attributes(rows: pa.Table, attributes: Sequence[AttributeColumn], timezone: str) -> pa.Array:
    """Return a JSON object per row of the attributes it has."""
    return json_rows([_members(rows, it, timezone) for it in attributes], len(rows))


def _members(rows: pa.Table, it: AttributeColumn, timezone: str) -> pa.Array:
    """Return `"name":value` per row, null where the row has no value."""
    if it.times is not None:
        wall = rows[f"{it.column}_wall"].combine_chunks()
        values = json_moments(moments(wall, rows[f"{it.column}_offset"].combine_chunks(), timezone))
    else:
        texts = rows[it.column].combine_chunks()
        texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
        values = _values(texts, it)
    return pc.binary_join_element_wise(f"{encode_value(it.name)}:", values, "")


def _values(texts: pa.StringArray, it: AttributeColumn) -> pa.StringArray:
    if it.kind in ("int", "json"):
        return texts
    if it.kind == "bool":
        return pc.utf8_lower(texts)
    if it.kind == "float":
        return _floats(texts)
    return json_texts(texts)


def _floats(texts: pa.StringArray) -> pa.StringArray:
    numbers = texts.cast(pa.float64())
    present = pc.fill_null(numbers, 0.0)
    written = json_floats(present)
    if written is None:  # some are not finite, which plain JSON cannot say
        written = pa.array([encode_value(number) for number in present.to_pylist()], pa.string())
    return pc.if_else(pc.is_valid(numbers), written, pa.scalar(None, pa.string()))
