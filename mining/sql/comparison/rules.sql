-- How many cases test each rule, waived ones not counted, and how many break it.
-- One row per group, layer and rule that any of its cases tests.
SELECT
    compared_case.grp,
    layer,
    rule_no,
    count(*) AS tested,
    count(*) FILTER (status <> 'kept') AS broken
FROM norm_status JOIN compared_case USING (case_no)
WHERE status <> 'waived'
GROUP BY ALL
ORDER BY ALL;
