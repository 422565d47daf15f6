"""How a prepared log packs pairs of codes into numbers, and in which unit it keeps its waits."""

from typing import NamedTuple

import duckdb

from eventlogs.sql_files import sql

SECOND, MICROSECOND = 1_000_000, 1  # units of waits, in microseconds
_TYPES = {SECOND: "INTEGER", MICROSECOND: "BIGINT"}
_LEAST_STRIDE = 64


class Shape(NamedTuple):
    """The strides of activities and of roles, and the unit of waits in microseconds."""

    stride: int
    role_stride: int
    wait_unit: int

    @classmethod
    def for_codes(cls, n_activities: int, n_roles: int, wait_unit: int) -> "Shape":
        """Return a shape with room for so many codes, and for some to come."""
        return cls(stride_for(n_activities), stride_for(n_roles), wait_unit)

    def has_room_for(self, n_activities: int, n_roles: int, in_seconds: bool | None) -> bool:
        """Tell whether so many codes go into it, and waits that are, or are not, whole seconds."""
        return (
            n_activities < self.stride
            and n_roles < self.role_stride
            and (self.wait_unit == MICROSECOND or in_seconds is not False)
        )


def stride_for(n_codes: int) -> int:
    """Return a power of two with room for the codes, for none, and for some to come."""
    return max(_LEAST_STRIDE, 1 << (n_codes + n_codes // 4 + 1).bit_length())


def shape_of(connection: duckdb.DuckDBPyConnection) -> Shape:
    """Return the shape of the prepared log whose schema is in use."""
    return Shape(*connection.execute("FROM shape").fetchall()[0])


def take_shape(connection: duckdb.DuckDBPyConnection, shape: Shape) -> None:
    """Give the prepared log begun in the schema in use its shape, and with it the table of its events."""
    connection.execute("INSERT INTO shape VALUES (?, ?, ?)", shape)
    connection.execute(trace_event_table(shape.wait_unit))


def trace_event_table(wait_unit: int) -> str:
    """Return the statement that makes the table of events whose waits are in a unit."""
    return sql("prepared/trace_event").format(wait_type=_TYPES[wait_unit], wait_unit=wait_unit)
