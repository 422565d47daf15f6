"""What our own XES extension says of an event: its evidence, linked objects and their changes."""

from eventlogs.attributes import encode, encode_value
from eventlogs.events import Attribute
from eventlogs.exchange.xes.values import Element, value_of


def evidence_json(element: Element, timezone: str) -> str:
    """Return an event's evidence as JSON."""
    value = value_of(element, timezone)
    return encode(value) if isinstance(value, dict) else encode({"document": value})


def link_rows(element: Element, timezone: str) -> list[dict[str, str]]:
    """Return an event's linked objects."""
    names = ("object_id", "object_type", "qualifier")
    return [{name: str(link.get(name, "")) for name in names} for link in _maps(element, timezone)]


def change_rows(element: Element, timezone: str) -> list[dict[str, str]]:
    """Return the attribute values that objects take with an event."""
    return [
        {
            "object_id": str(change.get("object_id", "")),
            "name": str(change.get("name", "")),
            "value": encode_value(change.get("value")),
        }
        for change in _maps(element, timezone)
    ]


def _maps(element: Element, timezone: str) -> list[dict[str, Attribute]]:
    value = value_of(element, timezone)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
