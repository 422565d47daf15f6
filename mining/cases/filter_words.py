"""What a person types into a filter, found among a log's words: by key, or by Chinese or English label."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from eventlogs.amounts import number_text
from eventlogs.case_attributes import UnknownAttributeError
from eventlogs.errors import EventLogError
from eventlogs.events import Attribute
from eventlogs.language import LANGUAGES, say, sayable, speaking
from eventlogs.prepared import Connection, PreparedLog
from eventlogs.sql_files import sql
from eventlogs.words import activity_label, labelled_attribute, value_label
from mining.cases.case_endings import city_key
from mining.cases.case_groups import group_values

_ACTIVITIES = "SELECT name, code FROM activity_code ORDER BY code"
# How a case stands where it is not by an outcome of the vocabulary.
STATES = {
    "completed": sayable("completed"),
    "failed": sayable("failed"),
    "halted": sayable("halted"),
    "running": sayable("running"),
    "ended": sayable("ended otherwise"),
    "silent": sayable("silent"),
}
_NAMED = 20  # of what there is, in a refusal


class UnknownFilterWordError(EventLogError):
    """A filter names what no case of the log has."""


def attribute_key(prepared: PreparedLog, typed: str) -> tuple[str, int]:
    """Return name and number of an attribute; `UnknownAttributeError` names those there are."""
    number, key = prepared.attribute(typed), labelled_attribute(typed)
    try:
        meant = prepared.attribute(key) == number
    except UnknownAttributeError:
        meant = False
    return key if meant else typed, number


def attribute_codes(connection: Connection, name: str, number: int, typed: str) -> tuple[str, list[int]]:
    """Return a value as the log has it and its codes; a typed '' is the lack of one."""
    if not typed:
        return "", [0]
    found = group_values(connection, number)
    values = {code: _plain(value) for code, value in found.items() if code}
    codes = [code for code, value in values.items() if value == typed]
    codes = codes or [code for code, value in values.items() if _is_value(name, value, typed)]
    if not codes:
        raise UnknownFilterWordError(
            "no case has the {attribute} {value}; there are: {values}",
            attribute=name,
            value=typed,
            values=_enumerated(values.values(), lambda value: value_label(name, value)),
        )
    return values[codes[0]], codes


def standing_word(connection: Connection, typed: str) -> str:
    """Return an outcome recorded in `norm_case`, or one of `STATES`."""
    recorded = connection.execute(
        "SELECT DISTINCT word FROM norm_case WHERE word IS NOT NULL ORDER BY word"
    ).fetchall()
    words: list[str] = [word for (word,) in recorded]
    words += [state for state in STATES if state not in words]
    for word in words:
        if _is_called(word, standing_label, typed) or _is_value("outcome", word, typed):
            return word
    raise UnknownFilterWordError(
        "no case has the {attribute} {value}; there are: {values}",
        attribute="outcome",
        value=typed,
        values=_enumerated(words, standing_label),
    )


def standing_label(word: str) -> str:
    """Return an outcome, or how a case stands, in the current language."""
    return say(STATES[word]) if word in STATES else value_label("outcome", word)


def activity_codes(prepared: PreparedLog, connection: Connection) -> Callable[[str], tuple[str, int]]:
    """Return a function from what is typed to an activity's name and code."""
    codes: Mapping[str, int] = dict(connection.execute(_ACTIVITIES).fetchall())

    def found(typed: str) -> tuple[str, int]:
        name = typed if typed in codes else None
        name = name or next((key for key in codes if _is_called(key, activity_label, typed)), None)
        if name is None:
            raise UnknownFilterWordError(
                "the log {log} has no activity {activity}; it has: {activities}",
                log=prepared.log.name,
                activity=typed,
                activities=_enumerated(codes, activity_label),
            )
        return name, codes[name]

    return found


def variant_numbers(prepared: PreparedLog, connection: Connection, ranks: Iterable[int]) -> list[int]:
    """Return the variants that are listed under `ranks`, counted from 1."""
    listed = [number for (number,) in connection.execute(sql("filters/ranked_variants", "mining")).fetchall()]
    for rank in ranks:
        if not 1 <= rank <= len(listed):
            raise UnknownFilterWordError(
                "the log {log} has no variant {rank}; its variants are numbered from 1 to {n}",
                log=prepared.log.name,
                rank=rank,
                n=len(listed),
            )
    return sorted(listed[rank - 1] for rank in set(ranks))


def _is_value(attribute: str, value: str, typed: str) -> bool:
    if attribute == "city" and city_key(value) == city_key(typed):
        return True
    return _is_called(value, lambda key: value_label(attribute, key), typed)


def _is_called(key: str, label: Callable[[str], str], typed: str) -> bool:
    return typed.strip().casefold() in {called.casefold() for called in _labels(key, label)}


def _labels(key: str, label: Callable[[str], str]) -> Iterator[str]:
    yield key
    for language in LANGUAGES:
        with speaking(language):
            yield label(key)


def _plain(value: Attribute) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _enumerated(words: Iterable[str], label: Callable[[str], str]) -> str:
    """Return the first words there are; keys stand beside labels that differ."""
    listed = list(words)
    named = ", ".join(word if label(word) == word else f"{word} ({label(word)})" for word in listed[:_NAMED])
    more = len(listed) - _NAMED
    return named + (say(" and {n} more", n=number_text(more)) if more > 0 else "")
