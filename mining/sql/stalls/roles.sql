-- The codes of the roles that have acted in each reported case, and of its activities. One row per case.
SELECT
    case_no,
    list(DISTINCT role) FILTER (role > 0),
    list(activity) FILTER (occ = 1)
FROM trace_event
SEMI JOIN stall_reported USING (case_no)
GROUP BY case_no
