-- Every step from one event of a case to its next, by the roles in which both were done; nobody named is 0.
-- One row per event but the last of a case.
SELECT case_no, wait, role_edge // role_stride AS source, role_edge % role_stride AS target
FROM trace_event CROSS JOIN shape
WHERE role_edge IS NOT NULL
