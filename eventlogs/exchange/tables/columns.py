"""Which columns of a table hold what: as chosen, else by their names, else by their values."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.choices import ImportChoices
from eventlogs.exchange.classifiers import keys_of
from eventlogs.exchange.file_read import Note
from eventlogs.exchange.mapping import COLUMNS
from eventlogs.exchange.tables.names import by_names
from eventlogs.exchange.tables.stage import TableStage

_LOOK = """
    SELECT count(*), count(DISTINCT c0), coalesce(bool_and(is_int(c0) OR is_float(c0)), true),
        coalesce(bool_and(is_dated(c0) AND written_time(c0, 'ymd') IS NOT NULL), false)
    FROM (SELECT c0 FROM cell WHERE c0 <> '' LIMIT 20000)
"""
_GUESSED = {
    "case": "{column} is taken as the case; choose another with --case COLUMN",
    "activity": "{column} is taken as the activity; choose another with --activity COLUMN",
    "time": "{column} is taken as the time; choose another with --time COLUMN",
    "resource": "{column} is taken as the resource; choose another with --resource COLUMN",
    "role": "{column} is taken as the role; choose another with --role COLUMN",
    "city": "{column} is taken as the city; choose another with --city COLUMN",
    "outcome": "{column} is taken as the outcome; choose another with --outcome COLUMN",
    "lifecycle": "{column} is taken as the lifecycle transition; choose another with --lifecycle COLUMN",
}
_STARTS = "{column} looks like a start; with --start-time {column} each row becomes a start and an end"
_NEEDED = {
    "case": "{file} has no column that is plainly the case; choose one with --case COLUMN from: {columns}",
    "activity": (
        "{file} has no column that is plainly the activity; choose one with --activity COLUMN from: {columns}"
    ),
    "time": "{file} has no column that is plainly the time; choose one with --time COLUMN from: {columns}",
}


@dataclass(frozen=True, slots=True)
class _Look:
    """What a column's values look like."""

    n: int
    n_distinct: int
    numbers: bool
    dates: bool


def columns_of(stage: TableStage, choices: ImportChoices, path: Path) -> tuple[dict[str, str], list[Note]]:
    """Return the column of the file by what it holds, and what was guessed."""
    chosen = {it.name: getattr(choices, it.name) for it in fields(choices) if it.name in COLUMNS}
    found = {holds: _present(column, stage, path) for holds, column in chosen.items() if column}
    if choices.classifier and "activity" not in found:
        found["activity"] = choices.classifier
        if choices.classifier not in stage.columns:
            for key in keys_of(choices.classifier, stage.columns):
                _present(key, stage, path)
    guessed = {
        holds: column
        for holds, column in by_names([name for name in stage.columns if name not in found.values()]).items()
        if holds not in found
    }
    notes: list[Note] = []
    start = guessed.pop("start_time", None)
    if start is not None:
        notes.append((_STARTS, {"column": start}))
        if "time" not in found | guessed:
            guessed["time"] = start
            notes.clear()
    guessed |= _by_values(stage, found | guessed)
    for holds, sentence in _NEEDED.items():
        if holds not in found | guessed:
            raise ImportRefusedError(sentence, file=path, columns=", ".join(stage.columns))
    told: list[Note] = [(_GUESSED[holds], {"column": column}) for holds, column in guessed.items()]
    return found | guessed, told + notes


def _present(name: str, stage: TableStage, path: Path) -> str:
    if name in stage.columns:
        return name
    near = get_close_matches(name, stage.columns, 1, 0.6)
    text = "{file} has no column {column}; it has: {columns}"
    if near:
        text = "{file} has no column {column}; did you mean {near}? It has: {columns}"
    values = {"near": near[0]} if near else {}
    raise ImportRefusedError(text, file=path, column=name, columns=", ".join(stage.columns), **values)


def _by_values(stage: TableStage, found: Mapping[str, str]) -> dict[str, str]:
    """Return the columns needed that no name tells: the dates, the few words, and what they repeat under."""
    missing = [holds for holds in _NEEDED if holds not in found]
    if not missing:
        return {}
    looks = {name: _look(stage, name) for name in stage.columns if name not in found.values()}
    guessed: dict[str, str] = {}
    if "time" in missing:
        dates = [name for name, look in looks.items() if look.dates]
        if len(dates) == 1:
            guessed["time"] = dates[0]
    rest = {name: look for name, look in looks.items() if not look.dates}
    if "case" in missing:
        # a case has several events: of the columns whose values repeat, the one with the most values
        repeating = {name: look for name, look in rest.items() if 1 < look.n_distinct <= look.n * 0.7}
        if repeating:
            guessed["case"] = max(repeating, key=lambda name: repeating[name].n_distinct)
    if "activity" in missing:
        words = {
            name: look
            for name, look in rest.items()
            if not look.numbers and name != guessed.get("case") and 1 < look.n_distinct <= look.n * 0.5
        }
        if len(words) == 1:
            guessed["activity"] = next(iter(words))
    return guessed


def _look(stage: TableStage, name: str) -> _Look:
    return _Look(*stage.row(_LOOK.replace("c0", stage.column(name))))
