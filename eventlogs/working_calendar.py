"""The working calendar: China's public holidays and make-up working days.

The holidays are those of the kept package `chinesecalendar`; beyond the years it knows only weekends count
as days off, and every answer says that it is not confirmed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar

from eventlogs.language import say

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


def office_moment(told: datetime) -> datetime:
    """Return a moment that a person told without a zone as one of the offices' zone.

    >>> office_moment(datetime(2024, 5, 1, 14, 30)).isoformat()
    '2024-05-01T14:30:00+08:00'
    """
    return told if told.tzinfo else told.replace(tzinfo=OFFICE_ZONE)


def office_day(moment: datetime) -> str:
    """Return the day of a moment where the offices are, as it is written.

    >>> office_day(datetime.fromisoformat("2024-04-30T23:30+00:00"))
    '2024-05-01'
    """
    return moment.astimezone(OFFICE_ZONE).date().isoformat()


@dataclass(frozen=True, slots=True)
class Day:
    """Whether offices work on a day, and whether that is announced or guessed from the weekday."""

    working: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a term in working days."""

    date: date
    confirmed: bool

    def as_text(self) -> str:
        """Return the day, with the reservation where its holidays are not announced."""
        if self.confirmed:
            return self.date.isoformat()
        return say(
            "{day} (not confirmed: the holidays of {year} are not announced yet)",
            day=self.date.isoformat(),
            year=self.date.year,
        )


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """How many working days a term has."""

    count: int
    confirmed: bool


@lru_cache(maxsize=20_000)
def day_kind(day: date) -> Day:
    """Tell whether `day` is a working day.

    >>> day_kind(date(2026, 2, 14)).working  # a Saturday that makes up for the Spring Festival
    True
    """
    try:
        return Day(bool(chinese_calendar.is_workday(day)), confirmed=True)
    except NotImplementedError:
        return Day(day.weekday() < 5, confirmed=False)


def working_days_after(start: date, days: int) -> Deadline:
    """Return the last day of a term of `days` working days; the day it starts on does not count.

    Civil Code art. 201: the first day of a term is not counted in.

    >>> working_days_after(date(2025, 9, 30), 1).date
    datetime.date(2025, 10, 9)
    """
    day, confirmed, left = start, True, days
    while left > 0:
        day += timedelta(days=1)
        kind = day_kind(day)
        confirmed = confirmed and kind.confirmed
        left -= kind.working
    return Deadline(day, confirmed)


def working_days_between(start: date, end: date) -> WorkingDays:
    """Return how many working days lie after `start` up to and including `end`."""
    kinds = [day_kind(start + timedelta(days=n)) for n in range(1, (end - start).days + 1)]
    return WorkingDays(sum(kind.working for kind in kinds), all(kind.confirmed for kind in kinds))
