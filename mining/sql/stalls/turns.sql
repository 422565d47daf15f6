-- What became of every piece of work, whatever transitions make a trace, in the cases that have not gone well and those that stood
-- still: each event and the work item it moves. One row per event; `item` is a hash of the item's name, which holds a case's apart in a few bytes;
-- `ends` says that it ends the work; `result` is failed, taken_back or done, NULL where it is no deed; `halt` is what a suspension says; `gated`
-- are the objects of the type that can shut a gate. What cannot hold the word looked for is not parsed, for the deeds are many; a search that
-- began with the quotation mark would stop at every one, and most events move one object alone.
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
    if(item IS NULL, NULL, hash(item)) AS item,
    word_no,
    deed,
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
    if(lifecycle = 'suspend', attributes, NULL) AS halt,
    nullif(gated, []) AS gated,
    len(gated) > 0 AND json_extract_string(attributes, $resolved_by) IS NOT NULL AS resolves
FROM (
    SELECT
        event.* EXCLUDE (case_id, objects),
        case_no,
        word_no,
        deed,
        CASE
            WHEN objects[1].object_type = 'work_item' THEN objects[1].object_id
            WHEN len(objects) > 1 THEN list_filter(objects, lambda o: o.object_type = 'work_item')[1].object_id
        END AS item,
        CASE
            WHEN len(objects) > 1 OR objects[1].object_type = $gated_type
                THEN list_filter(objects, lambda o: o.object_type = $gated_type)
        END AS gated
    FROM log_event($log_id) AS event
    JOIN told USING (case_id)
    JOIN stall_word AS said ON said.activity = event.activity AND said.role IS NOT DISTINCT FROM event.role
);
