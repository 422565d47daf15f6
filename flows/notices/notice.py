"""One thing to tell people, as it reads in either language and as the log keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from eventlogs.events import Attribute
from eventlogs.language import Language, current_language, say
from eventlogs.vocabulary import label
from flows.notices.settings import Channel, Kind
from flows.routines.following import project_link
from flows.words import name_of
from flows.worklist.listing import local_day


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
    why: Mapping[Language, str] = field(default_factory=dict)  # a sentence, where there is one
    log: str = ""  # named where projects are carried on in several

    def concerns(self, channel: Channel) -> bool:
        """Tell whether a channel is for this."""
        return (
            self.kind in channel.about
            and (not channel.cities or self.city in channel.cities)
            and (not channel.roles or self.role is None or self.role in channel.roles)
        )

    def facts(self) -> dict[str, Attribute]:
        """Return what the event keeps of it."""
        values: dict[str, Attribute] = {
            "kind": self.kind, "role": self.role, "activity": self.activity, "cause": self.cause,
        }  # fmt: skip
        return {name: value for name, value in values.items() if value is not None}

    def line(self, pages: str | None) -> str:
        """Return it as a sentence in the current language."""
        where = f"{label('cities', self.city)} {self.project} {self.name}".strip()
        if self.log:
            where = say("{project} (log {log})", project=where, log=self.log)
        if self.kind == "overdue":
            text = say(
                "{where}: “{what}” was due on {day} and is not done; now with {role}",
                where=where,
                what=name_of(self.activity or ""),
                day=local_day(self.since),
                role=label("roles", self.role or ""),
            )
        elif self.kind == "failed":
            text = say("the flow run “{run}” failed: {why}", run=self.name, why=self.why[current_language()])
        elif self.why:
            text = say("{where}: {why}", where=where, why=self.why[current_language()])
        else:
            text = say(
                "{where}: nothing has happened since {day}; {state} (told by days alone: the log has too few "
                "completed waits to say how long is too long)",
                where=where,
                day=local_day(self.since),
                state=label("hold_causes", self.cause) if self.cause else say("it is not on hold"),
            )
        return f"{text}\n{project_link(pages, self.project)}" if pages and self.project else text
