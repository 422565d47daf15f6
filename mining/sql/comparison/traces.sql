-- How many cases follow each trace.
-- One row per group, layer and trace.
SELECT grp, layer, trace_no, count(*) AS n
FROM compared_case
GROUP BY ALL
ORDER BY ALL;
