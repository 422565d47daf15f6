-- The roles and tools that each reported case has shown. One row per case.
SELECT r.case_id, list(norm_first.mark)
FROM norm_first
JOIN stall_reported AS r USING (case_no)
WHERE list_contains($marks::INTEGER[], norm_first.mark)
GROUP BY r.case_id
