"""What an XES file says before its first trace, and what it makes of the traces' and events' attributes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eventlogs.events import Attribute
from eventlogs.exchange.classifiers import JOINED_BY
from eventlogs.exchange.xes.names import COLUMNS, EXTENSION_URI, NAME, OWN_COLUMNS


@dataclass
class XesHeader:
    """Everything an XES file declares beside its traces and events, in file order."""

    version: Mapping[str, str] = field(default_factory=dict)  # the attributes of <log> itself
    extensions: list[Attribute] = field(default_factory=list)
    classifiers: dict[str, str] = field(default_factory=dict)  # name to keys, as written
    trace_globals: dict[str, Attribute] = field(default_factory=dict)
    event_globals: dict[str, Attribute] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)

    @property
    def own(self) -> bool:
        """Whether the file is an export of ours, whose names are escaped where XML asks for it."""
        return any(isinstance(it, dict) and it.get("uri") == EXTENSION_URI for it in self.extensions)

    def source(self) -> dict[str, Attribute]:
        """Return what the log's `source` keeps of it."""
        return {
            "xes": dict(self.version),
            "extensions": self.extensions,
            "classifiers": dict(self.classifiers),
            "trace_globals": self.trace_globals,
            "event_globals": self.event_globals,
            "attributes": self.attributes,
        }


@dataclass(frozen=True)
class XesPlan:
    """Which keys of a file become which of our columns and attributes.

    `activity` holds the classifier's keys. `columns` gives the column of our own for a key, `names` the name
    that another key gets as an attribute. The defaults fill in what a trace or event lacks; a trace's name
    and an event's time are never made up.
    """

    timezone: str
    own: bool = False  # the file is an export of ours
    activity: tuple[str, ...] = (NAME,)
    case: str = NAME
    columns: Mapping[str, str] = field(default_factory=lambda: dict(COLUMNS | OWN_COLUMNS))
    names: Mapping[str, str] = field(default_factory=dict)
    trace_defaults: Mapping[str, Attribute] = field(default_factory=dict)
    event_defaults: Mapping[str, Attribute] = field(default_factory=dict)

    def as_attribute(self) -> dict[str, Attribute]:
        """Return by which keys the file was read."""
        keys = {column: key for key, column in self.columns.items() if not key.startswith("retrofit:")}
        activity = JOINED_BY.join(self.activity)
        return {**keys, "case": self.case, "activity": activity, "timezone": self.timezone}
