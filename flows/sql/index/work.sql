-- The open work items asked for, the most pressing first.
-- One row per work item of the page.
SELECT *
FROM chosen_work($places, $cities, $districts, $role, $assignee, $overdue, $today, $search, $activities)
WHERE ($free_for IS NULL OR assignee IS NULL OR assignee = $free_for)
    AND ($begun IS NULL OR (started_at IS NOT NULL) = $begun)
ORDER BY due NULLS LAST, offered_at, work_item
LIMIT $limit OFFSET $offset
