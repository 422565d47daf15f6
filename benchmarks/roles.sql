-- The roles of the chains that each case went through, a role several times in a row taken once.
-- One row per case and role in its turn; asked where the role sequences of a log's verdicts stand ready.
WITH turn AS (
    SELECT case_no, unnest(marks) AS mark, generate_subscripts(marks, 1) AS nth
    FROM norm_role_sequence
)
SELECT
    row_number() OVER (ORDER BY turn.case_no, nth) AS place,
    t.case_id,
    role_word.role AS activity,
    role_word.role,
    NULL::VARCHAR AS actor,
    '2024-01-01 00:00:00+00'::TIMESTAMPTZ + to_minutes(nth) AS time,
    c.city
FROM turn
JOIN role_word USING (mark)
JOIN trace AS t USING (case_no)
JOIN norm_case AS c USING (case_no)
