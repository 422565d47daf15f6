"""A project read once for as long as nothing more is recorded of it, however many look at it."""

from collections.abc import Sequence

from starlette.requests import Request

from dashboards.access.errors import NotSeenError
from dashboards.access.guards import refuse_unseen
from dashboards.access.visitor import Visitor
from dashboards.analysis.kept_answers import KeptAnswers
from dashboards.engine import Engine
from eventlogs.errors import UnknownLogError
from eventlogs.events import RecordedEvent
from flows.process.history import CaseHistory

Read = tuple[CaseHistory, Sequence[RecordedEvent]]


def read_once(request: Request, visitor: Visitor, project: str) -> Read:
    """Return a project's state and all that was recorded of it; refuse one the visitor may not see.

    What is returned is shared among readers and never changed.
    """
    engine: Engine = request.app.state.engine
    kept: KeptAnswers = request.app.state.kept_projects
    try:
        seq = engine.ledger.head(engine.log, project).seq
    except UnknownLogError as error:  # the log is made with its first project
        raise NotSeenError(project) from error
    history, recorded = kept.get((engine.log, project, seq), lambda: _read(engine, project), dear=False)
    refuse_unseen(visitor, history)
    return history, recorded


def _read(engine: Engine, project: str) -> Read:
    recorded = engine.ledger.case(engine.log, project)
    last = recorded[-1].seq if recorded else 0
    return CaseHistory.of(project, (one.event for one in recorded), last), recorded
