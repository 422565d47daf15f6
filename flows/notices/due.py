"""What people are to be told of: overdue work, and projects that stand still."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from eventlogs.language import Language, say, speaking
from eventlogs.storage import Ledger
from flows.notices.notice import Notice
from flows.notices.settings import Channel, NoticeSettings
from flows.notices.standstills import standstills
from flows.worklist.live_index import Narrowing, live_index
from flows.worklist.live_logs import live_logs

_ALL = 2**31
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
    found = list(_overdue(ledger, log, now))
    if any("stalled" in channel.about for channel in settings.channel):
        found += standstills(ledger, log, timedelta(days=settings.stalled_after_days), now)
    return [replace(one, log=log) for one in found] if len(live_logs(ledger)) > 1 else found


def _overdue(ledger: Ledger, log: str, now: datetime) -> Iterator[Notice]:
    """Yield a notice for each work item past its day that is not on hold, once for each due day."""
    listed = live_index(ledger, log).work(ledger, now, Narrowing(overdue=True), limit=_ALL)
    for row in listed.work_items:
        if row.hold_cause is None and row.due is not None:
            yield Notice(
                key=f"{row.work_item}/overdue/{row.due:%Y-%m-%d}",
                kind="overdue",
                project=row.project,
                name=row.name or "",
                city=row.city or "",
                role=row.escalated_to or row.role,
                activity=row.activity,
                since=row.due,
            )


def messages(settings: NoticeSettings, notices: Sequence[Notice]) -> list[Message]:
    """Return one message for each channel that something concerns."""
    found = []
    for channel in settings.channel:
        if mine := tuple(notice for notice in notices if notice.concerns(channel)):
            found.append(Message(channel, mine, settings.pages))
    return found
