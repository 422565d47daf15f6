-- What became of every piece of work, whatever transitions make a trace, in the cases that have not gone well and those that stood
-- still: each event and the work item it moves. One row per event; `item` and `deed` are hashes of the item's and the activity's names, which hold a case's apart in a few bytes;
-- `ends` says that it ends the work; `result` is failed, taken_back or done, NULL where it is no deed; `gated` are the objects of the
-- type that can shut a gate. What cannot hold the word looked for is not parsed, for the deeds are many; a search that began with the
-- quotation mark would stop at every one.
CREATE OR REPLACE TEMP TABLE stall_turn AS
WITH told AS (
    SELECT case_no, case_id
    FROM trace JOIN norm_case USING (case_no)
    WHERE state IN ('failed', 'halted', 'running')
        OR case_id IN (SELECT case_id FROM log_event($log_id) WHERE lifecycle = 'suspend')
)
SELECT
    case_no,
    seq,
    if(item IS NULL, NULL, hash(item.object_id)) AS item,
    hash(activity) AS deed,
    lifecycle,
    role IS NOT NULL AS has_role,
    occurred_at,
    lifecycle IN ('complete', 'manualskip', 'autoskip', 'withdraw', 'abort', 'pi_abort', 'ate_abort') AS ends,
    CASE
        WHEN contains(attributes::VARCHAR, 'taken_back"')
            AND json_extract_string(attributes, '/taken_back') = 'true' THEN 'taken_back'
        WHEN lifecycle = 'complete' AND contains(attributes::VARCHAR, 'false')
            AND json_extract_string(attributes, '/succeeded') = 'false' THEN 'failed'
        WHEN lifecycle = 'complete' THEN 'done'
    END AS result,
    nullif(gated, []) AS gated,
    len(gated) > 0 AND json_extract_string(attributes, $resolved_by) IS NOT NULL AS resolves
FROM (
    SELECT
        * EXCLUDE (case_id, objects),
        list_filter(objects, lambda o: o.object_type = 'work_item')[1] AS item,
        list_filter(objects, lambda o: o.object_type = $gated_type) AS gated
    FROM log_event($log_id)
    JOIN told USING (case_id)
);
