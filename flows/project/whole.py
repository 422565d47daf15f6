"""Events about a whole project rather than one step of it."""

from collections.abc import Mapping

from eventlogs.events import Attribute, Event
from flows.process.history import PROJECT, CaseHistory
from flows.project.acts import By


def about_project(history: CaseHistory, lifecycle: str, values: Mapping[str, Attribute], by: By) -> Event:
    """Return an event about the whole project."""
    return Event(
        key=history.key(PROJECT, 1, lifecycle),
        case_id=history.case_id,
        activity=PROJECT,
        occurred_at=by.moment,
        lifecycle=lifecycle,
        actor=by.actor,
        attributes=dict(values),
    )
