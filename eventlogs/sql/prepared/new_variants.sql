-- The variants that the compiled cases bring, numbered from the most frequent; a case of each stands for it.
-- One row per new variant.
CREATE OR REPLACE TEMP TABLE new_variant AS
WITH found AS (
    SELECT hash, other_hash, n_events, count(*)::INTEGER AS n_cases, min(case_no) AS case_no
    FROM case_hash ANTI JOIN variant USING (hash, other_hash, n_events)
    GROUP BY hash, other_hash, n_events
)
SELECT
    *,
    (
        (SELECT coalesce(max(variant), -1) FROM variant) + row_number() OVER (ORDER BY n_cases DESC, case_no)
    )::INTEGER AS variant
FROM found
