-- How long cases waited on each arc, by steps of a logarithmic scale; a case that takes an arc again counts with its mean.
-- One row per group, layer, arc and step. Events without times wait on no arc.
WITH waited AS (
    SELECT case_no, edge, avg(wait) / 1e6 AS seconds
    FROM trace_event
    WHERE wait IS NOT NULL
    GROUP BY case_no, edge
)
SELECT
    grp,
    layer,
    edge,
    if(seconds > 1, $first + ceil($per_decade * log10(seconds) - 1e-9), if(seconds > 0, $first, 0))::INTEGER AS step,
    count(*) AS n
FROM waited JOIN compared_case USING (case_no)
GROUP BY ALL
ORDER BY ALL;
