"""Numbers and spans of time as people read them."""

from eventlogs.language import say

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86_400, 365.25 * 86_400


def number_text(number: int) -> str:
    """Return a whole number with its thousands apart.

    >>> number_text(8577)
    '8,577'
    """
    return f"{number:,}"


def share_text(share: float) -> str:
    """Return a share of 0 to 1 as a percentage.

    >>> share_text(0.0488)
    '4.9 %'
    """
    return f"{100 * share:.1f} %"


def span_text(seconds: float | None) -> str:
    """Return a span in the unit that suits it.

    >>> span_text(93_600)
    '26.0 hours'
    """
    if seconds is None:
        return "–"
    size = abs(seconds)
    if size < _MINUTE:
        return say("{n} seconds", n=f"{seconds:.1f}" if seconds % 1 else f"{seconds:.0f}")
    if size < 2 * _HOUR:
        return say("{n} minutes", n=f"{seconds / _MINUTE:.1f}")
    if size < 2 * _DAY:
        return say("{n} hours", n=f"{seconds / _HOUR:.1f}")
    if size < 2 * _YEAR:
        return say("{n} days", n=f"{seconds / _DAY:.1f}")
    return say("{n} years", n=f"{seconds / _YEAR:.1f}")
