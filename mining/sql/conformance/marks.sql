-- When each case first shows what the rules speak of: an activity, a role, a tool, or a chain.
-- One row per mark and case that shows it.
CREATE OR REPLACE TEMP TABLE norm_first AS
SELECT
    mark,
    case_no,
    min(pos) AS first_pos,
    count(*)::INTEGER AS n,
    arg_min_null(occurred_at, pos) AS first_at
FROM trace_event
JOIN norm_pair USING (activity, role)
GROUP BY mark, case_no;
