"""Days and moments as people write them, in a form, in an address or behind an option."""

import unicodedata
from datetime import date, datetime
from typing import Any

import click

from eventlogs.errors import EventLogError
from eventlogs.language import current_language


def told_day(text: str) -> date:
    """Return a day; raises `EventLogError`.

    >>> told_day("２０２４-05-01 ")
    datetime.date(2024, 5, 1)
    """
    try:
        return date.fromisoformat(_plain(text))
    except ValueError as error:
        raise EventLogError("{text} is not a day; right is one such as 2024-05-01", text=text) from error


def told_moment(text: str) -> datetime:
    """Return a moment, of a day its first, with a zone only if one is written; raises `EventLogError`.

    >>> told_moment("2024-05-01 14:30").isoformat()
    '2024-05-01T14:30:00'
    """
    try:
        return datetime.fromisoformat(_plain(text))
    except ValueError as error:
        raise EventLogError(
            "{text} is not a day or time; right is one such as 2024-05-01 or 2024-05-01T14:30", text=text
        ) from error


class DayText(click.ParamType[date]):
    """A day behind an option."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day; another text is wrong usage."""
        try:
            return told_day(str(value))
        except EventLogError as error:
            self.fail(error.in_language(current_language()), param, ctx)


class MomentText(click.ParamType[datetime]):
    """A day or a time behind an option."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment; another text is wrong usage."""
        try:
            return told_moment(str(value))
        except EventLogError as error:
            self.fail(error.in_language(current_language()), param, ctx)


def _plain(text: str) -> str:
    """Return what a Chinese input method typed in plain digits and signs."""
    return unicodedata.normalize("NFKC", text).strip()
