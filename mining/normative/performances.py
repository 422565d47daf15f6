"""As what, and with which tool, an activity is done: as recorded, else the vocabulary's usual way."""

import duckdb

from eventlogs.vocabulary import Activity, terms
from mining.cases.log_events import choose_log_events

_PAIRS = """
    SELECT DISTINCT e.activity, e.role, activity_code.name, role_code.name
    FROM trace_event AS e
    JOIN activity_code ON activity_code.code = e.activity
    LEFT JOIN role_code ON role_code.code = e.role
    ORDER BY e.activity, e.role
"""
_OWN_TOOLS = """
    SELECT activity, role, arg_max(tool, (n, tool))
    FROM (
        SELECT activity, role, tool, count(*) AS n
        FROM log_event($log_id)
        WHERE tool IS NOT NULL
        GROUP BY ALL
    )
    GROUP BY activity, role
"""


def recorded_pairs(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int, str, str | None]]:
    """Return each pair of activity and role that was recorded: both codes, then both names."""
    return connection.execute(_PAIRS).fetchall()


def recorded_tools(connection: duckdb.DuckDBPyConnection, log_id: int) -> dict[tuple[str, str | None], str]:
    """Return the tool that events name, most often, by activity and role."""
    choose_log_events(connection, log_id)
    found = connection.execute(_OWN_TOOLS, {"log_id": log_id}).fetchall()
    return {(activity, role): tool for activity, role, tool in found}


def usual_performance(activity: str, own_role: str | None) -> tuple[str | None, str | None]:
    """Return role and tool of an event; its own role stands, and the tool follows from activity and role.

    >>> usual_performance("publicise_policy", None)
    ('coordinator', 'empowerment')
    """
    known = terms("activities").get(activity)
    if not isinstance(known, Activity):
        return own_role, None
    usual = next((done for done in known.by if own_role in (None, done.role)), None)
    return (own_role, None) if usual is None else (usual.role, usual.tool)
