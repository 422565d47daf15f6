-- The open work items of a log.
-- One row per work item; $case_id narrows them to a project, NULL for all. $pressing leaves only those that wait for
-- nobody's hold and are in somebody's hands or were due before that moment, NULL leaves all.
WITH told AS (
    SELECT log_id, link.object_id AS work_item_id, arg_max(escalated_to, seq) AS escalated_to
    FROM (
        SELECT log_id, seq, attributes ->> '$.escalated_to' AS escalated_to, unnest(objects) AS link
        FROM effective_event
        WHERE (attributes ->> '$.escalated_to') IS NOT NULL
    )
    WHERE link.object_type = 'work_item'
    GROUP BY ALL
)
SELECT
    work_item_id,
    case_id,
    activity,
    role,
    assignee,
    offered_at,
    due,
    started_at,
    hold_cause,
    hold_until,
    escalated_to
FROM work_item
JOIN log USING (log_id)
LEFT JOIN told USING (log_id, work_item_id)
WHERE log.name = $log
    AND is_open
    AND ($case_id IS NULL OR case_id = $case_id)
    AND ($pressing IS NULL OR (NOT on_hold AND (assignee IS NOT NULL OR due < $pressing::TIMESTAMPTZ)))
ORDER BY work_item_id
