-- How often each acts right after each, in how many cases, after what waits, among the steps `followed`.
-- One row per group, source and target; group 0 has no value.
SELECT
    coalesce(code, 0) AS code,
    source,
    target,
    count(*) AS frequency,
    count(DISTINCT case_no) AS n_cases,
    avg(wait) AS mean,
    quantile_cont(wait, 0.5) AS median
FROM followed
LEFT JOIN (SELECT case_no, code FROM case_attribute WHERE attribute = $attribute) USING (case_no)
WHERE $same OR source <> target OR source = 0
GROUP BY ALL
