-- The marks that each reported case has shown. One row per case.
SELECT case_no, list(norm_first.mark)
FROM norm_first
SEMI JOIN stall_reported USING (case_no)
GROUP BY case_no
