"""What must hold of an OCEL file as a whole: ids are their own, and every relation names an object there is.

Where faults are set aside, the first of several with one id is kept, and a relation to nothing is left out.
"""

from collections.abc import Mapping
from typing import Any

from eventlogs.errors import ImportRefusedError
from eventlogs.exchange.ocel.stage import OcelStage

_TWICE = {
    "event": "SELECT id, count(*) FROM ocel_event GROUP BY id HAVING count(*) > 1 ORDER BY id",
    "object": "SELECT id, count(*) FROM ocel_object GROUP BY id HAVING count(*) > 1 ORDER BY id",
}
_TWICE_TEXTS = {
    "event": "{file}: the id {id} is given to {n} events; every event's id must be its own",
    "object": "{file}: the id {id} is given to {n} objects; every object's id must be its own",
}
_KEEP_FIRST = {
    "event": """
        DELETE FROM ocel_event WHERE number IN (
            SELECT number FROM ocel_event QUALIFY row_number() OVER (PARTITION BY id ORDER BY number) > 1
        )
    """,
    "object": """
        DELETE FROM ocel_object WHERE number IN (
            SELECT number FROM ocel_object QUALIFY row_number() OVER (PARTITION BY id ORDER BY number) > 1
        )
    """,
}
_STRAY_LINKS = """
    SELECT event_id AS event, link.object_id AS object, count(*) OVER () AS n
    FROM (SELECT number, id AS event_id, unnest(links) AS link FROM ocel_event)
    WHERE link.object_id NOT IN (SELECT id FROM ocel_object)
    ORDER BY number
"""
_STRAY_LINK_TEXT = (
    "{file}: event {event} is related to object {object}, which the file does not have "
    "(one of {n} such relations)"
)
_CUT_LINKS = """
    UPDATE ocel_event
    SET links = list_filter(links, lambda link: NOT list_contains($strays, link.object_id))
    WHERE len(list_filter(links, lambda link: list_contains($strays, link.object_id))) > 0
"""
_STRAY_RELATIONS = """
    SELECT source_id AS source, target_id AS target, count(*) OVER () AS n
    FROM ocel_relation
    WHERE target_id NOT IN (SELECT id FROM ocel_object) OR source_id NOT IN (SELECT id FROM ocel_object)
"""
_STRAY_RELATION_TEXT = (
    "{file}: the relation from object {source} to object {target} names an object "
    "that the file does not have (one of {n} such relations)"
)
_CUT_RELATIONS = """
    DELETE FROM ocel_relation
    WHERE target_id NOT IN (SELECT id FROM ocel_object) OR source_id NOT IN (SELECT id FROM ocel_object)
"""


def check(stage: OcelStage) -> None:
    """Refuse a file of which these do not hold, or set aside what breaks them."""
    for kind in _TWICE:
        repeated = stage.connection.execute(_TWICE[kind]).fetchall()
        for twice, n in repeated:
            _meet(stage, _TWICE_TEXTS[kind], kind, twice, {"id": twice, "n": n})
        if repeated:
            stage.connection.execute(_KEEP_FIRST[kind])
    links = stage.connection.execute(_STRAY_LINKS).fetchall()
    for event, target, n in links:
        _meet(stage, _STRAY_LINK_TEXT, "event", event, {"event": event, "object": target, "n": n})
    if links:
        stage.connection.execute(_CUT_LINKS, {"strays": sorted({target for _, target, _ in links})})
    for source, target, n in stage.connection.execute(_STRAY_RELATIONS).fetchall():
        _meet(stage, _STRAY_RELATION_TEXT, "object", source, {"source": source, "target": target, "n": n})
    if stage.sets_aside:
        stage.connection.execute(_CUT_RELATIONS)


def _meet(stage: OcelStage, text: str, kind: str, its_id: str, values: Mapping[str, Any]) -> None:
    with stage.setting_aside(f"{kind} {its_id}"):
        raise ImportRefusedError(text, file=stage.path.name, **values)
