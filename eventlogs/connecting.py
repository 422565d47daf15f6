"""Connections to DuckDB that leave pandas alone until somebody uses it.

For every parameter DuckDB's binding asks whether it is `pandas.NaT`, and imports pandas, with it numpy and
pyarrow, to ask: half a second of a processor and 88 MB at the first parameter of a process. What has not
been imported cannot have been given as a parameter, so here the answer is no without an import.
"""

import builtins
import sys
from itertools import count
from types import FunctionType, TracebackType
from typing import Any, cast

import duckdb

_ASKED_FOR = "pandas"
_REFUSALS = 50_000  # two for each value, three microseconds each: what is asked more often is worth pandas


def connect(database: str = ":memory:", **options: Any) -> duckdb.DuckDBPyConnection:
    """Open a database as `duckdb.connect` does."""
    return cast("duckdb.DuckDBPyConnection", _Connection(duckdb.connect(database, **options)))


def _import_unless_asked_for(name: str, *where: Any) -> Any:
    if name == _ASKED_FOR and name not in sys.modules and next(_refused) < _REFUSALS:
        raise ModuleNotFoundError(name)
    return builtins.__import__(name, *where)


def _executed(execute: Any, query: Any, parameters: Any) -> Any:
    return execute(query, parameters)


# An import from C goes through the `__import__` of the calling function's globals (`PyImport_Import`).
_BUILTINS = {**vars(builtins), "__import__": _import_unless_asked_for}
_refused = count()
_executed_without_import = FunctionType(_executed.__code__, {"__builtins__": _BUILTINS})


class _Connection:
    """A `duckdb.DuckDBPyConnection` in all but its class."""

    __slots__ = ("_connection",)

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def __enter__(self) -> "_Connection":
        self._connection.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.__exit__(kind, error, trace)

    @property
    def execute(self) -> Any:
        """DuckDB's own `execute` beside pandas, so that a query finds the caller's DataFrames."""
        return self._connection.execute if _ASKED_FOR in sys.modules else self._execute

    def cursor(self) -> "_Connection":
        """Return another connection to the same database."""
        return _Connection(self._connection.cursor())

    def _execute(self, query: Any, parameters: Any = None) -> Any:
        return _executed_without_import(self._connection.execute, query, parameters)
