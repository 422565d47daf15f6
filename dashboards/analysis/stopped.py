"""Where a case stands still, as addresses and people name it."""

from eventlogs.language import say
from eventlogs.words import activity_label

NOWHERE = "-"  # in an address, for a step that the log does not show


def stopped_text(step: str) -> str:
    """Return the step at which cases stand still, in words."""
    return say("no step that the log shows") if step == NOWHERE else activity_label(step)
