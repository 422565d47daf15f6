"""Leave of absence: while somebody is away, what would be theirs goes to their deputy.

Absences are events of a log of their own beside the projects, whose cases are people.
"""

from dataclasses import dataclass
from datetime import date, datetime

from eventlogs.errors import UnknownLogError
from eventlogs.events import Event, event_key
from eventlogs.storage import Ledger
from flows.errors import ProjectError
from flows.process.history import effective

ACTIVITY = "be_away"
_PEOPLE = """
    SELECT DISTINCT case_id FROM case_head JOIN log USING (log_id) WHERE log.name = $log ORDER BY case_id
"""
_CHAIN = 10  # a deputy may be away too


@dataclass(frozen=True)
class Absence:
    """Who is away, from which day up to which, and who stands in."""

    person: str
    start: date
    end: date
    deputy: str


def staff_log(log: str) -> str:
    """Return the name of the log that holds the absences of those who work on the projects of `log`."""
    return f"{log}.staff"


def record_absence(ledger: Ledger, log: str, absence: Absence, actor: str, now: datetime) -> str:
    """Record an absence and return its event's key."""
    if absence.end < absence.start:
        raise ProjectError(
            "{end} lies before {start}; enter a later day", end=absence.end, start=absence.start
        )
    if absence.deputy == absence.person:
        raise ProjectError("{person} cannot stand in for {person}; name somebody else", person=absence.person)
    name = staff_log(log)
    ledger.create_log(name, case_type="person")
    known = ledger.case(name, absence.person)
    event = Event(
        key=event_key(absence.person, ACTIVITY, len(known) + 1, "complete"),
        case_id=absence.person,
        activity=ACTIVITY,
        occurred_at=now,
        actor=actor,
        attributes={
            "from": absence.start.isoformat(),
            "until": absence.end.isoformat(),
            "deputy": absence.deputy,
        },
    )
    ledger.append(name, [event], expect_seq=known[-1].seq if known else 0)
    return event.key


def absences(ledger: Ledger, log: str, since: date) -> list[Absence]:
    """Return the absences that end on a day or later, by their beginning."""
    with ledger.reading() as connection:
        people = connection.execute(_PEOPLE, {"log": staff_log(log)}).fetchall()
    found = [one for (person,) in people for one in _of(ledger, log, person) if one.end >= since]
    return sorted(found, key=lambda one: (one.start, one.person))


def on_duty(ledger: Ledger, log: str, person: str, on: date) -> str:
    """Return `person`, or on a day of absence their deputy, or the deputy's."""
    for _ in range(_CHAIN):
        deputy = _deputy(ledger, log, person, on)
        if deputy is None:
            return person
        person = deputy
    raise ProjectError("all who could stand in for {person} are away on {day}", person=person, day=on)


def _deputy(ledger: Ledger, log: str, person: str, on: date) -> str | None:
    found = [one for one in _of(ledger, log, person) if one.start <= on <= one.end]
    return found[-1].deputy if found else None


def _of(ledger: Ledger, log: str, person: str) -> list[Absence]:
    """Return somebody's absences as they were told, the latest last."""
    try:
        recorded = ledger.case(staff_log(log), person)
    except UnknownLogError:
        return []
    told = [event.attributes for event in effective([one.event for one in recorded])]
    return [
        Absence(
            person,
            date.fromisoformat(str(values["from"])),
            date.fromisoformat(str(values["until"])),
            str(values["deputy"]),
        )
        for values in told
    ]
