"""What is supposed of a log that tells of no end: which of its cases have ended, and which only fell silent.

A case has ended if its last activity usually ends a case. Otherwise it runs, unless nothing has been heard of
it for longer than nearly all waits of the log last: then it has ended or stands still, which nobody can tell.
What is supposed of a case is found in the whole log, whatever part of it is looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventlogs.amounts import number_text, span_text
from eventlogs.compilation import in_schema
from eventlogs.language import say
from eventlogs.prepared import Connection, PreparedLog
from eventlogs.sql_files import sql
from eventlogs.words import activity_label, own_activities
from mining.cases.derived_log import DerivedLog
from mining.cases.log_clock import time_on

USUAL_END = 0.5  # an activity after which at least this share of its cases ends is an end
HEARD_AGAIN = 0.99  # of all waits are over before a case counts as silent
LEAST_WAITS = 20  # fewer tell nothing about how long is too long
_NAMED = 3  # of the last activities, in a sentence

_OWN_WORDS = "SELECT EXISTS (FROM activity_code WHERE list_contains($words::VARCHAR[], name))"
_MARK = """
    UPDATE norm_case SET state = supposed_case.state
    FROM supposed_case WHERE supposed_case.case_no = norm_case.case_no
"""
_COUNTED = "SELECT state, count(*) FROM norm_case GROUP BY state"
_MEASURES = """
    SELECT any_value(silence), list(DISTINCT name ORDER BY name) FILTER (state = 'ended')
    FROM supposed_case JOIN activity_code ON activity_code.code = activity
"""

Lead = Callable[[str, str], str]
"""What makes a number lead to the cases that stand so."""


def _nowhere(text: str, state: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class SupposedEnds:
    """How the cases of a log that tells of no end are supposed to stand.

    `last_activities` usually end a case. `silence` is for how long nothing is heard of the silent; None where
    too few waits are known, or nobody is silent or has ended.
    """

    log: str
    ended: int
    silent: int
    running: int
    last_activities: tuple[str, ...]
    silence: timedelta | None

    def as_text(self, lead: Lead = _nowhere) -> str:
        """Return what is supposed, and on what it rests; its numbers lead where `lead` takes them."""
        values = {
            "log": self.log,
            "ended": lead(number_text(self.ended), "ended"),
            "silent": lead(number_text(self.silent), "silent"),
            "running": lead(number_text(self.running), "running"),
            "activities": self._activities(),
        }
        if self.silence is None:
            return say(
                "The log {log} tells of no end, so ends are supposed: {ended} cases have ended, as after "
                "their last activity ({activities}) a case usually ends; {running} still run.",
                **values,
            )
        return say(
            "The log {log} tells of no end, so ends are supposed: {ended} cases have ended, as after their "
            "last activity ({activities}) a case usually ends; {silent} fell silent, not heard of for more "
            "than {silence}, within which {share} of all waits are over: they have ended or stand still; "
            "{running} still run.",
            **values,
            silence=span_text(self.silence.total_seconds()),
            share=f"{100 * HEARD_AGAIN:.0f} %",
        )

    def _activities(self) -> str:
        named = say(", ").join(map(activity_label, self.last_activities[:_NAMED])) or "–"
        more = len(self.last_activities) - _NAMED
        return named + (say(" and {n} more", n=number_text(more)) if more > 0 else "")


def whole_log(prepared: PreparedLog) -> PreparedLog:
    """Return the log that a log was derived from, in the end."""
    while isinstance(prepared, DerivedLog):
        prepared = prepared.whole
    return prepared


def has_own_words(connection: Connection, whole: PreparedLog) -> bool:
    """Tell whether any activity is of the vocabulary, whose logs tell of ends where there are any."""
    with in_schema(connection, whole.state.schema_name):
        asked = {"words": sorted(own_activities())}
        found: bool = connection.execute(_OWN_WORDS, asked).fetchall()[0][0]
    return found


def suppose_ends(connection: Connection, prepared: PreparedLog, now: datetime | None = None) -> SupposedEnds:
    """Mark in `norm_case` the cases of a log that have ended or are silent by what it suggests."""
    whole = whole_log(prepared)
    asked = {
        "now": now or time_on(connection, whole),
        "share": USUAL_END,
        "heard": HEARD_AGAIN,
        "least": LEAST_WAITS,
    }
    with in_schema(connection, whole.state.schema_name):
        connection.execute(sql("cases/supposed_endings", "mining"), asked)
        silence, last_activities = connection.execute(_MEASURES).fetchall()[0]
    connection.execute(_MARK)
    counted = dict(connection.execute(_COUNTED).fetchall())
    return SupposedEnds(
        log=whole.log.name,
        ended=counted.get("ended", 0),
        silent=counted.get("silent", 0),
        running=counted.get("running", 0),
        last_activities=tuple(last_activities or ()),
        silence=None if silence is None else timedelta(microseconds=silence),
    )
