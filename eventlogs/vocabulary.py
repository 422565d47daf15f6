"""The words of a lift project: activities, roles, tools, outcomes and the rest, with labels and basis.

The words stand in `vocabulary/*.toml`, one file a kind. Keys are what the log stores; labels exist only
where people read. A leadership tool is an attribute of *(activity, role)*, not of the activity alone.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Literal, get_args

from eventlogs.errors import UnknownTermError, VocabularyError
from eventlogs.language import Language, current_language

Kind = Literal[
    "activities",
    "phases",
    "chains",
    "roles",
    "leadings",
    "tools",
    "outcomes",
    "hold_causes",
    "lifecycle",
    "object_types",
    "cities",
    "confidence",
    "sources",
]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a term rests on: a sentence of the paper or a rule; `source` is an interview code or a number."""

    kind: str
    source: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """Who may do an activity: in which role and with which tool, or in which way the party branch leads."""

    role: str
    zh: str
    en: str
    tool: str | None = None
    leading: str | None = None
    confidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word of the vocabulary."""

    key: str
    zh: str
    en: str
    basis: tuple[Basis, ...] = ()

    def label(self, language: Language | None = None) -> str:
        """Return the label in `language`, or in the current one."""
        return self.zh if (language or current_language()) == "zh" else self.en

    def __str__(self) -> str:
        """Return the label in the language of the sentence that it stands in."""
        return self.label()


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Term):
    """A kind of event. `short` abbreviates it in two Chinese characters; `by` lists the usual actor first."""

    short: str
    phase: str
    confidence: str
    by: tuple[Performance, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Term):
    """As what someone acts."""

    chain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(Term):
    """A tool of leadership, and the role it mainly belongs to."""

    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Term):
    """How a project ends: `ending` is success, failure or halt; `withdrawn` if somebody it needs left."""

    ending: str
    confidence: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition(Term):
    """A lifecycle transition; `standard` if XES has it."""

    standard: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained(Term):
    """A term that a note explains or cites in full."""

    zh_note: str
    en_note: str

    def note(self, language: Language | None = None) -> str:
        """Return the note in `language`, or in the current one."""
        return self.zh_note if (language or current_language()) == "zh" else self.en_note


Vocabulary = Mapping[Kind, Mapping[str, Term]]

_CLASSES: Mapping[str, type[Term]] = {
    "activities": Activity,
    "roles": Role,
    "tools": Tool,
    "outcomes": Outcome,
    "lifecycle": Transition,
    "confidence": Explained,
    "sources": Explained,
}
_REFERENCES: Mapping[str, Kind] = {
    "phase": "phases",
    "chain": "chains",
    "role": "roles",
    "tool": "tools",
    "leading": "leadings",
    "confidence": "confidence",
    "kind": "sources",
}


@cache
def vocabulary() -> Vocabulary:
    """Return the whole vocabulary."""
    return read_vocabulary(files("eventlogs") / "vocabulary")


def terms(kind: Kind) -> Mapping[str, Term]:
    """Return the terms of one kind by their keys, in the order of their file."""
    return vocabulary()[kind]


def term(kind: Kind, key: str) -> Term:
    """Return one term; `UnknownTermError` names the nearest ones."""
    known = terms(kind)
    if key in known:
        return known[key]
    near = sorted(known.values(), key=lambda found: _likeness(key, found), reverse=True)[:3]
    raise UnknownTermError(
        "'{key}' is not in the vocabulary of {kind}; near it are: {near}; "
        "`retrofit vocabulary {kind}` lists all",
        key=key,
        kind=kind.replace("_", "-"),
        near=", ".join(f"{found.key} ({found.label()})" for found in near),
    )


def label(kind: Kind, key: str, language: Language | None = None) -> str:
    """Return a term's label in the current language; a foreign log's own word stays as it is."""
    known = terms(kind).get(key)
    return known.label(language) if known else key


def activity(key: str) -> Activity:
    """Return one activity."""
    found = term("activities", key)
    assert isinstance(found, Activity)
    return found


def activities() -> tuple[Activity, ...]:
    """Return all activities in the order in which a project usually comes to them."""
    return tuple(found for found in terms("activities").values() if isinstance(found, Activity))


def tool_of(activity_key: str, role: str | None) -> str | None:
    """Return the tool that `role` uses in an activity; None if it uses none, or the activity is not ours.

    >>> tool_of("set_cost_sharing", "action_leader"), tool_of("set_cost_sharing", "opinion_leader")
    ('joint_decision', 'will_unification')
    """
    known = terms("activities").get(activity_key)
    ways = known.by if isinstance(known, Activity) else ()
    return next((done.tool for done in ways if done.role == role), None)


def read_vocabulary(directory: Traversable) -> Vocabulary:
    """Return the vocabulary in a directory's files; `VocabularyError` names file and key of a fault."""
    read: dict[Kind, Mapping[str, Term]] = {}
    for kind in KINDS:
        file = directory / f"{kind}.toml"
        try:
            tables = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, RecursionError) as fault:
            raise VocabularyError(
                "{file}: not readable as TOML: {fault}", file=file.name, fault=fault
            ) from fault
        term_class = _CLASSES.get(kind, Term)
        read[kind] = MappingProxyType(
            {key: _built(term_class, {"key": key, **table}, file.name, key) for key, table in tables.items()}
        )
    _check_references(read)
    return MappingProxyType(read)


def _likeness(word: str, found: Term) -> float:
    """Return how alike a word is to a term's key, the key's likest word or one of its labels: 0 to 1."""
    parts = (found.key, *found.key.split("_"), found.zh, found.en.lower())
    return max(SequenceMatcher(None, word.lower(), part).ratio() for part in parts)


def _built(shape: type[Any], table: Mapping[str, Any], file: str, key: str) -> Any:
    """Return a value of a dataclass from a TOML table with exactly its fields."""
    known = {field.name for field in fields(shape)}
    needed = {field.name for field in fields(shape) if field.default is MISSING}
    if wrong := (table.keys() - known) | (needed - table.keys()):
        raise VocabularyError(
            "{file}: '{key}' must have the fields {needed} and may have {known}; look at: {wrong}",
            file=file,
            key=key,
            needed=", ".join(sorted(needed)),
            known=", ".join(sorted(known - needed)),
            wrong=", ".join(sorted(wrong)),
        )
    inner: Mapping[str, type[Any]] = {"basis": Basis, "by": Performance}
    values = {
        name: tuple(_built(inner[name], one, file, key) for one in value) if name in inner else value
        for name, value in table.items()
    }
    return shape(**values)


def _check_references(read: Vocabulary) -> None:
    """Refuse a term that names another which does not exist."""
    for kind, known in read.items():
        for key, found in known.items():
            for name, value in _named_by(found):
                if value not in read[_REFERENCES[name]]:
                    raise VocabularyError(
                        "{file}: '{key}' names the {name} '{value}'; known are: {known}",
                        file=f"{kind}.toml",
                        key=key,
                        name=name,
                        value=value,
                        known=", ".join(read[_REFERENCES[name]]),
                    )


def _named_by(found: Term) -> Iterator[tuple[str, str]]:
    """Yield the other terms that a term names, as (field, key)."""
    for part in (found, *found.basis, *getattr(found, "by", ())):
        for name in _REFERENCES:
            if value := getattr(part, name, None):
                yield name, value
