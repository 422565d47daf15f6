"""A study: the cases of a log that a visitor may see and has chosen, with the answers kept about them."""

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import TypeVar

from starlette.requests import Request

from dashboards.access.visitor import Visitor
from dashboards.analysis.choice import Choice, Condition
from dashboards.analysis.kept_answers import KeptAnswers
from dashboards.analysis.places import seen_by
from dashboards.engine import Engine
from eventlogs.language import current_language
from eventlogs.prepared import Connection, PreparedLog, prepare
from eventlogs.storage import Ledger
from mining.cases.case_filter import filtered
from mining.performance.spans import ALL

Answer = TypeVar("Answer")

_LOGS = "SELECT name FROM log WHERE kind = 'live' OR $imported ORDER BY name"
_SIZE = "SELECT count(*), coalesce(sum(n_events), 0)::BIGINT FROM trace"


class Study:
    """What one request looks at; nothing is computed before it is asked for."""

    def __init__(self, ledger: Ledger, answers: KeptAnswers, visitor: Visitor, choice: Choice) -> None:
        self.ledger = ledger
        self.visitor = visitor
        self.choice = choice
        self._answers = answers
        self._log = prepare(ledger, choice.log)

    @cached_property
    def whole(self) -> PreparedLog:
        """All cases of the log that the visitor may see."""
        return seen_by(self.visitor, self._log)

    @cached_property
    def prepared(self) -> PreparedLog:
        """The chosen cases."""
        return filtered(self.whole, self.choice.case_filter())

    @cached_property
    def acted(self) -> PreparedLog:
        """The chosen cases with offers, starts and holds, unless a condition would then mean more."""
        if not self.knows_starts:
            return self.prepared
        whole = seen_by(self.visitor, prepare(self.ledger, self.choice.log, lifecycles=ALL))
        return filtered(whole, self.choice.case_filter())

    @property
    def knows_starts(self) -> bool:
        """Whether the conditions mean the same where every transition is an event."""
        return all(name == "where" for name, _ in self.choice.conditions)

    def kept_of_acts(self, about: Hashable, find: Callable[[PreparedLog], Answer]) -> Answer:
        """Return what `find` says of the chosen cases with offers, starts and holds."""
        return self._answers.get((self._state, about), lambda: find(self.acted))

    def narrowed(self, *conditions: Condition) -> "Study":
        """Return the study of those that fulfil further conditions."""
        return Study(self.ledger, self._answers, self.visitor, self.choice.with_(*conditions))

    @property
    def log(self) -> PreparedLog:
        """The log itself, whoever may see what of it."""
        return self._log

    def kept(self, about: Hashable, find: Callable[[PreparedLog], Answer]) -> Answer:
        """Return what `find` says of the chosen cases, found once for everybody who may see the same."""
        return self._answers.get((self._state, about), lambda: find(self.prepared))

    def kept_of_all(self, about: Hashable, find: Callable[[PreparedLog], Answer]) -> Answer:
        """Return the same of all cases that the visitor may see."""
        key = (*self._state[:-1], ())
        return self._answers.get((key, about), lambda: find(self.whole))

    def kept_in_words(self, about: Hashable, find: Callable[[PreparedLog], Answer]) -> Answer:
        """Return an answer that is written in the reader's language."""
        return self.kept((about, current_language()), find)

    @cached_property
    def size(self) -> tuple[int, int]:
        """How many cases and events are chosen."""
        return self.kept("size", _size)

    @cached_property
    def whole_size(self) -> tuple[int, int]:
        """How many there are that the visitor may see."""
        return self.kept_of_all("size", _size)

    @property
    def _state(self) -> tuple[Hashable, ...]:
        state, places = self._log.state, self.visitor.scope.places
        return state.schema_name, state.upto_seq, state.compiled_at, places, self.choice.conditions


def open_study(request: Request, visitor: Visitor) -> Study:
    """Return the study that a request's address names: of the live log where it names none."""
    engine: Engine = request.app.state.engine
    answers: KeptAnswers = request.app.state.kept_answers
    known = log_names(engine.ledger, visitor)
    usual = engine.log if engine.log in known or not known else known[0]
    return Study(engine.ledger, answers, visitor, Choice.of(request.query_params, usual))


def log_names(ledger: Ledger, visitor: Visitor) -> list[str]:
    """Return the names of the logs a visitor may look at; imported ones are for those who see everything."""
    seen = {"imported": visitor.scope.is_everywhere}
    with ledger.reading() as connection:
        return [name for (name,) in connection.execute(_LOGS, seen).fetchall()]


def _size(prepared: PreparedLog) -> tuple[int, int]:
    with prepared.reading() as connection:
        return _counted(connection)


def _counted(connection: Connection) -> tuple[int, int]:
    cases, events = connection.execute(_SIZE).fetchall()[0]
    return cases, events
