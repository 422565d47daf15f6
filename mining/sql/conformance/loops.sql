-- How often cases come back along a loop: events of the loop's target after the first event of its source.
-- One row per loop and group, and with group NULL for all.
WITH returned AS (
    SELECT l.loop_no, e.case_no, count(*) AS n
    FROM norm_loop AS l
    JOIN norm_first AS source ON source.mark = l.source_mark
    JOIN trace_event AS e ON e.case_no = source.case_no AND e.pos > source.first_pos
    JOIN norm_pair AS p ON p.activity = e.activity AND p.role = e.role AND p.mark = l.target_mark
    GROUP BY l.loop_no, e.case_no
)
SELECT loop_no, grp, count(*) AS cases, sum(n)::BIGINT AS events
FROM returned JOIN norm_case USING (case_no)
GROUP BY GROUPING SETS ((loop_no, grp), (loop_no))
ORDER BY loop_no, grp NULLS FIRST
