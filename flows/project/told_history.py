"""A project's events in recorded order, as commands and programs are told them."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventlogs.events import RecordedEvent
from eventlogs.language import say
from eventlogs.layout import table
from eventlogs.vocabulary import label
from flows.process.history import outdated
from flows.words import name_of, name_of_actor, note_of, told_by
from flows.worklist.listing import local_minute, marked


@dataclass(frozen=True)
class HistoryLine:
    """One event of a project; `corrected` if another stands in its place or it was taken out."""

    key: str
    occurred_at: datetime
    recorded_at: datetime
    activity: str
    lifecycle: str
    role: str | None
    tool: str | None
    actor: str | None
    attributes: Mapping[str, Any]
    evidence: Mapping[str, str]
    correction: str | None  # `replace` or `void`, of an event that corrects another
    corrects: str | None
    corrected: bool

    @classmethod
    def of(cls, one: RecordedEvent, corrected: Set[str]) -> "HistoryLine":
        """Return the line of an event; `corrected` are the keys of those that no longer count."""
        event = one.event
        return cls(
            event.key,
            event.occurred_at,
            one.recorded_at,
            event.activity,
            event.lifecycle,
            event.role,
            event.tool,
            event.actor,
            event.attributes,
            event.evidence,
            event.correction,
            event.corrects,
            event.key in corrected,
        )

    def cells(self, project: str) -> list[str]:
        """Return the cells of its line in a table."""
        told = told_by(self)
        return [
            local_minute(self.occurred_at),
            local_minute(self.recorded_at),
            name_of(self.activity),
            say("{what} (no longer counts)", what=told) if self.corrected else told,
            label("roles", self.role or ""),
            name_of_actor(self.actor),
            note_of(self),
            self.key.removeprefix(f"{project}/"),
        ]


@dataclass(frozen=True)
class ProjectHistory:
    """A project's events in recorded order."""

    project: str
    events: list[HistoryLine]
    simulated: bool = False

    @classmethod
    def of(
        cls,
        project: str,
        recorded: Sequence[RecordedEvent],
        *,
        shown: Sequence[RecordedEvent] | None = None,
        simulated: bool = False,
    ) -> "ProjectHistory":
        """Return the history of a project, of all that was `recorded` or what of it is `shown`."""
        corrected = outdated([one.event for one in recorded])
        lines = [HistoryLine.of(one, corrected) for one in (recorded if shown is None else shown)]
        return cls(project, lines, simulated)

    def as_text(self) -> str:
        """Return a table of the events."""
        words = ("Occurred", "Recorded", "Step", "What", "Role", "Who", "Note", "Event")
        rows = [one.cells(self.project) for one in self.events]
        return marked(table([say(word) for word in words], rows), simulated=self.simulated)
