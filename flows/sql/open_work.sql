-- The open work items of a log, the most pressing first.
-- One row per work item; $case_id, $role, $assignee, $city narrow them, NULL for all; $overdue for those past due only.
WITH attribute AS (
    SELECT object_id AS case_id, attributes ->> '$.name' AS name, attributes ->> '$.city' AS city
    FROM object
    JOIN log USING (log_id)
    WHERE log.name = $log AND object.object_type = log.case_type
)
SELECT
    work_item_id,
    case_id,
    attribute.name,
    city,
    activity,
    role,
    assignee,
    offered_at,
    due,
    started_at,
    hold_cause,
    hold_until
FROM work_item
JOIN log USING (log_id)
LEFT JOIN attribute USING (case_id)
WHERE log.name = $log
    AND is_open
    AND ($case_id IS NULL OR case_id = $case_id)
    AND ($role IS NULL OR role = $role)
    AND ($assignee IS NULL OR assignee = $assignee)
    AND ($city IS NULL OR city = $city)
    AND (NOT $overdue OR due < $now)
ORDER BY due NULLS LAST, offered_at, work_item_id
