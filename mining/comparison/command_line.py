"""What to type to see the same cases of a log in the same way."""

from collections.abc import Iterable, Iterator, Sequence

from eventlogs.prepared import ALL_LIFECYCLES, LIVE_LIFECYCLES, PreparedLog
from mining.case_filter import CaseFilter, FilteredLog
from mining.levels import LevelledLog


def choice_words(prepared: PreparedLog) -> list[str]:
    """Return the options by which a person chose cases and level of a prepared log."""
    if isinstance(prepared, LevelledLog):
        own = ["--level", prepared.level, *(["--collapse"] if prepared.collapsed else [])]
        return choice_words(prepared.whole) + own
    if isinstance(prepared, FilteredLog):
        return choice_words(prepared.whole) + list(_filter_words(prepared.case_filter))
    choice, words = prepared.choice, []
    if choice.object_type != choice.case_type:
        words += ["--object-type", choice.object_type]
    usual = LIVE_LIFECYCLES if prepared.log.kind == "live" else None
    if choice.lifecycles != usual:
        for lifecycle in choice.lifecycles or ALL_LIFECYCLES:
            words += ["--lifecycle", lifecycle]
    return words


def _filter_words(chosen: CaseFilter) -> Iterator[str]:
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
            yield from (name, *value)
