-- Whether a gate was open when it was gone through: no object of the type had been opened and not yet resolved.
-- One row per case that went through, with the first time it was shut, else the first time of all. A log without such objects tests nothing.
INSERT INTO norm_status
WITH step AS (
    SELECT
        trace_event.case_no,
        trace_event.pos,
        link.object_id,
        json_extract_string(link.attributes, $resolved_by) IS NOT NULL AS resolves
    FROM (SELECT seq, attributes, unnest(objects, recursive := true) FROM log_event($log_id)) AS link
    JOIN trace_event USING (seq)
    WHERE link.object_type = $object_type
), object AS (
    SELECT
        case_no,
        object_id,
        min(pos) AS opened,
        coalesce(min(pos) FILTER (resolves), 2147483647) AS resolved
    FROM step
    GROUP BY case_no, object_id
), passage AS (
    SELECT
        trace_event.case_no,
        trace_event.pos,
        trace_event.occurred_at,
        EXISTS (
            FROM object
            WHERE object.case_no = trace_event.case_no
                AND object.opened < trace_event.pos AND object.resolved > trace_event.pos
        ) AS shut
    FROM trace_event
    JOIN norm_pair USING (activity, role)
    SEMI JOIN judged_case USING (case_no)
    WHERE norm_pair.mark = $after_mark
)
SELECT
    $rule_no AS rule_no,
    case_no,
    if(bool_or(shut), 'gate_shut', 'kept') AS status,
    coalesce(min(pos) FILTER (shut), min(pos)) AS pos,
    if(bool_or(shut), arg_min_null(occurred_at, pos) FILTER (shut), arg_min_null(occurred_at, pos)) AS happened_at
FROM passage
WHERE EXISTS (FROM object)
GROUP BY case_no
