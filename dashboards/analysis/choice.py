"""Which cases of which log an analyst looks at: read from the address and kept in every link of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from eventlogs.errors import EventLogError
from eventlogs.told_times import told_day
from mining.cases.case_filter import CaseFilter

LOG = "log"
CASES = "/analysis/cases"
ARC = "\x1f"  # between the two activities of a path, since no activity's name holds it
CONDITIONS = ("where", "from", "to", "with", "without", "path", "nopath", "variant")

Condition = tuple[str, str]


class ChoiceError(EventLogError):
    """A condition in the address cannot be understood."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A log and the conditions of which cases must fulfil all, each a name and a value of the address."""

    log: str
    conditions: tuple[Condition, ...] = ()

    @classmethod
    def of(cls, parameters: QueryParams, otherwise: str) -> "Choice":
        """Return what an address chooses; of the log `otherwise` where it names none."""
        found = [(name, value) for name, value in parameters.multi_items() if name in CONDITIONS and value]
        return cls(parameters.get(LOG) or otherwise, tuple(dict.fromkeys(found)))

    def with_(self, *conditions: Condition) -> "Choice":
        """Return the choice with further conditions."""
        return replace(self, conditions=tuple(dict.fromkeys((*self.conditions, *conditions))))

    def without(self, condition: Condition) -> "Choice":
        """Return the choice without one of its conditions."""
        return replace(self, conditions=tuple(one for one in self.conditions if one != condition))

    def all_cases(self) -> "Choice":
        """Return the choice of all cases of the log."""
        return replace(self, conditions=())

    def pairs(self) -> tuple[Condition, ...]:
        """Return names and values of the address, the log first."""
        return ((LOG, self.log), *self.conditions)

    def address(self, path: str, more: Iterable[tuple[str, str]] = ()) -> str:
        """Return the address of a page that shows this choice."""
        return f"{path}?{urlencode([*self.pairs(), *more])}"

    def cases(self, *asked: Condition) -> str:
        """Return the address of the list of the chosen cases, or of those that a selection asks for."""
        return self.address(CASES, asked)

    def cases_with(self, activity: str) -> str:
        """Return the address of those that do an activity."""
        return self.with_(("with", activity)).cases()

    def cases_along(self, source: str, target: str) -> str:
        """Return the address of those that go from one activity to the next."""
        return self.with_(("path", arc(source, target))).cases()

    def case(self, case_id: str) -> str:
        """Return the address of one case."""
        return self.address(f"{CASES}/one", [("case", case_id)])

    def case_filter(self) -> CaseFilter:
        """Return what mining understands."""
        return CaseFilter(
            where=tuple(_attribute_value(value) for value in self._of("where")),
            started_from=_day(max(self._of("from"), default=None)),
            started_to=_day(min(self._of("to"), default=None)),
            with_activities=tuple(self._of("with")),
            without_activities=tuple(self._of("without")),
            with_arcs=tuple(_arc(value) for value in self._of("path")),
            without_arcs=tuple(_arc(value) for value in self._of("nopath")),
            variants=tuple(_number(value) for value in self._of("variant")),
        )

    def _of(self, name: str) -> Iterator[str]:
        return (value for known, value in self.conditions if known == name)


def arc(source: str, target: str) -> str:
    """Return a path from one activity to the next as a condition's value."""
    return f"{source}{ARC}{target}"


def _attribute_value(written: str) -> tuple[str, str]:
    attribute, equals, value = written.partition("=")
    if not equals or not attribute:
        raise ChoiceError("the condition {value!r} is not written attribute=value", value=written)
    return attribute, value


def _arc(written: str) -> tuple[str, str]:
    source, between, target = written.partition(ARC)
    if not between:
        raise ChoiceError("the path {value!r} does not name two activities", value=written)
    return source, target


def _day(written: str | None) -> date | None:
    return None if written is None else told_day(written)


def _number(written: str) -> int:
    if not (written.isascii() and written.isdecimal()):
        raise ChoiceError("{value!r} is not the number of a variant", value=written)
    return int(written)
