"""How an XES file's attribute keys are read: as chosen, else by the standard, else by its classifier."""

from pathlib import Path

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.choices import ZONE_OF_NAIVE_TIMES, ImportChoices
from eventlogs.exchange.classifiers import keys_of
from eventlogs.exchange.file_read import Note
from eventlogs.exchange.xes.head_reader import XesHeader, XesPlan
from eventlogs.exchange.xes.names import COLUMNS, NAME, OWN_COLUMNS, SET_ASIDE

NAME_KEPT_AS = "name"  # the attribute that keeps `concept:name` where another key names the activity


def plan_for(
    header: XesHeader, event_keys: list[set[str]], choices: ImportChoices, path: Path
) -> tuple[XesPlan, list[Note]]:
    """Return the plan and what to tell about it; `event_keys` are those of the events of the first trace."""
    notes: list[Note] = []
    activity = _chosen_activity(header, event_keys, choices, path) or _guessed_activity(
        header, event_keys, notes
    )
    columns = dict(COLUMNS)
    chosen = {
        "lifecycle": choices.lifecycle,
        "role": choices.role,
        "actor": choices.resource,
        "occurred_at": choices.time,
    }
    for column, key in chosen.items():
        if key is not None:
            columns = {other: named for other, named in columns.items() if named != column} | {key: column}
    names = (SET_ASIDE if header.own else {}) | {
        key: name
        for key, name in ((choices.city, "city"), (choices.outcome, "outcome"))
        if key and key != name
    }
    if activity != (NAME,):
        del columns[NAME]
        names[NAME] = NAME_KEPT_AS
    plan = XesPlan(
        timezone=choices.timezone or ZONE_OF_NAIVE_TIMES,
        own=header.own,
        activity=activity,
        case=choices.case or NAME,
        columns=columns | OWN_COLUMNS,
        names=names,
        trace_defaults=header.trace_globals,
        event_defaults=header.event_globals,
    )
    return plan, notes


def _chosen_activity(
    header: XesHeader, event_keys: list[set[str]], choices: ImportChoices, path: Path
) -> tuple[str, ...]:
    if choices.activity:
        return (choices.activity,)
    if choices.classifier is None:
        return ()
    if choices.classifier in header.classifiers:
        return keys_of(header.classifiers[choices.classifier], header.event_globals)
    known = set(header.event_globals).union(COLUMNS, *event_keys)
    keys = keys_of(choices.classifier, known)
    if not set(keys) <= known:
        raise ImportRefusedError(
            "{file} has no classifier {classifier}; it has {known}, and any of the keys {keys} can be named",
            file=path,
            classifier=choices.classifier,
            known=", ".join(sorted(header.classifiers)) or "-",
            keys=", ".join(sorted(known)),
        )
    return keys


def _guessed_activity(header: XesHeader, event_keys: list[set[str]], notes: list[Note]) -> tuple[str, ...]:
    if NAME in header.event_globals or not event_keys or any(NAME in keys for keys in event_keys):
        return (NAME,)
    for name, text in header.classifiers.items():
        keys = keys_of(text, header.event_globals)
        if keys and all(set(keys) <= of_event | set(header.event_globals) for of_event in event_keys):
            notes.append(
                (
                    "the events have no concept:name; the file's classifier {name} gives their activities",
                    {"name": name},
                )
            )
            return keys
    return (NAME,)
