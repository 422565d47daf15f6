"""The names of a table's columns: what they are called in the field, in Chinese, in English and in XES.

What our own tables say beyond that stands in columns of the prefix `retrofit:`; those named `…attributes`,
`retrofit:evidence`, `retrofit:objects` and `retrofit:changes` hold JSON as `attributes.encode` writes it.
`retrofit:log` has on its first row the log's own properties, a JSON object with `case_type`, `timezone`
and `simulated`. Where a file has any of them, or a column of the prefix `case:`, its other columns are
attributes of events, however constant they are.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

CASE_PREFIX: Final = "case:"
OWN_PREFIX: Final = "retrofit:"
EVENT_ATTRIBUTES: Final = "retrofit:attributes"  # further attributes of the event
CASE_ATTRIBUTES: Final = "retrofit:case_attributes"  # further attributes of its case
LOG: Final = "retrofit:log"
# Columns of ours that events have beyond what `column_names.toml` lists.
OWN_COLUMNS: Final = {
    "retrofit:key": "event_key",
    "retrofit:tool": "tool",
    "retrofit:evidence": "evidence",
    "retrofit:objects": "objects",
    "retrofit:changes": "changes",
    "retrofit:correction": "correction",
    "retrofit:corrects": "corrects",
}


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
    text = (files("eventlogs.exchange") / "column_names.toml").read_text("utf-8")
    names: dict[str, list[str]] = tomllib.loads(text)
    return names


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name.casefold())
