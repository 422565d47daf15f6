"""What people are to be told of: overdue work, and projects that stand still."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventlogs.events import Attribute
from eventlogs.language import Language, say, speaking
from eventlogs.sql_files import sql
from eventlogs.storage import Ledger
from eventlogs.vocabulary import label
from flows.following import project_link
from flows.listing import start_of_day
from flows.notices.settings import Channel, Kind, NoticeSettings
from flows.timers import ENGINE
from flows.words import name_of

_SIMULATED = "SELECT simulated FROM log WHERE name = $log AND kind = 'live'"


@dataclass(frozen=True)
class Notice:
    """One thing to tell. `key` stays the same however often it is looked for, so that it is told once."""

    key: str
    kind: Kind
    project: str
    name: str
    city: str
    role: str | None
    activity: str | None
    since: datetime
    cause: str | None = None

    def concerns(self, channel: Channel) -> bool:
        """Tell whether a channel is for this."""
        return (
            self.kind in channel.about
            and (not channel.cities or self.city in channel.cities)
            and (not channel.roles or self.role is None or self.role in channel.roles)
        )

    def facts(self) -> dict[str, Attribute]:
        """Return what the event keeps of it."""
        values: dict[str, Attribute] = {"kind": self.kind, "role": self.role, "activity": self.activity}
        return {name: value for name, value in values.items() if value is not None}

    def line(self, pages: str | None) -> str:
        """Return it as a sentence in the current language."""
        where = f"{label('cities', self.city)} {self.project} {self.name}".strip()
        if self.kind == "overdue":
            text = say(
                "{where}: “{what}” was due on {day} and is not done; now with {role}",
                where=where,
                what=name_of(self.activity or ""),
                day=self.since.date().isoformat(),
                role=label("roles", self.role or ""),
            )
        else:
            text = say(
                "{where}: nothing has happened since {day}; {state}",
                where=where,
                day=self.since.date().isoformat(),
                state=label("hold_causes", self.cause) if self.cause else say("it is not on hold"),
            )
        return f"{text}\n{project_link(pages, self.project)}" if pages else text


@dataclass(frozen=True)
class Message:
    """What is sent through one channel at once."""

    channel: Channel
    notices: tuple[Notice, ...]
    pages: str | None = None

    @property
    def subject(self) -> str:
        """The subject, in the channel's language."""
        with speaking(self.channel.language):
            return say("Retrofit projects: {n} matters need attention", n=len(self.notices))

    @property
    def text(self) -> str:
        """The whole text, in the channel's language."""
        language: Language = self.channel.language
        with speaking(language):
            lines = [f"{number}. {one.line(self.pages)}" for number, one in enumerate(self.notices, 1)]
        return "\n".join([self.subject, "", *lines])


def due_notices(ledger: Ledger, log: str, settings: NoticeSettings, now: datetime) -> list[Notice]:
    """Return all there is to tell of a log, told or not; of simulated projects nobody is told."""
    if not settings.channel:
        return []
    idle = now - timedelta(days=settings.stalled_after_days)
    with ledger.reading() as connection:
        kept = connection.execute(_SIMULATED, {"log": log}).fetchone()
        if kept is None or kept[0]:
            return []
        values = {"log": log, "idle": idle, "today": start_of_day(now), "engine": ENGINE}
        rows = connection.execute(sql("notices_due", "flows"), values).fetchall()
    return [Notice(*row) for row in rows]


def messages(settings: NoticeSettings, notices: Sequence[Notice]) -> list[Message]:
    """Return one message for each channel that something concerns."""
    found = []
    for channel in settings.channel:
        if mine := tuple(notice for notice in notices if notice.concerns(channel)):
            found.append(Message(channel, mine, settings.pages))
    return found
