-- The most frequent variants of each group of cases that share the value of an attribute; equally frequent ones in the order of their first case.
-- One row per group and variant, by group and rank; group 0 has no value. Activities are one text, as in `variants`.
WITH grouped AS (
    SELECT case_no, variant, duration, coalesce(code, 0) AS code
    FROM trace
    LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
), counted AS (
    SELECT code, variant, count(*) AS n_cases, min(case_no) AS first_case FROM grouped GROUP BY code, variant
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY code ORDER BY n_cases DESC, first_case) AS rank
    FROM counted
    QUALIFY $top::BIGINT IS NULL OR rank <= $top::BIGINT
), timed AS (
    SELECT code, variant, rank, ranked.n_cases, median(duration) / 1e6 AS median_seconds
    FROM ranked JOIN grouped USING (code, variant)
    GROUP BY ALL
)
SELECT code, timed.n_cases, median_seconds, array_to_string(activities, ' ') AS activities
FROM timed JOIN variant USING (variant)
ORDER BY code, rank;
