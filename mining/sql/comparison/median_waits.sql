-- The median over cases of how long they waited on each arc, in seconds.
-- One row per group and arc.
SELECT grp, edge, median(seconds) AS seconds
FROM compared_wait JOIN compared_case USING (case_no)
GROUP BY ALL;
