"""The mapping file: a TOML that says which columns hold what and translates foreign labels into our keys.

timezone = "Asia/Shanghai"
[columns]
case = "案件编号"
activity = "环节"
time = "办理时间"
[activity]
"提交申请" = "submit_application"
[role]
"街道办" = "street_office"
"""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from eventlogs.errors import ImportRefusedError, UnknownTermError
from eventlogs.exchange.choices import ImportChoices
from eventlogs.language import current_language
from eventlogs.vocabulary import Kind, term

COLUMNS = ("case", "activity", "time", "start_time", "resource", "role", "city", "outcome", "lifecycle")
_PLAIN = ("classifier", "timezone", "sheet", "date_order")
_LABELS: Mapping[str, Kind] = {
    "activity": "activities",
    "role": "roles",
    "outcome": "outcomes",
    "lifecycle": "lifecycle",
}
_KNOWN = (*_PLAIN, "columns", *_LABELS)


def with_mapping(chosen: ImportChoices, path: Path | None) -> ImportChoices:
    """Return the choices of a mapping file, overruled by those made beside it, with a zone that is known."""
    choices = chosen
    if path is not None:
        table = _read(path)
        choices = ImportChoices(**_settings(table, path))
        given = {it.name: getattr(chosen, it.name) for it in fields(chosen) if getattr(chosen, it.name)}
        choices = replace(choices, **given)
    if choices.timezone is not None:
        _check_zone(choices.timezone)
    return choices


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise ImportRefusedError(
            "the mapping {file} cannot be read: {reason}", file=path, reason=error
        ) from None
    except UnicodeDecodeError:
        raise ImportRefusedError("the mapping {file} is not UTF-8; save it as UTF-8", file=path) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ImportRefusedError(
            "the mapping {file} is not TOML: {reason}", file=path, reason=error
        ) from None


def _settings(table: dict[str, Any], path: Path) -> dict[str, Any]:
    _check_keys(table, _KNOWN, path, "")
    settings: dict[str, Any] = {key: _text(table[key], key, path) for key in _PLAIN if key in table}
    columns = _table(table, "columns", path)
    _check_keys(columns, COLUMNS, path, "columns.")
    settings |= columns
    for key, kind in _LABELS.items():
        labels = _table(table, key, path)
        for label, our in labels.items():
            _check_term(kind, our, f"{key}.{label}", path)
        settings[f"{key}_labels"] = labels
    return settings


def _table(table: dict[str, Any], key: str, path: Path) -> dict[str, str]:
    inner = table.get(key, {})
    if not isinstance(inner, dict):
        raise ImportRefusedError(
            "the mapping {file}, line {line}: {key} must be a table: write [{key}], and under it a line each",
            file=path,
            line=_line(path, key),
            key=key,
        )
    return {name: _text(value, f"{key}.{name}", path) for name, value in inner.items()}


def _text(value: Any, key: str, path: Path) -> str:
    if not isinstance(value, str) or not value:
        raise ImportRefusedError(
            "the mapping {file}, line {line}: {key} is {value}, where a text in quotation marks is expected",
            file=path,
            line=_line(path, key),
            key=key,
            value=value,
        )
    return value


def _check_keys(table: Mapping[str, Any], known: tuple[str, ...], path: Path, inside: str) -> None:
    for key in table:
        if key not in known:
            raise ImportRefusedError(
                "the mapping {file}, line {line}: {key} is not known; known are: {known}",
                file=path,
                line=_line(path, key),
                key=inside + key,
                known=", ".join(known),
            )


def _check_term(kind: Kind, key: str, place: str, path: Path) -> None:
    try:
        term(kind, key)
    except UnknownTermError as error:
        raise ImportRefusedError(
            "the mapping {file}, line {line}: {reason}",
            file=path,
            line=_line(path, place),
            reason=error.in_language(current_language()),
        ) from None


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a name too long for a file, say
        raise ImportRefusedError(
            "{zone} is no time zone; name one like Asia/Shanghai or Europe/Amsterdam", zone=name
        ) from None


def _line(path: Path, key: str) -> int:
    """Return the line on which a key stands, as well as can be told from the text."""
    name = key.rpartition(".")[2] or key
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        start = line.strip().lstrip("[").lstrip("\"'")
        if start.startswith(name):
            return number
    return 1
