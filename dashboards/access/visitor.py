"""Who is asking: a user as one request sees them, with roles and the places they may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from eventlogs.cities import city_label
from eventlogs.language import say, sayable

Role = Literal["staff", "analyst", "leader", "administrator", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)
_WORDS: dict[Role, str] = {
    "staff": sayable("staff"),
    "analyst": sayable("analyst"),
    "leader": sayable("leader"),
    "administrator": sayable("administrator"),
    "auditor": sayable("auditor"),
}


def role_word(role: Role) -> str:
    """Return what people call a role."""
    return say(_WORDS[role])


@dataclass(frozen=True, slots=True)
class Scope:
    """The projects a user may see: those of some cities, of some districts as `city/district`, or all.

    >>> Scope.of("harbin/南岗区", "dalian").covers("harbin", "道里区")
    False
    """

    places: frozenset[str] | None = None  # None for everywhere

    @classmethod
    def of(cls, *places: str) -> "Scope":
        """Return the scope of some places."""
        return cls(frozenset(places))

    @property
    def is_everywhere(self) -> bool:
        """Whether nothing is left out."""
        return self.places is None

    @property
    def cities(self) -> frozenset[str] | None:
        """The cities seen whole or in part; None for all."""
        return None if self.places is None else frozenset(place.split("/")[0] for place in self.places)

    @property
    def whole_cities(self) -> frozenset[str] | None:
        """The cities seen whole; None for all."""
        return None if self.places is None else frozenset(p for p in self.places if "/" not in p)

    def covers(self, city: str | None, district: str | None = None) -> bool:
        """Tell whether a project of that city and district may be seen; one of no known city only by all."""
        if self.places is None:
            return True
        return city is not None and (city in self.places or f"{city}/{district}" in self.places)

    def as_text(self) -> str:
        """Return the scope for people."""
        if self.places is None:
            return say("everywhere")
        parted = sorted(place.partition("/") for place in self.places)
        return say(", ").join(city_label(city) + (f" {rest}" if rest else "") for city, _, rest in parted)


EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking: `csrf` is the secret that forms of their session carry, empty for a machine.

    A session that began `by_proxy` holds while the proxy before this site names the same user.
    """

    name: str
    roles: frozenset[Role]
    scope: Scope = EVERYWHERE
    csrf: str = ""
    may_act: bool = True
    must_change: bool = False
    by_proxy: bool = False
    address: str = "-"

    @property
    def cities(self) -> frozenset[str] | None:
        """The cities of the scope; None for all."""
        return self.scope.cities

    def is_any(self, roles: Iterable[Role]) -> bool:
        """Tell whether the visitor has one of `roles`."""
        return bool(self.roles & frozenset(roles))
