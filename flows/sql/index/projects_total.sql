-- How many projects are asked for.
-- One row.
SELECT count(*)
FROM chosen_projects($places, $cities, $districts, $outcome, $overdue, $today, $search)
