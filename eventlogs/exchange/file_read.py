"""What reading a file into a new log gave."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eventlogs.events import Attribute
from eventlogs.exchange.log_writer import Written

Note = tuple[str, dict[str, object]]  # an English sentence and what fills it


@dataclass(frozen=True, slots=True)
class FileRead:
    """The log written, how the file was read (also what was guessed), and what a person should know of it."""

    written: Written
    read_as: Mapping[str, Attribute]
    notes: list[Note] = field(default_factory=list)
