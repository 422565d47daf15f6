"""The cases that keep a rule, break it, are allowed to break it, or never test it."""

from eventlogs.prepared import PreparedLog
from mining.conformance.verdicts import judged
from mining.normative.model import NormativeModel

RULE_ANSWERS = ("kept", "broken", "waived", "untested")
_CASES = """
    SELECT case_id
    FROM trace JOIN judged_case USING (case_no)
    LEFT JOIN (SELECT case_no, status FROM norm_status WHERE rule_no = $rule_no) USING (case_no)
    WHERE CASE
        WHEN status IS NULL THEN 'untested'
        WHEN status IN ('kept', 'waived') THEN status
        ELSE 'broken'
    END IN (SELECT unnest($answers))
    ORDER BY case_id
"""


def cases_of_rule(prepared: PreparedLog, model: NormativeModel, rule: str, *answers: str) -> tuple[str, ...]:
    """Return the ids of the cases that did any of this with a rule."""
    number = next(place for place, one in enumerate(model.rules) if one.key == rule)
    with judged(prepared, model) as verdicts:
        asked = {"rule_no": number, "answers": list(answers)}
        return tuple(case for (case,) in verdicts.connection.execute(_CASES, asked).fetchall())
