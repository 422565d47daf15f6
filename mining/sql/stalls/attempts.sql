-- Deeds of reported cases that last did not go well, or were taken back. One row per case and activity.
WITH deed AS (
    SELECT
        e.case_id,
        e.activity,
        e.occurred_at,
        e.seq,
        CASE
            WHEN json_extract_string(e.attributes, '/taken_back') = 'true' THEN 'taken_back'
            WHEN json_extract_string(e.attributes, '/succeeded') = 'false' THEN 'failed'
            ELSE 'done'
        END AS result
    FROM effective_event AS e
    SEMI JOIN stall_reported USING (case_id)
    WHERE e.log_id = $log_id
        AND (e.lifecycle = 'complete' OR json_extract_string(e.attributes, '/taken_back') = 'true')
)
SELECT
    case_id,
    activity,
    count(*) FILTER (result <> 'done') AS times,
    arg_max(result, seq) AS result,
    max(occurred_at) AS last_at
FROM deed
GROUP BY case_id, activity
HAVING arg_max(result, seq) <> 'done'
ORDER BY case_id, max(seq)
