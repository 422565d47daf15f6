-- How many open work items are asked for.
-- One row.
SELECT count(*)
FROM chosen_work($places, $cities, $districts, $role, $assignee, $overdue, $today, $search, $activities)
WHERE ($free_for IS NULL OR assignee IS NULL OR assignee = $free_for)
    AND ($begun IS NULL OR (started_at IS NOT NULL) = $begun)
