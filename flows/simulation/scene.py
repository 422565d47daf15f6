"""What people see when they act: their script, the project's history, and a chance of their own."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from math import log
from random import Random

from eventlogs.events import Event
from eventlogs.working_calendar import OFFICE_ZONE, day_kind
from flows.policies.policy_model import Policy
from flows.process.history import PROJECT, CaseHistory, day_of
from flows.process.processes import policy_of
from flows.simulation.calibration import calibration
from flows.simulation.cohort import Script
from flows.simulation.people import RESIDENTS
from flows.worklist.work_item import WorkItem


@dataclass(frozen=True)
class Scene:
    """One moment of a project; the same script and history give the same moment and the same chances."""

    script: Script
    history: CaseHistory

    @cached_property
    def rng(self) -> Random:
        """Chances that hang on nothing but seed, project and how far it has come."""
        return Random(f"{self.script.seed}/{self.script.case_id}/{self._n_told}")

    @cached_property
    def policy(self) -> Policy:
        """The policy the project keeps."""
        return policy_of(self.history)

    @cached_property
    def open(self) -> dict[str, WorkItem]:
        """The open work items by activity."""
        return {item.activity: item for item in self.history.items.values() if item.is_open}

    @cached_property
    def waited_at(self) -> frozenset[str]:
        """The steps the project was halted before."""
        halts = [e for e in self.history.events if e.activity == PROJECT and e.lifecycle == "suspend"]
        return frozenset(str(event.attributes.get("reason")) for event in halts)

    @property
    def last(self) -> datetime:
        """When the last deed was done."""
        return next(event for event in reversed(self.history.events) if not _takes_up(event)).occurred_at

    @cached_property
    def _n_told(self) -> int:
        return sum(not _takes_up(event) for event in self.history.events)

    def times(self, activity: str) -> int:
        """Return how often a step has happened."""
        return len(self.history.done.get(activity, ()))

    def later(self, deed: str, role: str | None) -> datetime:
        """Return when a deed is done: some days after the last, in its hours, offices on working days."""
        days = calibration().days
        median = days.medians.get(deed, days.default)
        drawn = self.rng.lognormvariate(log(median), days.spreads.get(deed, days.spread))
        return moment_after(self.rng, self.last, min(drawn, days.most), role)


def _takes_up(event: Event) -> bool:
    """Tell whether somebody takes a piece of work up, which decides nothing."""
    return event.lifecycle == "start" and event.activity != PROJECT


def moment_after(rng: Random, last: datetime, days: float, role: str | None) -> datetime:
    """Return a moment some days after the last; residents act until the evening and on any day."""
    found = (last + timedelta(days=days, minutes=rng.randint(5, 90))).astimezone(OFFICE_ZONE)
    found = found.replace(second=0, microsecond=0)
    closing = 21 if role in RESIDENTS else 17
    if found.hour >= closing:
        found = opening(rng, day_of(found) + timedelta(days=1))
    elif found.hour < 9:
        found = opening(rng, day_of(found))
    while role not in RESIDENTS and not day_kind(day_of(found)).working:
        found = opening(rng, day_of(found) + timedelta(days=1))
    return found


def opening(rng: Random, day: date) -> datetime:
    """Return a moment in a day's first hour of work."""
    return datetime(day.year, day.month, day.day, 9, rng.randint(0, 59), tzinfo=OFFICE_ZONE)
