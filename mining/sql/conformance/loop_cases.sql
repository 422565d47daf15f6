-- Which cases come back along a loop: events of the loop's target after the first event of its source.
-- One row per loop and case, with how many such events.
CREATE OR REPLACE TEMP VIEW norm_return AS
SELECT l.loop_no, e.case_no, count(*) AS n
FROM norm_loop AS l
JOIN norm_first AS source ON source.mark = l.source_mark
JOIN trace_event AS e ON e.case_no = source.case_no AND e.pos > source.first_pos
JOIN norm_pair AS p ON p.activity = e.activity AND p.role = e.role AND p.mark = l.target_mark
SEMI JOIN judged_case ON judged_case.case_no = e.case_no
GROUP BY l.loop_no, e.case_no
