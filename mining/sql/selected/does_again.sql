-- The cases that do any step more than once.
-- One row per case.
SELECT DISTINCT case_id
FROM trace_event
JOIN trace USING (case_no)
WHERE occ = 2
ORDER BY case_id
