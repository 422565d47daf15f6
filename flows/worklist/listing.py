"""Projects and work items as lists, read from the views over events."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from eventlogs.cities import city_label
from eventlogs.language import say
from eventlogs.layout import table
from eventlogs.vocabulary import label
from eventlogs.working_calendar import OFFICE_ZONE
from flows.words import name_of


@dataclass(frozen=True)
class ProjectRow:
    """One project as it stands."""

    project: str
    name: str | None
    city: str | None
    district: str | None
    began_at: datetime
    last_event_at: datetime
    outcome: str | None
    hold: str | None
    open_items: int
    overdue_items: int


@dataclass(frozen=True)
class ProjectList:
    """The projects of a log; `total` is how many there are where the rows are a page of them."""

    projects: list[ProjectRow]
    total: int
    simulated: bool = False

    def as_text(self) -> str:
        """Return a table."""
        if not self.projects:
            return say("there are no such projects")
        head = [say(word) for word in ("Project", "Name", "City", "Began", "Stands", "Open", "Overdue")]
        rows = [
            [
                row.project,
                row.name or "",
                city_label(row.city or ""),
                local_day(row.began_at),
                standing(row.outcome, row.hold),
                str(row.open_items),
                str(row.overdue_items),
            ]
            for row in self.projects
        ]
        lines = marked(table(head, rows, right=[5, 6]), simulated=self.simulated)
        if self.total > len(self.projects):
            more = self.total - len(self.projects)
            lines += "\n" + say("{n} more; narrow the question, or ask for more with --limit", n=more)
        return lines


@dataclass(frozen=True)
class WorkRow:
    """One open work item."""

    work_item: str
    project: str
    name: str | None
    city: str | None
    district: str | None
    activity: str
    role: str | None
    assignee: str | None
    offered_at: datetime
    due: datetime | None
    started_at: datetime | None
    hold_cause: str | None
    hold_until: datetime | None
    escalated_to: str | None


@dataclass(frozen=True)
class WorkList:
    """Open work items, the most pressing first."""

    work_items: list[WorkRow]
    asked_at: datetime
    total: int
    simulated: bool = False

    def as_text(self) -> str:
        """Return a table."""
        if not self.work_items:
            return say("there are no such work items")
        head = [say(word) for word in ("Work item", "What", "City", "Role", "Whose", "Due", "Stands")]
        lines = marked(table(head, [self._row(row) for row in self.work_items]), simulated=self.simulated)
        if self.total > len(self.work_items):
            more = self.total - len(self.work_items)
            lines += "\n" + say("{n} more; narrow the question, or ask for more with --limit", n=more)
        return lines

    def _row(self, row: WorkRow) -> list[str]:
        due = local_day(row.due) if row.due else ""
        if row.due and row.due.astimezone(OFFICE_ZONE).date() < self.asked_at.astimezone(OFFICE_ZONE).date():
            due = say("{day} overdue", day=due)
        state = say("under way") if row.started_at else ""
        if row.hold_cause:
            state = label("hold_causes", row.hold_cause)
            state += f" → {local_day(row.hold_until)}" if row.hold_until else ""
        return [
            row.work_item,
            name_of(row.activity),
            city_label(row.city or ""),
            label("roles", row.role or "")
            + (f" → {label('roles', row.escalated_to)}" if row.escalated_to else ""),
            row.assignee or "",
            due,
            state,
        ]


def marked(text: str, *, simulated: bool) -> str:
    """Return what is told of projects, marked if they are played."""
    return f"{say('(simulated)')}\n{text}" if simulated else text


def start_of_day(now: datetime) -> datetime:
    """Return the beginning of the offices' day as the views read days, at midnight UTC."""
    return datetime.combine(now.astimezone(OFFICE_ZONE).date(), time(), UTC)


def standing(outcome: str | None, hold: str | None) -> str:
    """Return how a project stands, in a word."""
    if outcome:
        return label("outcomes", outcome)
    return label("hold_causes", hold) if hold else say("running")


def local_day(moment: datetime | None) -> str:
    """Return a moment's day where the offices are."""
    return "" if moment is None else moment.astimezone(OFFICE_ZONE).date().isoformat()


def local_minute(moment: datetime) -> str:
    """Return a moment to the minute where the offices are."""
    return f"{moment.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)
