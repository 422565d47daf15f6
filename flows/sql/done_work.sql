-- What a person has done, the latest first.
-- One row per step that they completed or declared unnecessary.
SELECT
    event.case_id || '/' || event.activity || '/' || split_part(substr(event_key, length(event.case_id) + 2), '/', 2) AS work_item,
    event.case_id,
    object.attributes ->> '$.name' AS name,
    object.attributes ->> '$.city' AS city,
    object.attributes ->> '$.district' AS district,
    activity,
    lifecycle,
    role,
    occurred_at
FROM effective_event AS event
JOIN log USING (log_id)
LEFT JOIN object
    ON object.log_id = event.log_id AND object.object_id = event.case_id AND object.object_type = log.case_type
WHERE log.name = $log
    AND event.actor = $person
    AND lifecycle IN ('complete', 'manualskip')
    AND activity <> 'project'
ORDER BY occurred_at DESC, seq DESC
LIMIT $limit
