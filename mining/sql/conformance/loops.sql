-- How often cases come back along a loop.
-- One row per loop and group, and with group NULL for all.
SELECT loop_no, grp, count(*) AS cases, sum(n)::BIGINT AS events
FROM norm_return JOIN judged_case USING (case_no)
GROUP BY GROUPING SETS ((loop_no, grp), (loop_no))
ORDER BY loop_no
