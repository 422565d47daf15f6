-- How many cases waited on each arc for how many steps of a logarithmic scale.
-- One row per group, layer, arc and step.
SELECT
    grp,
    layer,
    edge,
    if(seconds > 1, $first + ceil($per_decade * log10(seconds) - 1e-9), if(seconds > 0, $first, 0))::INTEGER AS step,
    count(*) AS n
FROM compared_wait JOIN compared_case USING (case_no)
GROUP BY ALL
ORDER BY ALL;
