-- Count again the variants that cases left or came to; a variant without cases goes.
-- One row per such variant.
CREATE OR REPLACE TEMP TABLE counted_variant AS
SELECT moved.variant, count(trace.variant)::INTEGER AS n_cases
FROM (
    SELECT variant FROM left_case
    UNION
    SELECT variant FROM trace SEMI JOIN compiled_case USING (case_no)
) AS moved LEFT JOIN trace USING (variant)
GROUP BY moved.variant;

UPDATE variant SET n_cases = counted.n_cases
FROM counted_variant AS counted
WHERE counted.variant = variant.variant;

DELETE FROM variant WHERE n_cases = 0;
