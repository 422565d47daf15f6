"""What people are to be told of: overdue work, and projects that stand still."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventlogs.language import Language, say, speaking
from eventlogs.sql_files import sql
from eventlogs.storage import Ledger
from flows.listing import start_of_day
from flows.notices.notice import Notice
from flows.notices.settings import Channel, NoticeSettings
from flows.notices.standstills import standstills

_SIMULATED = "SELECT simulated FROM log WHERE name = $log AND kind = 'live'"


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
    with ledger.reading() as connection:
        kept = connection.execute(_SIMULATED, {"log": log}).fetchone()
        if kept is None or kept[0]:
            return []
        values = {"log": log, "today": start_of_day(now)}
        rows = connection.execute(sql("notices_overdue", "flows"), values).fetchall()
    found = [Notice(*row) for row in rows]
    if any("stalled" in channel.about for channel in settings.channel):
        found += standstills(ledger, log, timedelta(days=settings.stalled_after_days), now)
    return found


def messages(settings: NoticeSettings, notices: Sequence[Notice]) -> list[Message]:
    """Return one message for each channel that something concerns."""
    found = []
    for channel in settings.channel:
        if mine := tuple(notice for notice in notices if notice.concerns(channel)):
            found.append(Message(channel, mine, settings.pages))
    return found
