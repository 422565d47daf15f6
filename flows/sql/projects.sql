-- The projects of a log as they stand.
-- One row per case; $case_id narrows them to one project, NULL for all.
SELECT
    case_id,
    attributes ->> '$.name' AS name,
    attributes ->> '$.city' AS city,
    attributes ->> '$.district' AS district,
    first_event,
    last_event,
    outcome,
    hold,
    lower(concat_ws(' ', case_id, attributes ->> '$.name', attributes ->> '$.district')) AS words
FROM case_state
JOIN log USING (log_id)
LEFT JOIN object ON object.log_id = log.log_id AND object_id = case_id AND object_type = log.case_type
WHERE log.name = $log
    AND ($case_id IS NULL OR case_id = $case_id)
