-- What became of every piece of work, whatever transitions make a trace: each event of a case and the work item it moves.
-- One row per event; `result` is failed, taken_back or done, NULL where it is no deed. What cannot hold the word looked for is
-- not parsed, for the deeds are many.
CREATE OR REPLACE TEMP TABLE stall_turn AS
SELECT
    trace.case_no,
    seq,
    list_filter(objects, lambda o: o.object_type = 'work_item')[1].object_id AS item,
    activity,
    lifecycle,
    role,
    occurred_at,
    CASE
        WHEN contains(attributes::VARCHAR, '"taken_back"')
            AND json_extract_string(attributes, '/taken_back') = 'true' THEN 'taken_back'
        WHEN lifecycle = 'complete' AND contains(attributes::VARCHAR, 'false')
            AND json_extract_string(attributes, '/succeeded') = 'false' THEN 'failed'
        WHEN lifecycle = 'complete' THEN 'done'
    END AS result
FROM effective_event
JOIN trace USING (case_id)
WHERE log_id = $log_id;
