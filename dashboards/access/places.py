"""Places as people name them: a city in either language, or `city/district`."""

from collections.abc import Iterable

from dashboards.access.errors import UserError
from dashboards.access.visitor import EVERYWHERE, Scope
from flows.policies.policies import city_key

ALL = frozenset({"all", "everywhere", "全部", "所有地区"})


def named_scope(places: Iterable[str]) -> Scope:
    """Return the scope that people wrote down; none named is no place at all, `all` is everywhere.

    >>> sorted(named_scope(["哈尔滨/南岗区", "Dalian"]).places or ())
    ['dalian', 'harbin/南岗区']
    """
    named = [place.strip() for place in places if place.strip()]
    if any(place.casefold() in ALL for place in named):
        return EVERYWHERE
    if not named:
        raise UserError("name the places a user may see: a city, city/district, or all")
    return Scope(frozenset(_place(place) for place in named))


def listed(places: str) -> list[str]:
    """Return places as typed, parted by commas of either kind, semicolons or lines."""
    for mark in "，、；;\n":
        places = places.replace(mark, ",")
    return places.split(",")


def _place(written: str) -> str:
    city, _, district = written.replace("／", "/").partition("/")
    key = city_key(city)
    if not key or "/" in district:
        raise UserError(
            "{place} names no place; right is a city, such as harbin, or city/district", place=written
        )
    return f"{key}/{district.strip()}" if district.strip() else key
