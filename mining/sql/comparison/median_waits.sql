-- The median over cases of how long they waited on each arc, in seconds.
-- One row per group and arc.
WITH waited AS (
    SELECT case_no, edge, avg(wait) / 1e6 AS seconds
    FROM trace_event
    WHERE wait IS NOT NULL
    GROUP BY case_no, edge
)
SELECT grp, edge, median(seconds) AS seconds
FROM waited JOIN compared_case USING (case_no)
GROUP BY ALL;
