"""Logs by the places of their cases: who does not see everywhere sees the cases of their places only."""

from collections.abc import Sequence

from dashboards.access.errors import NotSeenError
from dashboards.access.visitor import Scope, Visitor
from eventlogs.case_attributes import UnknownAttributeError
from eventlogs.errors import UnknownLogError
from eventlogs.prepared import PreparedLog, prepare
from eventlogs.storage import Ledger
from flows.policies.policies import city_key
from mining.cases.case_filter import CaseFilter, NoCaseFitsError, filtered
from mining.cases.case_groups import case_groups

CITY, DISTRICT = "city", "district"


def log_seen(visitor: Visitor, ledger: Ledger, log: str) -> PreparedLog:
    """Return a log as the visitor sees it: whole, or the cases of their places; else as if it were not there.

    Places of several cities of which some are seen in part cannot be put into one choice of cases: of those
    the cities seen whole are shown.
    """
    if visitor.scope.places is None:
        return prepare(ledger, log)
    try:
        prepared = prepare(ledger, log)
        return filtered(prepared, _cases_of(visitor.scope, prepared))
    except (UnknownLogError, UnknownAttributeError, NoCaseFitsError) as error:
        raise NotSeenError(log) from error


def _cases_of(scope: Scope, prepared: PreparedLog) -> CaseFilter:
    """Return the choice of cases that a scope is."""
    whole, cities = scope.whole_cities or frozenset(), scope.cities or frozenset()
    in_part = not whole and len(cities) == 1
    wanted = cities if in_part else whole
    named = [value for value in _values(prepared, CITY) if city_key(value) in wanted]
    where = [(CITY, value) for value in named]
    if in_part:
        districts = {place.partition("/")[2] for place in scope.places or ()}
        found = [value for value in _values(prepared, DISTRICT) if value in districts]
        where = [*where, *((DISTRICT, value) for value in found)] if found else []
    if not where:
        raise NoCaseFitsError("no case of the log {log} lies in these places", log=prepared.log.name)
    return CaseFilter(where=tuple(where))


def _values(prepared: PreparedLog, attribute: str) -> Sequence[str]:
    groups = case_groups(prepared, prepared.attribute(attribute))
    return [group.value for group in groups if isinstance(group.value, str)]
