-- The projects of a log as they stand.
-- One row per case; $case_id narrows them to one project, NULL for all.
WITH attribute AS (
    SELECT
        object_id AS case_id,
        attributes ->> '$.name' AS name,
        attributes ->> '$.city' AS city,
        attributes ->> '$.district' AS district
    FROM object
    JOIN log USING (log_id)
    WHERE log.name = $log AND object.object_type = log.case_type
)
SELECT
    case_id,
    attribute.name,
    city,
    district,
    first_event,
    last_event,
    outcome,
    hold,
    lower(concat_ws(' ', case_id, attribute.name, district)) AS words
FROM case_state
JOIN log USING (log_id)
LEFT JOIN attribute USING (case_id)
WHERE log.name = $log
    AND ($case_id IS NULL OR case_id = $case_id)
