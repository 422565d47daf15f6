"""Foreign labels and names on their way into the log, as a person's choices translate them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from eventlogs.attributes import decode, encode
from eventlogs.events import Attribute
from eventlogs.exchange.lifecycles import translated

OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Labels:
    """Translations: of the texts of event columns, of names of case attributes, and of outcomes."""

    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    case_attributes: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)

    def events(self, rows: pa.Table) -> pa.Table:
        """Return events with their labels translated."""
        for column, words in self.columns.items():
            if words:
                place = rows.schema.get_field_index(column)
                rows = rows.set_column(place, column, translated(rows[column].combine_chunks(), words))
        return rows

    def objects(self, rows: pa.Table, case_type: str) -> pa.Table:
        """Return objects, those that are cases with their attributes renamed and their outcome translated."""
        if not (self.case_attributes or self.outcomes):
            return rows
        types, given = rows["object_type"].to_pylist(), rows["attributes"].to_pylist()
        attributes = [
            encode(self._of_case(decode(text))) if type_ == case_type else text
            for type_, text in zip(types, given, strict=True)
        ]
        place = rows.schema.get_field_index("attributes")
        return rows.set_column(place, "attributes", pa.array(attributes, pa.string()))

    def _of_case(self, attributes: dict[str, Attribute]) -> dict[str, Attribute]:
        renamed = {self.case_attributes.get(name, name): value for name, value in attributes.items()}
        outcome = renamed.get(OUTCOME)
        if isinstance(outcome, str):
            renamed[OUTCOME] = self.outcomes.get(outcome, outcome)
        return renamed
