"""How our columns stand in XES, for the reader and the writer, and how nested values are kept.

In our attributes a `<container>` is a map and a `<list>` a list of its values; list items whose keys are not
all `item` are one-member maps, so that the keys are kept. An attribute that has both a value and children
is the map `{"value": …, "children": {…}}`; so is one key that occurs twice under a container a list of
one-member maps.
"""

from typing import Final

LIST_ITEM: Final = "item"  # the key of every item of a plain list
# The schema of IEEE 1849-2016 has no `<container>`: in our own files a `<list>` marked so is a map, and what
# XES cannot hold at all (nothing, longer numbers, control characters) stands in one as typed JSON.
MAP: Final = "retrofit:map"
JSON: Final = "retrofit:json"
VALUE, CHILDREN = "value", "children"

NAME: Final = "concept:name"  # of an event its activity, of a trace its case id
# Event attributes that are columns of our own.
COLUMNS: Final = {
    "concept:name": "activity",
    "lifecycle:transition": "lifecycle",
    "org:role": "role",
    "org:resource": "actor",
    "time:timestamp": "occurred_at",
}
# The same for what XES has no word for, under the extension `retrofit`.
EXTENSION_NAME: Final = "Retrofit"
EXTENSION_PREFIX: Final = "retrofit"
EXTENSION_URI: Final = "urn:retrofit:event-log:xesext"
OWN_COLUMNS: Final = {
    "retrofit:key": "event_key",
    "retrofit:tool": "tool",
    "retrofit:evidence": "evidence",  # a container of strings
    "retrofit:objects": "objects",  # a list of containers with object_id, object_type, qualifier
    "retrofit:changes": "changes",  # a list of containers with object_id, name, value
    "retrofit:correction": "correction",
    "retrofit:corrects": "corrects",
}
ATTRIBUTE_PREFIX: Final = "retrofit:attribute:"  # before an attribute that is named as a column is
SET_ASIDE: Final = {f"{ATTRIBUTE_PREFIX}{key}": key for key in (*COLUMNS, *OWN_COLUMNS)}
# Log attributes that are the log's own properties.
CASE_TYPE: Final = "retrofit:case_type"
TIMEZONE: Final = "retrofit:timezone"
SIMULATED: Final = "retrofit:simulated"
# A case's own type is the log's; other objects, their changes and relations stand in lists at the log.
OBJECTS: Final = "retrofit:other_objects"  # containers with object_id, object_type, attributes (a container)
CHANGES: Final = "retrofit:object_changes"  # containers with object_id, name, value, changed_at
RELATIONS: Final = "retrofit:object_relations"  # containers with source_id, target_id, qualifier
