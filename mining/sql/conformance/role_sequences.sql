-- The sequence of chain roles of each case, a role that acts several times in a row taken once; empty where none acted.
-- One row per case.
CREATE OR REPLACE TEMP VIEW norm_role_sequence AS
WITH acted AS (
    SELECT
        e.case_no,
        e.pos,
        p.mark,
        lag(p.mark) OVER (PARTITION BY e.case_no ORDER BY e.pos) IS DISTINCT FROM p.mark AS changes
    FROM trace_event AS e
    JOIN norm_pair AS p USING (activity, role)
    JOIN norm_step AS s ON s.mark = p.mark
), sequence AS (
    -- position and mark in one number: sorting those is five times faster than an ordered list
    SELECT case_no, list_sort(list(pos::BIGINT * 4096 + mark)) AS places
    FROM acted
    WHERE changes
    GROUP BY case_no
)
SELECT
    case_no,
    coalesce(list_transform(places, lambda place: place % 4096), []) AS marks,
    grp,
    state = 'completed' AS ended
FROM judged_case LEFT JOIN sequence USING (case_no)
