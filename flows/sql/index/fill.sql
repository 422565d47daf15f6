-- The projects and open work items found in place of what the index held: a project with the number and due days of what
-- is open in it, a work item with what its project is called and where it is.
DELETE FROM project_row;
DELETE FROM open_item;
INSERT INTO project_row
-- One row per project.
SELECT found_projects.*, coalesce(n_open, 0), coalesce(dues, []), first_due
FROM found_projects
LEFT JOIN (
    SELECT case_id, count(*) AS n_open, list(due) FILTER (due IS NOT NULL) AS dues, min(due) AS first_due
    FROM found_items
    GROUP BY case_id
) AS counted USING (case_id);
INSERT INTO open_item
-- One row per open work item.
SELECT work_item_id, case_id, name, city, district, found_items.* EXCLUDE (work_item_id, case_id)
FROM found_items
LEFT JOIN found_projects USING (case_id)
