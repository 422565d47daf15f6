"""How a table's columns become events and cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eventlogs.events import Attribute
from eventlogs.exchange.choices import NAIVE_TIMES, ZONE_OF_NAIVE_TIMES, ImportChoices
from eventlogs.exchange.classifiers import keys_of
from eventlogs.exchange.file_read import Note
from eventlogs.exchange.tables.moments import TimeColumn, time_column
from eventlogs.exchange.tables.names import CASE_PREFIX
from eventlogs.exchange.tables.profile import constant_in_cases, kind_of
from eventlogs.exchange.tables.source import Kind
from eventlogs.exchange.tables.stage import TableStage

_LACKS_ZONES = "SELECT EXISTS (FROM cell WHERE (zone) IS NULL)"
TEXT_COLUMNS = {"resource": "actor", "role": "role", "lifecycle": "lifecycle"}


@dataclass(frozen=True, slots=True)
class AttributeColumn:
    """A column that holds an attribute: its name as one, its kind of values, and how times are written."""

    column: str  # of `cell`
    name: str
    kind: Kind
    times: TimeColumn | None = None


@dataclass(frozen=True, slots=True)
class TablePlan:
    """The columns of the file by what they hold, those of `cell` by column of ours, and the attributes."""

    named: Mapping[str, str]
    case: str  # of `cell`, as are those below
    activity: tuple[str, ...]  # several where a classifier names them
    time: TimeColumn
    start: TimeColumn | None
    texts: Mapping[str, str]  # column of ours to column of `cell`
    event_attributes: tuple[AttributeColumn, ...]
    case_attributes: tuple[AttributeColumn, ...]
    timezone: str

    def as_attribute(self) -> dict[str, Attribute]:
        """Return how the table is read."""
        order = {"date_order": self.time.day_order} if self.time.day_order != "ymd" else {}
        return {**self.named, **order, "timezone": self.timezone}


def plan_for(
    stage: TableStage, named: Mapping[str, str], choices: ImportChoices, path: Path
) -> tuple[TablePlan, list[Note]]:
    """Return how a staged table is read, and what to tell about it."""
    notes: list[Note] = []
    times: dict[str, TimeColumn] = {}
    for holds in ("time", "start_time"):
        if holds in named:
            times[holds], told = time_column(stage, named[holds], choices.date_order, path)
            notes += told
    if choices.timezone is None and stage.row(_LACKS_ZONES.replace("zone", times["time"].offset))[0]:
        notes.append((NAIVE_TIMES, {"zone": ZONE_OF_NAIVE_TIMES}))
    texts = {ours: stage.column(named[holds]) for holds, ours in TEXT_COLUMNS.items() if holds in named}
    activity = _activity(stage, named["activity"])
    taken = {column for holds, column in named.items() if holds not in ("city", "outcome")}
    rest = [column for column in stage.columns if column not in taken]
    of_cases = _of_cases(stage, named["case"], rest, notes)
    names = {named[holds]: holds for holds in ("city", "outcome") if holds in named}
    attributes = {
        column: _attribute(stage, column, names.get(column), path, of_case=column in of_cases)
        for column in rest
    }
    plan = TablePlan(
        named=named,
        case=stage.column(named["case"]),
        activity=activity,
        time=times["time"],
        start=times.get("start_time"),
        texts=texts,
        event_attributes=tuple(it for column, it in attributes.items() if column not in of_cases),
        case_attributes=tuple(it for column, it in attributes.items() if column in of_cases),
        timezone=choices.timezone or ZONE_OF_NAIVE_TIMES,
    )
    return plan, notes


def _activity(stage: TableStage, named: str) -> tuple[str, ...]:
    keys = (named,) if named in stage.columns else keys_of(named, stage.columns)
    return tuple(stage.column(key) for key in keys)


def _of_cases(stage: TableStage, case: str, rest: list[str], notes: list[Note]) -> set[str]:
    """Return the columns that are attributes of cases.

    Where the file marks some as such, the others are the events'; else all that never change within a case.
    """
    constant = constant_in_cases(stage, case, rest)
    marked = {column for column in rest if column.startswith(CASE_PREFIX)}
    if not marked:
        return constant or set()
    changing = set() if constant is None else marked - constant
    for column in sorted(changing):
        notes.append(("{column} changes within cases and is kept with the events", {"column": column}))
    return marked - changing


def _attribute(
    stage: TableStage, column: str, name: str | None, path: Path, *, of_case: bool
) -> AttributeColumn:
    kind, times = kind_of(stage, column, path)
    plain = column.removeprefix(CASE_PREFIX) if of_case else column
    return AttributeColumn(stage.column(column), name or plain, kind, times)
