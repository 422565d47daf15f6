-- What a rule found: how often it was tested and broken, and in how many cases.
-- One row. A case that nothing activated is vacuous.
WITH broken AS (
    SELECT case_no, count(*) AS n_rows FROM rule_wrong GROUP BY case_no
), tested AS (
    SELECT case_no, count(*) AS n_rows FROM rule_activation GROUP BY case_no
)
SELECT
    coalesce(sum(n_cases), 0)::BIGINT AS cases,
    coalesce(sum(tested.n_rows * n_cases), 0)::BIGINT AS activations,
    coalesce(sum(broken.n_rows * n_cases), 0)::BIGINT AS broken_rows,
    coalesce(sum(n_cases) FILTER (broken.case_no IS NOT NULL), 0)::BIGINT AS violated_cases,
    coalesce(sum(n_cases) FILTER (tested.case_no IS NULL), 0)::BIGINT AS vacuous_cases
FROM rule_case
LEFT JOIN tested USING (case_no)
LEFT JOIN broken USING (case_no)
