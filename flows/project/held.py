"""What is on hold, and which projects have leave to break a rule, across all projects of a log."""

from dataclasses import dataclass
from datetime import date, datetime

from eventlogs.sql_files import sql
from eventlogs.storage import Ledger
from flows.worklist.live_index import live_index


@dataclass(frozen=True, slots=True)
class Held:
    """A whole project, or one work item of one, that is on hold."""

    project: str
    name: str
    city: str | None
    district: str | None
    work_item: str | None
    activity: str | None
    cause: str
    since: datetime
    until: date | None


@dataclass(frozen=True, slots=True)
class Waived:
    """Leave of one project to break a rule until a day."""

    project: str
    name: str
    city: str | None
    district: str | None
    rule: str
    until: date
    reason: str


def held(ledger: Ledger, log: str) -> list[Held]:
    """Return what is on hold now: projects as a whole, and work items of those that are not."""
    projects, items = live_index(ledger, log).held(ledger)
    cases = sorted({one.project for one in projects} | {one.project for one in items})
    if not cases:
        return []
    with ledger.reading() as connection:
        asked = {"log": log, "cases": cases}
        found = connection.execute(sql("suspended", "flows"), asked).fetchall()
    suspended = {(case, activity): (since, until) for case, activity, since, until in found}
    whole = [
        Held(
            one.project,
            one.name or one.project,
            one.city,
            one.district,
            None,
            None,
            str(one.hold),
            *_when(suspended.get((one.project, "project")), one.last_event_at),
        )
        for one in projects
        if (one.project, "project") in suspended
    ]
    halted = {one.project for one in whole}
    single = [
        Held(
            one.project,
            one.name or one.project,
            one.city,
            one.district,
            one.work_item,
            one.activity,
            str(one.hold_cause),
            *_when(suspended.get((one.project, one.activity)), one.offered_at),
        )
        for one in items
        if one.project not in halted
    ]
    return [*whole, *single]


def _when(found: tuple[datetime, str | None] | None, otherwise: datetime) -> tuple[datetime, date | None]:
    if found is None:
        return otherwise, None
    since, until = found
    return since, date.fromisoformat(until) if until else None


def waived(ledger: Ledger, log: str) -> list[Waived]:
    """Return the waivers of single projects, those that have ended included."""
    with ledger.reading() as connection:
        found = connection.execute(sql("waived", "flows"), {"log": log}).fetchall()
    return [Waived(*row) for row in found]
