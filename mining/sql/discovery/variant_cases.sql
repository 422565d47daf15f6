-- The cases of the variant at a rank, as `discovery/variants` orders them.
-- One row per case.
WITH ranked AS (
    SELECT variant, row_number() OVER (ORDER BY count(*) DESC, min(case_no)) AS rank
    FROM trace GROUP BY variant
)
SELECT case_id
FROM trace JOIN ranked USING (variant)
WHERE rank = $rank
ORDER BY case_id;
