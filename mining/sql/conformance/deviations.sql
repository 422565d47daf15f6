-- The events that broke a rule, in the order of cases.
-- One row per rule and case that breaks it, at most $n per rule.
SELECT norm_status.rule_no, trace.case_id, norm_status.pos, activity_code.name, norm_status.happened_at, norm_status.status
FROM norm_status
JOIN trace USING (case_no)
JOIN trace_event ON trace_event.case_no = norm_status.case_no AND trace_event.pos = norm_status.pos
JOIN activity_code ON activity_code.code = trace_event.activity
WHERE status <> 'kept'
QUALIFY row_number() OVER (PARTITION BY norm_status.rule_no ORDER BY norm_status.case_no) <= $n
ORDER BY norm_status.rule_no, norm_status.case_no
