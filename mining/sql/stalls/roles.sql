-- The roles that have acted in each reported case, and its activities. One row per case.
SELECT
    r.case_id,
    list(DISTINCT role_code.name) FILTER (role_code.name IS NOT NULL),
    list(DISTINCT activity_code.name)
FROM trace_event AS e
JOIN stall_reported AS r USING (case_no)
JOIN activity_code ON activity_code.code = e.activity
LEFT JOIN role_code ON role_code.code = e.role
GROUP BY r.case_id
