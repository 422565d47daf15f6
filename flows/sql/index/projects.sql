-- The projects asked for by their numbers, their open and overdue work items counted; first their places alone, which
-- are small to sort.
-- One row per project of the page.
WITH page AS MATERIALIZED (
    SELECT place
    FROM chosen_projects($places, $cities, $districts, $outcome, $overdue, $today, $search)
    ORDER BY project
    LIMIT $limit OFFSET $offset
)
SELECT
    * EXCLUDE (words, n_open, dues, first_due),
    n_open,
    len(list_filter(dues, lambda due: due < $today)) AS n_overdue
FROM project_row
WHERE rowid IN (SELECT place FROM page)
ORDER BY project
