-- How many open work items are asked for.
-- One row.
SELECT count(*)
FROM chosen_work($places, $cities, $districts, $role, $assignee, $overdue, $today, $search, $activities)
