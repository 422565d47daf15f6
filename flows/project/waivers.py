"""Waivers: leave that a city gives to break a rule of order until a day, for all its projects.

They are events of a log of their own beside the projects, whose cases are cities.
"""

from dataclasses import dataclass
from datetime import date, datetime

from eventlogs.errors import UnknownLogError
from eventlogs.events import Event, ObjectChange, event_key
from eventlogs.storage import Ledger
from flows.errors import ProjectError
from flows.process.history import effective
from flows.process.order import order_rules
from flows.process.processes import processes

ACTIVITY = "waive_rule"


def waivers_log(log: str) -> str:
    """Return the name of the log that holds the waivers for the projects of `log`."""
    return f"{log}.waivers"


def waive_for_city(
    ledger: Ledger, log: str, city: str, rule: str, until: date, reason: str, actor: str, now: datetime
) -> str:
    """Give leave to break `rule` in all projects of `city` until a day; return the event's key."""
    check_rule(rule)
    name = waivers_log(log)
    ledger.create_log(name, case_type="city")
    known = ledger.case(name, city)
    event = Event(
        key=event_key(city, ACTIVITY, len(known) + 1, "complete"),
        case_id=city,
        activity=ACTIVITY,
        occurred_at=now,
        actor=actor,
        attributes={"waives": rule, "until": until.isoformat(), "reason": reason},
        changes=(ObjectChange(city, f"waives_{rule}_until", until.isoformat()),),
    )
    ledger.append(name, [event], expect_seq=known[-1].seq if known else 0)
    return event.key


@dataclass(frozen=True)
class CityWaiver:
    """Leave to break a rule in all projects of a city until a day."""

    city: str
    rule: str
    until: date
    reason: str
    actor: str | None


def waivers_of_city(ledger: Ledger, log: str, city: str) -> list[CityWaiver]:
    """Return the waivers of a city as they were filed."""
    try:
        recorded = ledger.case(waivers_log(log), city)
    except UnknownLogError:
        return []
    return [
        CityWaiver(
            city,
            str(event.attributes["waives"]),
            date.fromisoformat(str(event.attributes["until"])),
            str(event.attributes.get("reason", "")),
            event.actor,
        )
        for event in effective([one.event for one in recorded])
    ]


def waived_in_city(ledger: Ledger, log: str, city: str, on: date) -> frozenset[str]:
    """Return the rules that a city waives on a day."""
    return frozenset(one.rule for one in waivers_of_city(ledger, log, city) if one.until >= on)


def check_rule(rule: str) -> None:
    """Refuse a rule that is not one of order; the law cannot be waived here."""
    known = [one.key for process in processes().values() for one in order_rules(process)]
    if rule not in known:
        raise ProjectError(
            "{rule} is not a rule of order that can be waived; known are {known}",
            rule=rule,
            known=", ".join(known),
        )
