"""The cases of a log that a visitor may see: those of their cities and districts, or all."""

from dashboards.access.errors import AccessError
from dashboards.access.visitor import Scope, Visitor
from eventlogs.case_attributes import UnknownAttributeError
from eventlogs.prepared import PreparedLog
from mining.cases.case_endings import city_key
from mining.cases.case_filter import CaseFilter, NoCaseFitsError, filtered

_CITIES = """
    SELECT DISTINCT json_extract_string(value, '$')
    FROM attribute_value WHERE attribute = $city
"""
_PLACES = """
    SELECT DISTINCT json_extract_string(c.value, '$'), json_extract_string(d.value, '$')
    FROM case_attribute AS of_city
    JOIN case_attribute AS of_district USING (case_no)
    JOIN attribute_value AS c ON c.attribute = $city AND c.code = of_city.code
    LEFT JOIN attribute_value AS d ON d.attribute = $district AND d.code = of_district.code
    WHERE of_city.attribute = $city AND of_district.attribute = $district
"""


class NothingSeenError(NoCaseFitsError):
    """A log has no case that a visitor may see."""


def seen_by(visitor: Visitor, prepared: PreparedLog) -> PreparedLog:
    """Return the log narrowed to what the visitor may see.

    Raises `NothingSeenError` where none of its cases is in their places, or cases tell no city.
    """
    scope = visitor.scope
    if scope.is_everywhere:
        return prepared
    city = _number(prepared, "city")
    places = set() if city is None else _places(prepared, city, _number(prepared, "district"))
    allowed = {place for place in places if scope.covers(city_key(place[0]), place[1])}
    if not allowed:
        raise NothingSeenError("the log {log} has no cases in your places", log=prepared.log.name)
    return filtered(prepared, CaseFilter(where=_conditions(scope, places, allowed)))


def _number(prepared: PreparedLog, attribute: str) -> int | None:
    try:
        return prepared.attribute(attribute)
    except UnknownAttributeError:
        return None


def _places(prepared: PreparedLog, city: int, district: int | None) -> set[tuple[str, str | None]]:
    with prepared.reading() as connection:
        if district is None:
            return {(name, None) for (name,) in connection.execute(_CITIES, {"city": city}).fetchall()}
        found = connection.execute(_PLACES, {"city": city, "district": district}).fetchall()
    return {(name, part) for name, part in found}


def _conditions(
    scope: Scope, places: set[tuple[str, str | None]], allowed: set[tuple[str, str | None]]
) -> tuple[tuple[str, str], ...]:
    """Return the conditions that let exactly the allowed places through."""
    cities = {city for city, _ in allowed}
    within = {place for place in places if place[0] in cities}
    conditions = [("city", city) for city in sorted(cities)]
    if within != allowed:
        districts = {part for _, part in allowed}
        if {place for place in within if place[1] in districts} != allowed:
            raise AccessError(
                "your places, {places}, share names of districts and cannot be looked at together",
                places=scope.as_text(),
            )
        conditions += [("district", part or "") for part in sorted(districts, key=str)]
    return tuple(conditions)
