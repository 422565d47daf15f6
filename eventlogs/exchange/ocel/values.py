"""OCEL 2.0's attribute types: how a value is read as its declared type, and written back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from eventlogs.attributes import decode_value
from eventlogs.events import Attribute

OcelType = Literal["string", "time", "integer", "float", "boolean", "json"]  # json: only in our own files
START = datetime(1970, 1, 1, tzinfo=UTC)  # OCEL's time for a value that an object has from the start

# Spellings seen in files beside the standard's five names, in lower case.
SPELLINGS: Mapping[str, OcelType] = {
    **dict.fromkeys(("string", "text", "varchar", "str", ""), "string"),
    **dict.fromkeys(("time", "date", "datetime", "timestamp"), "time"),
    **dict.fromkeys(("integer", "int", "bigint", "long"), "integer"),
    **dict.fromkeys(("float", "real", "double", "number", "numeric"), "float"),
    **dict.fromkeys(("boolean", "bool"), "boolean"),
}
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_NOTHING = frozenset({"", "null"})  # how files write "no value" where text cannot stand


@dataclass(frozen=True, slots=True)
class Declarations:
    """The types of a log with the types of their attributes, as its file declares them."""

    events: dict[str, dict[str, OcelType]] = field(default_factory=dict)
    objects: dict[str, dict[str, OcelType]] = field(default_factory=dict)

    def as_attribute(self) -> dict[str, Attribute]:
        """Return them as a log attribute, so that types without events or objects are kept too."""
        return {
            "event_types": {name: dict(types) for name, types in self.events.items()},
            "object_types": {name: dict(types) for name, types in self.objects.items()},
        }


class Values:
    """Reads values as their declared types; moments without an offset are of `timezone`."""

    def __init__(self, timezone: str) -> None:
        self._zone: tzinfo = UTC if timezone == "UTC" else ZoneInfo(timezone)
        self._readers: dict[str, Callable[[Any], Attribute]] = {
            "string": _string,
            "time": self.moment,
            "integer": _integer,
            "float": _float,
            "boolean": _boolean,
            "json": decode_value,
        }

    def read(self, value: Any, declared: OcelType) -> Attribute:
        """Return `value` as its declared type; raises `ValueError` where it is none of it."""
        if value is None:
            return None
        if declared != "string":
            if isinstance(value, list | dict) or (declared == "json" and not isinstance(value, str)):
                raise ValueError(value)
            if declared != "json" and value in _NOTHING:
                return None
        return self._readers[declared](value)

    def moment(self, text: Any) -> datetime:
        """Return an ISO 8601 moment, aware; raises `ValueError` where `text` is none."""
        moment = datetime.fromisoformat(str(text).strip())
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=self._zone)


def _string(value: Any) -> Attribute:
    return cast(Attribute, value)  # JSON may hold a number under "string": its own type says more


def _integer(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(value)
    return int(value)


def _float(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004 - both are "not of its declared type"
    return float(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    truth = _TRUTH.get(str(value).strip().lower())
    if truth is None:
        raise ValueError(value)
    return truth
