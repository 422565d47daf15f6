"""What the columns of a staged table are: the kind of their values, and whether they belong to the case."""

from collections.abc import Iterable
from pathlib import Path

from eventlogs.exchange.tables.moments import TimeColumn, time_column
from eventlogs.exchange.tables.source import Kind
from eventlogs.exchange.tables.stage import TableStage

_FIRST = "SELECT c0 FROM cell WHERE c0 <> '' LIMIT 1"
_ALL = "SELECT coalesce(bool_and(is_kind(c0)), false) FROM cell WHERE c0 <> ''"
_FIRST_DATED = (
    "SELECT coalesce(bool_and(is_dated(c0)), false) FROM (SELECT c0 FROM cell WHERE c0 <> '' LIMIT 1)"
)
_ALL_DATED = _ALL.replace("is_kind", "is_dated")
_ALL_READ = "SELECT coalesce(bool_and(read_at IS NOT NULL), false) FROM cell WHERE c0 <> ''"


def kind_of(stage: TableStage, name: str, path: Path) -> tuple[Kind, TimeColumn | None]:
    """Return the kind of a column's values, and for times how they are written.

    A column is of a kind only if all of its values are; a number that would not come back as the same
    text, such as 007, is text.
    """
    declared = stage.source.kinds.get(name)
    if declared not in (None, "moment"):
        return declared, None
    if stage.zoned(name) is not None:
        return "moment", time_column(stage, name, "ymd", path)[0]
    column = stage.column(name)
    if declared is None:
        for kind in _kinds_like(stage, column):
            if stage.row(_ALL.replace("is_kind", f"is_{kind}").replace("c0", column))[0]:
                return kind, None
        if not _all_dated(stage, column):
            return "text", None
    times, _ = time_column(stage, name, "ymd", path)
    if stage.row(_ALL_READ.replace("read_at", times.wall).replace("c0", column))[0]:
        return "moment", times
    return "text", None


def _all_dated(stage: TableStage, column: str) -> bool:
    """Tell whether all values begin as dates; most columns tell by their first that they do not."""
    return all(stage.row(it.replace("c0", column))[0] for it in (_FIRST_DATED, _ALL_DATED))


def _kinds_like(stage: TableStage, column: str) -> Iterable[Kind]:
    """Yield the kinds that a column's first value allows, narrowest first."""
    rows = stage.connection.execute(_FIRST.replace("c0", column)).fetchall()
    first = rows[0][0] if rows else ""
    if first[:1].isdigit() or first[:1] == "-":
        yield "int"
        yield "float"
    elif first.lower() in ("true", "false"):
        yield "bool"


def constant_in_cases(stage: TableStage, case: str, names: list[str]) -> set[str] | None:
    """Return the columns that have one value within every case; None if no case has two rows to tell by."""
    columns = [stage.column(name) for name in names]
    inner = "".join(f", min({column}) = max({column}) AS {column}" for column in columns)
    outer = "".join(f", bool_and({column})" for column in columns)
    repeats, *constant = stage.row(
        f"SELECT bool_or(n > 1){outer} "  # noqa: S608 - names of ours
        f"FROM (SELECT count(*) AS n{inner} FROM cell GROUP BY {stage.column(case)})"
    )
    if not repeats:
        return None
    return {name for name, is_constant in zip(names, constant, strict=True) if is_constant}
