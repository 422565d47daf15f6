-- The leave that single projects have to break a rule of order.
-- One row per waiver.
SELECT
    event.case_id,
    coalesce(object.attributes ->> '$.name', event.case_id),
    object.attributes ->> '$.city',
    object.attributes ->> '$.district',
    event.attributes ->> '$.waives',
    try_cast(event.attributes ->> '$.until' AS DATE),
    coalesce(event.attributes ->> '$.reason', '')
FROM effective_event AS event
JOIN log USING (log_id)
LEFT JOIN object
    ON object.log_id = event.log_id AND object.object_id = event.case_id AND object.object_type = log.case_type
WHERE log.name = $log AND activity = 'project' AND (event.attributes ->> '$.waives') IS NOT NULL
ORDER BY event.seq
