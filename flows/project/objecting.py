"""The objections of a project that nothing has settled, told with their grounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from eventlogs.events import Event
from eventlogs.language import say
from flows.process.history import CaseHistory, effective
from flows.steps.deliberation import FileWrittenObjection
from flows.worklist.listing import local_day


@dataclass(frozen=True)
class OpenObjection:
    """An objection that is open; `household` is whose it is, where it comes from inside the unit."""

    number: str
    origin: str
    grounds: list[str]
    since: datetime
    household: str | None

    @property
    def origin_words(self) -> str:
        """Where it comes from."""
        return _words("origin", self.origin)

    @property
    def grounds_words(self) -> str:
        """On what grounds it is raised."""
        return say(", ").join(_words("grounds", one) for one in self.grounds)

    def as_text(self) -> str:
        """Return a line: its number as forms ask for it, whose it is, why, and since when."""
        whose = self.origin_words + (f" {self.household}" if self.household else "")
        return say(
            "open objection {number}: {whose}; {grounds}; since {day}",
            number=self.number,
            whose=whose,
            grounds=self.grounds_words,
            day=local_day(self.since),
        )


def open_objections(history: CaseHistory) -> list[OpenObjection]:
    """Return the open objections in the order in which they were filed."""
    return [one for event in effective(history.events) for one in _filed(history, event)]


def _filed(history: CaseHistory, event: Event) -> Iterator[OpenObjection]:
    for link in event.objects:
        if link.qualifier != "filed" or link.object_id not in history.open_objections:
            continue
        told = {change.name: change.value for change in event.changes if change.object_id == link.object_id}
        objectors = [one.object_id for one in event.objects if one.qualifier == "objector"]
        grounds = told.get("grounds")
        yield OpenObjection(
            number=link.object_id.removeprefix(f"{history.case_id}/objection/"),
            origin=str(told.get("origin", "")),
            grounds=[str(one) for one in grounds] if isinstance(grounds, list) else [],
            since=event.occurred_at,
            household=objectors[0].rpartition("/")[2] if objectors else None,
        )


def _words(field: str, value: str) -> str:
    extra = FileWrittenObjection.model_fields[field].json_schema_extra
    named = extra.get("labels", {}) if isinstance(extra, dict) else {}
    return say(str(named[value])) if isinstance(named, dict) and value in named else value
