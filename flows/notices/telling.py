"""Looking for what is to be told and telling it; a channel that fails does not stop the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from eventlogs.language import current_language, say
from eventlogs.storage import Ledger
from flows.notices.due import Message, due_notices, messages
from flows.notices.errors import NotDeliveredError, PerhapsDeliveredError
from flows.notices.outbox import pending, send
from flows.notices.settings import FILE, notice_settings


@dataclass(frozen=True)
class Telling:
    """How many matters were told, and why others were not."""

    told: int
    failed: list[str]

    @property
    def exit_status(self) -> int:
        """1 where a channel failed."""
        return 1 if self.failed else 0

    def as_text(self) -> str:
        """Return a line for what was told and one for each failure."""
        return "\n".join([say("matters told: {n}", n=self.told), *self.failed])


@dataclass(frozen=True)
class ToTell:
    """The messages that are to be sent, by channel."""

    messages: dict[str, str]
    settings: Path
    channels: int

    def as_text(self) -> str:
        """Return each message under its channel."""
        if not self.channels:
            return say("no channel is set up; write {file}", file=self.settings)
        parts = [f"[{channel}]\n{text}" for channel, text in self.messages.items()]
        return "\n\n".join(parts) or say("nothing is to be told")


def to_tell(ledger: Ledger, data: Path, log: str, now: datetime) -> ToTell:
    """Return what is to be sent now, without sending it."""
    texts = {message.channel.name: message.text for message in waiting_messages(ledger, data, log, now)}
    return ToTell(texts, data / FILE, len(notice_settings(data).channel))


def waiting_messages(ledger: Ledger, data: Path, log: str, now: datetime) -> list[Message]:
    """Return the messages that are to be sent now."""
    settings = notice_settings(data)
    return pending(ledger, log, messages(settings, due_notices(ledger, log, settings, now)))


def tell(ledger: Ledger, data: Path, log: str, now: datetime) -> Telling:
    """Send what is to be sent, each message once; what failed is tried again the next time."""
    made = list(_each(ledger, waiting_messages(ledger, data, log, now), log, now))
    return Telling(
        sum(n for n in made if isinstance(n, int)), [text for text in made if isinstance(text, str)]
    )


def _each(ledger: Ledger, waiting: list[Message], log: str, now: datetime) -> Iterator[int | str]:
    for message in waiting:
        try:
            yield send(ledger, log, message, now)
        except (NotDeliveredError, PerhapsDeliveredError) as error:
            yield error.in_language(current_language())
