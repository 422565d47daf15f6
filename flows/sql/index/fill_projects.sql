-- The projects found, each with what is open in it.
-- One row per project.
INSERT INTO project_row
SELECT found.*, coalesce(n_open, 0), coalesce(dues, []), first_due
FROM found
LEFT JOIN (
    SELECT project, count(*) AS n_open, list(due) FILTER (due IS NOT NULL) AS dues, min(due) AS first_due
    FROM open_item
    GROUP BY project
) AS counted ON counted.project = found.case_id
