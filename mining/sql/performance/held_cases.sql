-- The cases with a recorded hold of a coded cause, or only those of which such a hold has not ended.
-- One row per case.
SELECT DISTINCT case_id
FROM recorded_hold JOIN trace USING (case_no)
WHERE cause = $cause AND (next_at IS NULL OR NOT $still)
ORDER BY case_id
