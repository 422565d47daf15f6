-- How many cases keep each rule, break it, are allowed to break it, or never test it.
-- One row per rule and group, and one per rule with group NULL for all.
WITH size AS (
    SELECT grp, count(*) AS n FROM judged_case GROUP BY ROLLUP (grp)
), counted AS (
    SELECT
        rule_no,
        grp,
        count(*) FILTER (status = 'kept') AS kept,
        count(*) FILTER (status = 'skipped') AS skipped,
        count(*) FILTER (status = 'out_of_order') AS out_of_order,
        count(*) FILTER (status = 'gate_shut') AS gate_shut,
        count(*) FILTER (status = 'waived') AS waived
    FROM norm_status JOIN judged_case USING (case_no)
    GROUP BY GROUPING SETS ((rule_no, grp), (rule_no))
)
SELECT
    r.rule_no,
    size.grp,
    coalesce(kept, 0),
    coalesce(skipped, 0),
    coalesce(out_of_order, 0),
    coalesce(gate_shut, 0),
    coalesce(waived, 0),
    size.n - coalesce(kept + skipped + out_of_order + gate_shut + waived, 0) AS untested
FROM norm_rule AS r
CROSS JOIN size
LEFT JOIN counted ON counted.rule_no = r.rule_no AND counted.grp IS NOT DISTINCT FROM size.grp
ORDER BY r.rule_no
