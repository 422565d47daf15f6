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
    """Return a span in the unit that suits it, to a tenth below ten and in whole units from there.

    >>> span_text(93_600), span_text(365 * 86_400), span_text(86_400)
    ('1.1 days', '365 days', '1 day')
    """
    if seconds is None:
        return "–"
    size = abs(seconds)
    if size < _MINUTE:
        n = _rounded(seconds)
        return say("1 second") if n == "1" else say("{n} seconds", n=n)
    if size < 90 * _MINUTE:
        n = _rounded(seconds / _MINUTE)
        return say("1 minute") if n == "1" else say("{n} minutes", n=n)
    if size < _DAY:
        return say("{n} hours", n=_rounded(seconds / _HOUR))
    if size < 2 * _YEAR:
        n = _rounded(seconds / _DAY)
        return say("1 day") if n == "1" else say("{n} days", n=n)
    return say("{n} years", n=f"{seconds / _YEAR:.1f}".removesuffix(".0"))


def _rounded(number: float) -> str:
    tenths = f"{number:.1f}".removesuffix(".0")
    return tenths if abs(float(tenths)) < 10 else f"{number:.0f}"
