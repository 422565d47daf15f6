"""Telling each matter once: what is begun and what became of it are events of a log beside the projects.

A matter is told through a channel in attempts. An attempt begins with an event before anything leaves, and
ends with `complete` when the message was taken, or `abort` when it certainly was not. One that has begun and
not ended, because the process died or the line broke while the message was under way, is *in doubt*: it is
never sent again by itself, for nobody can know, but listed so that people decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from eventlogs.errors import UnknownLogError
from eventlogs.events import Attribute, Event, ObjectLink, event_key
from eventlogs.language import say
from eventlogs.layout import table
from eventlogs.storage import Ledger
from flows.notices.channels import deliver
from flows.notices.due import Message
from flows.notices.errors import NotDeliveredError, NoticeError
from flows.notices.notice import Notice
from flows.project.acts import ENGINE
from flows.worklist.listing import local_minute

TELL = "tell"
UNDER_WAY = timedelta(minutes=10)  # longer no attempt takes
State = Literal["begun", "told", "failed"]
_ENDS: dict[str, State] = {"start": "begun", "complete": "told", "abort": "failed"}
_LAST = """
    SELECT
        case_id,
        arg_max(lifecycle, seq),
        max(coalesce((attributes ->> '$.attempt')::INTEGER, 1)),
        max(occurred_at),
        arg_max(attributes ->> '$.kind', seq) FILTER (lifecycle = 'start'),
        arg_max(attributes ->> '$.channel', seq)
    FROM event
    JOIN log USING (log_id)
    WHERE log.name = $log
    GROUP BY ALL
    ORDER BY max(seq)
"""


@dataclass(frozen=True)
class Told:
    """What became of telling one matter through one channel."""

    matter: str
    state: State
    attempt: int
    at: datetime
    kind: str
    channel: str

    def in_doubt(self, now: datetime) -> bool:
        """Tell whether nobody can know if it was sent."""
        return self.state == "begun" and self.at < now - UNDER_WAY


@dataclass(frozen=True)
class ToldList:
    """What was told, and what may not have been."""

    told: list[Told]
    asked_at: datetime

    def as_text(self) -> str:
        """Return a table."""
        if not self.told:
            return say("nobody was told anything yet")
        head = [say(word) for word in ("Matter", "Channel", "When", "Stands")]
        return table(head, [[t.matter, t.channel, local_minute(t.at), self._state(t)] for t in self.told])

    def _state(self, one: Told) -> str:
        if one.in_doubt(self.asked_at):
            return say("in doubt")
        return {"begun": say("under way"), "told": say("told"), "failed": say("not taken")}[one.state]


def notices_log(log: str) -> str:
    """Return the name of the log that holds who was told what about the projects of `log`."""
    return f"{log}.notices"


def told(ledger: Ledger, log: str) -> list[Told]:
    """Return what became of each matter and channel, in the order of the last turn."""
    with ledger.reading() as connection:
        rows = connection.execute(_LAST, {"log": notices_log(log)}).fetchall()
    return [Told(row[0], _ENDS[row[1]], row[2], row[3], row[4], row[5]) for row in rows]


def pending(ledger: Ledger, log: str, all_messages: Sequence[Message]) -> list[Message]:
    """Return what was not told yet and of which there is no doubt, as messages."""
    known = {one.matter: one.state for one in told(ledger, log)}
    found = []
    for message in all_messages:
        waiting = [one for one in message.notices if known.get(_matter(one, message), "failed") == "failed"]
        if waiting:
            found.append(replace(message, notices=tuple(waiting)))
    return found


def send(ledger: Ledger, log: str, message: Message, now: datetime) -> int:
    """Send a message about what nobody else has begun to tell; return how many matters it told.

    Raises `NotDeliveredError` where it may be tried again, `PerhapsDeliveredError` where it may not.
    """
    ledger.create_log(notices_log(log), case_type="notice")
    begun = [(one, attempt) for one in message.notices if (attempt := _begin(ledger, log, one, message, now))]
    if not begun:
        return 0
    mine = replace(message, notices=tuple(notice for notice, _ in begun))
    mark = sha256("\n".join(f"{_matter(n, message)} {a}" for n, a in begun).encode()).hexdigest()[:32]
    try:
        deliver(mine, mark)
    except NotDeliveredError as error:
        reason = str(error)
        ledger.append(notices_log(log), [_turn(n, message, "abort", a, now, reason) for n, a in begun])
        raise
    ledger.append(notices_log(log), [_turn(n, message, "complete", a, now) for n, a in begun])
    return len(begun)


def again(ledger: Ledger, log: str, matter: str, now: datetime) -> None:
    """Note that people found a matter in doubt not told, so that it is told again."""
    name = notices_log(log)
    last = next((one for one in told(ledger, log) if one.matter == matter), None)
    if last is None or not last.in_doubt(now):
        doubtful = [one.matter for one in told(ledger, log) if one.in_doubt(now)]
        raise NoticeError(
            "{matter} is not in doubt; in doubt are: {doubtful}",
            matter=matter,
            doubtful=", ".join(doubtful) or say("none"),
        )
    values: dict[str, Attribute] = {
        "attempt": last.attempt,
        "channel": last.channel,
        "reason": "found not told",
    }
    key = event_key(matter, TELL, last.attempt, "abort")
    ledger.append(name, [Event(key, matter, TELL, now, "abort", actor=ENGINE, attributes=values)])


def _begin(ledger: Ledger, log: str, notice: Notice, message: Message, now: datetime) -> int:
    """Begin an attempt; return its number, or 0 if it is somebody else's, done, or in doubt."""
    name, matter = notices_log(log), _matter(notice, message)
    try:
        recorded = ledger.case(name, matter)
    except UnknownLogError:
        recorded = []
    if recorded and recorded[-1].event.lifecycle != "abort":
        return 0
    attempt = 1 + sum(one.event.lifecycle == "abort" for one in recorded)
    appended = ledger.append(name, [_turn(notice, message, "start", attempt, now)])
    return attempt if appended.new else 0  # the key is unique: of two that begin, one does


def _turn(
    notice: Notice, message: Message, lifecycle: str, attempt: int, now: datetime, reason: str | None = None
) -> Event:
    matter = _matter(notice, message)
    values = notice.facts() | {"attempt": attempt, "channel": message.channel.name}
    return Event(
        key=event_key(matter, TELL, attempt, lifecycle),
        case_id=matter,
        activity=TELL,
        occurred_at=now,
        lifecycle=lifecycle,
        actor=ENGINE,
        attributes=values if reason is None else values | {"reason": reason},
        objects=(ObjectLink(notice.project, "project", "about"),) if notice.project else (),
    )


def _matter(notice: Notice, message: Message) -> str:
    return f"{notice.key}/{message.channel.name}"
