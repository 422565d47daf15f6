"""Where the reader can go, by role."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventlogs.language import sayable

if TYPE_CHECKING:
    from dashboards.access.visitor import Visitor


@dataclass(frozen=True)
class Place:
    """One place of the navigation: its title, said where it is shown, and the roles that see it."""

    title: str
    href: str
    roles: frozenset[str]


def _place(title: str, href: str, *roles: str) -> Place:
    return Place(title, href, frozenset(roles))


STAFF = "staff"
PLACES = (
    _place(sayable("Worklist"), "/todo", STAFF),
    _place(sayable("Projects"), "/projects", STAFF, "analyst", "leader", "auditor"),
    _place(sayable("At risk"), "/risks", STAFF, "analyst", "leader"),
    _place(sayable("On hold"), "/holds", STAFF, "analyst", "leader", "auditor"),
    _place(sayable("Analysis"), "/analysis", "analyst", "leader", "auditor"),
    _place(sayable("Leave and deputies"), "/leave", STAFF),
    _place(sayable("Users"), "/users", "administrator"),
    _place(sayable("Audit"), "/audit", "administrator", "auditor"),
    _place(sayable("Glossary"), "/glossary", STAFF, "analyst", "leader", "administrator", "auditor"),
)


def places_for(visitor: "Visitor | None") -> tuple[Place, ...]:
    """Return the places that a visitor may go to; an administrator sees all."""
    if visitor is None or visitor.must_change:
        return ()
    roles = set(visitor.roles)
    return tuple(place for place in PLACES if roles & place.roles)
