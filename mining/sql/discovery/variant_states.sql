-- How the cases of the most frequent variants stand.
-- One row per variant's rank, as `discovery/variants` orders them, and state.
WITH ranked AS (
    SELECT variant, row_number() OVER (ORDER BY count(*) DESC, min(case_no)) AS rank
    FROM trace GROUP BY variant
)
SELECT rank, state, count(*) AS n_cases
FROM trace JOIN ranked USING (variant) JOIN norm_case USING (case_no)
WHERE rank <= $top
GROUP BY rank, state;
