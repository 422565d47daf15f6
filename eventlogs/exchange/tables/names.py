"""The names of a table's columns: what they are called in the field, in Chinese, in English and in XES."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

CASE_PREFIX: Final = "case:"


def by_names(columns: list[str]) -> dict[str, str]:
    """Return which of `columns` hold what, as far as their names tell.

    >>> by_names(["案件编号", "环节", "办理时间", "Case ID"])
    {'case': 'Case ID', 'activity': '环节', 'time': '办理时间'}
    """
    plain = {_plain(column): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for holds, names in _names().items():
        for name in names:
            column = plain.get(_plain(name))
            if column is not None and column not in found.values():
                found[holds] = column
                break
    return found


@cache
def _names() -> dict[str, list[str]]:
    text = (files("eventlogs.exchange.tables") / "column_names.toml").read_text("utf-8")
    names: dict[str, list[str]] = tomllib.loads(text)
    return names


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name.casefold())
