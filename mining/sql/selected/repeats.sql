-- The cases that do a given step more than once.
-- One row per case.
SELECT case_id
FROM trace_event
JOIN trace USING (case_no)
JOIN activity_code ON activity_code.code = trace_event.activity
WHERE occ = 2 AND activity_code.name = $step
ORDER BY case_id
