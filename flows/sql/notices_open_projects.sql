-- The projects under way, and when somebody last did something in each.
-- One row per project without an outcome.
WITH act AS (
    SELECT case_id, max(occurred_at) AS since
    FROM effective_event
    JOIN log USING (log_id)
    WHERE log.name = $log AND actor IS NOT NULL AND actor <> $engine
    GROUP BY ALL
)
SELECT
    case_id,
    coalesce(object.attributes ->> '$.name', '') AS name,
    coalesce(object.attributes ->> '$.city', '') AS city,
    since,
    hold
FROM case_state
JOIN log USING (log_id)
JOIN act USING (case_id)
LEFT JOIN object ON object.log_id = log.log_id AND object_id = case_id AND object_type = log.case_type
WHERE log.name = $log AND outcome IS NULL
ORDER BY case_id
