"""What people call the projects: their names, where a log of our own has them."""

from collections.abc import Mapping, Sequence

from eventlogs.case_attributes import UnknownAttributeError
from eventlogs.prepared import PreparedLog

_NAMES = """
    SELECT case_id, json_extract_string(value, '$')
    FROM trace
    JOIN case_attribute USING (case_no)
    JOIN attribute_value USING (attribute, code)
    WHERE attribute = $attribute AND case_id IN (SELECT unnest($cases))
"""


def case_names(prepared: PreparedLog, cases: Sequence[str]) -> Mapping[str, str]:
    """Return the names of those cases that have one.

    Of an imported log nothing is returned: what it calls a name may be a person's.
    """
    if prepared.log.kind != "live" or not cases:
        return {}
    try:
        asked = {"attribute": prepared.attribute("name"), "cases": list(cases)}
    except UnknownAttributeError:
        return {}
    with prepared.reading() as connection:
        return dict(connection.execute(_NAMES, asked).fetchall())
