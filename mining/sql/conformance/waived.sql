-- Deviations that someone was allowed: by a city's waiver that had not run out, or by the event's own attribute `waiver`.
-- Changes the rows of the norm_status table in place.
UPDATE norm_status AS status
SET status = 'waived'
FROM norm_rule AS r, judged_case AS c, trace_event AS e, log_event($log_id) AS recorded
WHERE status.status <> 'kept'
    AND r.rule_no = status.rule_no
    AND c.case_no = status.case_no
    AND e.case_no = status.case_no AND e.pos = status.pos
    AND recorded.seq = e.seq
    AND (
        EXISTS (
            FROM norm_waiver AS w
            WHERE w.rule_no = status.rule_no AND w.city = c.city AND status.happened_at < w.until_moment
        )
        OR json_contains(recorded.attributes -> '$.waiver', to_json(r.rule_key))
    );
