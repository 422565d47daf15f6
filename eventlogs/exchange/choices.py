"""What a person has chosen about a file to be imported; what is not chosen is guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from eventlogs.events import Attribute
from eventlogs.exchange.labels import Labels

ZONE_OF_NAIVE_TIMES = "Asia/Shanghai"
NAIVE_TIMES = "times without a zone are read as those of {zone}; choose another with --timezone ZONE"


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """Columns (or attribute keys) by what they hold, and the translations of foreign labels into our keys.

    `classifier` is a classifier that the file names, or attribute keys joined by spaces.
    """

    case: str | None = None
    activity: str | None = None
    time: str | None = None
    start_time: str | None = None
    resource: str | None = None
    role: str | None = None
    city: str | None = None
    outcome: str | None = None
    lifecycle: str | None = None
    classifier: str | None = None
    timezone: str | None = None
    sheet: str | None = None
    date_order: str | None = None  # dmy or mdy, of dates that end with the year
    activity_labels: Mapping[str, str] = field(default_factory=dict)
    role_labels: Mapping[str, str] = field(default_factory=dict)
    outcome_labels: Mapping[str, str] = field(default_factory=dict)
    lifecycle_labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def labels(self) -> Labels:
        """The translations that apply to every format."""
        columns = {
            "activity": self.activity_labels,
            "role": self.role_labels,
            "lifecycle": self.lifecycle_labels,
        }
        names = {key: name for key, name in ((self.city, "city"), (self.outcome, "outcome")) if key}
        return Labels(columns, names, self.outcome_labels)

    def as_attribute(self) -> dict[str, Attribute]:
        """Return what was chosen, as the log's source keeps it."""
        chosen: dict[str, Attribute] = {}
        for it in fields(self):
            value = getattr(self, it.name)
            if value:
                chosen[it.name] = dict(value) if isinstance(value, Mapping) else value
        return chosen
