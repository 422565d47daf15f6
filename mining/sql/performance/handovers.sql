-- Who acts right after whom in a case, by role or by person; nobody named is 0.
-- One row per group, source and target; group 0 has no value.
WITH acting AS (
    SELECT case_no, wait, if($person, actor, role) AS source
    FROM (FROM trace_event ORDER BY case_no, pos)
), followed AS (
    SELECT
        case_no,
        wait,
        source,
        lead(source) OVER () AS target,
        lead(case_no) OVER () IS NOT DISTINCT FROM case_no AS goes_on
    FROM acting
)
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
WHERE goes_on AND ($same OR source <> target OR source = 0)
GROUP BY ALL;
