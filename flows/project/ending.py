"""For what cause a project ends that fails: what its history shows, or what somebody says with a reason."""

from eventlogs.vocabulary import Outcome, Term, term, terms
from flows.errors import Listed, Named, ProjectError
from flows.process.history import CaseHistory
from flows.process.processes import policy_of, process_of
from flows.process.replay import plan_of
from flows.project.acts import By


def likely_cause(history: CaseHistory) -> str:
    """Return the outcome a project is heading for by the trouble it is in; plain abandonment without any."""
    return plan_of(process_of(history), policy_of(history), history).trouble or "abandoned"


def refuse_cause(history: CaseHistory, cause: str, by: By) -> None:
    """Refuse a cause that is none, or that the history does not show and no reason tells."""
    named = Named(cause, term("outcomes", cause))
    if not _fails(named.name):
        raise ProjectError(
            "{cause} is no cause to end a project; causes are {known}",
            cause=named,
            known=Listed([Named(key, one) for key, one in terms("outcomes").items() if _fails(one)]),
        )
    shown = likely_cause(history)
    if not by.reason and cause != shown:
        raise ProjectError(
            "the history does not show {cause} but {shown}; say why with --reason",
            cause=named,
            shown=Named(shown, term("outcomes", shown)),
        )


def _fails(outcome: Term) -> bool:
    return isinstance(outcome, Outcome) and outcome.ending != "success"
