"""A refusal as a page says it: a sentence that begins and ends as sentences do."""

from eventlogs.errors import EventLogError
from eventlogs.language import Language, current_language

_ENDINGS = (".", "!", "?", "…", "。", "！", "？", "”")
_STOPS: dict[Language, str] = {"en": ".", "zh": "。"}


def as_sentence(error: EventLogError) -> str:
    """Return what was refused, for a reader of the current language.

    A refusal that begins with a value, such as the name of a file, keeps that as it is.

    >>> as_sentence(EventLogError("choose a file"))
    'Choose a file.'
    """
    return sentence(error.text, error.in_language(current_language()))


def sentence(text: str, told: str) -> str:
    """Return what is told by an English `text` with placeholders as a sentence."""
    return ended(told[:1].upper() + told[1:] if text[:1].isalpha() else told)


def ended(told: str) -> str:
    """Return what is told with a full stop, unless it ends as a sentence already."""
    return told if told.endswith(_ENDINGS) else told + _STOPS[current_language()]
