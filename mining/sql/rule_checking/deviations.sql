-- The events that broke a rule, in the order of cases; for a rule checked on variants, those of all their cases.
-- One row per event and case; position and time are NULL where something that should be there is missing.
SELECT
    trace.case_id,
    rule_wrong.pos,
    activity_code.name AS activity,
    trace_event.occurred_at
FROM rule_wrong
JOIN trace ON if($on_variants, trace.variant, trace.case_no) = rule_wrong.case_no
LEFT JOIN trace_event ON trace_event.case_no = trace.case_no AND trace_event.pos = rule_wrong.pos
LEFT JOIN activity_code ON activity_code.code = trace_event.activity
ORDER BY trace.case_no, rule_wrong.pos
LIMIT $n
