"""The calendar below a picture of time."""

from dataclasses import dataclass
from datetime import UTC, datetime

UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)  # both ends of a picture without moments
_MOST = 9
_MARGIN = 0.025


@dataclass(frozen=True, slots=True)
class Tick:
    """A first day of a month, and where it stands."""

    x: float
    text: str


def ticks(low: datetime, high: datetime, width: float) -> tuple[Tick, ...]:
    """Return at most nine months between two moments, evenly apart, over a width.

    >>> [tick.text for tick in ticks(datetime(2023, 11, 5), datetime(2024, 2, 9), 100)]
    ['2023-12', '2024-01', '2024-02']
    """
    months = range(low.year * 12 + low.month, high.year * 12 + high.month)
    stride = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if len(months) / step <= _MOST)
    span = (high - low).total_seconds() or 1.0
    found = []
    for month in months:
        if month % stride == 0:
            at = datetime(month // 12, month % 12 + 1, 1, tzinfo=low.tzinfo)
            x = round(width * (at - low).total_seconds() / span, 1)
            if _MARGIN * width <= x <= (1 - _MARGIN) * width:  # else its text would be cut off
                found.append(Tick(x, f"{at:%Y-%m}"))
    return tuple(found)
