"""What can be refused, each in one sentence that says what is wrong, where, and how to mend it."""

import re

from eventlogs.language import Language, say_in

_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class EventLogError(Exception):
    """Something was refused; the sentence can be said in both languages.

    `text` is the English sentence with `{placeholders}`, `values` fills them. The Chinese stands in the
    floor's `texts.zh.toml`. The command line shows the sentence and exits with status 1. It is one line, also
    where a value has line breaks.
    """

    def __init__(self, text: str, /, **values: object) -> None:
        self.text = text
        self.values = values
        super().__init__(_one_line(say_in("en", text, **values)))

    def in_language(self, language: Language) -> str:
        """Return the sentence in `language`."""
        return _one_line(say_in(language, self.text, **self.values))


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text)


class UnknownLogError(EventLogError):
    """No log has that name."""


class ConcurrentAppendError(EventLogError):
    """Another append to the same case came first; read the case again and decide anew."""


class StoreBusyError(EventLogError):
    """Another process owns the data directory and cannot be asked to do the work."""


class SchemaError(EventLogError):
    """The file was written by a newer engine, or is not an event log."""


class BrokenChainError(EventLogError):
    """A recorded event is not what was recorded."""


class VocabularyError(EventLogError):
    """A file of the vocabulary is not as it must be."""


class UnknownTermError(EventLogError):
    """A key is not in the vocabulary."""


class ImportRefusedError(EventLogError):
    """A file, or a row of it, cannot be read as an event log."""
