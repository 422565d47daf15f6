-- The projects asked for by their numbers, their open and overdue work items counted.
-- One row per project of the page.
WITH page AS (
    SELECT *
    FROM chosen_projects($places, $cities, $districts, $outcome, $overdue, $today, $search)
    ORDER BY project
    LIMIT $limit OFFSET $offset
),
items AS (
    SELECT project, count(*) AS n_open, count(*) FILTER (due < $today) AS n_overdue
    FROM open_item
    WHERE project IN (SELECT project FROM page)
    GROUP BY project
)
SELECT page.* EXCLUDE (words), coalesce(n_open, 0), coalesce(n_overdue, 0)
FROM page
LEFT JOIN items USING (project)
ORDER BY project
