-- In how many cases each arc and each activity occurs: counted on one case of each variant.
-- One row per group and arc or activity; without an attribute every case is in group 0.
WITH counted AS (
    SELECT coalesce(code, 0) AS code, variant, count(*) AS n_cases
    FROM trace
    LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
    GROUP BY ALL
), representative AS (
    SELECT variant, min(case_no) AS case_no FROM trace GROUP BY variant
), passed AS (
    SELECT DISTINCT variant, edge FROM trace_event JOIN representative USING (case_no)
), done AS (
    SELECT DISTINCT variant, edge // (SELECT stride FROM shape) AS activity FROM passed
)
SELECT code, edge, NULL AS activity, sum(n_cases)::BIGINT AS n_cases
FROM passed JOIN counted USING (variant)
GROUP BY ALL
UNION ALL
SELECT code, NULL, activity, sum(n_cases)::BIGINT
FROM done JOIN counted USING (variant)
GROUP BY ALL;
