"""What happened in one case, event by event, with the time that passed before each."""

from dataclasses import dataclass
from datetime import datetime

from eventlogs.errors import EventLogError
from eventlogs.prepared import PreparedLog
from eventlogs.sql_files import sql


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """One event: `gap_seconds` passed since the one before, `usual_seconds` is the median of such gaps."""

    position: int
    activity: str
    role: str | None
    actor: str | None
    lifecycle: str | None
    occurred_at: datetime | None
    gap_seconds: float | None
    usual_seconds: float | None


@dataclass(frozen=True, slots=True)
class CaseStory:
    """A case from its first event to its last."""

    case_id: str
    start: datetime | None
    end: datetime | None
    duration_seconds: float | None
    same_way: int  # cases with the same sequence of activities, this one included
    events: tuple[StoryEvent, ...]


class UnknownCaseError(EventLogError):
    """A log has no such case."""


def case_story(prepared: PreparedLog, case_id: str) -> CaseStory:
    """Return what happened in a case; gaps are held against the median of the same path in the whole log."""
    with prepared.reading() as connection:
        found = connection.execute(sql("cases/story", "mining"), {"case_id": case_id}).fetchall()
        head = connection.execute(sql("cases/story_head", "mining"), {"case_id": case_id}).fetchone()
    if head is None:
        raise UnknownCaseError("the log {log} has no case {case}", log=prepared.log.name, case=case_id)
    start, end, seconds, same_way = head
    return CaseStory(case_id, start, end, seconds, same_way, tuple(StoryEvent(*event) for event in found))
