"""A step's form as fields that a page can draw: from its JSON schema, values and faults.

Field names are the places of pydantic's faults, `ballots.0.choice`, so each fault stands beside its field.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Kind = Literal[
    "text", "long", "lines", "integer", "decimal", "day", "yes_no", "choice", "choices", "rows", "group"
]
Schema = Mapping[str, Any]
NUMBER = "__n__"  # stands for a row's number in the pattern of a row
_LONG = frozenset({"note", "explanation", "terms", "contribution", "promise", "reason"})
_IDENTITY = frozenset({"household", "floor", "area"})  # what a row that is given is about


@dataclass(frozen=True)
class Choice:
    """One choice: what is sent, and what people read."""

    value: str
    title: str


@dataclass(frozen=True)
class Field:
    """One field of a form."""

    name: str
    title: str
    kind: Kind
    note: str | None = None
    needed: bool = False
    value: Any = None
    faults: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    given: bool = False
    rows: tuple["Row", ...] = ()
    pattern: "Row | None" = None

    @property
    def id(self) -> str:
        """The field's id on the page."""
        return f"f-{self.name.replace('.', '-')}"

    @property
    def last(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]

    @property
    def is_wrong(self) -> bool:
        """Whether something in it is wrong."""
        return bool(self.faults) or any(one.is_wrong for row in self.rows for one in row.fields)


@dataclass(frozen=True)
class Row:
    """One row of a list of like entries; `given` where the rows are those of the register."""

    number: str
    fields: tuple[Field, ...]
    given: bool = False

    @property
    def identity(self) -> tuple[Field, ...]:
        """The fields that say what the row is about, where that is given."""
        return tuple(one for one in self.fields if self.given and one.last in _IDENTITY)

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields that are filled in."""
        return tuple(one for one in self.fields if not (self.given and one.last in _IDENTITY))


@dataclass(frozen=True)
class Known:
    """What the project tells a form: choices of fields by their last name, and lists whose rows are given."""

    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    given: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def fields_of(
    schema: Schema, values: Mapping[str, Any], faults: Mapping[str, Sequence[str]], known: Known
) -> tuple[Field, ...]:
    """Return the fields of a form."""
    return _Form(schema.get("$defs", {}), faults, known).fields(schema, values, "")


@dataclass(frozen=True)
class _Form:
    definitions: Schema
    faults: Mapping[str, Sequence[str]]
    known: Known

    def fields(self, schema: Schema, values: Mapping[str, Any], place: str) -> tuple[Field, ...]:
        needed = set(schema.get("required", ()))
        found = (
            self._field(f"{place}{name}", part, values.get(name, part.get("default")), name in needed)
            for name, part in schema.get("properties", {}).items()
        )
        return tuple(found)

    def _field(self, name: str, part: Schema, value: Any, needed: bool) -> Field:
        shape = self._shape(part)
        plain = Field(
            name,
            str(part.get("title") or shape.get("title") or name),
            self._kind(name, shape),
            note=part.get("description"),
            needed=needed,
            value=value,
            faults=tuple(self.faults.get(name, ())),
            choices=self._choices(name, shape),
        )
        if plain.kind == "group":
            inner = self.fields(shape, value if isinstance(value, Mapping) else {}, f"{name}.")
            return replace(plain, rows=(Row("", inner),))
        if plain.kind == "rows":
            return self._with_rows(plain, self._shape(shape["items"]))
        if plain.kind in {"choices", "lines"}:
            return replace(plain, faults=tuple(self._faults_within(name)))
        return plain

    def _with_rows(self, plain: Field, item: Schema) -> Field:
        given = self.known.given.get(plain.last)
        entries = plain.value if isinstance(plain.value, list) and plain.value else list(given or ())
        rows = tuple(
            Row(
                str(n),
                self.fields(item, entry if isinstance(entry, Mapping) else {}, f"{plain.name}.{n}."),
                given=given is not None,
            )
            for n, entry in enumerate(entries)
        )
        pattern = None if given is not None else Row(NUMBER, self.fields(item, {}, f"{plain.name}.{NUMBER}."))
        return replace(plain, rows=rows, pattern=pattern, given=given is not None)

    def _faults_within(self, name: str) -> Iterator[str]:
        for place, found in self.faults.items():
            if place == name or place.startswith(f"{name}."):
                yield from found

    def _shape(self, part: Schema) -> Schema:
        """Return what a value must be: references followed, the empty choice of an optional one left out."""
        if "$ref" in part:
            found: Schema = self.definitions[part["$ref"].rpartition("/")[2]]
            return found
        options = [self._shape(one) for one in part.get("anyOf", ()) if one.get("type") != "null"]
        return {**part, **options[0]} if options else part

    def _kind(self, name: str, shape: Schema) -> Kind:
        last = name.rpartition(".")[2]
        if shape.get("type") == "array":
            return self._kind_of_list(last, self._shape(shape["items"]))
        if "oneOf" in shape or last in self.known.choices:
            return "choice"
        if "enum" in shape:
            return "choice"
        if shape.get("format") == "date":
            return "day"
        kinds: dict[str, Kind] = {
            "boolean": "yes_no",
            "integer": "integer",
            "number": "decimal",
            "object": "group",
        }
        return kinds.get(str(shape.get("type")), "long" if last in _LONG else "text")

    def _kind_of_list(self, last: str, item: Schema) -> Kind:
        if item.get("type") == "object":
            return "rows"
        return "choices" if "oneOf" in item or last in self.known.choices else "lines"

    def _choices(self, name: str, shape: Schema) -> tuple[Choice, ...]:
        last = name.rpartition(".")[2]
        if last in self.known.choices:
            return tuple(self.known.choices[last])
        source = self._shape(shape["items"]) if shape.get("type") == "array" else shape
        if "oneOf" in source:
            return tuple(Choice(str(one["const"]), str(one["title"])) for one in source["oneOf"])
        return tuple(Choice(str(one), str(one)) for one in source.get("enum", ()))
