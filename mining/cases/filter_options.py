"""The options of every mining command: what makes a case, and which of the cases are looked at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from eventlogs.case_options import case_options
from eventlogs.commands import option
from eventlogs.console import Answer, members
from eventlogs.language import say
from eventlogs.told_times import DayText

if TYPE_CHECKING:
    from eventlogs.prepared import PreparedLog
    from eventlogs.storage import Ledger
    from mining.cases.case_filter import FilteredLog
    from mining.cases.levels import Level, LevelledLog

_FIELDS = (
    "where",
    "started_from",
    "started_to",
    "with_activities",
    "without_activities",
    "with_arcs",
    "without_arcs",
    "variants",
)


by_attribute = option(
    "--by",
    metavar="ATTRIBUTE",
    help="Also part the cases by an attribute, such as city; of events the first.",
)


class Condition(click.ParamType[tuple[str, str]]):
    """An attribute and a value, written `attribute=value`."""

    name = "condition"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return attribute and value."""
        attribute, equals, wanted = str(value).partition("=")
        if not equals or not attribute.strip():
            self.fail(say("'{value}' is not written attribute=value", value=value), param, ctx)
        return attribute.strip(), wanted.strip()


_OPTIONS = (
    option(
        "--where",
        type=Condition(),
        multiple=True,
        metavar="ATTRIBUTE=VALUE",
        help="Only cases with this value, such as city=Shanghai or outcome=failed; given again for the same "
        "attribute any of the values will do, and for another attribute both must hold.",
    ),
    option(
        "--from",
        "started_from",
        type=DayText(),
        help="Only cases that began on this day or later.",
    ),
    option(
        "--to",
        "started_to",
        type=DayText(),
        help="Only cases that began on this day or earlier.",
    ),
    option(
        "--with",
        "with_activities",
        multiple=True,
        metavar="ACTIVITY",
        help="Only cases in which this activity happened.",
    ),
    option(
        "--without",
        "without_activities",
        multiple=True,
        metavar="ACTIVITY",
        help="Only cases in which this activity did not happen.",
    ),
    option(
        "--with-path",
        "with_arcs",
        multiple=True,
        nargs=2,
        metavar="ACTIVITY NEXT",
        help="Only cases in which the second activity directly followed the first.",
    ),
    option(
        "--without-path",
        "without_arcs",
        multiple=True,
        nargs=2,
        metavar="ACTIVITY NEXT",
        help="Only cases in which the second activity never directly followed the first.",
    ),
    option(
        "--variant",
        "variants",
        multiple=True,
        type=click.IntRange(min=1),
        metavar="N",
        help="Only cases of this variant, numbered as `mine variants` lists those of the whole log.",
    ),
)


class LogChoice:
    """What of a log a person wants to see; a command asks it for the prepared log."""

    def __init__(
        self, object_type: str | None, lifecycles: tuple[str, ...], wanted: Mapping[str, Any]
    ) -> None:
        self._object_type = object_type
        self._lifecycles = lifecycles or None
        self._wanted = wanted
        self.filtered: FilteredLog | None = None
        self.levelled: LevelledLog | None = None

    def prepared(
        self,
        ledger: "Ledger",
        log: str,
        *,
        lifecycles: tuple[str, ...] | None = None,
        level: "Level" = "activity",
        collapsed: bool = False,
    ) -> "PreparedLog":
        """Return the chosen cases of the log, seen at a level; `lifecycles` unless others are asked for."""
        from eventlogs.prepared import prepare
        from mining.cases.case_filter import CaseFilter, FilteredLog, filtered
        from mining.cases.levels import LevelledLog, at_level

        whole = prepare(ledger, log, self._object_type, lifecycles=self._lifecycles or lifecycles)
        some = filtered(whole, CaseFilter(**self._wanted))
        found = at_level(some, level, collapsed=collapsed)
        self.filtered = some if isinstance(some, FilteredLog) else None
        self.levelled = found if isinstance(found, LevelledLog) else None
        return found

    def titled(self, title: str) -> str:
        """Return the title of a picture, with what was chosen of the log."""
        parts = [title, *(part.as_text() for part in (self.filtered, self.levelled) if part)]
        return say(", ").join(parts)


@dataclass(frozen=True)
class ChosenAnswer:
    """An answer on a part of a log, which says on which."""

    answer: Answer
    filtered: "FilteredLog | None"
    levelled: "LevelledLog | None"

    @property
    def exit_status(self) -> int:
        """The answer's own."""
        return getattr(self.answer, "exit_status", 0)

    def as_text(self) -> str:
        """Return the answer under a line that says of which cases it is, and one for the level."""
        heads = [part.as_text() for part in (self.filtered, self.levelled) if part]
        return "\n".join([*heads, "", self.answer.as_text()])

    def as_data(self) -> dict[str, object]:
        """Return the answer's members, the `filter` and the `level`."""
        data = members(self.answer)
        if self.filtered:
            counts = {"cases": self.filtered.n_cases, "of_cases": self.filtered.n_all_cases}
            data |= {"filter": members(self.filtered.case_filter) | counts}
        if self.levelled:
            data |= {"level": self.levelled.level, "collapsed": self.levelled.collapsed}
        return data


def filter_options(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Give a mining command the options that choose cases; it is handed a `LogChoice` as `choice`.

    It stands below `answers`, whose answer then says of how many of the cases it is.
    """

    @wraps(callback)
    def command(
        *args: Any, object_type: str | None, lifecycles: tuple[str, ...], **settings: Any
    ) -> Answer | None:
        wanted = {name: settings.pop(name) for name in _FIELDS}
        choice = LogChoice(object_type, lifecycles, wanted)
        answer: Answer | None = callback(*args, choice=choice, **settings)
        if answer and (choice.filtered or choice.levelled):
            return ChosenAnswer(answer, choice.filtered, choice.levelled)
        return answer

    with_options: Callable[..., Any] = command
    for add in reversed(_OPTIONS):
        with_options = add(with_options)
    return case_options(with_options)


def level_options(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--level` and `--collapse`, handed over as `level` and `collapsed`."""
    by_level = option(
        "--level",
        type=click.Choice(["activity", "role", "tool"]),
        default="activity",
        show_default=True,
        help="See each event as its activity, as the role that did it, or as the tool that was used.",
    )
    by_run = option(
        "--collapse",
        "collapsed",
        is_flag=True,
        help="Count several of the same directly after one another as one.",
    )
    return by_level(by_run(callback))
