"""What to type to see the same cases of a log in the same way."""

from collections.abc import Iterable, Iterator, Sequence

from eventlogs.prepared import ALL_LIFECYCLES, LIVE_LIFECYCLES, PreparedLog
from mining.cases.case_filter import CaseFilter, FilteredLog
from mining.cases.levels import LevelledLog


def choice_words(logs: Sequence[PreparedLog]) -> list[str]:
    """Return the options by which a person chose cases and level of logs; each holds for all of them.

    What was typed can stand for another word in each log, and what is usual of a log goes without saying.
    """
    chosen = dict.fromkeys(words for prepared in logs for words in _options(prepared))
    return [word for words in chosen for word in words]


def _options(prepared: PreparedLog) -> Iterator[tuple[str, ...]]:
    if isinstance(prepared, LevelledLog):
        yield from _options(prepared.whole)
        yield ("--level", prepared.level)
        if prepared.collapsed:
            yield ("--collapse",)
        return
    if isinstance(prepared, FilteredLog):
        yield from _options(prepared.whole)
        yield from _filter_words(prepared.case_filter)
        return
    choice = prepared.choice
    if choice.object_type != choice.case_type:
        yield ("--object-type", choice.object_type)
    usual = LIVE_LIFECYCLES if prepared.log.kind == "live" else None
    if choice.lifecycles != usual:
        for lifecycle in choice.lifecycles or ALL_LIFECYCLES:
            yield ("--lifecycle", lifecycle)


def _filter_words(chosen: CaseFilter) -> Iterator[tuple[str, ...]]:
    days = (("--from", chosen.started_from), ("--to", chosen.started_to))
    given: list[tuple[str, Iterable[Sequence[str]]]] = [
        ("--where", [(f"{attribute}={value}",) for attribute, value in chosen.where]),
        *((name, [(str(day),)]) for name, day in days if day is not None),
        ("--with", [(activity,) for activity in chosen.with_activities]),
        ("--without", [(activity,) for activity in chosen.without_activities]),
        ("--with-path", chosen.with_arcs),
        ("--without-path", chosen.without_arcs),
        ("--variant", [(str(variant),) for variant in chosen.variants]),
    ]
    for name, values in given:
        for value in values:
            yield (name, *value)
