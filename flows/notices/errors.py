"""What can go wrong in telling people."""

from eventlogs.errors import EventLogError


class NoticeError(EventLogError):
    """What somebody wants done about a notice cannot be."""


class NotDeliveredError(EventLogError):
    """A message was certainly not taken: it may be sent again."""


class PerhapsDeliveredError(EventLogError):
    """Nobody can know whether a message was taken: it is not sent again by itself."""
