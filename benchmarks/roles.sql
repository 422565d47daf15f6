-- The roles of the chains that each case went through, a role several times in a row taken once.
-- One row per case and role in its turn; asked where a log's verdicts stand ready.
WITH acted AS (
    SELECT
        e.case_no,
        e.pos,
        p.mark,
        lag(p.mark) OVER (PARTITION BY e.case_no ORDER BY e.pos) IS DISTINCT FROM p.mark AS changes
    FROM trace_event AS e
    JOIN norm_pair AS p USING (activity, role)
    JOIN norm_step AS s ON s.mark = p.mark
)
SELECT
    row_number() OVER (ORDER BY a.case_no, a.pos) AS place,
    t.case_id,
    role_word.role AS activity,
    role_word.role,
    NULL::VARCHAR AS actor,
    '2024-01-01 00:00:00+00'::TIMESTAMPTZ + to_minutes(a.pos::BIGINT) AS time,
    c.city
FROM acted AS a
JOIN role_word USING (mark)
JOIN trace AS t USING (case_no)
JOIN norm_case AS c USING (case_no)
WHERE a.changes
