-- Deeds of reported cases that last did not go well, or were taken back. One row per case and activity.
-- What cannot hold the word looked for is not parsed, for the deeds are many.
WITH deed AS (
    SELECT
        e.case_id,
        e.activity,
        e.occurred_at,
        e.seq,
        CASE
            WHEN contains(e.attributes::VARCHAR, '"taken_back"')
                AND json_extract_string(e.attributes, '/taken_back') = 'true' THEN 'taken_back'
            WHEN e.lifecycle = 'complete' AND contains(e.attributes::VARCHAR, 'false')
                AND json_extract_string(e.attributes, '/succeeded') = 'false' THEN 'failed'
            WHEN e.lifecycle = 'complete' THEN 'done'
        END AS result
    FROM effective_event AS e
    SEMI JOIN stall_reported USING (case_id)
    WHERE e.log_id = $log_id
        AND (e.lifecycle = 'complete' OR contains(e.attributes::VARCHAR, '"taken_back"'))
)
SELECT
    case_id,
    activity,
    count(*) FILTER (result <> 'done') AS times,
    arg_max(result, seq) AS result,
    max(occurred_at) AS last_at
FROM deed
WHERE result IS NOT NULL
GROUP BY case_id, activity
HAVING arg_max(result, seq) <> 'done'
ORDER BY case_id, max(seq)
