-- Objects of the gate's type, such as objections, that nothing has settled in a reported case. One row per case that has one.
WITH link AS (
    SELECT
        e.case_id,
        e.occurred_at,
        json_extract_string(e.attributes, $resolved_by) IS NOT NULL AS resolves,
        unnest(list_filter(e.objects, lambda o: o.object_type = $object_type)).object_id AS object_id
    FROM effective_event AS e
    SEMI JOIN stall_reported USING (case_id)
    WHERE e.log_id = $log_id AND len(e.objects) > 0
), object AS (
    SELECT case_id, object_id, min(occurred_at) AS opened_at
    FROM link
    GROUP BY case_id, object_id
    HAVING NOT bool_or(resolves)
)
SELECT case_id, count(*) AS n, min(opened_at) AS since FROM object GROUP BY case_id
