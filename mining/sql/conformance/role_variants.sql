-- The distinct sequences of chain roles, a role that acts several times in a row taken once.
-- One row per sequence, group and whether the case has come to its good end.
WITH sequence AS (
    SELECT case_no, list(p.mark ORDER BY e.pos) AS marks
    FROM trace_event AS e JOIN norm_pair AS p USING (activity, role) JOIN norm_step AS s ON s.mark = p.mark
    GROUP BY case_no
), counted AS (
    SELECT coalesce(marks, []) AS marks, grp, state = 'completed' AS ended, count(*) AS n
    FROM norm_case LEFT JOIN sequence USING (case_no)
    GROUP BY ALL
)
SELECT
    list_filter(marks, lambda mark, place: place = 1 OR mark <> marks[place - 1]) AS marks,
    grp,
    ended,
    sum(n)::BIGINT AS n
FROM counted
GROUP BY ALL
ORDER BY marks, grp, ended
