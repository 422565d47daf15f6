"""A log seen by roles or by tools instead of activities, so that every question can be asked of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

import orjson

from eventlogs.amounts import number_text
from eventlogs.compilation import add_traces, drop_temporary, in_schema
from eventlogs.errors import EventLogError
from eventlogs.language import say, sayable
from eventlogs.prepared import Connection, PreparedLog
from eventlogs.shape import shape_of, stride_for, take_shape
from eventlogs.sql_files import sql
from mining.cases.derived_log import DerivedLog, derived_fields, kept_or_made
from mining.normative.performances import recorded_pairs, recorded_tools, usual_performance

Level = Literal["activity", "role", "tool"]
LEVELS: tuple[Level, ...] = ("activity", "role", "tool")

_NAMES = {
    "activity": sayable("by activities"),
    "role": sayable("by roles"),
    "tool": sayable("by tools"),
}
_WORDS = """
    CREATE OR REPLACE TEMP TABLE level_word AS
    SELECT unnest($codes::INTEGER[]) AS code, unnest($words::VARCHAR[]) AS name
"""
_PAIRS = """
    CREATE OR REPLACE TEMP TABLE level_pair AS
    SELECT
        unnest($activities::INTEGER[]) AS activity,
        unnest($roles::INTEGER[]) AS role,
        unnest($words::INTEGER[]) AS code
"""
_COUNTED = "SELECT count(*)::INTEGER, coalesce(sum(n_events), 0)::BIGINT FROM trace"
_TEMPORARY = ("level_word", "level_pair", "compiled_case", "case_hash", "new_variant")


@dataclass(frozen=True, slots=True)
class LevelledLog(DerivedLog):
    """A log with roles or tools in the activities' place; events and cases without one are left out.

    `collapsed`: of a run of the same word only the first event is kept.
    """

    level: Level
    collapsed: bool
    n_cases: int
    n_all_cases: int
    n_events: int
    n_all_events: int

    def as_text(self) -> str:
        """Say at which level the log is seen and what is left out."""
        sentence = sayable(
            "seen {level}, runs of the same as one: {n} of {all} events in {cases} of {all_cases} cases"
        )
        if not self.collapsed:
            sentence = sayable("seen {level}: {n} of {all} events in {cases} of {all_cases} cases")
        return say(
            sentence,
            level=say(_NAMES[self.level]),
            n=number_text(self.n_events),
            all=number_text(self.n_all_events),
            cases=number_text(self.n_cases),
            all_cases=number_text(self.n_all_cases),
        )


class NoSuchLevelError(EventLogError):
    """No event of a log has a word of the level."""


def at_level(prepared: PreparedLog, level: Level, *, collapsed: bool = False) -> PreparedLog:
    """Return a `LevelledLog`; the log itself for activities one by one. Raises `NoSuchLevelError`.

    A tool is an attribute of an activity and a role. An event without a role has the vocabulary's usual one
    of its activity.
    """
    if level == "activity" and not collapsed:
        return prepared
    with prepared.reading() as connection:
        words = _words(prepared, connection, level)
        n_all_cases, n_all_events = connection.execute(_COUNTED).fetchall()[0]
    if not words:
        raise NoSuchLevelError(
            "no event of the log {log} can be seen {level}; it has none, and its activities are not in the "
            "vocabulary",
            log=prepared.log.name,
            level=say(_NAMES[level]),
        )
    asked = orjson.dumps({"level": level, "collapsed": collapsed}, option=orjson.OPT_SORT_KEYS).decode()
    made = kept_or_made(prepared, asked, partial(_write, prepared, words, collapsed))
    counts = (made.n_cases, n_all_cases, made.n_events, n_all_events)
    return LevelledLog(*derived_fields(prepared, made), level, collapsed, *counts)


def _words(prepared: PreparedLog, connection: Connection, level: Level) -> dict[tuple[int, int], str]:
    """Return the level's word of each recorded pair of activity code and role code that has one."""
    tools = recorded_tools(connection, prepared.choice.log_id)
    found: dict[tuple[int, int], str] = {}
    for activity_code, role_code, activity, own_role in recorded_pairs(connection):
        role, tool = usual_performance(activity, own_role)
        tool = tool or tools.get((activity, own_role))
        word = {"activity": activity, "role": role, "tool": tool}[level]
        if word is not None:
            found[activity_code, role_code] = word
    return found


def _write(
    prepared: PreparedLog,
    words: Mapping[tuple[int, int], str],
    collapsed: bool,
    connection: Connection,
    schema: str,
) -> None:
    """Fill `schema` with the events that have a word."""
    whole = prepared.state.schema_name
    codes = {word: code for code, word in enumerate(dict.fromkeys(words.values()), start=1)}
    with in_schema(connection, whole):
        shape = shape_of(connection)._replace(stride=stride_for(len(codes)))
    connection.execute(_WORDS, {"codes": list(codes.values()), "words": list(codes)})
    pairs = {
        "activities": [activity for activity, _ in words],
        "roles": [role for _, role in words],
        "words": [codes[word] for word in words.values()],
    }
    connection.execute(_PAIRS, pairs)
    with in_schema(connection, schema):
        connection.execute(sql("prepared/tables"))
        take_shape(connection, shape)
        connection.execute(sql("levels/codes", "mining").format(whole=whole))
        connection.execute(sql("prepared/derived_arcs"))
        events = sql("levels/events", "mining").format(whole=whole)
        connection.execute(events, shape._asdict() | {"collapsed": collapsed})
        add_traces(connection)
    drop_temporary(connection, _TEMPORARY)
