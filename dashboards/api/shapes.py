"""JSON schemas as people read them: a word for what a value is, and an example of the whole."""

from collections.abc import Iterator, Mapping
from typing import Any

from eventlogs.language import say, sayable

Json = Any
_EXAMPLES: Mapping[str, Json] = {
    "date": "2026-05-01",
    "date-time": "2026-05-01T09:30:00+08:00",
    "string": "…",
    "integer": 0,
    "number": 0.5,
    "boolean": True,
    "null": None,
    "object": {},
    "array": [],
}
_WORDS: Mapping[str, str] = {
    "date": sayable("day, as 2026-05-01"),
    "date-time": sayable("moment, as 2026-05-01T09:30:00+08:00"),
    "binary": sayable("file"),
    "string": sayable("text"),
    "integer": sayable("whole number"),
    "number": sayable("a number"),
    "boolean": sayable("true or false"),
    "object": sayable("object"),
    "array": sayable("list"),
}


class Schemas:
    """The named schemas of a description, by which the others are read."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        self._named: Mapping[str, Any] = description["components"]["schemas"]

    def followed(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a schema, or the one that it names; of several that may be, the first that is not null."""
        if "$ref" in schema:
            return self.followed(self._named[schema["$ref"].rpartition("/")[2]])
        if "anyOf" in schema:
            likeliest: Mapping[str, Any] = next(
                (one for one in schema["anyOf"] if one != {"type": "null"}), {}
            )
            return {**self.followed(likeliest), **{k: v for k, v in schema.items() if k != "anyOf"}}
        return schema

    def word(self, schema: Mapping[str, Any]) -> str:
        """Return what a value is, in words."""
        found = self.followed(schema)
        if "enum" in found:
            return " | ".join(map(str, found["enum"]))
        kind = found.get("format") or found.get("type", "")
        if kind == "array":
            return say("list: {each}", each=self.word(found.get("items", {})))
        if "contentMediaType" in found:
            kind = "binary"
        kind = kind if kind in _WORDS else found.get("type", "")
        return say(_WORDS[kind]) if kind in _WORDS else say("any value")

    def example(self, schema: Mapping[str, Any]) -> Json:
        """Return a value of a schema."""
        found = self.followed(schema)
        if "examples" in found:
            return found["examples"][0]
        if "enum" in found:
            return found["enum"][0]
        if "properties" in found:
            return {name: self.example(inner) for name, inner in found["properties"].items()}
        if found.get("items"):
            return [self.example(found["items"])]
        if isinstance(found.get("additionalProperties"), dict):
            return {"…": self.example(found["additionalProperties"])}
        kind = found.get("format") or found.get("type", "null")
        kind = next((one for one in found["type"] if one != "null"), "null") if _is_list(found) else kind
        return _EXAMPLES.get(kind, _EXAMPLES.get(str(found.get("type")), None))

    def fields(self, schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
        """Yield the fields of an object: name, schema, and whether it must be given."""
        found = self.followed(schema)
        needed = found.get("required", ())
        for name, inner in found.get("properties", {}).items():
            yield name, inner, name in needed


def _is_list(schema: Mapping[str, Any]) -> bool:
    """Tell whether a schema allows several types."""
    return isinstance(schema.get("type"), list)
