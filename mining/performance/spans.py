"""What was done as spans of time: offered, begun, held, completed, by the clock or in working days."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Literal

from eventlogs.prepared import Connection, PreparedLog
from eventlogs.sql_files import sql
from eventlogs.working_calendar import day_kind
from mining.cases.log_events import choose_log_events

Clock = Literal["clock", "working"]

ALL = ("all",)  # the transitions that `prepare` must take in, for offers, starts and holds to be seen
DAY = 86_400_000_000  # microseconds

_PLAIN = "SELECT count(*) = 0 FROM lifecycle_code WHERE name IN ('schedule', 'start', 'suspend')"
_DAYS = """
    SELECT
        timezone($timezone, min(least(enabled_at, completed_at)))::DATE,
        timezone($timezone, max(completed_at))::DATE
    FROM instance
    WHERE isfinite(completed_at)
"""
_WORKING_DAYS = """
    CREATE OR REPLACE TEMP TABLE working_day AS
    SELECT
        unnest($days::DATE[]) AS day,
        unnest($working::BOOLEAN[]) AS working,
        unnest($before::BIGINT[]) AS before
"""


@contextmanager
def spans(prepared: PreparedLog, clock: Clock = "clock") -> Iterator[Connection]:
    """Lend a connection with the tables `instance` (moments) and `span` (microseconds), a row per completion.

    In working days a day off has no length and a working day its 24 hours.
    """
    with prepared.reading() as connection:
        plain = connection.execute(_PLAIN).fetchall()[0][0]
        asked = {"log_id": prepared.choice.log_id, "plain": plain}
        choose_log_events(connection, prepared.choice.log_id)
        connection.execute(sql("performance/turns", "mining"), asked)
        connection.execute(sql(f"performance/{'plain_instances' if plain else 'instances'}", "mining"))
        if clock == "working":
            timezone = {"timezone": prepared.log.timezone}
            _fill_working_days(connection, timezone)
            connection.execute(sql("performance/working_spans", "mining"), timezone)
        else:
            connection.execute(sql("performance/clock_spans", "mining"))
        yield connection


def _fill_working_days(connection: Connection, timezone: dict[str, str]) -> None:
    first, last = connection.execute(_DAYS, timezone).fetchall()[0]
    days, working, before, so_far = [], [], [], 0
    day: date | None = first
    while day is not None and day <= last:
        worked = day_kind(day).working
        days.append(day)
        working.append(worked)
        before.append(so_far)
        so_far += DAY * worked
        day += timedelta(days=1)
    connection.execute(_WORKING_DAYS, {"days": days, "working": working, "before": before})
