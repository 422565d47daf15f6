-- The open work items past their day that nobody was told of yet, and those in the hands of people.
-- One row per work item; on_hold ones are left out.
WITH told AS (
    SELECT DISTINCT log_id, link.object_id AS work_item_id
    FROM (SELECT log_id, unnest(objects) AS link FROM effective_event WHERE (attributes ->> '$.escalated_to') IS NOT NULL)
    WHERE link.object_type = 'work_item'
)
SELECT work_item_id, role, assignee, due, due < $today AND told.work_item_id IS NULL AS to_tell
FROM work_item
JOIN log USING (log_id)
LEFT JOIN told USING (log_id, work_item_id)
WHERE log.name = $log AND is_open AND NOT on_hold AND (assignee IS NOT NULL OR due < $today)
ORDER BY work_item_id
