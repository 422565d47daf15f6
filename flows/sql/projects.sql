-- The projects of a log as they stand; `hold` is why the whole of one waits, not only a step of it.
-- One row per case; $case_id narrows them to one project, NULL for all.
WITH halted AS (
    SELECT log_id, case_id, arg_max(attributes ->> '$.cause', seq) AS hold
    FROM effective_event
    WHERE activity = 'project' AND lifecycle IN ('suspend', 'resume')
    GROUP BY ALL
    HAVING arg_max(lifecycle, seq) = 'suspend'
)
SELECT
    case_id,
    attributes ->> '$.name' AS name,
    attributes ->> '$.city' AS city,
    attributes ->> '$.district' AS district,
    first_event,
    last_event,
    outcome,
    halted.hold,
    lower(concat_ws(' ', case_id, attributes ->> '$.name', attributes ->> '$.district')) AS words
FROM case_state
JOIN log USING (log_id)
LEFT JOIN halted USING (log_id, case_id)
LEFT JOIN object ON object.log_id = log.log_id AND object_id = case_id AND object_type = log.case_type
WHERE log.name = $log
    AND ($case_id IS NULL OR case_id = $case_id)
