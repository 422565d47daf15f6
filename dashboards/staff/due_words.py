"""How pressing something is, in words and a mark for its colour."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from eventlogs.language import say
from flows.process.history import day_of

SOON = 3  # days before the due day from which it presses
Mark = Literal["late", "soon", "later", "none"]


@dataclass(frozen=True)
class Due:
    """A due day as people are told of it."""

    day: date | None
    words: str
    mark: Mark


def due_words(due: date | datetime | None, now: datetime) -> Due:
    """Return a due day in words: how many days it is overdue, or left."""
    if due is None:
        return Due(None, "", "none")
    day = due.date() if isinstance(due, datetime) else due  # the views keep days at midnight UTC
    left = (day - day_of(now)).days
    if left < 0:
        return Due(day, say("{n} days overdue", n=-left), "late")
    if left == 0:
        return Due(day, say("due today"), "soon")
    mark: Mark = "soon" if left <= SOON else "later"
    return Due(day, say("{n} days left", n=left), mark)
