"""The cases behind the recorded holds of one cause."""

from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql
from mining.performance.spans import spans


def held_cases(prepared: PreparedLog, cause: str, *, still: bool = False) -> tuple[str, ...]:
    """Return the ids of the cases held for `cause` ('' where none was given), or of those that `still` are.

    The log is prepared with all transitions.
    """
    asked = {"cause": cause, "still": still}
    with spans(prepared) as connection:
        connection.execute(sql("performance/recorded_holds", "mining"), {"log_id": prepared.choice.log_id})
        found = connection.execute(sql("performance/held_cases", "mining"), asked).fetchall()
    return tuple(case for (case,) in found)
